// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory or data, written {@code 512B}, {@code 64KiB}, {@code 4MiB}, {@code 1GiB}.
 *
 * @param bytes zero or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

    /** What to write, for messages. */
    public static final String EXPECTED = "a size such as 512B, 64KiB or 4MiB";

    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;
    private static final long GIB = MIB * KIB;
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");

    /** @throws IllegalArgumentException if {@code bytes} is negative */
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes + " (expected: 0 or more)");
        }
    }

    /** {@return {@code count} kibibytes} */
    public static ByteSize ofKiB(long count) {
        return new ByteSize(Math.multiplyExact(count, KIB));
    }

    /** {@return {@code count} mebibytes} */
    public static ByteSize ofMiB(long count) {
        return new ByteSize(Math.multiplyExact(count, MIB));
    }

    /**
     * Reads a size: a whole number and its unit.
     *
     * @throws IllegalArgumentException if {@code text} is written otherwise
     */
    public static ByteSize parse(String text) {
        Matcher parts = WRITTEN.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text + " (expected: " + EXPECTED + ")");
        }
        long unit =
                switch (parts.group(2)) {
                    case "KiB" -> KIB;
                    case "MiB" -> MIB;
                    case "GiB" -> GIB;
                    default -> 1;
                };
        return new ByteSize(Long.parseLong(parts.group(1)) * unit);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** {@return the size as {@link #parse} reads it, in the largest unit that needs no fraction} */
    @Override
    public String toString() {
        if (bytes != 0 && bytes % GIB == 0) {
            return bytes / GIB + "GiB";
        }
        if (bytes != 0 && bytes % MIB == 0) {
            return bytes / MIB + "MiB";
        }
        if (bytes != 0 && bytes % KIB == 0) {
            return bytes / KIB + "KiB";
        }
        return bytes + "B";
    }
}
