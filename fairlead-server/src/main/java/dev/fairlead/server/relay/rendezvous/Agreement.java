// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.rendezvous;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.Headers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What the two ends of a relayed WebSocket agreed on, by their upgrade requests. The relay takes no part in it: it tells
 * each end what the other said, and never an end what it did not ask for, at which clients fail.
 *
 * @param forSender lines of the answer to the sender
 * @param forListener lines of the answer to the listener
 * @param extension whether both ends will use an extension, and with it the reserved bits of frames
 */
public record Agreement(List<Header> forSender, List<Header> forListener, boolean extension) {

    private static final String PROTOCOL = "Sec-WebSocket-Protocol";
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    /** All that an offer or an answer of permessage-deflate can say (RFC 7692, section 7.1). */
    private static final Set<String> DEFLATE_PARAMETERS = Set.of(
            "server_no_context_takeover",
            "client_no_context_takeover",
            "server_max_window_bits",
            "client_max_window_bits");

    /**
     * {@return what both said}
     *
     * @param sender of the upgrade request that waits
     * @param listener of the dial that answers it
     */
    public static Agreement between(Headers sender, Headers listener) {
        List<Header> forSender = new ArrayList<>();
        List<Header> forListener = new ArrayList<>();
        subprotocol(sender, listener).ifPresent(chosen -> {
            forListener.add(new Header(PROTOCOL, chosen));
            if (tokens(sender, PROTOCOL).contains(chosen)) {
                forSender.add(new Header(PROTOCOL, chosen));
            }
        });
        Optional<String> extensions = extensions(sender, listener);
        extensions.ifPresent(value -> {
            forSender.add(new Header(EXTENSIONS, value));
            forListener.add(new Header(EXTENSIONS, value));
        });
        return new Agreement(List.copyOf(forSender), List.copyOf(forListener), extensions.isPresent());
    }

    /** The listener chooses by asking for one; one that passes on the whole list leaves it to the sender's order. */
    private static Optional<String> subprotocol(Headers sender, Headers listener) {
        List<String> asked = tokens(listener, PROTOCOL);
        return asked.size() == 1
                ? Optional.of(asked.getFirst())
                : tokens(sender, PROTOCOL).stream().filter(asked::contains).findFirst();
    }

    /**
     * A listener dials as a client, so what stands in its header may be an answer to the sender's offer, as the protocol
     * has it, or an offer that its library makes to every server. Only what can be an answer counts: extensions that
     * the sender offered, each once, and no parameter that only an offer has.
     */
    private static Optional<String> extensions(Headers sender, Headers listener) {
        Optional<String> answered = listener.joined(EXTENSIONS);
        if (answered.isEmpty()) {
            return Optional.empty();
        }
        Set<String> offered = new HashSet<>();
        parsed(sender.joined(EXTENSIONS).orElse("")).forEach(extension -> offered.add(extension.getFirst()));
        Set<String> named = new HashSet<>();
        for (List<String> extension : parsed(answered.get())) {
            if (!offered.contains(extension.getFirst())
                    || !named.add(extension.getFirst())
                    || extension.contains("client_max_window_bits")) {
                return Optional.empty();
            }
        }
        return answered;
    }

    /**
     * {@return whether listeners may be told of the sender's offer of extensions} One that RFC 7692 does not know ends
     * the process of a listener that is widely used, and an offer may always be declined.
     */
    public static boolean isOfferSound(Headers sender) {
        for (List<String> extension : parsed(sender.joined(EXTENSIONS).orElse(""))) {
            if (extension.getFirst().equals("permessage-deflate")) {
                for (String parameter : extension.subList(1, extension.size())) {
                    if (!DEFLATE_PARAMETERS.contains(parameter.split("=", 2)[0].trim())) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** Each extension as its name and its parameters, in lower case. */
    private static List<List<String>> parsed(String value) {
        List<List<String>> extensions = new ArrayList<>();
        for (String extension : value.split(",", -1)) {
            List<String> parts = new ArrayList<>();
            for (String part : extension.split(";", -1)) {
                parts.add(part.trim().toLowerCase(Locale.ROOT));
            }
            extensions.add(parts);
        }
        return extensions;
    }

    private static List<String> tokens(Headers headers, String name) {
        List<String> tokens = new ArrayList<>();
        for (String token : headers.joined(name).orElse("").split(",", -1)) {
            if (!token.isBlank()) {
                tokens.add(token.trim());
            }
        }
        return tokens;
    }
}
