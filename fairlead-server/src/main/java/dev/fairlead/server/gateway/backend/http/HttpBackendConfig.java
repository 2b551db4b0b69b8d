// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Secret;
import dev.fairlead.server.settings.Section;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A backend that is called over HTTP.
 *
 * @param connectUri told that a client came; null, as unless told: it is not
 * @param messageUri told what clients say
 * @param disconnectUri told that a client is gone; null, as unless told: it is not
 * @param answerTimeout from a call to the end of its answer; 100 ms to 1 d, 30 s unless told
 * @param connectTimeout how long a connection may take to come to be, TLS included; 10 ms to 5 min, 5 s unless told
 * @param maxConnections to each server at once; 1 to 65 536, 256 unless told. A call that finds all taken waits
 * @param maxAnswerSize how long an answer's body may be; 1 KiB to 1 GiB, 4 MiB unless told. A longer one counts as none
 * @param trust a PEM file of certificates that {@code https} servers may be signed by; null, as unless told: the JVM's own
 * @param binary in what form binary messages are told; text unless told
 * @param mayRefuse whether clients wait for the answer to {@code connectUri}, which may turn them away; false unless told
 * @param inlineAnswers whether what stands in an answer is sent to the client; false unless told
 * @param signingSecret signs each call; null, as unless told: none is signed
 */
public record HttpBackendConfig(
        @Nullable URI connectUri,
        URI messageUri,
        @Nullable URI disconnectUri,
        Duration answerTimeout,
        Duration connectTimeout,
        int maxConnections,
        ByteSize maxAnswerSize,
        @Nullable Path trust,
        BinaryForm binary,
        boolean mayRefuse,
        boolean inlineAnswers,
        @Nullable Secret signingSecret) {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_CONNECTIONS = 256;
    private static final ByteSize MAX_ANSWER_SIZE = ByteSize.ofMiB(4);

    private static final List<String> KEYS = List.of(
            "connectUri",
            "messageUri",
            "disconnectUri",
            "answerTimeout",
            "connectTimeout",
            "maxConnections",
            "maxAnswerSize",
            "binary",
            "mayRefuse",
            "inlineAnswers",
            "signingSecret");

    /** A URI's own host knows no underscore, which names within a container network have. */
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[0-9A-Za-z._-]+)(?::[1-9][0-9]{0,4})?");

    private static final String EXPECTED = "http://HOST[:PORT]/PATH, or https, without a user and a fragment";
    private static final Kind<URI> ADDRESS =
            Kind.of(EXPECTED, "http://127.0.0.1:8080/message", HttpBackendConfig::address, URI::toString);

    /** {@return a backend with all else as it is unless told} */
    public static HttpBackendConfig of(
            @Nullable URI connectUri, URI messageUri, @Nullable URI disconnectUri, Duration answerTimeout) {
        return new HttpBackendConfig(
                connectUri,
                messageUri,
                disconnectUri,
                answerTimeout,
                CONNECT_TIMEOUT,
                MAX_CONNECTIONS,
                MAX_ANSWER_SIZE,
                null,
                BinaryForm.TEXT,
                false,
                false,
                null);
    }

    /**
     * Reads the keys that stand beside the backend's type; each is declared, whatever the type.
     *
     * @param asked whether the type is this one: without it, keys that are written are problems
     * @param trust what the key says that all backends share
     * @return null without an address of messages
     */
    public static @Nullable HttpBackendConfig read(Section in, boolean asked, @Nullable Path trust) {
        URI connect = in.optional("connectUri", "http: told that a client came", ADDRESS, "it is not told");
        URI message = in.optional("messageUri", "http: told what clients say", ADDRESS, "none; http needs it");
        URI disconnect = in.optional("disconnectUri", "http: told that a client is gone", ADDRESS, "it is not told");
        Duration answerTimeout = in.duration(
                "answerTimeout",
                "http: from a call to the end of its answer; what is not answered then is told again",
                ANSWER_TIMEOUT,
                Range.of(Duration.ofMillis(100), Duration.ofDays(1)));
        Duration connectTimeout = in.duration(
                "connectTimeout",
                "http: how long a connection may take to come to be, TLS included",
                CONNECT_TIMEOUT,
                Range.of(Duration.ofMillis(10), Duration.ofMinutes(5)));
        int maxConnections = in.integer(
                "maxConnections",
                "http: connections to each server at once; a call that finds all taken waits",
                MAX_CONNECTIONS,
                Range.of(1, 65_536));
        ByteSize maxAnswerSize = in.size(
                "maxAnswerSize",
                "http: how long an answer may be; a longer one counts as none",
                MAX_ANSWER_SIZE,
                Range.of(ByteSize.ofKiB(1), ByteSize.ofMiB(1024)));
        BinaryForm binary = in.choice(
                "binary",
                "http: how binary messages are told: as text, for which they have to be UTF-8 (else 1003), or as base64",
                Map.of(BinaryForm.TEXT, "text", BinaryForm.BASE64, "base64"),
                BinaryForm.TEXT);
        boolean mayRefuse = in.flag(
                "mayRefuse", "http: whether clients wait for connectUri's answer, which may turn them away", false);
        boolean inlineAnswers =
                in.flag("inlineAnswers", "http: whether what stands in an answer of 200 is sent to the client", false);
        Secret signingSecret = in.optional(
                "signingSecret",
                "http: signs each call, in the header Fairlead-Signature",
                Kind.secret(16, 1024),
                "calls are not signed");
        if (!asked) {
            KEYS.stream().filter(in::isWritten).forEach(key -> in.problem(key, "set (expected: only with type: http)"));
        } else if (message == null && in.isSound("messageUri")) {
            in.problem("messageUri", "missing (expected: " + ADDRESS.expected() + ")");
        } else if (mayRefuse && connect == null && in.isSound("connectUri")) {
            in.problem("mayRefuse", "true without connectUri (expected: an address that is asked)");
        }
        return message == null
                ? null
                : new HttpBackendConfig(
                        connect,
                        message,
                        disconnect,
                        answerTimeout,
                        connectTimeout,
                        maxConnections,
                        maxAnswerSize,
                        trust,
                        binary,
                        mayRefuse,
                        inlineAnswers,
                        signingSecret);
    }

    /**
     * {@return an address that can be called}
     *
     * @throws IllegalArgumentException for a text that is none
     */
    public static URI address(String text) {
        URI address = URI.create(text);
        String scheme = address.getScheme();
        boolean fits = scheme != null
                && (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
                && address.getRawAuthority() != null
                && AUTHORITY.matcher(address.getRawAuthority()).matches()
                && address.getRawFragment() == null;
        if (!fits) {
            throw new IllegalArgumentException(text + " (expected: " + EXPECTED + ")");
        }
        return address;
    }
}
