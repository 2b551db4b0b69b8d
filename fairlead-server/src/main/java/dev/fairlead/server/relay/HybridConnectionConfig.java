// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One hybrid connection that exists from the start.
 *
 * @param path its name; see {@link #isPath}
 * @param anonymousSenders whether senders need no token; listeners always do
 * @param maxListeners how many listeners may stand behind it at once; 1 to 10 000, 25 unless told. One more is refused
 *     with {@code 403}
 * @param requestTimeout how long nothing may move over a relayed HTTP request, 1 s to 1 d; null for what the relay has
 * @param http whether plain HTTP requests are relayed; true unless told. Else senders are refused with {@code 426}
 * @param webSockets whether WebSockets are relayed; true unless told. Else senders are refused with {@code 405}, and no
 *     listener is asked to take one
 * @param keys rules for this path alone, asked before those of the namespace
 */
public record HybridConnectionConfig(
        String path,
        boolean anonymousSenders,
        int maxListeners,
        @Nullable Duration requestTimeout,
        boolean http,
        boolean webSockets,
        List<AuthorizationRule> keys) {

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

    /** Relays both plain HTTP and WebSockets, on the terms of the relay. */
    public HybridConnectionConfig(
            String path, boolean anonymousSenders, int maxListeners, List<AuthorizationRule> keys) {
        this(path, anonymousSenders, maxListeners, null, true, true, keys);
    }

    /** Reads one entry of the list. */
    public static HybridConnectionConfig read(Section in) {
        HybridConnectionConfig one = new HybridConnectionConfig(
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
                in.optional(
                        "requestTimeout",
                        "silence allowed before and during a relayed HTTP response",
                        Kind.within(RelayConfig.REQUEST_TIMEOUT, Kind.DURATION),
                        "relay.requestTimeout"),
                in.flag("http", "whether plain HTTP requests are relayed; else senders are told 426", true),
                in.flag(
                        "webSockets",
                        "whether WebSockets are relayed; else senders are told 405, and listeners that can take none are "
                                + "not asked to",
                        true),
                AuthorizationRule.readAll(in, "keys", "authorization rules of this path alone, at most 12"));
        if (!one.http && !one.webSockets) {
            in.problem(
                    "webSockets",
                    "false, beside http: false (expected: at least one of them true, which is the default)");
        }
        return one;
    }
}
