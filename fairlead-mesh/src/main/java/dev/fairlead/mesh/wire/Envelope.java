// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands around a body: the AMQP properties of a message and its headers. Peers go by these and not by the body: the
 * kind is the header's, the correlation the property's.
 *
 * @param kind what the message is
 * @param correlationId joins a response to its request
 * @param replyTo the sender's response queue for a request or command, empty for the others
 * @param timeToLive how long the message may wait for its service; absent for responses and events, which do not expire
 * @param traceId any value of JSON, most often a text
 * @param encrypted whether the body is sealed ({@link SealedBody})
 */
public record Envelope(
        MessageKind kind,
        String correlationId,
        String replyTo,
        Optional<Duration> timeToLive,
        @Nullable Object traceId,
        boolean encrypted) {

    /** The protocol that is spoken, and the only one understood. */
    public static final String PROTOCOL = "0.1.1";

    /** The library whose form is kept; nobody checks it. */
    public static final String VERSION = "0.1.8";

    /** The content type of every message, be it sealed. */
    public static final String CONTENT_TYPE = "application/json";

    /** How long a request or command lives unless told: one hour. */
    public static final Duration DEFAULT_TIME_TO_LIVE = Duration.ofHours(1);

    /** What a response carries as trace id if its request had no such header. */
    public static final String UNKNOWN_TRACE = "unknown";

    /** {@return the envelope of a request or a command} */
    public static Envelope ofCall(
            MessageKind kind,
            String correlationId,
            String replyTo,
            Duration timeToLive,
            @Nullable Object traceId,
            boolean encrypted) {
        return new Envelope(kind, correlationId, replyTo, Optional.of(timeToLive), traceId, encrypted);
    }

    /** {@return the envelope of the response to this one} */
    public Envelope ofResponse() {
        return new Envelope(MessageKind.RESPONSE, correlationId, "", Optional.empty(), traceId, encrypted);
    }

    /** {@return the envelope of an event} */
    public static Envelope ofEvent(String correlationId, @Nullable Object traceId) {
        return new Envelope(MessageKind.EVENT, correlationId, "", Optional.empty(), traceId, false);
    }

    /** {@return the property {@code expiration}: milliseconds as text} */
    public Optional<String> expiration() {
        return timeToLive.map(time -> Long.toString(time.toMillis()));
    }

    /** {@return the headers in the order in which they are sent; the trace id may be null} */
    public Map<String, @Nullable Object> headers() {
        Map<String, @Nullable Object> headers = new LinkedHashMap<>();
        headers.put("nuropb_protocol", PROTOCOL);
        headers.put("nuropb_version", VERSION);
        headers.put("nuropb_type", kind.text());
        headers.put("trace_id", traceId);
        headers.put("encrypted", encrypted ? "yes" : "");
        return Collections.unmodifiableMap(headers);
    }

    /**
     * Reads what came with a message. Values that an AMQP library gives as its own kind of text count as their {@code
     * toString}.
     *
     * @param headers those of the message; null if it has none
     * @throws MalformedMeshMessage if the protocol is missing or another one, the kind unknown, or there is no correlation
     */
    public static Envelope read(
            @Nullable Map<String, ? extends @Nullable Object> headers,
            @Nullable String correlationId,
            @Nullable String replyTo,
            @Nullable String expiration) {
        if (headers == null) {
            throw new MalformedMeshMessage("headers: none (expected: nuropb_protocol and nuropb_type)");
        }
        if (!PROTOCOL.equals(text(headers.get("nuropb_protocol")))) {
            throw new MalformedMeshMessage("nuropb_protocol: another one, or none (expected: " + PROTOCOL + ")");
        }
        MessageKind kind = MessageKind.of(text(headers.get("nuropb_type")))
                .orElseThrow(() -> new MalformedMeshMessage(
                        "nuropb_type: unknown, or none (expected: request, response, command or event)"));
        if (correlationId == null) {
            throw new MalformedMeshMessage("correlation_id: none");
        }
        return new Envelope(
                kind,
                correlationId,
                replyTo == null ? "" : replyTo,
                timeToLive(expiration),
                headers.containsKey("trace_id") ? plain(headers.get("trace_id")) : UNKNOWN_TRACE,
                "yes".equals(text(headers.get("encrypted"))));
    }

    private static Optional<Duration> timeToLive(@Nullable String expiration) {
        try {
            return expiration == null ? Optional.empty() : Optional.of(Duration.ofMillis(Long.parseLong(expiration)));
        } catch (NumberFormatException ofTheBroker) {
            return Optional.empty();
        }
    }

    private static String text(@Nullable Object header) {
        return header == null ? "" : header.toString();
    }

    private static @Nullable Object plain(@Nullable Object header) {
        return header == null || header instanceof Number || header instanceof Boolean ? header : header.toString();
    }
}
