// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.control;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One message of a listener's control channel.
 *
 * <p>The protocol puts exactly one command into a message, so the set is closed: whoever handles messages switches
 * over these kinds, and the compiler names the handler that a new kind would surprise. Their {@code toString} tells no
 * address, header value or token, each of which can be a credential.
 */
public sealed interface ControlMessage {

    /**
     * Relay to listener: a sender waits; dial {@code address} to meet it, or to refuse it.
     *
     * @param address where to dial, complete with its {@code sb-hc-} parameters; a text, since senders send paths that no
     *     {@link java.net.URI} takes
     * @param id names the meeting in logs; begins with a UUID. It is the credential of the dial
     * @param connectHeaders the headers of the sender's upgrade request, in order and in the sender's letter case
     * @param remoteEndpoint where the sender connected from; {@link RemoteEndpoint#UNKNOWN} if the relay did not say
     */
    record Accept(String address, String id, Map<String, String> connectHeaders, RemoteEndpoint remoteEndpoint)
            implements ControlMessage {

        /** Takes a copy of the headers, in their order. */
        public Accept {
            connectHeaders = Collections.unmodifiableMap(new LinkedHashMap<>(connectHeaders));
        }

        @Override
        public String toString() {
            return "Accept[connectHeaders=" + connectHeaders.keySet() + ", remoteEndpoint=" + remoteEndpoint + "]";
        }
    }

    /**
     * Listener to relay: what I may do is from now on what this token says. There is no answer.
     *
     * @param token the text of a token, whole
     */
    record RenewToken(String token) implements ControlMessage {
        @Override
        public String toString() {
            return "RenewToken[token=***]";
        }
    }

    /**
     * A well-formed message that this version has no meaning for: to be ignored and logged. It is read, never written: Azure
     * Relay's Java listener closes its channel over a command it does not know.
     *
     * @param name the command's name; empty if the message was an empty object
     */
    record Unknown(String name) implements ControlMessage {}
}
