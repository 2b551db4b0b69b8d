// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.json.MalformedJson;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Python's {@code json.dumps} writes it: a blank after each comma and colon, and nothing but ASCII.
 *
 * <p>Whole numbers that do not fit 64 bits are read as {@link Double}; {@code NaN} and {@code Infinity}, which Python
 * writes, are no JSON and are refused.
 */
public final class PythonJson {

    private PythonJson() {}

    /**
     * Reads one value.
     *
     * @return the value; maps and lists are the caller's to change
     * @throws MalformedMeshMessage if the bytes are no UTF-8, or the text no JSON
     */
    public static @Nullable Object parse(byte[] utf8) {
        try {
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            throw new MalformedMeshMessage("body: no UTF-8");
        }
    }

    /**
     * Reads one value.
     *
     * @return the value; maps and lists are the caller's to change
     * @throws MalformedMeshMessage if the text is no JSON
     */
    public static @Nullable Object parse(String text) {
        try {
            return Json.parse(text);
        } catch (MalformedJson malformed) {
            throw new MalformedMeshMessage("body: no JSON: " + malformed.getMessage());
        }
    }

    /**
     * Writes a value on one line.
     *
     * <p>Beyond the values of JSON it takes what the Python library takes: moments as ISO text with {@code Z}, a {@link
     * Duration} as {@code 1 day, 0:00:05}, a {@link BigDecimal} as text, arrays and collections as lists, and anything else
     * as its {@code toString}.
     *
     * @throws IllegalArgumentException if a number is infinite or no number, or values nest deeper than
     *     {@value dev.fairlead.protocol.json.Json#MAX_DEPTH} levels
     */
    public static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder(256);
        write(value, out, 0);
        return out.toString();
    }

    /** {@return the bytes of {@link #write}} */
    public static byte[] bytes(@Nullable Object value) {
        return write(value).getBytes(StandardCharsets.US_ASCII);
    }

    private static void write(@Nullable Object value, StringBuilder out, int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw new IllegalArgumentException("depth: more than " + Json.MAX_DEPTH + " levels");
        }
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof CharSequence text) {
            quote(text, out);
        } else if (value instanceof Double || value instanceof Float) {
            number(((Number) value).doubleValue(), out);
        } else if (isWhole(value)) {
            out.append(value);
        } else if (value instanceof Map<?, ?> map) {
            object(map, out, depth);
        } else if (value instanceof Collection<?> list) {
            array(list, out, depth);
        } else if (value instanceof Object[] array) {
            array(Arrays.asList(array), out, depth);
        } else {
            quote(text(value), out);
        }
    }

    private static boolean isWhole(Object value) {
        return value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger;
    }

    private static void object(Map<?, ?> map, StringBuilder out, int depth) {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> member : map.entrySet()) {
            out.append(separator);
            quote(String.valueOf(member.getKey()), out);
            out.append(": ");
            write(member.getValue(), out, depth + 1);
            separator = ", ";
        }
        out.append('}');
    }

    private static void array(Collection<?> list, StringBuilder out, int depth) {
        out.append('[');
        String separator = "";
        for (Object element : list) {
            out.append(separator);
            write(element, out, depth + 1);
            separator = ", ";
        }
        out.append(']');
    }

    private static void quote(CharSequence text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c >= ' ' && c < 0x7F) {
                        out.append(c);
                    } else {
                        escape(c, out);
                    }
                }
            }
        }
        out.append('"');
    }

    private static void escape(char c, StringBuilder out) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit((c >> shift) & 0xF, 16));
        }
    }

    /** Python writes digits out from 0.0001 to below 1e16, and an exponent of at least two digits beyond. */
    private static void number(double value, StringBuilder out) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("number: " + value + " (expected: a finite one)");
        }
        double size = Math.abs(value);
        if (size == 0 || (size >= 1e-4 && size < 1e16)) {
            String plain = size == 0
                    ? Double.toString(value)
                    : new BigDecimal(Double.toString(value))
                            .stripTrailingZeros()
                            .toPlainString();
            out.append(plain);
            if (plain.indexOf('.') < 0) {
                out.append(".0");
            }
            return;
        }
        String digits = Double.toString(value);
        int at = digits.indexOf('E');
        String mantissa = digits.substring(0, at);
        int exponent = Integer.parseInt(digits.substring(at + 1));
        out.append(mantissa.endsWith(".0") ? mantissa.substring(0, mantissa.length() - 2) : mantissa)
                .append(exponent < 0 ? "e-" : "e+");
        if (Math.abs(exponent) < 10) {
            out.append('0');
        }
        out.append(Math.abs(exponent));
    }

    private static String text(Object value) {
        if (value instanceof Instant moment) {
            return iso(moment.atOffset(ZoneOffset.UTC).toLocalDateTime()) + "Z";
        }
        if (value instanceof OffsetDateTime moment) {
            return iso(moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()) + "Z";
        }
        if (value instanceof ZonedDateTime moment) {
            return iso(moment.withZoneSameInstant(ZoneOffset.UTC).toLocalDateTime()) + "Z";
        }
        if (value instanceof LocalDateTime moment) {
            return iso(moment) + "Z";
        }
        if (value instanceof LocalDate || value instanceof LocalTime) {
            return value + "Z";
        }
        if (value instanceof Duration duration) {
            return text(duration);
        }
        return value.toString();
    }

    private static String iso(LocalDateTime moment) {
        return moment.format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
    }

    private static String text(Duration duration) {
        long days = Math.floorDiv(duration.getSeconds(), 86_400L);
        long second = Math.floorMod(duration.getSeconds(), 86_400L);
        StringBuilder out = new StringBuilder();
        if (days != 0) {
            out.append(days).append(Math.abs(days) == 1 ? " day, " : " days, ");
        }
        out.append(second / 3600).append(':');
        pad(second / 60 % 60, 2, out).append(':');
        pad(second % 60, 2, out);
        int micros = duration.getNano() / 1000;
        if (micros != 0) {
            pad(micros, 6, out.append('.'));
        }
        return out.toString();
    }

    private static StringBuilder pad(long value, int digits, StringBuilder out) {
        String text = Long.toString(value);
        return out.append("0".repeat(Math.max(0, digits - text.length()))).append(text);
    }
}
