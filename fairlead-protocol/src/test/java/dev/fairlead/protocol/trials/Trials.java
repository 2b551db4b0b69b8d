// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.trials;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Tries a law with values drawn at random, others each time. A failure tells the seed that brings it back:
 * {@code -Dfairlead.seed=…} tries that one alone.
 */
public final class Trials {

    /** What holds for all values. */
    @FunctionalInterface
    public interface Law {

        /** Draws values, and throws if the law does not hold for them. */
        void holds(Random random) throws Exception;
    }

    /** Pieces that mean something to one reader or another. */
    private static final String[] PIECES = {
        "/",
        "//",
        "?",
        "&",
        "=",
        ";",
        "%",
        "%2F",
        "%00",
        "%E4",
        "%C3%A4",
        "%zz",
        "+",
        " ",
        "\t",
        "\n",
        "\r\n",
        "..",
        ".",
        "$hc",
        "/$hc/",
        "%24hc",
        "sb-hc-action=",
        "sb-hc-id=",
        "sb-hc-token=",
        "sb-hc-statusCode=",
        "statusCode=",
        "listen",
        "://",
        "http://",
        "sb://",
        ":",
        "443",
        "[::1]",
        "@",
        "#",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\"",
        "\\",
        "\\u00e4",
        "\\ud800",
        "null",
        "true",
        "1e400",
        "-0",
        "0.1E-7",
        "\u00e4",
        "\u2028",
        "\ud83d\ude80",
        "\ud800",
        "\udc00",
        "\u0000",
        "\u007f"
    };

    private Trials() {}

    /** Tries a law that many times. */
    public static void of(int count, Law law) {
        Long given = Long.getLong("fairlead.seed");
        for (int i = 0; i < (given == null ? count : 1); i++) {
            long seed = given == null ? RandomGenerator.getDefault().nextLong() : given;
            try {
                law.holds(new Random(seed));
            } catch (Exception | AssertionError | StackOverflowError failure) {
                throw new AssertionError("-Dfairlead.seed=" + seed + " brings it back: " + failure, failure);
            }
        }
    }

    /**
     * {@return a text of letters, odd characters and pieces that mean something}
     *
     * @param words further pieces to draw from
     */
    public static String text(Random random, String... words) {
        StringBuilder text = new StringBuilder();
        for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) ('a' + random.nextInt(26)));
                case 1 -> text.append((char) random.nextInt(random.nextBoolean() ? 0x100 : 0x1_0000));
                case 2 -> text.append(PIECES[random.nextInt(PIECES.length)]);
                default -> text.append(words.length == 0 ? "x" : words[random.nextInt(words.length)]);
            }
        }
        return text.toString();
    }

    /** {@return such a text, made of whole characters} */
    public static String wholeText(Random random, String... words) {
        return new String(text(random, words).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** {@return a text with some of its characters changed, doubled, or gone} */
    public static String damaged(Random random, String text) {
        StringBuilder damaged = new StringBuilder(text);
        for (int times = 1 + random.nextInt(3); times > 0 && !damaged.isEmpty(); times--) {
            int at = random.nextInt(damaged.length());
            switch (random.nextInt(4)) {
                case 0 -> damaged.deleteCharAt(at);
                case 1 -> damaged.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 2 -> damaged.setCharAt(at, (char) random.nextInt(0x80));
                default -> damaged.setLength(at);
            }
        }
        return damaged.toString();
    }

    /** {@return some bytes, at most so many} */
    public static byte[] bytes(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }
}
