// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.razorvine.pyro.Message;
import org.jspecify.annotations.Nullable;

/** Serpent: literals of Python, in UTF-8. An object is a dictionary with the member {@code __class__}. */
final class SerpentNotation implements Notation {

    static final String CLASS = "__class__";
    static final String EXCEPTION = "__exception__";

    private static final String HEAD = "# serpent utf-8 python3.2\n";

    /** Deeper than this nothing is written; what is published is checked before. */
    private static final int DEPTH = 200;

    private final Set<String> classes;

    /**
     * Makes one.
     *
     * @param classes those that may be read
     */
    SerpentNotation(Set<String> classes) {
        this.classes = Set.copyOf(classes);
    }

    @Override
    public int id() {
        return Message.SERIALIZER_SERPENT;
    }

    @Override
    public byte[] write(@Nullable Object value) {
        StringBuilder out = new StringBuilder(512).append(HEAD);
        write(value, out, 0);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] writeFault(String className, String text) {
        StringBuilder out = new StringBuilder(text.length() + 128).append(HEAD);
        out.append("{'__class__':");
        quote(className, out);
        out.append(",'__exception__':True,'args':(");
        quote(text, out);
        out.append(",),'attributes':{}}");
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable Object read(byte[] written, boolean faults) throws Unreadable {
        return new SerpentReader(new String(written, StandardCharsets.UTF_8), classes, faults).read();
    }

    /** {@return a value as Python prints it} */
    static String printed(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out, 0);
        return out.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out, int depth) {
        if (depth > DEPTH) {
            throw new IllegalArgumentException("depth: more than " + DEPTH + " levels");
        }
        if (value == null) {
            out.append("None");
        } else if (value instanceof Boolean truth) {
            out.append(truth ? "True" : "False");
        } else if (value instanceof String text) {
            quote(text, out);
        } else if (value instanceof Double number && number.isNaN()) {
            throw new IllegalArgumentException("number: NaN (expected: one that Python can write)");
        } else if (value instanceof Double number && number.isInfinite()) {
            out.append(number > 0 ? "1e30000" : "-1e30000"); // as Python's serpent writes it
        } else if (value instanceof Number) {
            out.append(value);
        } else if (value instanceof Object[] tuple) {
            out.append('(');
            writeAll(List.of(), tuple, out, depth);
            out.append(tuple.length == 1 ? ",)" : ")");
        } else if (value instanceof List<?> list) {
            out.append('[');
            writeAll(list, new Object[0], out, depth);
            out.append(']');
        } else if (value instanceof Map<?, ?> map) {
            writeMap(map, out, depth);
        } else if (value instanceof PythonObject object) {
            out.append("{'__class__':");
            quote(object.className(), out);
            out.append(",'state':");
            write(object.state(), out, depth + 1);
            out.append('}');
        } else {
            throw new IllegalArgumentException("value: a " + value.getClass().getName() + " (expected: a plain value)");
        }
    }

    private static void writeAll(List<?> list, @Nullable Object[] tuple, StringBuilder out, int depth) {
        String separator = "";
        for (Object element : list) {
            out.append(separator);
            write(element, out, depth + 1);
            separator = ",";
        }
        for (Object element : tuple) {
            out.append(separator);
            write(element, out, depth + 1);
            separator = ",";
        }
    }

    private static void writeMap(Map<?, ?> map, StringBuilder out, int depth) {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> member : map.entrySet()) {
            out.append(separator);
            write(member.getKey(), out, depth + 1);
            out.append(':');
            write(member.getValue(), out, depth + 1);
            separator = ",";
        }
        out.append('}');
    }

    /** As Python's {@code repr} does, but that all beyond ASCII that has a form in UTF-8 stays what it is. */
    private static void quote(String text, StringBuilder out) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c == '\r') {
                out.append("\\r");
            } else if (c == '\t') {
                out.append("\\t");
            } else if (c < ' ' || (c >= 0x7f && c <= 0xa0)) {
                escape("\\x", c, 2, out);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else if (Character.isSurrogate(c)) {
                escape("\\u", c, 4, out);
            } else {
                out.append(c);
            }
        }
        out.append(quote);
    }

    private static void escape(String head, char c, int digits, StringBuilder out) {
        out.append(head);
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            out.append(Character.forDigit(c >> shift & 0xf, 16));
        }
    }
}
