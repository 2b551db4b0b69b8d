// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of load: so many connections, each with so many messages of one size on their way at any time.
 *
 * @param size bytes of payload of a message
 * @param connections senders, each joined to a listener's connection
 * @param depth messages of one connection that are under way at once, 1 or more
 */
record Cell(int size, int connections, int depth) {

    /**
     * How many bytes may be on their way at once. More take longer to go round once than a run lasts, and programs that hold
     * whole messages need several times as much memory.
     */
    static final long MOST_BYTES_UNDER_WAY = 512L << 20;

    private static final Pattern NAME = Pattern.compile("(\\d+)(B|KiB|MiB)x(\\d+)x(\\d+)");

    /**
     * {@return the cell of a name such as {@code 16KiBx64x1}}
     *
     * @throws IllegalArgumentException if the name is none
     */
    static Cell of(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "cell: " + name + " (expected: SIZExCONNECTIONSxDEPTH such as 1KiBx64x16)");
        }
        return new Cell(
                bytes(parts.group(1), parts.group(2)),
                Integer.parseInt(parts.group(3)),
                Integer.parseInt(parts.group(4)));
    }

    /** {@return whether it can be measured in a short run: see {@link #MOST_BYTES_UNDER_WAY}} */
    boolean fits() {
        return bytesUnderWay() <= MOST_BYTES_UNDER_WAY;
    }

    /** {@return how many bytes of payload are on their way at once, at most} */
    long bytesUnderWay() {
        return (long) size * connections * depth;
    }

    /**
     * {@return a size as a number of bytes}
     *
     * @param unit {@code B}, {@code KiB} or {@code MiB}
     */
    static int bytes(String number, String unit) {
        return Integer.parseInt(number) * (unit.equals("B") ? 1 : unit.equals("KiB") ? 1 << 10 : 1 << 20);
    }

    /** {@return the size as people write it} */
    String sizeText() {
        return sizeText(size);
    }

    /** {@return a number of bytes as people write it} */
    static String sizeText(int size) {
        return size < 1 << 10 ? size + " B" : size < 1 << 20 ? (size >> 10) + " KiB" : (size >> 20) + " MiB";
    }

    /** {@return the name that {@link #of} reads} */
    String name() {
        return sizeText().replace(" ", "") + "x" + connections + "x" + depth;
    }
}
