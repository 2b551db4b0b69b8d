// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How listeners and senders are brought together.
 *
 * @param publicAddress what rendezvous addresses name, {@code ws} or {@code wss} without a path; null: the scheme and
 *     host that the listener dialled
 * @param acceptTimeout how long a sender waits for the listener to dial, then {@code 504}; 1 s to 2 min, 30 s unless
 *     told
 * @param pingInterval between pings of control channels and idle joined sockets, two missed end the channel; 1 s to
 *     4 min, since some listeners end a connection after 5 min of silence; 30 s unless told
 * @param tokenGrace how long a control channel outlives its listener's token before it is closed with 1008; 0 s to
 *     1 h, 5 min unless told
 * @param clockSkew how long after its end a token is still taken, from whomever; 0 s to 10 min, 0 s unless told. A control
 *     channel has its grace behind it
 * @param idleTimeout how long joined sockets may be silent before they are closed, 1 s or more; null, as unless told:
 *     for ever
 * @param maxWaitingPerListener senders that may wait for one listener to dial at once; 1 to 10 000, 256 unless told. One
 *     more is refused with {@code 503} if no other listener has room
 * @param setAsideAfter how many senders in a row a listener may leave waiting before it is set aside; 1 to 100, 3 unless
 *     told
 * @param noListenerStatus what plain HTTP requests are answered where nobody listens: 404, 502 or 503; 404 unless told
 * @param requestTimeout how long nothing may move over a relayed HTTP request before it is ended; 1 s to 1 d, 60 s unless told
 * @param createOnListen whether a listener's path comes to be with it; false unless told
 * @param strictCompatibility whether our own decisions follow what is reported of the original service: 401 and not
 *     403 for a missing right; false unless told
 * @param hybridConnections those that exist from the start
 */
public record RelayConfig(
        @Nullable URI publicAddress,
        Duration acceptTimeout,
        Duration pingInterval,
        Duration tokenGrace,
        Duration clockSkew,
        @Nullable Duration idleTimeout,
        int maxWaitingPerListener,
        int setAsideAfter,
        int noListenerStatus,
        Duration requestTimeout,
        boolean createOnListen,
        boolean strictCompatibility,
        List<HybridConnectionConfig> hybridConnections) {

    static final Range<Duration> REQUEST_TIMEOUT = Range.of(Duration.ofSeconds(1), Duration.ofDays(1));

    /** What an absent section means. */
    public static final RelayConfig DEFAULT = new RelayConfig(
            null,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ZERO,
            null,
            256,
            3,
            404,
            Duration.ofMinutes(1),
            false,
            false,
            List.of());

    private static final Kind<URI> PUBLIC_ADDRESS =
            Kind.of("ws://HOST[:PORT] or wss://HOST[:PORT]", "wss://localhost", RelayConfig::address, URI::toString);

    /** Takes a copy of the list. */
    public RelayConfig {
        hybridConnections = List.copyOf(hybridConnections);
    }

    /** {@return this, with what a running relay takes over from {@code next}: the keys that {@link #read} says are live} */
    public RelayConfig withLiveOf(RelayConfig next) {
        return new RelayConfig(
                next.publicAddress,
                next.acceptTimeout,
                pingInterval,
                next.tokenGrace,
                next.clockSkew,
                idleTimeout,
                next.maxWaitingPerListener,
                next.setAsideAfter,
                next.noListenerStatus,
                next.requestTimeout,
                next.createOnListen,
                next.strictCompatibility,
                next.hybridConnections);
    }

    /** Reads the section. */
    public static RelayConfig read(Section in) {
        return new RelayConfig(
                in.live()
                        .optional(
                                "publicAddress",
                                "what rendezvous addresses name",
                                PUBLIC_ADDRESS,
                                "the scheme and Host that the listener dialled"),
                in.live()
                        .duration(
                                "acceptTimeout",
                                "how long a sender waits for the listener to dial; then 504",
                                DEFAULT.acceptTimeout,
                                Range.of(Duration.ofSeconds(1), Duration.ofMinutes(2))),
                in.duration(
                        "pingInterval",
                        "between pings of control channels and idle joined sockets; two missed end the channel",
                        DEFAULT.pingInterval,
                        Range.of(Duration.ofSeconds(1), Duration.ofMinutes(4))),
                in.live()
                        .duration(
                                "tokenGrace",
                                "how long a control channel outlives its listener's token; then close 1008",
                                DEFAULT.tokenGrace,
                                Range.of(Duration.ZERO, Duration.ofHours(1))),
                in.live()
                        .duration(
                                "clockSkew",
                                "how long after its end a token is still taken, where the clocks of those who sign are slow",
                                DEFAULT.clockSkew,
                                Range.of(Duration.ZERO, Duration.ofMinutes(10))),
                in.durationOrNone(
                        "idleTimeout",
                        "how long joined sockets may be silent before they are closed",
                        DEFAULT.idleTimeout,
                        Range.atLeast(Duration.ofSeconds(1))),
                in.live()
                        .integer(
                                "maxWaitingPerListener",
                                "how many senders may wait for one listener to dial at once; one more is refused with 503 if "
                                        + "no other listener has room",
                                DEFAULT.maxWaitingPerListener,
                                Range.of(1, 10_000)),
                in.live()
                        .integer(
                                "setAsideAfter",
                                "how many senders in a row a listener may leave waiting before others are told instead of it",
                                DEFAULT.setAsideAfter,
                                Range.of(1, 100)),
                in.live()
                        .value(
                                "noListenerStatus",
                                "what plain HTTP requests are answered where nobody listens",
                                Kind.oneOf(Map.of(404, "404", 502, "502", 503, "503")),
                                DEFAULT.noListenerStatus),
                in.live()
                        .duration(
                                "requestTimeout",
                                "silence allowed before and during a relayed HTTP response; then 504, or 408 if the request's body "
                                        + "is late",
                                DEFAULT.requestTimeout,
                                REQUEST_TIMEOUT),
                in.live()
                        .flag(
                                "createOnListen",
                                "whether a hybrid connection comes to be with its first listener; true where the server runs "
                                        + "without a file",
                                DEFAULT.createOnListen),
                in.live()
                        .value(
                                "compatibility",
                                "standard: a missing right is refused with 403; strict: with 401, as some clients of the "
                                        + "original expect",
                                Kind.either("standard", "strict"),
                                DEFAULT.strictCompatibility),
                hybridConnections(in.live()));
    }

    private static List<HybridConnectionConfig> hybridConnections(Section in) {
        Set<String> paths = new HashSet<>();
        return in.sections(
                "hybridConnections", "the hybrid connections that exist from the start", List.of(), entry -> {
                    HybridConnectionConfig one = HybridConnectionConfig.read(entry);
                    if (entry.isSound("path") && !paths.add(one.path().toLowerCase(Locale.ROOT))) {
                        entry.problem(
                                "path",
                                one.path()
                                        + " (expected: a path that no other hybrid connection has, in whatever case)");
                    }
                    return one;
                });
    }

    private static URI address(String text) {
        URI address = URI.create(text);
        String scheme = address.getScheme();
        boolean fits = scheme != null
                && (scheme.equalsIgnoreCase("ws") || scheme.equalsIgnoreCase("wss"))
                && address.getHost() != null
                && address.getRawUserInfo() == null
                && (address.getRawPath().isEmpty() || address.getRawPath().equals("/"))
                && address.getRawQuery() == null
                && address.getRawFragment() == null;
        if (!fits) {
            throw new IllegalArgumentException(text + " (expected: ws or wss, a host, and no path)");
        }
        return URI.create(scheme.toLowerCase(Locale.ROOT) + "://" + address.getRawAuthority());
    }
}
