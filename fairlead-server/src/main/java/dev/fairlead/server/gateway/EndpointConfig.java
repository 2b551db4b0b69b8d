// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import dev.fairlead.server.gateway.authentication.AuthenticationConfig;
import dev.fairlead.server.gateway.backend.bus.BusBackendConfig;
import dev.fairlead.server.gateway.backend.mesh.MeshBackendConfig;
import dev.fairlead.server.gateway.delivery.DeliveryConfig;
import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where clients come to, and on what terms.
 *
 * @param path where; a slash behind it is the same
 * @param allowedOrigins whose pages may connect, {@code *} for all; empty, as unless told: those of the very host and port that
 *     they dial. Clients that name no origin are no pages, and are not asked
 * @param authentication how clients show who they are
 * @param maxMessageSize of a message of a client; 1 KiB to 1 GiB, 4 MiB unless told, 10 MiB before a mesh, 1 MiB before a bus. A longer one ends its session with 1009
 * @param maxUnread how much may wait for a client that does not read; 64 KiB to 1 GiB, 8 MiB unless told. More ends its
 *     session with 1013. A single message may be longer
 * @param pingInterval after how long a silence a client is asked whether it lives; 1 s to 1 h, 30 s unless told, 20 s before a bus. One that does
 *     not answer within as long again is told 1011 and cut off
 * @param idleTimeout how long a session without a message lasts, 1 s or more; null, as unless told: for ever
 * @param compression whether permessage-deflate is spoken to clients that offer it; false unless told
 * @param subprotocols those that are agreed to, the first that the client offers; none unless told
 * @param maxSessions how many sessions there may be; null, as unless told: any number. One more is refused with 503
 * @param delivery how messages come to the backend
 * @param backend what stands behind it
 */
public record EndpointConfig(
        String path,
        List<String> allowedOrigins,
        AuthenticationConfig authentication,
        ByteSize maxMessageSize,
        ByteSize maxUnread,
        Duration pingInterval,
        @Nullable Duration idleTimeout,
        boolean compression,
        List<String> subprotocols,
        @Nullable Integer maxSessions,
        DeliveryConfig delivery,
        BackendConfig backend) {

    /** Stands for all origins. */
    static final String ANY_ORIGIN = "*";

    private static final ByteSize MAX_MESSAGE_SIZE = ByteSize.ofMiB(4);
    private static final Duration PING_INTERVAL = Duration.ofSeconds(30);
    private static final Pattern PATH_SHAPE = Pattern.compile("(?:/[A-Za-z0-9._~-]+)+");
    private static final Kind<String> PATH = Kind.text(
            "a path such as /ws, of A-Z a-z 0-9 . _ ~ - between slashes, and not beginning with /socket",
            "/ws",
            path -> PATH_SHAPE.matcher(path).matches() && !path.equals("/socket") && !path.startsWith("/socket/"));
    private static final Kind<String> ORIGIN = Kind.of(
            "an origin such as https://app.example.com, or \"*\"",
            ANY_ORIGIN,
            EndpointConfig::origin,
            origin -> origin);
    private static final Pattern TOKEN_SHAPE = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Kind<String> SUBPROTOCOL = Kind.text(
            "a token of RFC 9110, section 5.6.2",
            "chat.v1",
            text -> TOKEN_SHAPE.matcher(text).matches());

    /** Takes copies of the lists. */
    public EndpointConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
        subprotocols = List.copyOf(subprotocols);
    }

    /** {@return this, with something else behind it} */
    public EndpointConfig withBackend(BackendConfig other) {
        return new EndpointConfig(
                path,
                allowedOrigins,
                authentication,
                maxMessageSize,
                maxUnread,
                pingInterval,
                idleTimeout,
                compression,
                subprotocols,
                maxSessions,
                delivery,
                other);
    }

    /** Reads one entry of the list. */
    public static EndpointConfig read(Section in) {
        String path = in.required("path", "where clients connect; a slash behind it is the same", PATH);
        List<String> allowedOrigins = in.values(
                "allowedOrigins",
                "whose pages may connect; empty: those of the host and port that they dial; \"*\": all. Clients that name no "
                        + "origin are not asked",
                ORIGIN,
                List.of());
        AuthenticationConfig authentication =
                in.section("authentication", "how clients show who they are", AuthenticationConfig::read);
        ByteSize maxMessageSize = in.optional(
                "maxMessageSize",
                "the longest message of a client; a longer one ends its session with 1009",
                Kind.within(Range.of(ByteSize.ofKiB(1), ByteSize.ofMiB(1024)), Kind.SIZE),
                MAX_MESSAGE_SIZE + "; with a mesh behind it " + MeshBackendConfig.MAX_MESSAGE_SIZE + ", with a bus "
                        + BusBackendConfig.MAX_MESSAGE_SIZE);
        ByteSize maxUnread = in.size(
                "maxUnread",
                "how much may wait for a client that does not read; more ends its session with 1013",
                ByteSize.ofMiB(8),
                Range.of(ByteSize.ofKiB(64), ByteSize.ofMiB(1024)));
        Duration pingInterval = in.optional(
                "pingInterval",
                "after how long a silence a client is asked whether it lives; one that does not answer within as long again "
                        + "is told 1011 and cut off",
                Kind.within(Range.of(Duration.ofSeconds(1), Duration.ofHours(1)), Kind.DURATION),
                "30s; with a bus behind it 20s");
        Duration idleTimeout = in.durationOrNone(
                "idleTimeout",
                "how long a session without a message lasts",
                null,
                Range.atLeast(Duration.ofSeconds(1)));
        boolean compression =
                in.flag("compression", "whether permessage-deflate is spoken to clients that offer it", false);
        List<String> subprotocols = in.values(
                "subprotocols",
                "those that are agreed to: the first of them that the client offers",
                SUBPROTOCOL,
                List.of());
        Integer maxSessions = in.integerOrNone(
                "maxSessions",
                "how many sessions there may be; one more is refused with 503",
                null,
                Range.of(1, 10_000_000));
        DeliveryConfig delivery = in.section("delivery", "how messages come to the backend", DeliveryConfig::read);
        BackendConfig backend = in.section("backend", "what stands behind it", BackendConfig::read);
        ByteSize usualSize =
                switch (backend) {
                    case BackendConfig.Loopback _, BackendConfig.Http _ -> MAX_MESSAGE_SIZE;
                    case BackendConfig.Mesh _ -> MeshBackendConfig.MAX_MESSAGE_SIZE;
                    case BackendConfig.Bus _ -> BusBackendConfig.MAX_MESSAGE_SIZE;
                };
        Duration usualInterval = backend instanceof BackendConfig.Bus ? BusBackendConfig.PING_INTERVAL : PING_INTERVAL;
        return new EndpointConfig(
                path,
                allowedOrigins,
                authentication,
                maxMessageSize == null ? usualSize : maxMessageSize,
                maxUnread,
                pingInterval == null ? usualInterval : pingInterval,
                idleTimeout,
                compression,
                subprotocols,
                maxSessions,
                delivery,
                backend);
    }

    private static String origin(String text) {
        if (text.equals(ANY_ORIGIN)) {
            return text;
        }
        URI uri = URI.create(text);
        if (uri.getScheme() == null
                || uri.getRawAuthority() == null
                || !text.equals(uri.getScheme() + "://" + uri.getRawAuthority())) {
            throw new IllegalArgumentException(
                    text + " (expected: a scheme, a host, and a port where it is not the usual)");
        }
        return text.toLowerCase(Locale.ROOT);
    }
}
