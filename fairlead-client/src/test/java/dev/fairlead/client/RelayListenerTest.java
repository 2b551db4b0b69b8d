// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.FakeRelay.Frame;
import dev.fairlead.client.FakeRelay.Peer;
import dev.fairlead.client.internal.Waiting;
import dev.fairlead.client.spi.Token;
import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.control.RemoteEndpoint;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayListenerTest {

    private final BlockingQueue<ListenerState> states = new LinkedBlockingQueue<>();
    private final Recorder recorder = new Recorder();
    private FakeRelay relay;
    private RelayListener listener;

    @BeforeEach
    void start() throws IOException {
        relay = new FakeRelay();
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        if (listener != null) {
            listener.close();
        }
    }

    private RelayListener.Builder builder() {
        return builder(RelayListener.builder(relay.connectionString()));
    }

    private RelayListener.Builder builder(RelayListener.Builder builder) {
        return builder.onStateChange(states::add)
                .onConnection(recorder)
                .closeTimeout(Duration.ofMillis(300))
                .longestReconnectDelay(Duration.ofMillis(1));
    }

    private CompletableFuture<Void> opens(RelayListener.Builder builder) {
        listener = builder.build();
        return listener.open();
    }

    private Peer isOnline(RelayListener.Builder builder) throws Exception {
        CompletableFuture<Void> opened = opens(builder);
        Peer control = relay.letsListen();
        opened.get(10, TimeUnit.SECONDS);
        return control;
    }

    private static void awaits(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T extends ListenerState> T enters(Class<T> kind) throws InterruptedException {
        ListenerState state = states.poll(10, TimeUnit.SECONDS);
        assertThat(state).isInstanceOf(kind);
        return kind.cast(state);
    }

    @Test
    void listenerDialsOutWithItsPathItsIdAndASignedToken() throws Exception {
        Peer control = isOnline(builder());

        RelayTarget target = RelayTarget.parse(control.target);
        assertThat(target.path().spelled()).isEqualTo("hyco");
        assertThat(target.id()).isEqualTo(listener.id()).hasSize(36);
        SasToken token = SasToken.parse(control.headers.get("ServiceBusAuthorization"));
        assertThat(token.signedBy(SasKey.of("k", "c2VjcmV0"))).isTrue();
        assertThat(token.resource()).isEqualTo("http://127.0.0.1/hyco/");
        assertThat(token.expiresAt())
                .isBetween(Instant.now().plusSeconds(3500), Instant.now().plusSeconds(3601));
        assertThat(control.headers)
                .containsEntry("Host", relay.authority())
                .containsEntry("Sec-WebSocket-Version", "13");
        assertThat(listener.address()).hasToString("ws://" + relay.authority() + "/$hc/hyco");
        enters(ListenerState.Connecting.class);
        enters(ListenerState.Online.class);
        assertThat(listener.state()).isInstanceOf(ListenerState.Online.class);
    }

    @Test
    void firstOfferMayComeTogetherWithTheAnswerToTheUpgrade() throws Exception {
        opens(builder());
        Peer control = relay.awaits();
        byte[] head = control.acceptance().getBytes(StandardCharsets.UTF_8);
        byte[] offer = FrameWriter.serverFrame(
                FrameWriter.FINAL | Opcode.TEXT,
                ControlMessages.encode(new ControlMessage.Accept(
                                "ws://" + relay.authority() + "/$hc/hyco?sb-hc-id=1",
                                "1",
                                Map.of(),
                                RemoteEndpoint.UNKNOWN))
                        .getBytes(StandardCharsets.UTF_8));

        control.sends(ByteBuffer.allocate(head.length + offer.length)
                .put(head)
                .put(offer)
                .array());

        assertThat(relay.awaits().target).isEqualTo("/$hc/hyco?sb-hc-id=1");
    }

    @Test
    void senderIsMetAtTheAddressThatTheRelayGives() throws Exception {
        Peer control = isOnline(builder());

        relay.offers(control, "hyco/a%20b?q=%2f&r", Map.of());
        Peer sender = relay.awaits();

        assertThat(sender.target).isEqualTo("/$hc/hyco/a%20b?q=%2f&r&sb-hc-action=accept&sb-hc-id=" + FakeRelay.ID);
        assertThat(sender.headers)
                .doesNotContainKeys("ServiceBusAuthorization", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions");
        sender.upgrades();
        sender.says("hello");
        sender.closes(1000, "bye");
        recorder.expects("open", "text hello", "close 1000 bye");
        assertThat(sender.isToldTheEnd()).isEqualTo(new CloseStatus(1000, "bye"));
    }

    @Test
    void handlerIsToldWhatTheSenderAskedFor() throws Exception {
        BlockingQueue<RelayedRequest> requests = new ArrayBlockingQueue<>(1);
        Peer control = isOnline(builder().onConnection(request -> {
            requests.add(request);
            return recorder;
        }));

        relay.offers(
                control,
                "HYCO/Terminals/a%2Fb?q=%2f",
                Map.of("X-cUsToM", "v", "Sec-WebSocket-Protocol", "chat.v1, chat.v2", "Host", "ns:443"));
        relay.awaits().upgrades();

        RelayedRequest request = requests.poll(10, TimeUnit.SECONDS);
        assertThat(request.path()).isEqualTo("HYCO/Terminals/a/b");
        assertThat(request.suffix()).isEqualTo("Terminals/a/b");
        assertThat(request.query()).isEqualTo("q=%2f");
        assertThat(request.header("x-custom")).contains("v");
        assertThat(request.subprotocols()).containsExactly("chat.v1", "chat.v2");
        assertThat(request.remoteEndpoint()).isEqualTo(new RemoteEndpoint("203.0.113.9", 51_000));
        assertThat(request.id()).isEqualTo(FakeRelay.ID);
        assertThat(request.toString()).doesNotContain("q=").contains("203.0.113.9");
    }

    @Test
    void subprotocolIsTheListenersChoice() throws Exception {
        AtomicReference<RelayConnection> met = new AtomicReference<>();
        CountDownLatch open = new CountDownLatch(1);
        Peer control = isOnline(builder()
                .onAccept(request -> Acceptance.accept(request.subprotocols().get(1)))
                .onConnection(new ConnectionHandler() {
                    @Override
                    public void onOpen(RelayConnection connection) {
                        met.set(connection);
                        open.countDown();
                    }
                }));

        relay.offers(control, "hyco", Map.of("Sec-WebSocket-Protocol", "a,b"));
        Peer sender = relay.awaits();
        assertThat(sender.headers).containsEntry("Sec-WebSocket-Protocol", "b");
        sender.upgrades("Sec-WebSocket-Protocol", "b");

        assertThat(open.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(met.get().subprotocol()).contains("b");
    }

    @Test
    void refusalIsDialledWithStatusAndWords() throws Exception {
        Peer control = isOnline(builder().onAccept(request -> Acceptance.reject(401, "not you & yours")));

        relay.offers(control, "hyco?statusCode=200", Map.of());
        Peer refusal = relay.awaits();

        assertThat(refusal.target)
                .isEqualTo("/$hc/hyco?statusCode=200&sb-hc-action=accept&sb-hc-id=" + FakeRelay.ID
                        + "&sb-hc-statusCode=401&sb-hc-statusDescription=not+you+%26+yours");
        refusal.refuses("410 Gone");
        refusal.isLeft();
        recorder.toldNothingMore();
    }

    @ParameterizedTest
    @CsvSource({"throws", "another"})
    void listenerThatFailsToChooseTellsTheSenderButNotWhy(String how) throws Exception {
        Peer control = isOnline(builder().onAccept(request -> {
            if (how.equals("throws")) {
                throw new IllegalStateException("s3cret");
            }
            return Acceptance.accept("never-offered");
        }));

        relay.offers(control, "hyco", Map.of());

        assertThat(relay.awaits().target)
                .endsWith("&sb-hc-statusCode=502&sb-hc-statusDescription=The+listener%27s+handler+failed");
    }

    @Test
    void senderWhosePathCannotBeOneIsRefused() throws Exception {
        Peer control = isOnline(builder());

        relay.offers(control, "hyco/../other", Map.of());

        assertThat(relay.awaits().target).contains("&sb-hc-statusCode=400&");
    }

    @Test
    void addressThatCannotBeDialledCostsOneSenderAndNothingElse() throws Exception {
        Peer control = isOnline(builder());

        control.says("{\"accept\":{\"address\":\"ws://127.0.0.1:1/$hc/hyco\"}}");
        control.says("{\"accept\":{\"address\":\"gopher://h\"}}");
        relay.offers(control, "hyco", Map.of());
        relay.awaits().refuses("400 Too late");
        Peer sender = relay.joins(control);

        sender.says("met");
        recorder.expects("open", "text met");
    }

    @Test
    void whatIsNotUnderstoodIsPassedOver() throws Exception {
        Peer control = isOnline(builder());

        control.says("{\"request\":{\"address\":\"ws://127.0.0.1:1/\"}}");
        control.says("{\"futureThing\":1}");
        control.says("no JSON");
        control.says("{}");
        control.sends(FrameWriter.FINAL | Opcode.BINARY, new byte[10]);
        control.sends(FrameWriter.FINAL | Opcode.PONG, new byte[3]);
        control.pings("still there");

        FakeRelay.Frame pong = control.frame();
        assertThat(pong.opcode()).isEqualTo(Opcode.PONG);
        assertThat(pong.text()).isEqualTo("still there");
    }

    @Test
    void commandThatIsCutIntoPiecesIsUnderstood() throws Exception {
        Peer control = isOnline(builder());
        byte[] offer = ControlMessages.encode(new ControlMessage.Accept(
                        "ws://" + relay.authority() + "/$hc/hyco?x=1",
                        "1",
                        Map.of("A", "é".repeat(20_000)),
                        RemoteEndpoint.UNKNOWN))
                .getBytes(StandardCharsets.UTF_8);

        control.sends(Opcode.TEXT, java.util.Arrays.copyOfRange(offer, 0, 1001));
        control.pings("between");
        control.sends(FrameWriter.FINAL | Opcode.CONTINUATION, java.util.Arrays.copyOfRange(offer, 1001, offer.length));

        assertThat(control.frame().opcode()).isEqualTo(Opcode.PONG);
        assertThat(relay.awaits().target).isEqualTo("/$hc/hyco?x=1");
    }

    @Test
    void tokenIsRenewedBeforeItEnds() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Peer control = isOnline(builder(RelayListener.builder(
                URI.create("http://" + relay.authority() + "/hyco"),
                audience -> Token.of(
                        audience + "#" + asked.incrementAndGet(), Instant.now().plusMillis(600)))));

        assertThat(control.headers).containsEntry("ServiceBusAuthorization", "http://127.0.0.1/hyco/#1");
        assertThat(control.hears()).isEqualTo("{\"renewToken\":{\"token\":\"http://127.0.0.1/hyco/#2\"}}");
        assertThat(control.hears()).isEqualTo("{\"renewToken\":{\"token\":\"http://127.0.0.1/hyco/#3\"}}");
    }

    @Test
    void tokenIsRenewedWhileAllThreadsOfTheExecutorAreBusy() throws Exception {
        opens(builder(RelayListener.builder(
                        URI.create("http://" + relay.authority() + "/hyco"),
                        audience -> Token.of("t", Instant.now().plusMillis(600))))
                .executor(task -> {}));

        assertThat(relay.letsListen().hears()).isEqualTo("{\"renewToken\":{\"token\":\"t\"}}");
    }

    @Test
    void sourceThatStillThinksIsNotAskedOnceMore() throws Exception {
        CountDownLatch asking = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Peer control =
                isOnline(builder(RelayListener.builder(URI.create("ws://" + relay.authority() + "/hyco"), audience -> {
                            asking.countDown();
                            if (asked.incrementAndGet() > 1) {
                                awaits(release);
                            }
                            return Token.of("t", Instant.now().plusSeconds(2));
                        }))
                        .pingInterval(Duration.ofMillis(800)));
        awaits(asking);

        for (int i = 0; i < 2; i++) {
            assertThat(control.frame().opcode()).isEqualTo(Opcode.PING);
            control.sends(FrameWriter.FINAL | Opcode.PONG, new byte[0]);
        }

        assertThat(asked).hasValue(2);
        release.countDown();
        Frame next;
        do {
            next = control.frame();
        } while (next.opcode() == Opcode.PING);
        assertThat(next.text()).contains("renewToken");
    }

    @Test
    void renewalThatFailsIsTriedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Peer control =
                isOnline(builder(RelayListener.builder(URI.create("ws://" + relay.authority() + "/hyco"), audience -> {
                    int count = asked.incrementAndGet();
                    if (count == 2) {
                        throw new IOException("the vault is closed");
                    }
                    return Token.of("t" + count, Instant.now().plusMillis(600));
                })));

        assertThat(control.hears()).isEqualTo("{\"renewToken\":{\"token\":\"t3\"}}");
    }

    @Test
    void listenerComesBackUnderItsIdAfterALoss() throws Exception {
        Peer first = isOnline(builder());

        first.vanishes();
        Peer second = relay.letsListen();

        assertThat(RelayTarget.parse(second.target).id())
                .isEqualTo(RelayTarget.parse(first.target).id());
        enters(ListenerState.Connecting.class);
        enters(ListenerState.Online.class);
        ListenerState.Reconnecting reconnecting = enters(ListenerState.Reconnecting.class);
        assertThat(reconnecting.attempt()).isEqualTo(1);
        assertThat(reconnecting.delay()).isZero();
        assertThat(reconnecting.cause()).isInstanceOf(RelayUnreachable.class);
        enters(ListenerState.Online.class);
        relay.joins(second);
        recorder.expects("open");
    }

    @Test
    void closeOfTheControlChannelIsAnsweredAndThenTheListenerComesBackWithAFreshToken() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Peer first = isOnline(builder(RelayListener.builder(
                URI.create("ws://" + relay.authority() + "/hyco"),
                audience ->
                        Token.of("t" + asked.incrementAndGet(), Instant.now().plusSeconds(3600)))));

        first.closes(1008, "token expired");

        assertThat(first.isToldTheEnd()).isEqualTo(new CloseStatus(1008, "token expired"));
        assertThat(relay.letsListen().headers).containsEntry("ServiceBusAuthorization", "t2");
        enters(ListenerState.Connecting.class);
        enters(ListenerState.Online.class);
        assertThat(enters(ListenerState.Reconnecting.class).cause())
                .isInstanceOfSatisfying(
                        RelayClosed.class,
                        cause -> assertThat(cause.status()).contains(new CloseStatus(1008, "token expired")))
                .hasMessage("hyco: the relay closed the control channel: 1008 token expired");
    }

    @Test
    void refusalsOfAListenerThatWasOnlineAreTriedAgain() throws Exception {
        isOnline(builder()).vanishes();

        relay.awaits().refuses("404 Endpoint does not exist. TrackingId:x");
        relay.awaits().refuses("401 ExpiredToken");
        relay.letsListen();

        enters(ListenerState.Connecting.class);
        enters(ListenerState.Online.class);
        enters(ListenerState.Reconnecting.class);
        assertThat(enters(ListenerState.Reconnecting.class).cause()).isInstanceOf(NotFound.class);
        ListenerState.Reconnecting third = enters(ListenerState.Reconnecting.class);
        assertThat(third.cause()).isInstanceOf(NotAuthorized.class);
        assertThat(third.attempt()).isEqualTo(3);
        enters(ListenerState.Online.class);
    }

    @Test
    void connectionsOutliveTheControlChannel() throws Exception {
        Peer control = isOnline(builder());
        Peer sender = relay.joins(control);

        control.vanishes();
        relay.letsListen();
        sender.says("still here");

        recorder.expects("open", "text still here");
    }

    @ParameterizedTest
    @CsvSource({
        "401 InvalidSignature. TrackingId:x, NotAuthorized",
        "401 Unauthorized, NotAuthorized",
        "403 Forbidden, NotAuthorized",
        "403 QuotaExceeded. 25 listeners. TrackingId:x, Rejected",
        "404 Endpoint does not exist. TrackingId:x, NotFound",
        "400 Unsupported action, Rejected",
    })
    void firstTryThatIsRefusedForGoodFailsAndCloses(String answer, String kind) throws Exception {
        CompletableFuture<Void> opened = opens(builder());

        relay.awaits().refuses(answer);

        assertThatThrownBy(() -> opened.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(RelayException.class, failure -> {
                    assertThat(failure.getClass().getSimpleName()).isEqualTo(kind);
                    assertThat(failure.statusCode()).hasValue(Integer.parseInt(answer.substring(0, 3)));
                    assertThat(failure.isRetryable()).isFalse();
                })
                .hasMessage("hyco: " + answer);
        enters(ListenerState.Connecting.class);
        assertThat(enters(ListenerState.Closed.class).cause()).isPresent();
    }

    @Test
    void firstTryThatMeetsATroubleThatPassesIsRepeated() throws Exception {
        CompletableFuture<Void> opened = opens(builder());

        relay.awaits().refuses("503 The relay is starting");
        relay.awaits().vanishes();
        relay.awaits().sends("garbage\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        relay.awaits().upgrades("Sec-WebSocket-Accept", "wrong");
        relay.letsListen();

        opened.get(10, TimeUnit.SECONDS);
        enters(ListenerState.Connecting.class);
        for (int attempt = 1; attempt <= 4; attempt++) {
            ListenerState.Reconnecting reconnecting = enters(ListenerState.Reconnecting.class);
            assertThat(reconnecting.attempt()).isEqualTo(attempt);
            assertThat(reconnecting.cause()).isInstanceOf(RelayUnreachable.class);
        }
    }

    @Test
    void tokenSourceThatHasNoneAtTheMomentIsAskedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        isOnline(builder(RelayListener.builder(URI.create("ws://" + relay.authority() + "/hyco"), audience -> {
            if (asked.incrementAndGet() == 1) {
                throw new IOException("the vault is closed");
            }
            return Token.of("t", Instant.MAX);
        })));

        enters(ListenerState.Connecting.class);
        assertThat(enters(ListenerState.Reconnecting.class).cause()).hasMessage("hyco: the vault is closed");
    }

    @Test
    void tokenSourceThatIsBrokenFailsTheFirstTry() {
        CompletableFuture<Void> opened =
                opens(builder(RelayListener.builder(URI.create("ws://" + relay.authority() + "/hyco"), audience -> {
                    throw new IllegalStateException("no such identity");
                })));

        assertThatThrownBy(() -> opened.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NotAuthorized.class)
                .hasMessageContaining("no token could be had: no such identity");
    }

    @Test
    void relayThatFallsSilentIsAskedAndThenLeft() throws Exception {
        Peer control = isOnline(builder().pingInterval(Duration.ofMillis(100)));

        FakeRelay.Frame ping = control.frame();

        assertThat(ping.opcode()).isEqualTo(Opcode.PING);
        control.isLeft();
        relay.letsListen();
    }

    @Test
    void relayThatAnswersPingsIsKept() throws Exception {
        Peer control = isOnline(builder().pingInterval(Duration.ofMillis(400)));

        for (int i = 0; i < 3; i++) {
            assertThat(control.frame().opcode()).isEqualTo(Opcode.PING);
            control.sends(FrameWriter.FINAL | Opcode.PONG, new byte[0]);
        }

        assertThat(listener.state()).isInstanceOf(ListenerState.Online.class);
    }

    @Test
    void relayThatBreaksARuleIsToldWhichAndLeft() throws Exception {
        Peer control = isOnline(builder());

        control.sends(new byte[] {(byte) 0x83, 0});

        assertThat(control.isToldTheEnd().code()).isEqualTo(CloseStatus.PROTOCOL_ERROR);
        relay.letsListen();
    }

    @Test
    void closeSaysSoToTheRelayAndToEveryConnectionAndWaitsForTheirs() throws Exception {
        Peer control = isOnline(builder().closeTimeout(Duration.ofSeconds(20)));
        Peer sender = relay.joins(control);
        recorder.expects("open");
        CompletableFuture<Void> closing = FakeRelay.meanwhile(listener::close);

        assertThat(control.isToldTheEnd()).isEqualTo(new CloseStatus(1000, "Normal Closure"));
        assertThat(sender.isToldTheEnd()).isEqualTo(new CloseStatus(1001, ""));
        sender.closes(1001, "");
        control.closes(1000, "");

        closing.get(10, TimeUnit.SECONDS);
        recorder.expects("close 1001 ");
        assertThat(listener.state())
                .isInstanceOfSatisfying(
                        ListenerState.Closed.class,
                        closed -> assertThat(closed.cause()).isEmpty());
        listener.close();
    }

    @Test
    void closedListenerLeavesNoThreadAndNoSocket() throws Exception {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        Peer control = isOnline(builder()
                .onRequest(exchange -> exchange.response().body().flush())
                .executor(task -> {
                    Thread thread = new Thread(task, "of the program");
                    thread.setDaemon(true);
                    threads.add(thread);
                    thread.start();
                }));
        Peer sender = relay.joins(control);
        recorder.expects("open");
        Peer fetched = relay.hasFetched(control, "GET", "/hyco", false);
        fetched.isAnswered();
        fetched.body();
        fetched.isToldTheEnd();

        listener.close();

        control.isToldTheEnd();
        control.isLeft();
        sender.isToldTheEnd();
        sender.isLeft();
        // a relay that does not end the socket of an answer that it has
        fetched.isLeft();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().matches("fairlead-(listener-hyco|request-.*)")) {
                threads.add(thread);
            }
        }
        assertThat(threads).hasSizeGreaterThanOrEqualTo(2);
        for (Thread thread : threads) {
            thread.join(FakeRelay.PATIENCE_MILLIS);
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
    }

    @Test
    void listenerAtRestHasOneThreadAndLetsItsProgramEnd() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RestingListener.class.getName(),
                        relay.authority())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8))) {
            relay.letsListen();

            assertThat(out.readLine()).isEqualTo("[fairlead-listener-hyco]");
            assertThat(program.waitFor(FakeRelay.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThat(program.exitValue()).isZero();
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void sendersThatWaitForAThreadAreBoundedInNumber() throws Exception {
        Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        AtomicBoolean busy = new AtomicBoolean();
        Peer control = isOnline(builder().executor(task -> {
            if (busy.get()) {
                tasks.add(task);
            } else {
                task.run();
            }
        }));
        busy.set(true);

        for (int i = 0; i <= Waiting.MOST; i++) {
            relay.offers(control, "hyco", Map.of());
        }
        control.pings("all told");

        assertThat(control.frame().text()).isEqualTo("all told");
        assertThat(tasks).hasSize(Waiting.MOST);
    }

    @Test
    void closeReturnsEvenIfNobodyAnswers() throws Exception {
        Peer control = isOnline(builder());
        Peer sender = relay.joins(control);
        recorder.expects("open");
        long began = System.nanoTime();

        listener.close();

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(250), Duration.ofSeconds(3));
        assertThat(recorder.next()).startsWith("lost");
        assertThat(listener.state()).isInstanceOf(ListenerState.Closed.class);
        control.isToldTheEnd();
        control.isLeft();
        sender.isToldTheEnd();
        sender.isLeft();
    }

    @Test
    void closeTakesTheTimeThatItIsTold() throws Exception {
        Peer control = isOnline(builder().closeTimeout(Duration.ofSeconds(60)));
        relay.joins(control);
        recorder.expects("open");
        long began = System.nanoTime();

        listener.close(Duration.ofMillis(300));

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(250), Duration.ofSeconds(3));
        assertThat(recorder.next()).startsWith("lost");
        assertThatThrownBy(() -> listener.close(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void handlerMayCloseTheListenerAndItsOwnConnectionStillEndsInOrder() throws Exception {
        CompletableFuture<Duration> took = new CompletableFuture<>();
        Peer control = isOnline(builder().closeTimeout(Duration.ofSeconds(20)).onConnection(new ConnectionHandler() {
            @Override
            public void onText(RelayConnection connection, String text) {
                long began = System.nanoTime();
                listener.close();
                took.complete(Duration.ofNanos(System.nanoTime() - began));
            }
        }));
        Peer sender = relay.joins(control);

        sender.says("stop");
        assertThat(control.isToldTheEnd().code()).isEqualTo(1000);
        control.closes(1000, "");

        assertThat(took.get(10, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(9));
        assertThat(sender.isToldTheEnd().code()).isEqualTo(1001);
        sender.closes(1001, "");
        sender.isLeft();
    }

    @Test
    void durationBeyondAllCalendarsIsTaken() throws Exception {
        Peer control = isOnline(builder().closeTimeout(Duration.ofSeconds(Long.MAX_VALUE)));
        CompletableFuture<Void> closing = FakeRelay.meanwhile(listener::close);

        control.isToldTheEnd();
        control.closes(1000, "");

        closing.get(10, TimeUnit.SECONDS);
    }

    @Test
    void closeEndsAnAttemptThatIsUnderWay() throws Exception {
        CompletableFuture<Void> opened = opens(builder().closeTimeout(Duration.ofSeconds(20)));
        Peer control = relay.awaits();

        listener.close();

        control.isLeft();
        assertThatThrownBy(() -> opened.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(RelayClosed.class);
    }

    @Test
    void closeEndsAWait() throws Exception {
        CompletableFuture<Void> opened = opens(builder().longestReconnectDelay(Duration.ofDays(1)));
        relay.awaits().refuses("503 Later");
        relay.awaits().refuses("503 Later");
        enters(ListenerState.Connecting.class);
        enters(ListenerState.Reconnecting.class);
        enters(ListenerState.Reconnecting.class);

        listener.close();

        assertThatThrownBy(() -> opened.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(RelayClosed.class);
    }

    @Test
    void listenerMayBeClosedFromItsOwnStateChange() throws Exception {
        CompletableFuture<RelayListener> self = new CompletableFuture<>();
        BlockingQueue<ListenerState> seen = new LinkedBlockingQueue<>();
        opens(builder().onStateChange(state -> {
            seen.add(state);
            if (state instanceof ListenerState.Online) {
                self.join().close();
            }
        }));
        self.complete(listener);
        Peer control = relay.letsListen();

        assertThat(control.isToldTheEnd().code()).isEqualTo(1000);
        control.closes(1000, "");
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isInstanceOf(ListenerState.Connecting.class);
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isInstanceOf(ListenerState.Online.class);
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isInstanceOf(ListenerState.Closed.class);
    }

    @Test
    void observerThatThrowsHarmsNothing() throws Exception {
        Peer control = isOnline(builder().onStateChange(state -> {
            throw new IllegalStateException("observer");
        }));

        relay.joins(control);

        recorder.expects("open");
    }

    @Test
    void whatHangsOnTheFutureMayBlock() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Void> hanging = opens(builder()).thenRun(() -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Peer control = relay.letsListen();

        relay.joins(control);

        recorder.expects("open");
        assertThat(hanging).isNotDone();
        release.countDown();
    }

    @Test
    void listenerIsOpenedOnce() throws Exception {
        isOnline(builder());

        assertThatThrownBy(() -> listener.open())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("open: called twice");
    }

    @Test
    void builderRefusesWhatCannotListen() {
        ConnectionString namespace = ConnectionString.parse("Endpoint=sb://h/;SharedAccessKeyName=k;SharedAccessKey=s");

        assertThatThrownBy(() -> RelayListener.builder(namespace).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("path: none");
        assertThatThrownBy(() -> RelayListener.builder(ConnectionString.parse("Endpoint=sb://h/;EntityPath=a"))
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("connection string: no key");
        assertThatThrownBy(() -> RelayListener.builder(relay.connectionString()).path("other"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path: other (expected: hyco, which the connection string or address names)");
        assertThatThrownBy(() -> RelayListener.builder(namespace).pingInterval(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RelayListener.builder(URI.create("ftp://h/a"), audience -> null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(RelayListener.builder(relay.connectionString())
                        .path("HYCO")
                        .build()
                        .path())
                .isEqualTo("HYCO");
    }
}
