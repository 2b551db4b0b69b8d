// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import dev.fairlead.protocol.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Whether every member of a bus can read a content. Python's reader takes more than the standard has: {@code NaN} and its like,
 * numbers of any size, and any depth.
 */
final class Fitness {

    /** The digits of the largest number that a double holds, but for the first. */
    private static final int MOST_DIGITS = 308;

    private Fitness() {}

    /**
     * {@return what is wrong with it; null if nothing is}
     *
     * @param json a value as {@code JsonText} writes it
     */
    static @Nullable String fault(String json) {
        int depth = 0;
        int digits = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            digits = c >= '0' && c <= '9' ? digits + 1 : 0;
            switch (c) {
                case '"' -> i = endOfText(json, i);
                case '{', '[' -> {
                    if (++depth > Json.MAX_DEPTH) {
                        return "more than " + Json.MAX_DEPTH + " levels";
                    }
                }
                case '}', ']' -> depth--;
                case 'N', 'I' -> {
                    return (c == 'N' ? "NaN" : "Infinity") + " is no number of JSON";
                }
                default -> {
                    if (digits > MOST_DIGITS) {
                        return "a number of more than " + MOST_DIGITS + " digits";
                    }
                }
            }
        }
        return null;
    }

    private static int endOfText(String json, int begin) {
        int at = begin + 1;
        while (json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return at;
    }
}
