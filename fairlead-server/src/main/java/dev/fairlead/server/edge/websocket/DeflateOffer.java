// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the server answers to a client's offers of permessage-deflate (RFC 7692, section 7.1): the first that it can keep.
 *
 * <p>Each message is compressed by itself, in both directions, so that nothing is kept between two of them: a window for
 * each client would cost more than all the rest of an idle session. The server's window has its full 32 KiB, and whoever
 * offers a smaller one for it is declined.
 */
final class DeflateOffer {

    private static final String NAME = "permessage-deflate";

    private static final String FULL_WINDOW = "15";

    /** A token with or without a value; white space around them is nobody's (RFC 6455, section 9.1). */
    private static final Pattern PARAMETER =
            Pattern.compile("[ \\t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \\t]*(?:=[ \\t]*(\"?)([0-9A-Za-z_]+)\\2[ \\t]*)?");

    private static final Pattern WINDOW_BITS = Pattern.compile("[89]|1[0-5]");

    private DeflateOffer() {}

    /**
     * {@return the {@code Sec-WebSocket-Extensions} of the answer; empty if nothing was offered that can be kept}
     *
     * @param offers the client's, in its order; the values of several lines are joined by commas
     */
    static Optional<String> answer(String offers) {
        for (String offer : offers.split(",", -1)) {
            Optional<String> answer = answerOne(offer);
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> answerOne(String offer) {
        String[] parts = offer.split(";", -1);
        if (!parts[0].trim().equals(NAME)) {
            return Optional.empty();
        }
        Map<String, @Nullable String> asked = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            Matcher parameter = PARAMETER.matcher(parts[i]);
            if (!parameter.matches()) {
                return Optional.empty();
            }
            String name = parameter.group(1);
            String value = parameter.group(3);
            if (asked.containsKey(name) || !isKnown(name, value)) {
                return Optional.empty();
            }
            asked.put(name, value);
        }
        String answer = NAME + "; server_no_context_takeover; client_no_context_takeover";
        String window = asked.get("server_max_window_bits");
        if (window == null) {
            return Optional.of(answer);
        }
        // Whoever accepts it has to repeat it (section 7.1.2.1).
        return window.equals(FULL_WINDOW)
                ? Optional.of(answer + "; server_max_window_bits=" + window)
                : Optional.empty();
    }

    /** A client may say of its own window that it can be made smaller, or is (section 7.1.2.2): any can be read. */
    private static boolean isKnown(String name, @Nullable String value) {
        return switch (name) {
            case "server_no_context_takeover", "client_no_context_takeover" -> value == null;
            case "server_max_window_bits" ->
                value != null && WINDOW_BITS.matcher(value).matches();
            case "client_max_window_bits" ->
                value == null || WINDOW_BITS.matcher(value).matches();
            default -> false;
        };
    }
}
