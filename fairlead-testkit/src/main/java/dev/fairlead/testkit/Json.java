// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads JSON (RFC 8259) for the drivers, apart from the server's own reader. */
final class Json {

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** {@return the object that {@code text} is} */
    static Members object(String text) {
        Json json = new Json(text);
        Members object = new Members(json.members());
        json.blanks();
        if (json.at != text.length()) {
            throw json.wrong("the end");
        }
        return object;
    }

    /** {@return a text as JSON has it} */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /**
     * An object's members; asking for one that is not there, or is of another kind, fails the test.
     *
     * @param all by name, in order
     */
    record Members(Map<String, Object> all) {

        Set<String> names() {
            return all.keySet();
        }

        String text(String name) {
            return get(name, String.class);
        }

        boolean flag(String name) {
            return get(name, Boolean.class);
        }

        int number(String name) {
            return get(name, Double.class).intValue();
        }

        Members object(String name) {
            Map<String, Object> members = new LinkedHashMap<>();
            ((Map<?, ?>) get(name, Map.class)).forEach((key, value) -> members.put((String) key, value));
            return new Members(members);
        }

        private <T> T get(String name, Class<T> kind) {
            Object member = all.get(name);
            if (!kind.isInstance(member)) {
                throw new AssertionError(
                        "member " + name + ": " + member + " (expected: a " + kind.getSimpleName() + ")");
            }
            return kind.cast(member);
        }
    }

    private Object value() {
        blanks();
        return switch (peek()) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        expect('{');
        if (!is('}')) {
            do {
                blanks();
                String name = string();
                expect(':');
                if (members.put(name, value()) != null) {
                    throw new AssertionError("member " + name + " came twice: " + text);
                }
            } while (is(','));
            expect('}');
        }
        return members;
    }

    private List<Object> elements() {
        List<Object> elements = new ArrayList<>();
        expect('[');
        if (!is(']')) {
            do {
                elements.add(value());
            } while (is(','));
            expect(']');
        }
        return elements;
    }

    private String string() {
        if (!is('"')) {
            throw wrong("a string");
        }
        StringBuilder string = new StringBuilder();
        while (true) {
            char c = next();
            switch (c) {
                case '"' -> {
                    return string.toString();
                }
                case '\\' -> {
                    char escaped = next();
                    switch (escaped) {
                        case 'b' -> string.append('\b');
                        case 'f' -> string.append('\f');
                        case 'n' -> string.append('\n');
                        case 'r' -> string.append('\r');
                        case 't' -> string.append('\t');
                        case 'u' -> {
                            string.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                            at += 4;
                        }
                        default -> string.append(escaped);
                    }
                }
                default -> string.append(c);
            }
        }
    }

    private Object word() {
        int start = at;
        while (at < text.length() && "{}[],:\" \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "" -> throw wrong("a value");
            default -> Double.valueOf(word);
        };
    }

    private boolean is(char expected) {
        blanks();
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char expected) {
        if (!is(expected)) {
            throw wrong("'" + expected + "'");
        }
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private char next() {
        char c = peek();
        at++;
        return c;
    }

    private AssertionError wrong(String expected) {
        return new AssertionError("JSON at " + at + ": " + expected + " was expected in: " + text);
    }
}
