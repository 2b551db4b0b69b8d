// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.ListenerState;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.RelaySender;
import dev.fairlead.client.RelayUnreachable;
import dev.fairlead.client.http.HttpReply;
import dev.fairlead.client.http.HttpSender;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.system.interop.Told;
import dev.fairlead.system.interop.Transport;
import dev.fairlead.testkit.ConnectProxy;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The SDK behind a proxy, on the way to a relay that speaks TLS and to one that does not. */
@ParameterizedClass
@EnumSource(Transport.class)
@ExtendWith(RelayUnderTest.Extension.class)
class SdkProxyIT {

    private static final String PATH = "orders";
    private static final int LARGE = 100_000;

    @TempDir
    Path folder;

    @Parameter
    Transport transport;

    private final Told told = new Told();
    private final ConnectProxy proxy = new ConnectProxy();
    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = transport.of(prepared, new TestAuthority(folder));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private String authority() {
        return relay.uri().getHost() + ":" + relay.port();
    }

    private ConnectionString secret() {
        return ConnectionString.parse(relay.connectionString());
    }

    private RelayListener.Builder listener() {
        return RelayListener.builder(secret())
                .path(PATH)
                .sslContext(relay.authority().trusting())
                .onStateChange(state -> told.tell(state.toString()))
                .onRequest(exchange ->
                        exchange.response().send(exchange.request().body().readAllBytes()))
                .onConnection(new ConnectionHandler() {
                    @Override
                    public void onText(RelayConnection connection, String text) {
                        connection.sendText(text);
                    }
                });
    }

    private RelaySender.Builder sender() {
        return RelaySender.builder(secret())
                .path(PATH)
                .sslContext(relay.authority().trusting());
    }

    private static String echoed(RelaySender sender, String text) {
        CompletableFuture<String> heard = new CompletableFuture<>();
        try (RelayConnection connection = sender.connect(new ConnectionHandler() {
                    @Override
                    public void onText(RelayConnection self, String answer) {
                        heard.complete(answer);
                    }
                })
                .join()) {
            connection.sendText(text);
            return heard.join();
        }
    }

    private static Authenticator giving(String user, String password, AtomicInteger asked) {
        return new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                asked.incrementAndGet();
                assertThat(getRequestorType()).isEqualTo(RequestorType.PROXY);
                assertThat(getRequestingHost()).isEqualTo("127.0.0.1");
                assertThat(getRequestingPrompt()).isEqualTo("the proxy");
                return new PasswordAuthentication(user, password.toCharArray());
            }
        };
    }

    @Test
    void listenerAndWhateverItDialsGoByTheProxy() throws IOException {
        try (RelayListener listener = listener().proxy(proxy.selector()).build()) {
            listener.open().join();
            relay.sender(PATH).connects().isConnected().sends("ahoy").receives("ahoy");
            byte[] large = new byte[LARGE];
            try (HttpReply reply = HttpSender.of(secret(), PATH)
                    .call("POST", "")
                    .sslContext(relay.authority().trusting())
                    .body(large)
                    .send()) {
                assertThat(reply.body().readAllBytes()).isEqualTo(large);
            }

            // the control channel, the meeting, and the request that was fetched
            assertThat(proxy.tunnels()).hasSize(3).containsOnly(authority());
        }
    }

    @Test
    void sendersOfWebSocketsAndRequestsGoByTheProxy() throws Exception {
        try (RelayListener listener = listener().build()) {
            listener.open().join();

            assertThat(echoed(sender().proxy(proxy.selector()).build(), "ahoy")).isEqualTo("ahoy");
            assertThat(proxy.tunnels()).containsExactly(authority());

            HttpSender requests = HttpSender.of(secret(), PATH);
            try (HttpReply reply = requests.call("POST", "")
                    .sslContext(relay.authority().trusting())
                    .proxy(proxy.selector())
                    .body("ahoy".getBytes(StandardCharsets.UTF_8))
                    .send()) {
                assertThat(new String(reply.body().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("ahoy");
            }
            assertThat(proxy.tunnels()).hasSize(2);
        }
    }

    @Test
    void clientOfTheJdkGoesByTheProxyWithARequestOfTheSdk() throws Exception {
        try (RelayListener listener = listener().build();
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(relay.authority().trusting())
                        .proxy(proxy.selector())
                        .build()) {
            listener.open().join();
            if (transport == Transport.PLAIN) {
                // to a plain port the JDK's client asks the proxy itself, which opens tunnels only
                proxy.refuses("405 Tunnels only");
            }

            int status = client.send(
                            HttpSender.of(secret(), PATH).request().build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();

            assertThat(status).isEqualTo(transport == Transport.PLAIN ? 405 : 200);
            assertThat(proxy.asked()).hasSize(1);
        }
    }

    @Test
    void socksProxyIsSpokenToAndResolvesTheNameItself() {
        try (RelayListener listener = listener().proxy(proxy.socksSelector()).build()) {
            listener.open().join();

            assertThat(echoed(sender().proxy(proxy.socksSelector()).build(), "ahoy"))
                    .isEqualTo("ahoy");

            assertThat(proxy.tunnels()).hasSize(3).containsOnly(authority());
        }
    }

    @Test
    void proxyThatAsksIsGivenUserAndPasswordAndFromThenOnAtOnce() {
        proxy.wants("user", "päss:word");
        AtomicInteger asked = new AtomicInteger();
        try (RelayListener listener = listener()
                .proxy(proxy.selector(), giving("user", "päss:word", asked))
                .build()) {
            listener.open().join();

            relay.sender(PATH).connects().isConnected().sends("ahoy").receives("ahoy");

            assertThat(asked).hasValue(1);
            assertThat(proxy.asked()).hasSize(3);
            assertThat(proxy.tunnels()).hasSize(2);
        }
    }

    @Test
    void proxyThatTakesNoPasswordOfOursEndsTheFirstTryForGood() {
        proxy.wants("user", "right");
        AtomicInteger asked = new AtomicInteger();
        try (RelayListener listener = listener()
                .proxy(proxy.selector(), giving("user", "wrong", asked))
                .build()) {
            assertThatThrownBy(() -> listener.open().join())
                    .cause()
                    .isInstanceOfSatisfying(
                            RelayUnreachable.class,
                            failure -> assertThat(failure.isRetryable()).isFalse())
                    .hasMessage("orders: the proxy 127.0.0.1:" + proxy.port()
                            + " does not take the user name and the password");
            assertThat(asked).hasValue(1);
            assertThat(proxy.asked()).hasSize(2);
        }
    }

    @Test
    void proxyThatAsksAndIsGivenNothingIsNamed() {
        proxy.wants("user", "right");

        assertThatThrownBy(() -> echoed(sender().proxy(proxy.selector()).build(), ""))
                .cause()
                .isInstanceOf(RelayUnreachable.class)
                .hasMessage("orders: the proxy 127.0.0.1:" + proxy.port()
                        + " wants a user name and a password: 407 Who are you?");
    }

    @Test
    void proxyThatForbidsIsNamedWithItsWords() {
        proxy.refuses("403 Not this way");

        assertThatThrownBy(() -> echoed(sender().proxy(proxy.selector()).build(), ""))
                .cause()
                .isInstanceOfSatisfying(RelayUnreachable.class, failure -> {
                    assertThat(failure.isRetryable()).isFalse();
                    assertThat(failure.statusCode()).isEmpty();
                })
                .hasMessage("orders: the proxy 127.0.0.1:" + proxy.port() + " does not connect to " + authority()
                        + ": 403 Not this way");
    }

    @Test
    void proxyThatIsNotThereIsNamedAndTriedAgain() {
        ProxySelector selector = proxy.selector();
        int port = proxy.port();
        proxy.close();

        assertThatThrownBy(() -> echoed(sender().proxy(selector).build(), ""))
                .cause()
                .isInstanceOfSatisfying(
                        RelayUnreachable.class,
                        failure -> assertThat(failure.isRetryable()).isTrue())
                .hasMessage("orders: the proxy 127.0.0.1:" + port + " cannot be reached: Connection refused");
    }

    @Test
    void proxyThatAnswersNothingCostsTheConnectTimeout() {
        proxy.isSilent();

        assertThatThrownBy(() -> echoed(
                        sender().proxy(proxy.selector())
                                .connectTimeout(Duration.ofMillis(300))
                                .build(),
                        ""))
                .cause()
                .isInstanceOf(RelayUnreachable.class)
                .hasMessage("orders: the proxy 127.0.0.1:" + proxy.port() + " did not answer within 300 ms");
    }

    @Test
    void nextProxyIsTriedAndTheSelectorIsToldOfTheOneThatIsNotThere() {
        ConnectProxy gone = new ConnectProxy();
        InetSocketAddress absent = InetSocketAddress.createUnresolved("127.0.0.1", gone.port());
        gone.close();
        List<String> reported = new CopyOnWriteArrayList<>();
        RelaySender sender = sender().proxy(new ProxySelector() {
                    @Override
                    public List<Proxy> select(URI uri) {
                        assertThat(uri)
                                .hasToString((transport == Transport.TLS ? "https://" : "http://") + authority() + "/");
                        return List.of(
                                new Proxy(Proxy.Type.HTTP, absent),
                                new Proxy(
                                        Proxy.Type.HTTP,
                                        InetSocketAddress.createUnresolved("127.0.0.1", proxy.port())));
                    }

                    @Override
                    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                        reported.add(address.toString());
                    }
                })
                .build();
        try (RelayListener listener = listener().build()) {
            listener.open().join();

            assertThat(echoed(sender, "ahoy")).isEqualTo("ahoy");

            assertThat(reported).containsExactly(absent.toString());
            assertThat(proxy.tunnels()).hasSize(1);
        }
    }

    @Test
    void listenerComesBackThroughAProxyThatBrokeOff() {
        try (RelayListener listener = listener().proxy(proxy.selector()).build()) {
            listener.open().join();
            told.next("Online", () -> "");

            proxy.breaksOff();

            told.next("Reconnecting[attempt=1", () -> "");
            told.next("Online", () -> "");
            assertThat(listener.state()).isInstanceOf(ListenerState.Online.class);
            assertThat(proxy.tunnels()).hasSize(2);
        }
    }

    @Test
    void selectorOfTheJvmIsAskedUnlessTold() {
        ProxySelector usual = ProxySelector.getDefault();
        ProxySelector.setDefault(proxy.selector());
        try (RelayListener listener = listener().build()) {
            listener.open().join();
            assertThat(echoed(sender().proxy(ProxySelector.of(null)).build(), "ahoy"))
                    .isEqualTo("ahoy");

            assertThat(proxy.tunnels()).hasSize(2);
        } finally {
            ProxySelector.setDefault(usual);
        }
    }
}
