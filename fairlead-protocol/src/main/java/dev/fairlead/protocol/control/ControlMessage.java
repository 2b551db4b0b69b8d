// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.control;

import dev.fairlead.protocol.http.Header;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
     * Relay to listener: a sender asks this by plain HTTP; answer with a {@link Response}, on the channel that this came by or
     * on a WebSocket to {@code address}. Where there is a body, it is the next message of the channel, and a binary one.
     *
     * @param address where to dial, if the answer does not go by the control channel
     * @param id names the request, and is what {@link Response#requestId()} repeats; begins with a UUID
     * @param requestTarget path and query, as the listener's program is to see them: the path decoded but for what would
     *     change its meaning, the query as it came
     * @param method of the request
     * @param remoteEndpoint where the sender connected from; {@link RemoteEndpoint#UNKNOWN} if the relay did not say
     * @param requestHeaders the sender's headers, in order and in the sender's letter case, without those that end at the relay
     * @param body whether a body follows
     */
    record Request(
            String address,
            String id,
            String requestTarget,
            String method,
            RemoteEndpoint remoteEndpoint,
            Map<String, String> requestHeaders,
            boolean body)
            implements ControlMessage {

        /** Takes a copy of the headers, in their order. */
        public Request {
            requestHeaders = Collections.unmodifiableMap(new LinkedHashMap<>(requestHeaders));
        }

        @Override
        public String toString() {
            return "Request[method=" + method + ", requestHeaders=" + requestHeaders.keySet() + ", remoteEndpoint="
                    + remoteEndpoint + ", body=" + body + "]";
        }
    }

    /**
     * Relay to listener: a sender asks something by plain HTTP that does not fit the control channel; dial {@code address} to
     * be told, by a {@link Request} there.
     *
     * @param address where to dial, complete with its {@code sb-hc-} parameters
     */
    record RequestAt(String address) implements ControlMessage {
        @Override
        public String toString() {
            return "RequestAt[]";
        }
    }

    /**
     * Listener to relay: the answer to a {@link Request}. Where there is a body, it is the next message of the channel, and a
     * binary one.
     *
     * @param requestId of the request; some listeners repeat its first 36 characters alone
     * @param statusCode the HTTP status, as it came: not checked here
     * @param statusDescription the reason phrase; empty if the listener gave none
     * @param responseHeaders the lines of the answer's head; a name may stand several times. Written as one text for each name,
     *     several values joined by a comma; several {@code Set-Cookie} as an array, which Fairlead reads
     * @param body whether a body follows
     */
    record Response(
            String requestId, int statusCode, String statusDescription, List<Header> responseHeaders, boolean body)
            implements ControlMessage {

        /** Takes a copy of the headers. */
        public Response {
            responseHeaders = List.copyOf(responseHeaders);
        }

        @Override
        public String toString() {
            return "Response[statusCode=" + statusCode + ", responseHeaders="
                    + responseHeaders.stream().map(Header::name).toList() + ", body=" + body + "]";
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
