// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One hybrid connection that exists from the start.
 *
 * @param path its name; see {@link #isPath}
 * @param anonymousSenders whether senders need no token; listeners always do
 * @param maxListeners how many listeners may stand behind it at once; 1 to 10 000, 25 unless told. One more is refused
 *     with {@code 403}
 * @param keys rules for this path alone, asked before those of the namespace
 */
public record HybridConnectionConfig(
        String path, boolean anonymousSenders, int maxListeners, List<AuthorizationRule> keys) {

    /** How many listeners a hybrid connection has unless told (fact sheet, section 9). */
    public static final int USUAL_LISTENERS = 25;

    /** How many characters a path has at most (fact sheet, section 9). */
    public static final int LONGEST_PATH = HybridPath.MAX_NAME_LENGTH;

    private static final int MOST_LISTENERS = 10_000;
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?");
    private static final Pattern DEAD_SEGMENT = Pattern.compile("(?:^|/)\\.{0,2}(?:/|$)");
    private static final Kind<String> PATH = Kind.text(
            "at most " + LONGEST_PATH + " of A-Z a-z 0-9 . _ - and /, a letter or digit at both ends, and no empty, . "
                    + "or .. between slashes",
            "hyco",
            HybridConnectionConfig::isPath);

    /** Takes a copy of the rules. */
    public HybridConnectionConfig {
        keys = List.copyOf(keys);
    }

    /**
     * {@return whether {@code text} can name a hybrid connection: at most {@value #LONGEST_PATH} of
     * {@code A-Z a-z 0-9 . _ - /}, a letter or digit at both ends, no empty, {@code .} or {@code ..} segment}
     */
    public static boolean isPath(String text) {
        return text.length() <= LONGEST_PATH
                && SHAPE.matcher(text).matches()
                && !DEAD_SEGMENT.matcher(text).find();
    }

    /** Reads one entry of the list. */
    public static HybridConnectionConfig read(Section in) {
        in.notYet("requestTimeout", "HTTP through the relay");
        in.notYet("http", "HTTP through the relay");
        in.notYet("webSockets", "HTTP through the relay");
        return new HybridConnectionConfig(
                in.required("path", "its name, which may contain slashes; case does not count", PATH),
                in.value(
                        "senderAuthorization",
                        "whether senders need a token; listeners always do",
                        Kind.either("required", "anonymous"),
                        false),
                in.integer(
                        "maxListeners",
                        "how many listeners may stand behind it at once; one more is refused with 403",
                        USUAL_LISTENERS,
                        Range.of(1, MOST_LISTENERS)),
                AuthorizationRule.readAll(in, "keys", "authorization rules of this path alone, at most 12"));
    }
}
