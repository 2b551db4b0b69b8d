// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.json;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * JSON as Python's {@code json.dumps} writes it: a blank behind each comma and colon, and nothing but ASCII.
 */
public final class JsonText {

    /** Python writes digits out for exponents from here on. */
    private static final int LEAST_PLAIN_EXPONENT = -4;

    /** Python writes an exponent from here on. */
    private static final int FIRST_EXPONENT = 16;

    private JsonText() {}

    /** Writes a text in quotes. */
    public static void quote(CharSequence text, StringBuilder out) {
        out.append('"');
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                out.append(text, plain, i);
                escape(c, out);
                plain = i + 1;
            }
        }
        out.append(text, plain, text.length()).append('"');
    }

    private static void escape(char c, StringBuilder out) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            default -> {
                out.append("\\u");
                for (int shift = Character.SIZE - 4; shift >= 0; shift -= 4) {
                    out.append(Character.forDigit((c >> shift) & 0xF, 16));
                }
            }
        }
    }

    /** Writes a number with a fraction, or one that is none: {@code NaN}, {@code Infinity}, {@code -Infinity}. */
    static void number(double value, StringBuilder out) {
        if (!Double.isFinite(value) || value == 0) {
            out.append(value);
            return;
        }
        BigDecimal decimal = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
        BigDecimal rounded = decimal.round(new MathContext(1));
        if (rounded.doubleValue() == decimal.doubleValue()) {
            decimal = rounded.stripTrailingZeros(); // Java writes two digits where one is enough
        }
        String digits = decimal.unscaledValue().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        if (value < 0) {
            out.append('-');
        }
        if (exponent >= LEAST_PLAIN_EXPONENT && exponent < FIRST_EXPONENT) {
            out.append(decimal.toPlainString());
            if (decimal.scale() <= 0) {
                out.append(".0");
            }
            return;
        }
        out.append(digits.charAt(0));
        if (digits.length() > 1) {
            out.append('.').append(digits, 1, digits.length());
        }
        out.append(exponent < 0 ? "e-" : "e+");
        if (Math.abs(exponent) < 10) {
            out.append('0');
        }
        out.append(Math.abs(exponent));
    }

    /** {@return an error as the mesh bears it} */
    public static String error(String type, String description) {
        StringBuilder out = new StringBuilder(64 + description.length()).append("{\"error\": ");
        quote(type, out);
        out.append(", \"description\": ");
        quote(description, out);
        return out.append('}').toString();
    }
}
