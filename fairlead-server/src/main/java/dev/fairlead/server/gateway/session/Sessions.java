// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.session;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The sessions that this node holds: by id, by user, by group. Safe from any thread. */
public final class Sessions {

    private final ConcurrentMap<String, Session> live = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Set<Session>> byUser = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Set<Session>> byGroup = new ConcurrentHashMap<>();

    /** Enters a session; the one that it displaces, if any, is the caller's to close. */
    public Optional<Session> enter(Session session) {
        Session displaced = live.put(session.id(), session);
        if (displaced != null) {
            forget(displaced);
        }
        String user = session.user();
        if (user != null) {
            add(byUser, user, session);
        }
        return Optional.ofNullable(displaced);
    }

    /**
     * Removes this very session: a later one that took over its id stays.
     *
     * @return whether it was there
     */
    public boolean leave(Session session) {
        boolean there = live.remove(session.id(), session);
        if (there) {
            forget(session);
        }
        return there;
    }

    private void forget(Session session) {
        String user = session.user();
        if (user != null) {
            remove(byUser, user, session);
        }
        for (String group : session.groups()) {
            remove(byGroup, group, session);
        }
    }

    /** {@return the session of that id} */
    public Optional<Session> find(String id) {
        return Optional.ofNullable(live.get(id));
    }

    /** {@return the sessions of a user, as they are now} */
    public Collection<Session> ofUser(String user) {
        return copy(byUser.get(user));
    }

    /** {@return the sessions in a group, as they are now} */
    public Collection<Session> inGroup(String group) {
        return copy(byGroup.get(group));
    }

    /** {@return all sessions, as they come and go} */
    public Collection<Session> all() {
        return live.values();
    }

    /** {@return how many sessions there are} */
    public int count() {
        return live.size();
    }

    /**
     * Lets a session join a group, which comes to be with its first member.
     *
     * @return false if the session is not here any more
     */
    public boolean join(Session session, String group) {
        session.groups().add(group);
        add(byGroup, group, session);
        if (live.get(session.id()) != session) {
            remove(byGroup, group, session); // it left meanwhile, and nobody would take it out
            return false;
        }
        return true;
    }

    /** Lets a session leave a group, which ends with its last member; without effect for one that is not in it. */
    public void part(Session session, String group) {
        session.groups().remove(group);
        remove(byGroup, group, session);
    }

    /** {@return the groups that a session is in, as they are now} */
    public Set<String> groupsOf(Session session) {
        return Set.copyOf(session.groups());
    }

    private static Collection<Session> copy(@Nullable Set<Session> members) {
        return members == null ? List.of() : List.copyOf(members);
    }

    private static void add(ConcurrentMap<String, Set<Session>> index, String name, Session session) {
        index.compute(name, (key, members) -> {
            Set<Session> some = members == null ? ConcurrentHashMap.newKeySet() : members;
            some.add(session);
            return some;
        });
    }

    private static void remove(ConcurrentMap<String, Set<Session>> index, String name, Session session) {
        index.computeIfPresent(name, (key, members) -> {
            members.remove(session);
            return members.isEmpty() ? null : members;
        });
    }
}
