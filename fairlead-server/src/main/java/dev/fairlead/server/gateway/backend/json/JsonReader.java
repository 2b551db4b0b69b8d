// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.json;

import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as Python's {@code json} module does, from the front to the back, and writes what is to be passed on in the style
 * of {@link JsonText} as it goes. It takes what that module takes: {@code NaN} and {@code Infinity}, and of two members with
 * one name whoever reads them last; and it complains in the same words, with places counted in characters.
 *
 * <p>It builds nothing: what a message costs is in proportion to its length.
 */
public final class JsonReader {

    /** How deep lists and objects may nest. Python's own bound lies a little higher, and depends on who calls. */
    public static final int MAX_DEPTH = 900;

    /** How many digits a whole number may have in Python. */
    static final int MAX_DIGITS = 4300;

    /** Digits that a number with a fraction may have if its shortest form is to be the one that it was written in. */
    private static final int SAFE_DIGITS = 15;

    private final String text;
    private int at;
    private int depth;

    /** Takes the members of an object. */
    @FunctionalInterface
    public interface Members {

        /** Has to read the value of the member from {@code in}, whatever the name. */
        void member(String name, JsonReader in);
    }

    /**
     * Begins with the first value.
     *
     * @throws JsonFault for a text that begins with a byte order mark
     */
    public JsonReader(String text) {
        if (text.startsWith("\uFEFF")) {
            throw fault("Unexpected UTF-8 BOM (decode using utf-8-sig)", text, 0);
        }
        this.text = text;
        blanks();
    }

    /** {@return whether the value that is next is an object} */
    public boolean isObject() {
        return next() == '{';
    }

    /** {@return whether the value that is next is a list} */
    public boolean isList() {
        return next() == '[';
    }

    /** Reads the object that is next. */
    public void object(Members members) {
        enter("object");
        at++;
        blanks();
        if (next() != '}') {
            while (true) {
                if (next() != '"') {
                    throw fault("Expecting property name enclosed in double quotes", at);
                }
                String name = string();
                blanks();
                if (next() != ':') {
                    throw fault("Expecting ':' delimiter", at);
                }
                at++;
                blanks();
                members.member(name, this);
                blanks();
                if (next() == '}') {
                    break;
                }
                comma();
            }
        }
        at++;
        depth--;
    }

    /** Reads the list that is next; {@code element} has to read each of its values. */
    public void list(Runnable element) {
        enter("array");
        at++;
        blanks();
        if (next() != ']') {
            while (true) {
                element.run();
                blanks();
                if (next() == ']') {
                    break;
                }
                comma();
            }
        }
        at++;
        depth--;
    }

    private void comma() {
        if (next() != ',') {
            throw fault("Expecting ',' delimiter", at);
        }
        at++;
        blanks();
    }

    private void enter(String what) {
        if (++depth > MAX_DEPTH) {
            throw new JsonFault(
                    "RecursionError",
                    "maximum recursion depth exceeded while decoding a JSON " + what + " from a unicode string");
        }
    }

    /** Reads a value that nobody needs. */
    public void skip() {
        pass(null);
    }

    /** {@return the value that is next} */
    public Value value() {
        int start = at;
        char first = next();
        if (first == '"') {
            return Value.of(string());
        }
        StringBuilder out = new StringBuilder();
        pass(out);
        String kind =
                switch (first) {
                    case '{' -> "dict";
                    case '[' -> "list";
                    case 'n' -> Value.NULL.kind();
                    case 't', 'f' -> "bool";
                    case 'N', 'I' -> "float";
                    default -> isWhole(start) ? "int" : "float";
                };
        return new Value(kind, out.toString(), null);
    }

    private boolean isWhole(int start) {
        for (int i = start; i < at; i++) {
            char c = text.charAt(i);
            if (c != '-' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads the value that is next, and writes it.
     *
     * @param out null if nobody needs it
     */
    private void pass(@Nullable StringBuilder out) {
        switch (next()) {
            case '"' -> {
                String string = string();
                if (out != null) {
                    JsonText.quote(string, out);
                }
            }
            case '{' -> passObject(out);
            case '[' -> passList(out);
            case 'n' -> word("null", out);
            case 't' -> word("true", out);
            case 'f' -> word("false", out);
            case 'N' -> word("NaN", out);
            case 'I' -> word("Infinity", out);
            case '-' -> {
                if (text.startsWith("-Infinity", at)) {
                    word("-Infinity", out);
                } else {
                    number(out);
                }
            }
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(out);
            default -> throw noValue(at);
        }
    }

    private void passObject(@Nullable StringBuilder out) {
        if (out == null) {
            object((name, in) -> in.pass(null));
            return;
        }
        out.append('{');
        int start = out.length();
        object((name, in) -> {
            if (out.length() > start) {
                out.append(", ");
            }
            JsonText.quote(name, out);
            out.append(": ");
            in.pass(out);
        });
        out.append('}');
    }

    private void passList(@Nullable StringBuilder out) {
        if (out == null) {
            list(() -> pass(null));
            return;
        }
        out.append('[');
        int start = out.length();
        list(() -> {
            if (out.length() > start) {
                out.append(", ");
            }
            pass(out);
        });
        out.append(']');
    }

    private void word(String word, @Nullable StringBuilder out) {
        if (!text.startsWith(word, at)) {
            throw noValue(at);
        }
        at += word.length();
        if (out != null) {
            out.append(word);
        }
    }

    private void number(@Nullable StringBuilder out) {
        int start = at;
        if (next() == '-') {
            at++;
        }
        int digits = at;
        if (next() == '0') {
            at++;
        } else if (isDigit(at)) {
            digits();
        } else {
            at = start;
            throw noValue(start);
        }
        int endOfWhole = at;
        if (next() == '.' && isDigit(at + 1)) {
            at++;
            digits();
        }
        int endOfFraction = at;
        if (next() == 'e' || next() == 'E') {
            at++;
            if (next() == '-' || next() == '+') {
                at++;
            }
            if (isDigit(at)) {
                digits();
            } else {
                at = endOfFraction;
            }
        }
        if (at == endOfWhole) {
            if (at - digits > MAX_DIGITS) {
                throw new JsonFault(
                        "ValueError",
                        "Exceeds the limit (" + MAX_DIGITS + " digits) for integer string conversion: value has "
                                + (at - digits) + " digits; use sys.set_int_max_str_digits() to increase the limit");
            }
            if (out != null) {
                out.append(text, text.charAt(digits) == '0' ? digits : start, at); // there is no whole -0
            }
        } else if (out != null) {
            if (at == endOfFraction && isShortest(digits, endOfWhole)) {
                out.append(text, start, at);
            } else {
                JsonText.number(Double.parseDouble(text.substring(start, at)), out);
            }
        }
    }

    /** Whether a number without an exponent, which ends here, is surely written as Python would write it. */
    private boolean isShortest(int digits, int endOfWhole) {
        return at - digits <= SAFE_DIGITS
                && text.charAt(at - 1) != '0'
                && (text.charAt(digits) != '0' || text.charAt(endOfWhole + 1) != '0');
    }

    private void digits() {
        while (isDigit(at)) {
            at++;
        }
    }

    private boolean isDigit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    /** Reads the text that is next. */
    public String string() {
        int begin = at++;
        StringBuilder unescaped = null;
        int from = at;
        while (true) {
            char c = 0;
            for (; at < text.length(); at++) {
                c = text.charAt(at);
                if (c == '"' || c == '\\') {
                    break;
                }
                if (c < ' ') {
                    throw fault("Invalid control character at", at);
                }
            }
            if (at >= text.length()) {
                throw fault("Unterminated string starting at", begin);
            }
            if (c == '"') {
                String rest = text.substring(from, at++);
                return unescaped == null ? rest : unescaped.append(rest).toString();
            }
            if (unescaped == null) {
                unescaped = new StringBuilder();
            }
            unescaped.append(text, from, at);
            at++;
            if (at == text.length()) {
                throw fault("Unterminated string starting at", begin);
            }
            unescaped.append(escaped());
            from = at;
        }
    }

    /** Reads what stands behind a backslash. */
    private char escaped() {
        char c = text.charAt(at++);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int digits = at;
                if (digits + 4 >= text.length()) {
                    throw fault("Invalid \\uXXXX escape", digits - 1);
                }
                int code = 0;
                for (; at < digits + 4; at++) {
                    char digit = text.charAt(at);
                    int value = digit < 0x80 ? Character.digit(digit, 16) : -1;
                    if (value < 0) {
                        throw fault("Invalid \\uXXXX escape", digits - 1);
                    }
                    code = code << 4 | value;
                }
                yield (char) code;
            }
            default -> throw fault("Invalid \\escape", at - 2);
        };
    }

    /** Nothing may be left but blanks. */
    public void end() {
        blanks();
        if (at < text.length()) {
            throw fault("Extra data", at);
        }
    }

    private void blanks() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** {@return the next character; 0 at the end, which is no part of any JSON} */
    private char next() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private JsonFault noValue(int index) {
        return fault("Expecting value", index);
    }

    private JsonFault fault(String what, int index) {
        return fault(what, text, index);
    }

    /** Python counts characters, and lines by their line feeds. */
    private static JsonFault fault(String what, String text, int index) {
        int line = 1;
        int lineStart = 0;
        for (int i = text.indexOf('\n'); i >= 0 && i < index; i = text.indexOf('\n', i + 1)) {
            line++;
            lineStart = i + 1;
        }
        return new JsonFault(
                "JSONDecodeError",
                what + ": line " + line + " column " + (text.codePointCount(lineStart, index) + 1) + " (char "
                        + text.codePointCount(0, index) + ")");
    }
}
