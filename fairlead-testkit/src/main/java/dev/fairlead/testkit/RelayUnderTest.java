// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import dev.fairlead.server.FairleadServer;
import dev.fairlead.server.config.ConfigLoader;
import dev.fairlead.server.security.Right;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A relay in the test's own JVM, on free ports of the loopback, with a data directory of its own. A test class with
 * {@code @ExtendWith(RelayUnderTest.Extension.class)} takes it as a parameter; taken in {@code @BeforeAll} it serves all
 * tests of the class. It starts when it is first used: until then {@link #with} and {@link #knows} say what it is to be
 * like. Hybrid connections come to be with their first listener.
 *
 * <p>Belongs to the test's thread. Closing it closes the drivers that it handed out.
 */
public final class RelayUnderTest implements AutoCloseable {

    /** The rule with all rights. */
    public static final String ROOT = "RootManageSharedAccessKey";

    private static final String ROOT_KEY = "cm9vdCBrZXkgb2YgdGhlIHJlbGF5IHVuZGVyIHRlc3Q=";

    private final Path folder;
    private final List<String> options = new ArrayList<>();
    private final StringBuilder hybridConnections = new StringBuilder();
    private final StringBuilder endpoints = new StringBuilder();
    private final List<AutoCloseable> drivers = new ArrayList<>();
    private InstantSource clock = InstantSource.system();
    private @Nullable TestAuthority authority;
    private boolean overTls;
    private String newest = "TLSv1.3";
    private @Nullable FairleadServer server;

    /** Prepares a relay; nothing runs yet. */
    public RelayUnderTest() {
        try {
            folder = Files.createTempDirectory("fairlead-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives each test that asks for one a {@link RelayUnderTest}, and closes it. */
    public static final class Extension implements ParameterResolver {

        private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(Extension.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == RelayUnderTest.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getStore(SPACE)
                    .getOrComputeIfAbsent(RelayUnderTest.class, type -> new RelayUnderTest(), RelayUnderTest.class);
        }
    }

    /**
     * Sets what differs from the defaults, as {@code --set} does.
     *
     * @param settings each {@code key.path=value}
     * @throws IllegalStateException if the relay runs already
     */
    public RelayUnderTest with(String... settings) {
        notYetRunning();
        options.addAll(List.of(settings));
        return this;
    }

    /**
     * Adds a hybrid connection that exists from the start.
     *
     * @param yaml its members as a YAML flow, such as {@code path: orders, maxListeners: 2}
     */
    public RelayUnderTest knows(String yaml) {
        notYetRunning();
        hybridConnections.append("    - {").append(yaml).append("}\n");
        return this;
    }

    /**
     * Adds an endpoint of the gateway; without one there is none.
     *
     * @param yaml its members as a YAML flow, such as {@code path: /ws, compression: true}; what stands behind it is the
     *     loopback unless told
     */
    public RelayUnderTest offers(String yaml) {
        notYetRunning();
        endpoints.append("    - {").append(yaml);
        endpoints.append(yaml.contains("backend:") ? "}\n" : ", backend: {type: loopback}}\n");
        return this;
    }

    /** Lets it read the time of day elsewhere; the tokens that it signs for tests go by that time, too. */
    public RelayUnderTest at(InstantSource other) {
        notYetRunning();
        clock = other;
        return this;
    }

    /**
     * Gives it a second port, which speaks TLS with a certificate for {@code localhost} and {@code 127.0.0.1} of an
     * authority of its own.
     *
     * @param settings more for that port, each {@code key=value}, such as {@code tls.clientCertificates=optional}
     */
    public RelayUnderTest withTls(String... settings) {
        return withTlsOf(new TestAuthority(folder), settings);
    }

    /**
     * Does the same with an authority that is there already, for clients that are started before the relay.
     *
     * @param issuer of the certificate
     * @param settings more for that port, each {@code key=value}
     */
    public RelayUnderTest withTlsOf(TestAuthority issuer, String... settings) {
        notYetRunning();
        authority = issuer;
        TestAuthority.Issued issued = renewsCertificate("localhost", "127.0.0.1");
        options.add("listen.1.address=localhost:0");
        options.add("listen.1.tls.certificateChain=" + issued.certificateChain());
        options.add("listen.1.tls.privateKey=" + issued.privateKey());
        for (String setting : settings) {
            options.add("listen.1." + setting);
        }
        return this;
    }

    /**
     * {@return who issued the certificate of the port that speaks TLS}
     *
     * @throws IllegalStateException without {@link #withTls}
     */
    public TestAuthority authority() {
        if (authority == null) {
            throw new IllegalStateException("the relay has no port that speaks TLS; say withTls() first");
        }
        return authority;
    }

    /**
     * Has its authority issue another certificate in the place of the one of the port that speaks TLS.
     *
     * @param hosts names or addresses that it is for
     */
    public TestAuthority.Issued renewsCertificate(String... hosts) {
        return authority().issues(folder.getFileName().toString(), hosts);
    }

    /** From now on {@link #uri()}, connection strings and drivers are for the port that speaks TLS. */
    public RelayUnderTest overTls() {
        authority();
        overTls = true;
        return this;
    }

    /**
     * Does the same with drivers that speak nothing newer than that version.
     *
     * @param version such as {@code TLSv1.2}
     */
    public RelayUnderTest overTls(String version) {
        newest = version;
        return overTls();
    }

    /** From now on {@link #uri()}, connection strings and drivers are for the plain port. */
    public RelayUnderTest inPlain() {
        overTls = false;
        return this;
    }

    /** {@return where listeners and senders connect over TLS, such as {@code wss://localhost:40124}} */
    public URI secureUri() {
        authority();
        return URI.create("wss://localhost:" + server().relayAddresses().get(1).getPort());
    }

    /** {@return a connection string of the rule with all rights, for the port that speaks TLS} */
    public String secureConnectionString() {
        return connectionString("sb://localhost:" + secureUri().getPort());
    }

    /** {@return the server, started if it was not} */
    public FairleadServer server() {
        if (server == null) {
            server = start();
        }
        return server;
    }

    /** Ends the server at once, and starts it anew on the same ports; what it knew is forgotten. */
    public RelayUnderTest restarts() {
        List<URI> addresses = server().relayAddresses();
        options.add("listen.0.address=127.0.0.1:" + addresses.getFirst().getPort());
        if (authority != null) {
            options.add("listen.1.address=localhost:" + addresses.get(1).getPort());
        }
        server().close();
        server = start();
        return this;
    }

    /** {@return where listeners and senders connect, such as {@code ws://127.0.0.1:40123}} */
    public URI uri() {
        return overTls
                ? secureUri()
                : URI.create(
                        "ws://127.0.0.1:" + server().relayAddresses().getFirst().getPort());
    }

    /** {@return where senders of plain HTTP ask, such as {@code http://127.0.0.1:40123}} */
    public URI httpUri() {
        return URI.create(uri().toString().replaceFirst("^ws", "http"));
    }

    /** {@return the port of {@link #uri()}} */
    public int port() {
        return uri().getPort();
    }

    /** {@return where management is asked} */
    public URI management() {
        return server().managementAddress();
    }

    /** {@return a connection string of the rule with all rights, for {@link #uri()}} */
    public String connectionString() {
        return overTls ? secureConnectionString() : connectionString("http://127.0.0.1:" + port());
    }

    private static String connectionString(String endpoint) {
        return "Endpoint=" + endpoint + "/;SharedAccessKeyName=" + ROOT + ";SharedAccessKey=" + ROOT_KEY;
    }

    /**
     * {@return a token of one hour}
     *
     * @param path what it is for; empty for the whole namespace
     * @param rights those that the rule has which signs it; all if none are named
     */
    public String token(String path, Right... rights) {
        return token(path, Duration.ofHours(1), rights);
    }

    /** {@return a token that ends after {@code life}, which may be negative} */
    public String token(String path, Duration life, Right... rights) {
        String rule = rights.length == 0 ? ROOT : ruleOf(rights);
        return SharedAccess.token(
                "http://127.0.0.1/" + path, rule, keyOf(rule), clock.instant().plus(life));
    }

    /** {@return the key of a rule of this relay: of {@link #ROOT}, {@code Listen}, {@code Send} or {@code Manage}} */
    public static String keyOf(String rule) {
        return rule.equals(ROOT) ? ROOT_KEY : "key of " + rule;
    }

    /** {@return a listener of {@code path} that is not online yet; its token has the one right that it needs} */
    public ListenerDriver listener(String path) {
        return remember(new ListenerDriver(dialler(), uri(), path, token(path, Right.LISTEN)));
    }

    /** {@return a sender to {@code path} that has not asked yet; its token has the one right that it needs} */
    public SenderDriver sender(String path) {
        return remember(new SenderDriver(dialler(), uri(), path, token(path, Right.SEND)));
    }

    /** {@return a sender of plain HTTP to {@code path} that has not asked yet; its token has the one right that it needs} */
    public HttpSenderDriver http(String path) {
        return remember(new HttpSenderDriver(dialler(), uri(), path, token(path, Right.SEND)));
    }

    /** {@return a connected socket that has said nothing yet} */
    public RawWebSocket socket() {
        return remember(dialler().dial(uri()));
    }

    /** {@return a client of the gateway's endpoint at {@code target} that was let in and has said nothing yet} */
    public RawWebSocket session(String target) {
        return socket().upgrades(Handshake.to(target));
    }

    /** {@return the folder of its data and its files, which goes with it} */
    public Path folder() {
        return folder;
    }

    /** {@return the page of the management at {@code path}, such as {@code /metrics}} */
    public String page(String path) {
        try (RawWebSocket socket = RawWebSocket.dial(management())) {
            return socket.readsBody(socket.asks(Handshake.plain(path)));
        }
    }

    /** {@return what the management tells of a meter, by its name and its labels, if any, as they stand in {@code /metrics}} */
    public double meter(String name) {
        return page("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("/metrics has no " + name));
    }

    /** Asks the management until a meter has this value, for what happens in the server after the test's last word. */
    public RelayUnderTest untilMeter(String name, double value) {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        double seen = meter(name);
        while (seen != value) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        name + " is " + seen + " (expected: " + value + " within " + Patience.LIMIT.toSeconds() + "s)");
            }
            seen = meter(name);
        }
        return this;
    }

    /** Asks the management until a meter is above zero and has the same value throughout {@link Patience#WATCH}. */
    public RelayUnderTest untilMeterRests(String name) {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        long since = System.nanoTime();
        double seen = meter(name);
        while (seen == 0 || System.nanoTime() - since < Patience.WATCH.toNanos()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        name + " did not come to rest within " + Patience.LIMIT.toSeconds() + "s; it is " + seen);
            }
            double now = meter(name);
            if (now != seen) {
                seen = now;
                since = System.nanoTime();
            }
        }
        return this;
    }

    /** Waits until nobody listens any more. */
    public RelayUnderTest untilNobodyListens() {
        return untilMeter("fairlead_relay_listeners", 0);
    }

    /** Closes the drivers, then the server. */
    @Override
    public void close() {
        try {
            for (AutoCloseable driver : drivers) {
                driver.close();
            }
            if (server != null) {
                server.close();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (Exception e) {
            throw new AssertionError("the relay under test does not close", e);
        }
    }

    private FairleadServer start() {
        Path file = folder.resolve("fairlead.yaml");
        try {
            Files.writeString(file, yaml());
            return FairleadServer.start(
                    new ConfigLoader(file, options, Map.of()).load().config(), clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String yaml() {
        StringBuilder keys = new StringBuilder();
        keys.append("  - {name: %s, primaryKey: \"%s\", rights: [Listen, Send, Manage]}\n".formatted(ROOT, ROOT_KEY));
        for (Right right : Right.values()) {
            keys.append("  - {name: %1$s, primaryKey: \"%2$s\", secondaryKey: \"second %2$s\", rights: [%1$s]}\n"
                    .formatted(right.word(), keyOf(right.word())));
        }
        return """
                namespace: localhost
                dataDirectory: "%s"
                listen:
                  - address: 127.0.0.1:0
                management:
                  address: 127.0.0.1:0
                keys:
                %srelay:
                  createOnListen: true
                %s%s""".formatted(
                        folder,
                        keys,
                        hybridConnections.isEmpty() ? "" : "  hybridConnections:\n" + hybridConnections,
                        endpoints.isEmpty() ? "" : "gateway:\n  endpoints:\n" + endpoints);
    }

    private static String ruleOf(Right... rights) {
        if (rights.length > 1) {
            throw new IllegalArgumentException("rights: " + Arrays.toString(rights) + " (expected: none, or one)");
        }
        return rights[0].word();
    }

    private Dialler dialler() {
        return new Dialler(authority, newest);
    }

    private <T extends AutoCloseable> T remember(T driver) {
        drivers.add(driver);
        return driver;
    }

    private void notYetRunning() {
        if (server != null) {
            throw new IllegalStateException("the relay runs already; say what it is to be like before it is used");
        }
    }
}
