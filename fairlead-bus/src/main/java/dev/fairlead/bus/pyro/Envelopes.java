// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import dev.fairlead.bus.Address;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.Sender;
import dev.fairlead.protocol.json.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Messages as the Python bus has them: dictionaries, in which addresses are tuples. Safe from any thread. */
final class Envelopes {

    /** Messages to clients, their recipients, and what names a client in others: the original's services compare tuples. */
    private static final Map<String, String> MEMBERS_WITH_ADDRESSES =
            Map.of("net-send", "response_addrs", "client-disconnect", "address", "client-list-response", "client_list");

    private static final int LONGEST_UUID = 1_000;

    /** How many values a message comes to at most: for each byte, since parts may be shared, and at all. */
    private static final int MOST_VALUES_EACH_BYTE = 4;

    private static final int FEW_VALUES = 1_000;
    private static final int MOST_VALUES = 2_000_000;

    private final Map<String, List<String>> classes;
    private final long mostCharacters;

    Envelopes(PyroTerms terms) {
        this.classes = terms.classes();
        this.mostCharacters = 4L * terms.largestMessage();
    }

    /**
     * {@return a message, for Python}
     *
     * @throws IllegalArgumentException if its content has no form there
     */
    Map<String, @Nullable Object> written(BusMessage message) {
        Map<String, @Nullable Object> envelope = new LinkedHashMap<>();
        envelope.put("type", message.type());
        envelope.put("uuid", message.uuid());
        envelope.put("response_uuid", message.responseUuid());
        envelope.put("sender", sender(message.sender()));
        envelope.put("pref_dest", null);
        Object content = message.content().value();
        envelope.put("content", content == null ? null : python(withAddresses(message.type(), content), 0));
        return envelope;
    }

    private static Object sender(Sender sender) {
        if (sender instanceof Sender.Client client) {
            Object username = client.username();
            return new Object[] {tuple(client.address()), username == null ? null : python(username, 0)};
        }
        return ((Sender.Service) sender).qualifiedName();
    }

    private static Object[] tuple(Address address) {
        return new Object[] {address.host(), address.port()};
    }

    /** Puts addresses where lists stand for them, as they do in JSON. */
    private static Object withAddresses(String type, Object content) {
        String member = MEMBERS_WITH_ADDRESSES.get(type);
        if (member == null || !(content instanceof Map<?, ?> map) || !(map.get(member) instanceof List<?> list)) {
            return content;
        }
        Map<Object, @Nullable Object> changed = new LinkedHashMap<>(map);
        if (type.equals("client-disconnect")) {
            changed.put(member, address(list));
        } else {
            List<@Nullable Object> addresses = new ArrayList<>(list.size());
            list.forEach(one -> addresses.add(one == null ? null : address(one)));
            changed.put(member, type.equals("net-send") ? addresses.toArray() : addresses);
        }
        return changed;
    }

    private static Object address(Object value) {
        return value instanceof List<?> pair
                        && pair.size() == 2
                        && pair.get(0) instanceof String host
                        && pair.get(1) instanceof Number port
                        && isPort(port)
                ? new Address(host, port.intValue())
                : value;
    }

    private static boolean isPort(Number number) {
        return (number instanceof Long || number instanceof Integer)
                && number.longValue() >= 0
                && number.longValue() <= 65_535;
    }

    private static @Nullable Object python(@Nullable Object value, int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw new IllegalArgumentException("content: more than " + Json.MAX_DEPTH + " levels deep");
        }
        if (value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof BigInteger) {
            return value;
        }
        if (value instanceof Number number) {
            if (number instanceof Short || number instanceof Byte) {
                return number.intValue();
            }
            if (!Double.isFinite(number.doubleValue())) {
                throw new IllegalArgumentException("content: number " + number + " (expected: a finite one)");
            }
            return number.doubleValue();
        }
        if (value instanceof Address address) {
            return tuple(address);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> elements = new ArrayList<>(list.size());
            list.forEach(element -> elements.add(python(element, depth + 1)));
            return elements;
        }
        if (value instanceof Object[] tuple) {
            @Nullable Object[] elements = new Object[tuple.length];
            for (int i = 0; i < tuple.length; i++) {
                elements[i] = python(tuple[i], depth + 1);
            }
            return elements;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            map.forEach((name, member) -> members.put(String.valueOf(name), python(member, depth + 1)));
            return members;
        }
        throw new IllegalArgumentException(
                "content: a " + value.getClass().getName() + " (expected: plain values of JSON)");
    }

    /**
     * {@return the message that a Python dictionary is}
     *
     * @param bytes how many it took on the wire
     * @throws Unreadable if it is none, or holds what JSON has no form for
     */
    BusMessage read(@Nullable Object envelope, int bytes) throws Unreadable {
        if (!(envelope instanceof Map<?, ?> members)
                || !(members.get("type") instanceof String type)
                || type.isEmpty()
                || type.length() > BusMessage.LONGEST_TYPE) {
            throw new Unreadable("a message without a type of 1 to " + BusMessage.LONGEST_TYPE + " characters");
        }
        String uuid = uuid(members.get("uuid"));
        return new BusMessage(
                type,
                uuid == null ? UUID.randomUUID().toString() : uuid,
                uuid(members.get("response_uuid")),
                sender(members.get("sender")),
                Content.of(new Weighed(bytes).plain(members.get("content"), 0)));
    }

    private static @Nullable String uuid(@Nullable Object value) throws Unreadable {
        if (value == null || (value instanceof String text && text.length() <= LONGEST_UUID)) {
            return (String) value;
        }
        throw new Unreadable("a message with a uuid that is no text of at most " + LONGEST_UUID + " characters");
    }

    private Sender sender(@Nullable Object value) throws Unreadable {
        if (value instanceof String name) {
            return new Sender.Service(
                    name.startsWith(Sender.Service.PREFIX) ? name.substring(Sender.Service.PREFIX.length()) : name);
        }
        if (value instanceof Object[] pair
                && pair.length == 2
                && pair[0] instanceof Object[] address
                && address.length >= 2 // of IPv6 four
                && address[0] instanceof String host
                && address[1] instanceof Number port
                && isPort(port)) {
            return new Sender.Client(new Address(host, port.intValue()), new Weighed(0).plain(pair[1], 0));
        }
        throw new Unreadable("a message whose sender is neither a service nor a client");
    }

    /** Turns values of Python into those of JSON, and bounds what they come to if parts are shared. */
    private final class Weighed {

        private final long mostValues;
        private long values;
        private long characters;

        Weighed(int bytes) {
            mostValues = Math.min(FEW_VALUES + (long) MOST_VALUES_EACH_BYTE * bytes, MOST_VALUES);
        }

        @Nullable
        Object plain(@Nullable Object value, int depth) throws Unreadable {
            expectDepth(depth);
            addValues(1);
            if (value == null || value instanceof Boolean || value instanceof Long) {
                return value;
            }
            if (value instanceof Integer number) {
                return number.longValue();
            }
            if (value instanceof Double || value instanceof BigInteger) {
                if (!Double.isFinite(((Number) value).doubleValue())) {
                    throw new Unreadable("a message with a number that JSON cannot write");
                }
                return value;
            }
            if (value instanceof String text) {
                addCharacters(text.length());
                return text;
            }
            if (value instanceof byte[] bytes) {
                expectDepth(depth + 1);
                addValues(bytes.length);
                List<@Nullable Object> numbers = new ArrayList<>(bytes.length);
                for (byte one : bytes) {
                    numbers.add((long) (one & 0xff));
                }
                return numbers;
            }
            if (value instanceof Object[] tuple) {
                return list(Arrays.asList(tuple), depth);
            }
            if (value instanceof List<?> list) {
                return list(list, depth);
            }
            if (value instanceof Map<?, ?> map) {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                for (Map.Entry<?, ?> member : map.entrySet()) {
                    String name = name(member.getKey());
                    addCharacters(name.length());
                    members.put(name, plain(member.getValue(), depth + 1));
                }
                return members;
            }
            if (value instanceof PythonObject object) {
                return list(attributes(object), depth);
            }
            throw new Unreadable("a message with a value that is none");
        }

        private List<@Nullable Object> list(List<?> elements, int depth) throws Unreadable {
            List<@Nullable Object> plain = new ArrayList<>();
            for (Object element : elements) {
                plain.add(plain(element, depth + 1));
            }
            return plain;
        }

        private static void expectDepth(int depth) throws Unreadable {
            if (depth > Json.MAX_DEPTH) {
                throw new Unreadable("a message more than " + Json.MAX_DEPTH + " levels deep");
            }
        }

        private void addValues(int more) throws Unreadable {
            values += more;
            if (values > mostValues) {
                throw new Unreadable("a message that comes to more than " + mostValues + " values");
            }
        }

        private void addCharacters(int more) throws Unreadable {
            characters += more;
            if (characters > mostCharacters) {
                throw new Unreadable("a message that comes to more than " + mostCharacters + " characters");
            }
        }
    }

    private List<@Nullable Object> attributes(PythonObject object) throws Unreadable {
        List<String> names = classes.get(object.className());
        if (names == null) {
            throw Unreadable.classNotListed(object.className());
        }
        List<@Nullable Object> values = new ArrayList<>(names.size());
        for (String name : names) {
            if (!(object.state() instanceof Map<?, ?> state) || !state.containsKey(name)) {
                throw new Unreadable("a " + object.className() + " without " + name);
            }
            values.add(state.get(name));
        }
        return values;
    }

    /** As Python's JSON encoder names members. */
    private static String name(@Nullable Object key) {
        return String.valueOf(key);
    }
}
