// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import dev.fairlead.server.gateway.backend.json.JsonReader;
import dev.fairlead.server.gateway.backend.json.Value;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom an event concerns: {@code null} for everybody; a text, or a list of texts, for the sessions of that id and the users of
 * that name; an object with any of {@code session_id}, {@code session_ids}, {@code user_id} and {@code user_ids} for just those.
 *
 * @param everybody whether all are meant
 * @param sessions ids
 * @param users names
 */
record Target(boolean everybody, Set<String> sessions, Set<String> users) {

    /** All clients. */
    static final Target EVERYBODY = new Target(true, Set.of(), Set.of());

    /** Takes copies of the sets. */
    Target {
        sessions = Set.copyOf(sessions);
        users = Set.copyOf(users);
    }

    /** {@return the target that is next; nobody if it is none of the forms} */
    static Target read(JsonReader in) {
        Set<String> sessions = new HashSet<>();
        Set<String> users = new HashSet<>();
        if (in.isObject()) {
            in.object((name, value) -> {
                switch (name) {
                    case "session_id", "session_ids" -> names(value, sessions);
                    case "user_id", "user_ids" -> names(value, users);
                    default -> value.skip();
                }
            });
        } else if (names(in, sessions)) {
            return EVERYBODY;
        } else {
            users.addAll(sessions);
        }
        return new Target(false, sessions, users);
    }

    /** Reads a name, or a list of names. Whether it was {@code null} is returned. */
    private static boolean names(JsonReader in, Set<String> names) {
        if (in.isList()) {
            in.list(() -> add(in.value().text(), names));
            return false;
        }
        Value value = in.value();
        add(value.text(), names);
        return value.isNull();
    }

    private static void add(@Nullable String name, Set<String> names) {
        if (name != null) {
            names.add(name);
        }
    }
}
