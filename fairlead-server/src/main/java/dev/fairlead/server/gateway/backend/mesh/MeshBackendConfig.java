// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import dev.fairlead.mesh.wire.Envelope;
import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Secret;
import dev.fairlead.server.settings.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A service mesh on RabbitMQ.
 *
 * @param amqpUri the broker and its virtual host: a secret, since it bears a password
 * @param serviceName what the gateway is called in the mesh; gateways that share it share the load
 * @param requestTimeout how long a client waits for an answer, and a request for its service; 100 ms to 1 d, 1 h unless told,
 *     as long as requests live in the original
 * @param events of which topics clients are told; none unless told
 * @param closes of which topics events close the connections of those whom they concern; none unless told
 * @param trust a PEM file of certificates that a broker of {@code amqps} may be signed by; null, as unless told: the JVM's own
 * @param originalContext whether services are told the user's name in place of the token, as by the original; false unless told
 * @param refuseAfterUpgrade whether a client that is not let in is answered 101 and an empty Close, as by the original; true
 *     unless told
 */
public record MeshBackendConfig(
        Secret amqpUri,
        String serviceName,
        Duration requestTimeout,
        List<String> events,
        List<String> closes,
        @Nullable Path trust,
        boolean originalContext,
        boolean refuseAfterUpgrade) {

    /** The longest message of a client unless told, as in the original. */
    public static final ByteSize MAX_MESSAGE_SIZE = ByteSize.ofMiB(10);

    private static final List<String> KEYS =
            List.of("amqpUri", "requestTimeout", "events", "closes", "originalContext", "refuseAfterUpgrade");

    private static final String URI_EXPECTED = "amqp://USER:PASSWORD@HOST[:PORT]/VHOST, or amqps";

    private static final Pattern TOPIC_SHAPE = Pattern.compile("[^\\p{Cntrl}]{1,200}");
    private static final Kind<String> TOPIC = Kind.text(
            "a pattern of topics such as orders.#",
            "orders.#",
            text -> TOPIC_SHAPE.matcher(text).matches());

    private static final Pattern PLAIN_TOPIC_SHAPE = Pattern.compile("[^\\p{Cntrl}*#]{1,200}");
    private static final Kind<String> PLAIN_TOPIC = Kind.text(
            "a topic such as sessions.close, without * and #",
            "sessions.close",
            text -> PLAIN_TOPIC_SHAPE.matcher(text).matches());

    /** Takes copies of the lists. */
    public MeshBackendConfig {
        events = List.copyOf(events);
        closes = List.copyOf(closes);
    }

    /** {@return a mesh with all else as it is unless told} */
    public static MeshBackendConfig of(String amqpUri, String serviceName) {
        return new MeshBackendConfig(
                Secret.of(amqpUri),
                serviceName,
                Envelope.DEFAULT_TIME_TO_LIVE,
                List.of(),
                List.of(),
                null,
                false,
                true);
    }

    /**
     * Reads the keys that stand beside the backend's type; each is declared, whatever the type.
     *
     * @param asked whether the type is this one: without it, keys that are written are problems
     * @param serviceName what is written under that key, which other backends have, too
     * @param trust what is written under that key, which other backends have, too
     * @return null without a broker or a name
     */
    public static @Nullable MeshBackendConfig read(
            Section in, boolean asked, @Nullable String serviceName, @Nullable Path trust) {
        Secret amqpUri = in.optional(
                "amqpUri", "mesh: the broker: " + URI_EXPECTED, Kind.secret(1, 1024), "none; mesh needs it");
        Duration requestTimeout = in.duration(
                "requestTimeout",
                "mesh: how long a client waits for an answer, and a request for its service",
                Envelope.DEFAULT_TIME_TO_LIVE,
                Range.of(Duration.ofMillis(100), Duration.ofDays(1)));
        List<String> events = in.values("events", "mesh: of which topics clients are told", TOPIC, List.of());
        List<String> closes = in.values(
                "closes",
                "mesh: topics whose events close the connections of those whom they concern, and are not told",
                PLAIN_TOPIC,
                List.of());
        boolean originalContext = in.flag(
                "originalContext",
                "mesh: whether services are told the user's name in place of the token, as by the original",
                false);
        boolean refuseAfterUpgrade = in.flag(
                "refuseAfterUpgrade",
                "mesh: whether a client that is not let in is answered 101 and an empty Close, as by the original; else "
                        + "with an HTTP status",
                true);
        if (!asked) {
            KEYS.stream().filter(in::isWritten).forEach(key -> in.problem(key, "set (expected: only with type: mesh)"));
            return null;
        }
        if (amqpUri == null) {
            if (in.isSound("amqpUri")) {
                in.problem("amqpUri", "missing (expected: " + URI_EXPECTED + ")");
            }
        } else if (!isAmqp(amqpUri.reveal())) {
            in.problem("amqpUri", "*** (expected: " + URI_EXPECTED + ")");
            return null;
        }
        if (serviceName == null && in.isSound("serviceName")) {
            in.problem("serviceName", "missing (expected: what the gateway is called in the mesh)");
        }
        return amqpUri == null || serviceName == null
                ? null
                : new MeshBackendConfig(
                        amqpUri,
                        serviceName,
                        requestTimeout,
                        events,
                        closes,
                        trust,
                        originalContext,
                        refuseAfterUpgrade);
    }

    private static boolean isAmqp(String text) {
        try {
            URI uri = new URI(text);
            return ("amqp".equalsIgnoreCase(uri.getScheme()) || "amqps".equalsIgnoreCase(uri.getScheme()))
                    && uri.getHost() != null
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().indexOf('/', 1) < 0);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
