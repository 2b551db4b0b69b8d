// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import dev.fairlead.bus.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who wants what, as members say of themselves: whose receipts a publisher waits for. Messages find their way without it. A
 * receipt bears the name of the member, and its id too if each instance is told. Safe from any thread.
 */
final class Known {

    private final Map<String, Member> members = new HashMap<>();
    private final Map<String, List<String>> receipts = new ConcurrentHashMap<>();

    /** {@return what a member signs its receipts with} */
    static String receipt(Member member, String id) {
        return member.reach() == Member.Reach.EVERY_INSTANCE ? member.name() + "." + id : member.name();
    }

    /** {@return the receipts to wait for; none if nobody is known} */
    List<String> receipts(String type) {
        return receipts.getOrDefault(type, List.of());
    }

    /** {@return whether the member was unknown} */
    synchronized boolean enter(String id, Member member) {
        Member before = members.put(id, member);
        if (member.equals(before)) {
            return false;
        }
        Set<String> changed = new HashSet<>(member.types());
        if (before != null) {
            changed.addAll(before.types());
        }
        renew(changed);
        return true;
    }

    synchronized void leave(String id) {
        Member member = members.remove(id);
        if (member != null) {
            renew(member.types());
        }
    }

    /** Nobody wants a type, whatever was known: those who did are gone, or say anew that they are here. */
    synchronized void nobodyWants(String type) {
        List<String> those = new ArrayList<>();
        members.forEach((id, member) -> {
            if (member.types().contains(type)) {
                those.add(id);
            }
        });
        those.forEach(this::leave);
    }

    synchronized void forgetAll() {
        members.clear();
        receipts.clear();
    }

    /** {@return who may have signed the receipt} */
    synchronized List<String> signers(String receipt) {
        List<String> ids = new ArrayList<>();
        members.forEach((id, member) -> {
            if (receipt(member, id).equals(receipt)) {
                ids.add(id);
            }
        });
        return ids;
    }

    private void renew(Set<String> types) {
        for (String type : types) {
            Set<String> all = new HashSet<>();
            members.forEach((id, member) -> {
                if (member.types().contains(type)) {
                    all.add(receipt(member, id));
                }
            });
            if (all.isEmpty()) {
                receipts.remove(type);
            } else {
                receipts.put(type, List.copyOf(all));
            }
        }
    }
}
