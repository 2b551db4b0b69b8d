// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one literal of Python that may come from anyone, in one pass: numbers, texts, truth values, {@code None}, tuples,
 * lists, dictionaries and sets. A dictionary with the member {@code __class__} is an object, of a class that is listed, or
 * refused with its name.
 */
final class SerpentReader {

    /** How deep literals may nest, as Python's own parser allows about so much. */
    private static final int DEPTH = 200;

    /** How long a number may be: Python writes none that is longer where it comes from a program that counts. */
    private static final int LONGEST_NUMBER = 620;

    private final String text;
    private final Set<String> listed;
    private final boolean faults;
    private int at;

    SerpentReader(String text, Set<String> listed, boolean faults) {
        this.text = text;
        this.listed = listed;
        this.faults = faults;
    }

    @Nullable
    Object read() throws Unreadable {
        if (text.startsWith("#")) {
            int end = text.indexOf('\n');
            at = end < 0 ? text.length() : end + 1;
        }
        Object value = value(0);
        if (peek() != 0) {
            throw malformed("more than one value");
        }
        return value;
    }

    private @Nullable Object value(int depth) throws Unreadable {
        if (depth > DEPTH) {
            throw malformed("deeper than " + DEPTH + " levels");
        }
        char first = peek();
        switch (first) {
            case '(' -> {
                at++;
                return tuple(depth);
            }
            case '[' -> {
                at++;
                return elements(']', new ArrayList<>(), depth);
            }
            case '{' -> {
                at++;
                return dictionaryOrSet(depth);
            }
            case '\'', '"' -> {
                return string();
            }
            default -> {
                return first == 'N' || first == 'T' || first == 'F' ? word() : number();
            }
        }
    }

    private @Nullable Object word() throws Unreadable {
        if (text.startsWith("None", at)) {
            at += 4;
            return null;
        }
        if (text.startsWith("True", at)) {
            at += 4;
            return true;
        }
        if (text.startsWith("False", at)) {
            at += 5;
            return false;
        }
        throw malformed("an unknown word");
    }

    private Number number() throws Unreadable {
        int start = at;
        boolean whole = true;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            whole &= text.charAt(at) == '-' || Character.isDigit(text.charAt(at));
            at++;
        }
        if (at == start || at - start > LONGEST_NUMBER) {
            throw malformed(at == start ? "no value" : "a number of " + (at - start) + " digits");
        }
        String digits = text.substring(start, at);
        try {
            if (!whole) {
                return Double.valueOf(digits);
            }
            if (digits.length() < 19) {
                return Long.valueOf(digits);
            }
            BigInteger large = new BigInteger(digits);
            return large.bitLength() < Long.SIZE ? (Number) large.longValue() : large;
        } catch (NumberFormatException none) {
            throw malformed("a number that is none");
        }
    }

    private String string() throws Unreadable {
        char quote = text.charAt(at++);
        StringBuilder out = new StringBuilder();
        while (true) {
            char c = next();
            if (c == quote) {
                return out.toString();
            }
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = next();
            switch (escaped) {
                case '\\', '\'', '"' -> out.append(escaped);
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'a' -> out.append('\u0007');
                case 'v' -> out.append('\u000b');
                case 'x' -> out.append((char) hexadecimal(2));
                case 'u' -> out.append((char) hexadecimal(4));
                case 'U' -> {
                    int point = hexadecimal(8);
                    if (!Character.isValidCodePoint(point)) {
                        throw malformed("an escape of no character");
                    }
                    out.appendCodePoint(point);
                }
                default -> throw malformed("an unknown escape");
            }
        }
    }

    private int hexadecimal(int digits) throws Unreadable {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw malformed("an unknown escape");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** One value in parentheses is itself; a comma makes it a tuple. */
    private @Nullable Object tuple(int depth) throws Unreadable {
        List<@Nullable Object> elements = new ArrayList<>();
        if (peek() == ')') {
            at++;
            return new Object[0];
        }
        elements.add(value(depth + 1));
        if (peek() == ')') {
            at++;
            return elements.get(0);
        }
        expect(',');
        return elements(')', elements, depth).toArray();
    }

    /** Reads up to the end; a comma may stand before it. */
    private List<@Nullable Object> elements(char end, List<@Nullable Object> elements, int depth) throws Unreadable {
        while (peek() != end) {
            elements.add(value(depth + 1));
            if (peek() != end) {
                expect(',');
            }
        }
        at++;
        return elements;
    }

    private @Nullable Object dictionaryOrSet(int depth) throws Unreadable {
        Map<@Nullable Object, @Nullable Object> dictionary = new LinkedHashMap<>();
        if (peek() == '}') {
            at++;
            return dictionary;
        }
        Object key = value(depth + 1);
        if (peek() != ':') {
            List<@Nullable Object> set = new ArrayList<>();
            set.add(key);
            if (peek() != '}') {
                expect(',');
            }
            return elements('}', set, depth);
        }
        while (true) {
            expect(':');
            if (key != null && !(key instanceof String || key instanceof Number || key instanceof Boolean)) {
                throw malformed("a dictionary with a key that is neither a text nor a number");
            }
            dictionary.put(key, value(depth + 1));
            if (peek() != '}') {
                expect(',');
            }
            if (peek() == '}') {
                at++;
                return dictionary.containsKey(SerpentNotation.CLASS) ? object(dictionary) : dictionary;
            }
            key = value(depth + 1);
        }
    }

    private Object object(Map<@Nullable Object, @Nullable Object> members) throws Unreadable {
        String name = String.valueOf(members.remove(SerpentNotation.CLASS));
        if (name.equals("float") && "nan".equals(members.get("value"))) {
            return Double.NaN;
        }
        if (name.equals(PyroUri.CLASS)) {
            return new PythonObject(name, List.of(), members.get("state"));
        }
        if (faults && Boolean.TRUE.equals(members.get(SerpentNotation.EXCEPTION)) && PythonObject.isFault(name)) {
            Object arguments = members.get("args");
            return new PythonObject(name, arguments instanceof Object[] all ? Arrays.asList(all) : List.of(), null);
        }
        if (!listed.contains(name)) {
            throw Unreadable.classNotListed(name);
        }
        return new PythonObject(name, List.of(), members);
    }

    private char next() throws Unreadable {
        if (at == text.length()) {
            throw malformed("it ends early");
        }
        return text.charAt(at++);
    }

    /** {@return the next character that is no blank; NUL at the end} */
    private char peek() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return c;
            }
            at++;
        }
        return 0;
    }

    private void expect(char wanted) throws Unreadable {
        if (peek() != wanted) {
            throw malformed("no " + wanted);
        }
        at++;
    }

    private Unreadable malformed(String what) {
        return new Unreadable("a malformed literal: " + what + " at " + at);
    }
}
