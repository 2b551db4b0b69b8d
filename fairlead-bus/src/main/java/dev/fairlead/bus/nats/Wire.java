// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import dev.fairlead.bus.Address;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.Sender;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How messages and subjects are written, as {@code docs/protocol/bus.md} says. */
final class Wire {

    /** Says who asked: name and id, with a blank between them. */
    static final String ASKER = "Fairlead-Asker";

    /** Says who has the answer already: name and id, with a blank between them. */
    static final String TOLD = "Fairlead-Told";

    private final String prefix;

    Wire(String prefix) {
        this.prefix = prefix;
    }

    String type(String type) {
        return prefix + ".type." + token(type);
    }

    String member(String id) {
        return prefix + ".member." + id;
    }

    /** {@return where answers go if nobody here knows who asked} */
    String answers() {
        return prefix + ".answers";
    }

    String here() {
        return prefix + ".here";
    }

    String gone() {
        return prefix + ".gone";
    }

    String who() {
        return prefix + ".who";
    }

    /** {@return the type as one token of a subject: what is no letter, digit, _ or - becomes = and two hexadecimal digits} */
    static String token(String type) {
        for (int i = 0; i < type.length(); i++) {
            if (!isPlain(type.charAt(i))) {
                return escaped(type);
            }
        }
        return type;
    }

    private static String escaped(String type) {
        StringBuilder token = new StringBuilder();
        for (byte octet : type.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xFF);
            if (isPlain(c)) {
                token.append(c);
            } else {
                token.append(String.format(Locale.ROOT, "=%02X", octet));
            }
        }
        return token.toString();
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    /**
     * {@return the envelope}
     *
     * @throws IllegalArgumentException if it has no form in JSON
     */
    static byte[] write(BusMessage message) {
        Map<String, @Nullable Object> head = new LinkedHashMap<>();
        head.put("type", message.type());
        head.put("uuid", message.uuid());
        head.put("response_uuid", message.responseUuid());
        head.put("sender", sender(message.sender()));
        head.put("pref_dest", null);
        String open = Json.write(head);
        String content = message.content().json();
        return new StringBuilder(open.length() + content.length() + 12)
                .append(open, 0, open.length() - 1)
                .append(",\"content\":")
                .append(content)
                .append('}')
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Object sender(Sender sender) {
        if (sender instanceof Sender.Client client) {
            return Arrays.asList(
                    List.of(client.address().host(), client.address().port()), client.username());
        }
        return ((Sender.Service) sender).qualifiedName();
    }

    /**
     * {@return the message}
     *
     * @throws IllegalArgumentException if it is none
     */
    static BusMessage read(byte[] envelope) {
        try {
            if (Json.parse(new String(envelope, StandardCharsets.UTF_8)) instanceof Map<?, ?> members
                    && members.get("type") instanceof String type
                    && members.get("uuid") instanceof String uuid) {
                Object asked = members.get("response_uuid");
                return new BusMessage(
                        type,
                        uuid,
                        asked == null ? null : asked.toString(),
                        readSender(members.get("sender")),
                        Content.of(members.get("content")));
            }
        } catch (MalformedJson malformed) {
            throw new IllegalArgumentException("envelope: " + malformed.getMessage(), malformed);
        }
        throw new IllegalArgumentException("envelope: no type, or no uuid (expected: an object with both)");
    }

    private static Sender readSender(@Nullable Object sender) {
        if (sender instanceof String name && name.startsWith(Sender.Service.PREFIX)) {
            return new Sender.Service(name.substring(Sender.Service.PREFIX.length()));
        }
        if (sender instanceof List<?> pair && pair.size() == 2) {
            return new Sender.Client(
                    Address.read(pair.get(0))
                            .orElseThrow(() -> new IllegalArgumentException("sender: a client without an address")),
                    pair.get(1));
        }
        throw new IllegalArgumentException("sender: neither a service nor a client");
    }
}
