// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.json;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A value of JSON that is passed on: its text, and what has to be known of it. A list or an object is no more than its text,
 * so that no message costs many times its length.
 *
 * @param kind Python's name for its type: {@code dict}, {@code list}, {@code str}, {@code int}, {@code float}, {@code bool} or
 *     {@code NoneType}
 * @param json its text in Python's style
 * @param text what a {@code str} says; null for all others
 */
public record Value(String kind, String json, @Nullable String text) {

    /** Nothing: {@code null}. */
    public static final Value NULL = new Value("NoneType", "null", null);

    private static final int LONGEST_LONG = 18;

    /** {@return a text} */
    public static Value of(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2);
        JsonText.quote(text, json);
        return new Value("str", json.toString(), text);
    }

    /** {@return whether it is {@code null}} */
    public boolean isNull() {
        return kind.equals(NULL.kind);
    }

    /** {@return how it reads in a message for people, as Python prints it} */
    public String printed() {
        if (text != null) {
            return text;
        }
        return switch (json) {
            case "null" -> "None";
            case "true" -> "True";
            case "false" -> "False";
            default -> json;
        };
    }

    /** {@return what a header can bear: a text, a number, a truth value or nothing; for a list or an object, its text} */
    public @Nullable Object plain() {
        return switch (kind) {
            case "NoneType" -> null;
            case "bool" -> Boolean.valueOf(json);
            case "int" -> json.length() <= LONGEST_LONG ? Long.valueOf(json) : whole();
            case "float" -> json.endsWith("N") || json.endsWith("y") ? json : Double.valueOf(json);
            default -> text == null ? json : text;
        };
    }

    private Object whole() {
        BigInteger number = new BigInteger(json);
        return number.bitLength() < Long.SIZE ? number.longValue() : json;
    }
}
