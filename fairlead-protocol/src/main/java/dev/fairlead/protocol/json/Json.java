// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON (RFC 8259) as plain values: {@link Map} in the order of the text, {@link List}, {@link String},
 * {@link Long} for whole numbers that fit it, {@link Double} for all others, {@link Boolean}, and {@code null}.
 *
 * <p>The reader is strict, but for one thing that the standard leaves open: of two members with one name the last
 * counts. A number too large for a {@code Double} is refused. An escaped lone surrogate is kept, and written as an escape.
 */
public final class Json {

    /** How deep arrays and objects may nest; one level more is refused, so that no text exhausts the stack. */
    public static final int MAX_DEPTH = 64;

    private Json() {}

    /**
     * Reads one value, which must be all of the text but for blanks around it.
     *
     * @return the value; maps and lists are the caller's to change
     * @throws MalformedJson if the text is anything else
     */
    public static @Nullable Object parse(String text) {
        return new Reader(text).whole();
    }

    /**
     * Writes a value on one line, without blanks.
     *
     * @param value what {@link #parse} gives, or any {@link Number} that is neither infinite nor NaN
     * @throws IllegalArgumentException if the value, or one inside it, has no form in JSON
     */
    public static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder(1024); // a sender's headers fit
        write(value, out, 0);
        return out.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("depth: more than " + MAX_DEPTH + " levels");
        }
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof CharSequence text) {
            quote(text, out);
        } else if (value instanceof Number number) {
            if (!Double.isFinite(number.doubleValue())) {
                throw new IllegalArgumentException("number: " + number + " (expected: a finite one)");
            }
            out.append(number);
        } else if (value instanceof Map<?, ?> map) {
            out.append('{');
            String separator = "";
            for (Map.Entry<?, ?> member : map.entrySet()) {
                out.append(separator);
                quote(String.valueOf(member.getKey()), out);
                out.append(':');
                write(member.getValue(), out, depth + 1);
                separator = ",";
            }
            out.append('}');
        } else if (value instanceof List<?> list) {
            out.append('[');
            String separator = "";
            for (Object element : list) {
                out.append(separator);
                write(element, out, depth + 1);
                separator = ",";
            }
            out.append(']');
        } else {
            throw new IllegalArgumentException(
                    "value: " + value.getClass().getName() + " (expected: a map, list, text, number, boolean or null)");
        }
    }

    private static void quote(CharSequence text, StringBuilder out) {
        out.append('"');
        int plain = plainChars(text);
        out.append(text, 0, plain);
        for (int i = plain; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7F) {
                        escape(c, out);
                    } else if (!Character.isSurrogate(c)) {
                        out.append(c);
                    } else if (Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1))) {
                        out.append(c).append(text.charAt(++i));
                    } else {
                        escape(c, out);
                    }
                }
            }
        }
        out.append('"');
    }

    /** {@return how many characters at the beginning stand for themselves: mostly all} */
    private static int plainChars(CharSequence text) {
        int i = 0;
        while (i < text.length() && isPlain(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
    }

    private static void escape(char c, StringBuilder out) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit((c >> shift) & 0xF, 16));
        }
    }

    private static final class Reader {

        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        @Nullable
        Object whole() {
            Object value = value(0);
            blanks();
            if (at < text.length()) {
                throw malformed("more than one value");
            }
            return value;
        }

        private @Nullable Object value(int depth) {
            blanks();
            return switch (peek()) {
                case '{' -> object(depth + 1);
                case '[' -> array(depth + 1);
                case '"' -> string();
                case 't' -> word("true", true);
                case 'f' -> word("false", false);
                case 'n' -> word("null", null);
                default -> number();
            };
        }

        private Map<String, @Nullable Object> object(int depth) {
            enter(depth);
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            blanks();
            if (peek() == '}') {
                at++;
                return members;
            }
            while (true) {
                blanks();
                if (peek() != '"') {
                    throw malformed("no member name");
                }
                String name = string();
                blanks();
                if (peek() != ':') {
                    throw malformed("no colon after a member name");
                }
                at++;
                members.put(name, value(depth));
                if (ends('}', "object")) {
                    return members;
                }
            }
        }

        private List<@Nullable Object> array(int depth) {
            enter(depth);
            List<@Nullable Object> elements = new ArrayList<>();
            blanks();
            if (peek() == ']') {
                at++;
                return elements;
            }
            while (true) {
                elements.add(value(depth));
                if (ends(']', "array")) {
                    return elements;
                }
            }
        }

        private void enter(int depth) {
            if (depth > MAX_DEPTH) {
                throw malformed("more than " + MAX_DEPTH + " levels");
            }
            at++;
        }

        private boolean ends(char end, String what) {
            blanks();
            char c = peek();
            if (c != end && c != ',') {
                throw malformed("no comma or end of the " + what);
            }
            at++;
            return c == end;
        }

        private String string() {
            int start = ++at;
            while (plain(peek())) {
                at++;
            }
            if (peek() == '"') {
                return text.substring(start, at++);
            }
            StringBuilder out = new StringBuilder().append(text, start, at);
            while (true) {
                char c = peek();
                if (c == '"') {
                    at++;
                    return out.toString();
                } else if (c == '\\') {
                    at++;
                    out.append(escaped());
                } else if (plain(c)) {
                    at++;
                    out.append(c);
                } else {
                    throw malformed("a control character inside a text");
                }
            }
        }

        private static boolean plain(char c) {
            return c >= ' ' && c != '"' && c != '\\';
        }

        private char escaped() {
            char c = peek();
            at++;
            return switch (c) {
                case '"', '\\', '/' -> c;
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'u' -> unit();
                default -> {
                    at--;
                    throw malformed("an unknown escape");
                }
            };
        }

        private char unit() {
            int unit = 0;
            for (int i = 0; i < 4; i++) {
                char c = peek();
                int digit = c < 0x80 ? Character.digit(c, 16) : -1;
                if (digit < 0) {
                    throw malformed("an escape without four hexadecimal digits");
                }
                unit = unit << 4 | digit;
                at++;
            }
            return (char) unit;
        }

        private @Nullable Object word(String word, @Nullable Object meaning) {
            if (!text.startsWith(word, at)) {
                throw malformed("no value");
            }
            at += word.length();
            return meaning;
        }

        private Number number() {
            int start = at;
            if (peek() == '-') {
                at++;
            }
            if (at < text.length() && text.charAt(at) == '0') {
                at++;
            } else {
                digits(at == start ? "no value" : "no digit");
            }
            boolean whole = true;
            if (at < text.length() && text.charAt(at) == '.') {
                whole = false;
                at++;
                digits("no digit");
            }
            if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
                whole = false;
                at++;
                if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                    at++;
                }
                digits("no digit");
            }
            String digits = text.substring(start, at);
            if (whole && digits.length() <= 20) {
                try {
                    return Long.valueOf(digits);
                } catch (NumberFormatException tooLarge) {
                    // a Double holds it, if not to the last digit
                }
            }
            double value = Double.parseDouble(digits);
            if (Double.isInfinite(value)) {
                throw new MalformedJson("too large a number", start);
            }
            return value;
        }

        private void digits(String otherwise) {
            int start = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            if (at == start) {
                throw malformed(at == text.length() ? "an early end" : otherwise);
            }
        }

        private void blanks() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private char peek() {
            if (at >= text.length()) {
                throw malformed("an early end");
            }
            return text.charAt(at);
        }

        private MalformedJson malformed(String what) {
            return new MalformedJson(what, at);
        }
    }
}
