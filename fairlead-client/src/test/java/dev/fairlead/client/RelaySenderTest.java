// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.FakeRelay.Peer;
import dev.fairlead.protocol.address.Action;
import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.token.SasToken;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelaySenderTest {

    private final Recorder recorder = new Recorder();
    private FakeRelay relay;

    @BeforeEach
    void start() throws IOException {
        relay = new FakeRelay();
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
    }

    private RelaySender sender() {
        return RelaySender.builder(relay.connectionString()).build();
    }

    @Test
    void senderConnectsWithAToken() throws Exception {
        CompletableFuture<RelayConnection> connecting = sender().connect(recorder);
        Peer peer = relay.awaits();

        RelayTarget target = RelayTarget.parse(peer.target);
        assertThat(target.action()).isEqualTo(Action.CONNECT);
        assertThat(target.path().spelled()).isEqualTo("hyco");
        assertThat(SasToken.parse(peer.headers.get("ServiceBusAuthorization")).resource())
                .isEqualTo("http://127.0.0.1/hyco/");
        assertThat(connecting).isNotDone();
        peer.upgrades();
        assertThat(connecting.get(10, TimeUnit.SECONDS).request()).isEmpty();
        recorder.expects("open");
    }

    @Test
    void connectionAmongTheFirstHasAPlatformThread() throws Exception {
        CompletableFuture<Thread> own = new CompletableFuture<>();

        sender().connect(new ConnectionHandler() {
            @Override
            public void onOpen(RelayConnection connection) {
                own.complete(Thread.currentThread());
            }
        });
        relay.awaits().upgrades();

        Thread thread = own.get(10, TimeUnit.SECONDS);
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("fairlead-sender-1");
        // as far as a program for Java 17 can tell
        assertThat(thread.getClass()).isEqualTo(Thread.class);
    }

    @Test
    void suffixQueryHeadersAndSubprotocolsGoAlong() throws Exception {
        ConnectOptions options = ConnectOptions.builder()
                .suffix("terminals/a b")
                .query("q=%2f&r")
                .header("X-One", "ä, b")
                .header("Authorization", "Bearer b")
                .subprotocol("chat.v2")
                .subprotocol("chat.v1")
                .build();

        CompletableFuture<RelayConnection> connecting = sender().connect(options, recorder);
        Peer peer = relay.awaits();

        assertThat(peer.target).startsWith("/$hc/hyco/terminals/a%20b?q=%2f&r&sb-hc-action=connect&sb-hc-id=");
        assertThat(peer.headers)
                .containsEntry("X-One", "ä, b")
                .containsEntry("Authorization", "Bearer b")
                .containsEntry("Sec-WebSocket-Protocol", "chat.v2, chat.v1");
        peer.upgrades("Sec-WebSocket-Protocol", "chat.v1");
        assertThat(connecting.get(10, TimeUnit.SECONDS).subprotocol()).contains("chat.v1");
    }

    @Test
    void withoutAKeyNoTokenIsSent() throws Exception {
        RelaySender.builder(ConnectionString.parse("Endpoint=ws://" + relay.authority()))
                .path("open")
                .build()
                .connect(recorder);

        assertThat(relay.awaits().headers).doesNotContainKey("ServiceBusAuthorization");
    }

    @Test
    void readyTokenIsSentAsItIs() throws Exception {
        String token = "SharedAccessSignature sr=http%3a%2f%2fh%2fhyco&sig=abc%3d&se=1900000000&skn=k";
        RelaySender.builder(ConnectionString.parse(
                        "Endpoint=ws://" + relay.authority() + ";EntityPath=hyco;SharedAccessSignature=" + token))
                .build()
                .connect(recorder);

        assertThat(relay.awaits().headers).containsEntry("ServiceBusAuthorization", token);
    }

    @ParameterizedTest
    @CsvSource({
        "404 There are no listeners connected for the endpoint. TrackingId:x, NotFound, false",
        "401 ExpiredToken: The token is expired. TrackingId:x, NotAuthorized, false",
        "403 Unauthorized access. TrackingId:x, NotAuthorized, false",
        "503 Starting. TrackingId:x, RelayUnreachable, true",
        "504 Listener did not answer. TrackingId:x, RelayUnreachable, true",
        "401 not you, Rejected, false",
        "404 no such terminal, Rejected, false",
        "418 , Rejected, false",
        "503 busy, Rejected, true",
        "302 Found, Rejected, false",
    })
    void refusalsOfRelayAndListenerAreToldApart(String answer, String kind, boolean retryable) throws Exception {
        CompletableFuture<RelayConnection> connecting = sender().connect(recorder);

        relay.awaits().refuses(answer);

        assertThatThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(RelayException.class, failure -> {
                    assertThat(failure.getClass().getSimpleName()).isEqualTo(kind);
                    assertThat(failure.isRetryable()).isEqualTo(retryable);
                    assertThat(failure.statusCode()).hasValue(Integer.parseInt(answer.substring(0, 3)));
                });
        recorder.toldNothingMore();
    }

    @Test
    void listenersWordsArriveVerbatim() throws Exception {
        CompletableFuture<RelayConnection> connecting = sender().connect(recorder);

        relay.awaits().refuses("409 Grüße \"'(){}[]<>=/,:;@\\");

        assertThatThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(Rejected.class, rejected -> {
                    assertThat(rejected.status()).isEqualTo(409);
                    assertThat(rejected.text()).isEqualTo("Grüße \"'(){}[]<>=/,:;@\\");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Protocol, never-offered",
        "Sec-WebSocket-Extensions, permessage-deflate",
        "Sec-WebSocket-Accept, x",
        "Upgrade, h2c",
        "Connection, close",
    })
    void answerThatDoesNotFitTheRequestIsNoConnection(String header, String value) throws Exception {
        CompletableFuture<RelayConnection> connecting = sender().connect(recorder);
        Peer peer = relay.awaits().upgrades(header, value);

        assertThatThrownBy(() -> connecting.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(RelayUnreachable.class);
        peer.isLeft();
    }

    @Test
    void interimAnswersArePassedOver() throws Exception {
        CompletableFuture<RelayConnection> connecting = sender().connect(recorder);
        Peer peer = relay.awaits();
        peer.sends("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        peer.upgrades();

        connecting.get(10, TimeUnit.SECONDS);
    }

    @Test
    void answerWithoutEndIsNotCollected() throws Exception {
        CompletableFuture<RelayConnection> connecting = sender().connect(recorder);
        Peer peer = relay.awaits();
        peer.sends(("HTTP/1.1 101 x\r\nX: " + "y".repeat(20_000)).getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThatThrownBy(() -> connecting.get(10, TimeUnit.SECONDS)).hasMessageContaining("longer than 16384 bytes");
    }

    @Test
    void relayThatIsNotThereIsUnreachable() throws Exception {
        RelaySender sender = sender();
        relay.close();

        assertThatThrownBy(() -> sender.connect(recorder).get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        RelayUnreachable.class,
                        failure -> assertThat(failure.isRetryable()).isTrue())
                .hasMessage("hyco: Connection refused");
    }

    @Test
    void relayThatNeverAnswersIsUnreachable() throws Exception {
        CompletableFuture<RelayConnection> connecting = RelaySender.builder(relay.connectionString())
                .connectTimeout(Duration.ofMillis(150))
                .build()
                .connect(recorder);
        Peer peer = relay.awaits();

        assertThatThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RelayUnreachable.class)
                .hasMessageContaining("did not answer within 150 ms");
        peer.isLeft();
    }

    @Test
    void attemptThatIsCancelledEnds() throws Exception {
        CompletableFuture<RelayConnection> connecting = sender().connect(recorder);
        Peer peer = relay.awaits();

        connecting.cancel(true);

        peer.isLeft();
        recorder.toldNothingMore();
    }

    @Test
    void executorThatTakesNothingFailsTheAttempt() {
        RelaySender sender = RelaySender.builder(relay.connectionString())
                .executor(task -> {
                    throw new java.util.concurrent.RejectedExecutionException();
                })
                .build();

        assertThat(sender.connect(recorder)).isCompletedExceptionally();
    }

    @Test
    void optionsRefuseWhatCannotBeSent() {
        ConnectOptions.Builder builder = ConnectOptions.builder();

        assertThatIllegalArgumentException().isThrownBy(() -> builder.header("Host", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.header("sec-websocket-key", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.header("A b", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.header("A", "x\r\nB: y"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.query("a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.query("a\r\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.subprotocol("a, b"));
    }
}
