// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import dev.fairlead.bus.Address;
import dev.fairlead.server.gateway.backend.json.JsonFault;
import dev.fairlead.server.gateway.backend.json.JsonReader;
import dev.fairlead.server.gateway.backend.json.JsonText;
import dev.fairlead.server.gateway.backend.json.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a service has for clients: {@code {"response_addrs": [["127.0.0.1", 50123], …], "msg": {…}}}.
 *
 * @param whom the clients
 * @param message what they are told, in the style of the original, the members of its envelope in their order
 */
record NetSend(Whom whom, String message) {

    private static final List<String> ENVELOPE =
            List.of("type", "uuid", "response_uuid", "sender", "pref_dest", "content");
    private static final int MOST_PORT = 65_535;
    private static final String WHOM = "response_addrs";
    private static final String MESSAGE = "msg";

    /** Clients that are meant, each as often as it is named. */
    sealed interface Whom {

        /** All of them. */
        record Everybody() implements Whom {}

        /** Those at these addresses. */
        record Addresses(List<Address> addresses) implements Whom {}

        /** Those of these names: texts, or other plain values. */
        record Names(List<Object> names) implements Whom {}
    }

    /**
     * {@return what the content says}
     *
     * @throws JsonFault if it says something else
     */
    static NetSend read(String content) {
        JsonReader in = new JsonReader(content);
        if (!in.isObject()) {
            throw JsonFault.missing(WHOM);
        }
        Members members = new Members();
        in.object(members);
        in.end();
        return members.netSend();
    }

    private static String message(JsonReader in) {
        if (!in.isObject()) {
            return in.value().json();
        }
        Map<String, String> members = new LinkedHashMap<>();
        in.object((name, value) -> members.put(name, value.value().json()));
        StringBuilder out = new StringBuilder(256).append('{');
        for (String name : ENVELOPE) {
            String value = members.remove(name);
            if (value != null) {
                write(name, value, out);
            }
        }
        members.forEach((name, value) -> write(name, value, out));
        return out.append('}').toString();
    }

    private static void write(String name, String value, StringBuilder out) {
        if (out.length() > 1) {
            out.append(", ");
        }
        JsonText.quote(name, out);
        out.append(": ").append(value);
    }

    /** A single name among the recipients makes all of them names: addresses beside it count for nothing. */
    private static Whom whom(JsonReader in) {
        if (!in.isList()) {
            if (in.value().isNull()) {
                return new Whom.Everybody();
            }
            throw new JsonFault("TypeError", WHOM + " is no list");
        }
        List<Address> addresses = new ArrayList<>();
        List<Object> names = new ArrayList<>();
        boolean[] byName = new boolean[1];
        in.list(() -> {
            if (in.isList()) {
                List<Value> parts = new ArrayList<>(2);
                in.list(() -> parts.add(in.value()));
                Address address = address(parts);
                if (address != null) {
                    addresses.add(address);
                }
                return;
            }
            Value name = in.value();
            byName[0] |= name.text() != null;
            Object plain = name.plain();
            if (plain != null) {
                names.add(plain);
            }
        });
        return byName[0] ? new Whom.Names(names) : new Whom.Addresses(addresses);
    }

    private static @Nullable Address address(List<Value> parts) {
        String host = parts.size() == 2 ? parts.getFirst().text() : null;
        return host != null && parts.getLast().plain() instanceof Long port && port > 0 && port <= MOST_PORT
                ? new Address(host, port.intValue())
                : null;
    }

    /** The two members that count. */
    private static final class Members implements JsonReader.Members {

        private @Nullable Whom whom;
        private @Nullable String message;

        @Override
        public void member(String name, JsonReader in) {
            switch (name) {
                case WHOM -> whom = whom(in);
                case MESSAGE -> message = message(in);
                default -> in.skip();
            }
        }

        NetSend netSend() {
            if (whom == null || message == null) {
                throw JsonFault.missing(whom == null ? WHOM : MESSAGE);
            }
            return new NetSend(whom, message);
        }
    }
}
