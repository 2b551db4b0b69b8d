// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

/** Makes what a peer chose fit for a log line: it can neither end the line, nor colour it, nor be taken for a key, nor fill the disk. */
public final class PeerText {

    /** How many characters of a peer's text are told at most. */
    public static final int LONGEST = 256;

    private PeerText() {}

    /** {@return the text, control and format characters and quotes escaped, cut after {@value #LONGEST} characters} */
    public static String forLog(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), LONGEST) + 16);
        text.codePoints().limit(LONGEST).forEach(c -> {
            if (isPrintable(c)) {
                line.appendCodePoint(c);
            } else {
                line.append("\\u{").append(Integer.toHexString(c)).append('}');
            }
        });
        return text.codePointCount(0, text.length()) > LONGEST
                ? line.append("...").toString()
                : line.toString();
    }

    private static boolean isPrintable(int c) {
        if (c == '"') { // the values of keys stand in quotes
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
