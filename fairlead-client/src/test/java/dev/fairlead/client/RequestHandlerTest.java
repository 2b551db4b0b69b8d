// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.FakeRelay.Frame;
import dev.fairlead.client.FakeRelay.Peer;
import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.http.RelayedHttpRequest;
import dev.fairlead.client.http.RelayedHttpResponse;
import dev.fairlead.client.http.RequestHandler;
import dev.fairlead.client.internal.Waiting;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.control.RemoteEndpoint;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain HTTP requests, as a relay brings them to a listener of the SDK. */
class RequestHandlerTest {

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
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
        return RelayListener.builder(relay.connectionString()).closeTimeout(Duration.ofMillis(500));
    }

    private Peer serves(RequestHandler handler) throws Exception {
        return opens(builder().onRequest(handler));
    }

    private Peer opens(RelayListener.Builder builder) throws Exception {
        listener = builder.build();
        CompletableFuture<Void> opened = listener.open();
        Peer control = relay.letsListen();
        opened.get(10, TimeUnit.SECONDS);
        return control;
    }

    private String told() throws InterruptedException {
        String next = told.poll(FakeRelay.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(next).as("something told in time").isNotNull();
        return next;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static void echo(RelayedExchange exchange) throws IOException {
        exchange.response().send(exchange.request().body().readAllBytes());
    }

    @Test
    void smallAnswerGoesByTheControlChannel() throws Exception {
        Peer control = serves(exchange -> exchange.response()
                .status(418, "I'm a <teapot>")
                .header("X-oNe", "1")
                .addHeader("x-one", "2")
                .header("Content-Length", "999")
                .header("Connection", "close")
                .send("short & stout ü"));

        relay.asks(control, "GET", "/hyco");

        assertThat(control.isAnswered())
                .isEqualTo(new ControlMessage.Response(
                        FakeRelay.ID,
                        418,
                        "I'm a <teapot>",
                        List.of(new Header("X-oNe", "1, 2"), new Header("Content-Type", "text/plain; charset=utf-8")),
                        true));
        assertThat(new String(control.body(), StandardCharsets.UTF_8)).isEqualTo("short & stout ü");
    }

    @Test
    void handlerIsToldWhatTheSenderAsks() throws Exception {
        BlockingQueue<RelayedHttpRequest> requests = new LinkedBlockingQueue<>();
        Peer control = serves(exchange -> requests.add(exchange.request()));

        relay.asks(control, "PATCH", "/hyco/a b%2Fc/?q=%2f&&r", new byte[3], "X-cUsToM", "v", "Host", "ns:443");

        RelayedHttpRequest request = requests.poll(10, TimeUnit.SECONDS);
        assertThat(request.id()).isEqualTo(FakeRelay.ID);
        assertThat(request.method()).isEqualTo("PATCH");
        assertThat(request.target()).isEqualTo("/hyco/a b%2Fc/?q=%2f&&r");
        assertThat(request.path()).isEqualTo("/hyco/a b%2Fc/");
        assertThat(request.suffix()).isEqualTo("a b%2Fc/");
        assertThat(request.query()).isEqualTo("q=%2f&&r");
        assertThat(request.headers()).containsExactly(Map.entry("Host", "ns:443"), Map.entry("X-cUsToM", "v"));
        assertThat(request.header("x-custom")).contains("v");
        assertThat(request.remoteEndpoint()).isEqualTo(new RemoteEndpoint("203.0.113.9", 51_000));
        assertThat(request.bodyLength()).hasValue(3);
        assertThat(request.toString()).contains("PATCH", "/hyco/").doesNotContain("q=");
        assertThat(control.isAnswered())
                .isEqualTo(new ControlMessage.Response(FakeRelay.ID, 200, "", List.of(), false));
    }

    @ParameterizedTest
    @CsvSource({
        "/hyco, /hyco, ''",
        "/HYCO/x, /HYCO/x, x",
        "/other, /other, other",
        "x, /x, x",
        "/hycor/y, /hycor/y, hycor/y"
    })
    void suffixIsWhatLiesBelowTheListenersName(String target, String path, String suffix) throws Exception {
        Peer control = serves(exchange -> exchange.response()
                .send(exchange.request().path() + " " + exchange.request().suffix()));

        relay.asks(control, "GET", target);

        assertThat(control.isAnswered().statusCode()).isEqualTo(200);
        assertThat(new String(control.body(), StandardCharsets.UTF_8)).isEqualTo(path + " " + suffix);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_768, 65_535, 65_536})
    void bodiesUpTo64KiBGoByTheControlChannelBothWays(int size) throws Exception {
        Peer control = serves(RequestHandlerTest::echo);

        relay.asks(control, "POST", "/hyco", random(size));

        assertThat(control.isAnswered().body()).isEqualTo(size > 0);
        if (size > 0) {
            assertThat(control.body()).isEqualTo(random(size));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {65_537, 1_000_000})
    void largerAnswerGoesByASocketOfItsOwn(int size) throws Exception {
        Peer control = serves(exchange -> exchange.response().send(random(size)));

        relay.asks(control, "GET", "/hyco");
        Peer answering = relay.letsAnswer();

        assertThat(answering.isAnswered())
                .isEqualTo(new ControlMessage.Response(FakeRelay.ID, 200, "", List.of(), true));
        assertThat(answering.body()).isEqualTo(random(size));
        assertThat(answering.isToldTheEnd().code()).isEqualTo(1000);
        answering.closes(1000, "Normal Closure");
        answering.isLeft();
    }

    @Test
    void headThatIsTooLongForTheControlChannelGoesByASocket() throws Exception {
        Peer control = serves(exchange ->
                exchange.response().header("X-Long", "x".repeat(66_000)).send("body"));

        relay.asks(control, "GET", "/hyco");
        Peer answering = relay.letsAnswer();

        assertThat(answering.frame().payload()).hasSize(32 * 1024);
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "head, 200", "GET, 204", "GET, 205", "GET, 304"})
    void answerWithoutABodyHasNoneWhateverIsWritten(String method, int status) throws Exception {
        Peer control = serves(exchange -> {
            exchange.response().status(status);
            exchange.response().body().write(new byte[100_000]);
            exchange.response().body().flush();
        });

        relay.asks(control, method, "/hyco");
        assertThat(control.isAnswered())
                .isEqualTo(new ControlMessage.Response(FakeRelay.ID, status, "", List.of(), false));

        control.pings("next");
        assertThat(control.frame().opcode()).isEqualTo(Opcode.PONG);
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, 200, 100000, true",
        "HEAD, 404, 0, true",
        "GET, 304, 12, true",
        "HEAD, 204, 12, false",
        "HEAD, 200, 1O, false",
        "GET, 200, 12, false",
        "GET, 205, 12, false"
    })
    void lengthOfABodyThatIsNotSentIsToldAndNoOther(String method, int status, String length, boolean told)
            throws Exception {
        Peer control = serves(exchange -> exchange.response().status(status).header("Content-Length", length));

        relay.asks(control, method, "/hyco");

        List<Header> headers = told ? List.of(new Header("Content-Length", length)) : List.of();
        assertThat(control.isAnswered())
                .isEqualTo(new ControlMessage.Response(FakeRelay.ID, status, "", headers, false));
    }

    @Test
    void severalCookiesAreAnArrayAndOneIsAText() throws Exception {
        Peer control = serves(exchange -> exchange.response()
                .addHeader("Set-Cookie", "a=1")
                .addHeader("Set-Cookie", "b=2")
                .send(""));
        relay.asks(control, "GET", "/hyco");
        assertThat(control.hears()).contains("\"Set-Cookie\":[\"a=1\",\"b=2\"]");
    }

    @Test
    void whatIsFlushedLeavesAtOnce() throws Exception {
        CountDownLatch more = new CountDownLatch(1);
        Peer control = serves(exchange -> {
            OutputStream body = exchange.response()
                    .header("Content-Type", "text/event-stream")
                    .body();
            body.flush();
            body.write("data: 1\n\n".getBytes(StandardCharsets.UTF_8));
            body.flush();
            more.await();
            body.write("data: 2\n\n".getBytes(StandardCharsets.UTF_8));
            body.flush();
        });

        relay.asks(control, "GET", "/hyco/events");
        Peer answering = relay.letsAnswer();

        assertThat(answering.isAnswered().body()).isTrue();
        Frame first = answering.frame();
        assertThat(first.text()).isEqualTo("data: 1\n\n");
        assertThat(first.isFinal()).isFalse();
        more.countDown();
        assertThat(answering.frame().text()).isEqualTo("data: 2\n\n");
        Frame last = answering.frame();
        assertThat(last.isFinal()).isTrue();
        assertThat(last.payload()).isEmpty();
        assertThat(answering.isToldTheEnd().code()).isEqualTo(1000);
    }

    @Test
    void whatIsLeftLyingLeavesAfterTwoSeconds() throws Exception {
        CountDownLatch more = new CountDownLatch(1);
        Peer control = serves(exchange -> {
            exchange.response().body().write('a');
            more.await();
        });

        relay.asks(control, "GET", "/hyco");
        Peer answering = relay.letsAnswer();

        assertThat(answering.isAnswered().body()).isTrue();
        assertThat(answering.frame().text()).isEqualTo("a");
        more.countDown();
        assertThat(answering.frame().isFinal()).isTrue();
    }

    @Test
    void handlerThatFailsBeforeTheHeadIsA500WithoutAWordOfIt() throws Exception {
        Peer control = serves(exchange -> {
            exchange.response().status(201).header("X-Half", "1").body().write(65);
            throw new IllegalStateException("s3cret");
        });

        relay.asks(control, "GET", "/hyco");

        assertThat(control.isAnswered())
                .isEqualTo(new ControlMessage.Response(
                        FakeRelay.ID, 500, "", List.of(new Header("Content-Type", "text/plain; charset=utf-8")), true));
        assertThat(new String(control.body(), StandardCharsets.UTF_8)).isEqualTo("The listener's handler failed\n");
    }

    @Test
    void handlerThatFailsAfterTheHeadCutsItsSenderOff() throws Exception {
        Peer control = serves(exchange -> {
            exchange.response().body().write(65);
            exchange.response().body().flush();
            throw new IllegalStateException("s3cret");
        });

        relay.asks(control, "GET", "/hyco");
        Peer answering = relay.letsAnswer();

        answering.isAnswered();
        assertThat(answering.frame().isFinal()).isFalse();
        answering.isLeft();
    }

    @Test
    void headIsFixedOnceItHasLeft() throws Exception {
        Peer control = serves(exchange -> {
            RelayedHttpResponse response = exchange.response();
            response.send("x");
            assertThat(response.isCommitted()).isTrue();
            assertThatThrownBy(() -> response.status(404)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> response.header("a", "b")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> response.body().write(1)).isInstanceOf(IOException.class);
            response.body().flush();
            response.body().close();
            told.add("checked");
        });

        relay.asks(control, "GET", "/hyco");

        assertThat(told()).isEqualTo("checked");
    }

    @Test
    void whatCannotBeSentIsNamed() throws Exception {
        Peer control = serves(exchange -> {
            RelayedHttpResponse response = exchange.response();
            assertThatThrownBy(() -> response.status(100)).hasMessage("status: 100 (expected: 200 to 999)");
            assertThatThrownBy(() -> response.status(200, "a\r\nb")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> response.header("a b", "c")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> response.addHeader("a", "b\r\nc: d")).isInstanceOf(IllegalArgumentException.class);
            told.add("checked");
        });

        relay.asks(control, "GET", "/hyco");

        assertThat(told()).isEqualTo("checked");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void senderThatLeavesCancelsTheHandler(boolean politely) throws Exception {
        Peer control = serves(exchange -> {
            exchange.onCancel(() -> told.add("callback " + exchange.isCancelled()));
            exchange.response().body().write(65);
            exchange.response().body().flush();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                told.add("interrupted");
            }
            assertThatThrownBy(() -> exchange.response().body().write(66)).isInstanceOf(IOException.class);
            exchange.onCancel(() -> told.add("late callback"));
        });

        relay.asks(control, "GET", "/hyco");
        Peer answering = relay.letsAnswer();
        answering.isAnswered();
        answering.frame();
        if (politely) {
            answering.closes(1001, "");
        } else {
            answering.vanishes();
        }

        assertThat(List.of(told(), told(), told()))
                .containsExactlyInAnyOrder("interrupted", "callback true", "late callback");
        if (politely) {
            answering.isLeft();
        }
    }

    @Test
    void senderThatLeavesWhileTheHandlerIsStuckInAWriteFreesIt() throws Exception {
        Peer control = serves(exchange -> {
            try (OutputStream body = exchange.response().body()) {
                while (true) {
                    body.write(new byte[100_000]);
                }
            } catch (IOException e) {
                told.add(e.getMessage());
                throw e;
            }
        });

        relay.asks(control, "GET", "/hyco");
        Peer answering = relay.letsAnswer();
        answering.isAnswered();
        answering.closes(1001, "");

        assertThat(told()).isEqualTo("the sender is gone, or the relay gave up");
    }

    @Test
    void relayThatGaveUpRefusesTheSocketAndTheHandlerIsCancelled() throws Exception {
        Peer control = serves(exchange -> {
            exchange.onCancel(() -> told.add("cancelled"));
            exchange.response().send(new byte[100_000]);
        });

        relay.asks(control, "GET", "/hyco");
        relay.awaits().refuses("400 Too late");

        assertThat(told()).isEqualTo("cancelled");
    }

    @Test
    void fetchedRequestIsAnsweredOnTheSocketItCameBy() throws Exception {
        Peer control = serves(RequestHandlerTest::echo);
        byte[] body = random(200_000);

        Peer fetched = relay.hasFetched(control, "PUT", "/hyco/x", true);
        fetched.sends(Opcode.BINARY, java.util.Arrays.copyOfRange(body, 0, 100_000));
        fetched.pings("between");
        fetched.sends(FrameWriter.FINAL | Opcode.CONTINUATION, java.util.Arrays.copyOfRange(body, 100_000, 200_000));

        assertThat(fetched.frame().text()).isEqualTo("between");
        assertThat(fetched.isAnswered().body()).isTrue();
        assertThat(fetched.body()).isEqualTo(body);
        assertThat(fetched.isToldTheEnd().code()).isEqualTo(1000);
        fetched.closes(1000, "");
        fetched.isLeft();
    }

    @Test
    void fetchedRequestWithoutABodyIsAnsweredAsWell() throws Exception {
        Peer control = serves(exchange -> exchange.response().status(204));

        Peer fetched = relay.hasFetched(control, "GET", "/hyco", false);

        assertThat(fetched.isAnswered().body()).isFalse();
        assertThat(fetched.isToldTheEnd().code()).isEqualTo(1000);
    }

    @Test
    void emptyBodyOfAFetchedRequestIsEmpty() throws Exception {
        Peer control = serves(RequestHandlerTest::echo);

        Peer fetched = relay.hasFetched(control, "POST", "/hyco", true);
        fetched.sends(FrameWriter.FINAL | Opcode.BINARY, new byte[0]);

        assertThat(fetched.isAnswered().body()).isFalse();
    }

    @Test
    void bodyOfAFetchedRequestArrivesPartByPart() throws Exception {
        Peer control = serves(exchange -> {
            for (int b = exchange.request().body().read();
                    b >= 0;
                    b = exchange.request().body().read()) {
                told.add(String.valueOf((char) b));
            }
            told.add("end");
        });

        Peer fetched = relay.hasFetched(control, "POST", "/hyco", true);
        fetched.sends(Opcode.BINARY, new byte[] {'a'});
        assertThat(told()).isEqualTo("a");
        fetched.sends(Opcode.CONTINUATION, new byte[] {'b'});
        assertThat(told()).isEqualTo("b");
        fetched.sends(FrameWriter.FINAL | Opcode.CONTINUATION, new byte[0]);
        assertThat(told()).isEqualTo("end");
    }

    @Test
    void handlerThatDoesNotReadSlowsItsSenderAndNothingQueues() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Peer control = serves(exchange -> {
            release.await();
            told.add("read " + exchange.request().body().transferTo(OutputStream.nullOutputStream()));
        });
        Peer fetched = relay.hasFetched(control, "POST", "/hyco", true);
        fetched.socket.setSendBufferSize(64 * 1024);
        CountDownLatch sent = new CountDownLatch(1);
        FakeRelay.meanwhile(() -> {
            try {
                for (int i = 0; i < 2_000; i++) {
                    fetched.sends(i == 0 ? Opcode.BINARY : Opcode.CONTINUATION, new byte[32_768]);
                }
                fetched.sends(FrameWriter.FINAL | Opcode.CONTINUATION, new byte[0]);
                sent.countDown();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(sent.await(300, TimeUnit.MILLISECONDS)).isFalse();
        release.countDown();
        assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(told()).isEqualTo("read " + 2_000L * 32_768);
    }

    @Test
    void handlerThatWantsNoBodyAnswersBeforeItsEnd() throws Exception {
        Peer control = serves(exchange -> exchange.response().status(413).send("too much"));

        Peer fetched = relay.hasFetched(control, "POST", "/hyco", true);
        fetched.sends(Opcode.BINARY, new byte[100]);

        assertThat(fetched.isAnswered().statusCode()).isEqualTo(413);
        assertThat(fetched.body()).hasSize(8);
        assertThat(fetched.isToldTheEnd().code()).isEqualTo(1000);
        for (int i = 0; i < 100; i++) {
            fetched.sends(Opcode.CONTINUATION, new byte[32_768]);
        }
        fetched.closes(1000, "");
        fetched.isLeft();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void uploadThatIsCutOffIsNoWholeBody(boolean politely) throws Exception {
        Peer control = serves(exchange -> {
            exchange.onCancel(() -> told.add("cancelled"));
            told.add("first " + exchange.request().body().read());
            try {
                exchange.request().body().readAllBytes();
            } catch (IOException e) {
                told.add("cut");
                throw e;
            }
        });

        Peer fetched = relay.hasFetched(control, "POST", "/hyco", true);
        fetched.sends(Opcode.BINARY, new byte[100]);
        assertThat(told()).isEqualTo("first 0");
        if (politely) {
            fetched.closes(1001, "");
        } else {
            fetched.vanishes();
        }

        assertThat(List.of(told(), told())).containsExactlyInAnyOrder("cut", "cancelled");
    }

    @Test
    void listenerWithoutARequestHandlerSaysSo() throws Exception {
        Peer control = opens(builder().onConnection(new Recorder()));

        relay.asks(control, "GET", "/hyco");
        assertThat(control.isAnswered().statusCode()).isEqualTo(501);
        assertThat(control.body()).isNotEmpty();

        Peer fetched = relay.hasFetched(control, "PUT", "/hyco", true);
        assertThat(fetched.isAnswered().statusCode()).isEqualTo(501);
    }

    @Test
    void listenerForRequestsAloneRefusesWebSockets() throws Exception {
        Peer control = serves(RequestHandlerTest::echo);

        relay.offers(control, "hyco", Map.of());

        assertThat(relay.awaits().target).contains("&sb-hc-statusCode=405&");
    }

    @Test
    void oneListenerTakesBoth() throws Exception {
        Recorder recorder = new Recorder();
        Peer control = opens(builder().onConnection(recorder).onRequest(RequestHandlerTest::echo));

        relay.joins(control).says("hello");
        recorder.expects("open", "text hello");
        relay.asks(control, "POST", "/hyco", new byte[] {'x'});
        assertThat(control.isAnswered().statusCode()).isEqualTo(200);
        assertThat(control.body()).containsExactly('x');
    }

    @Test
    void messagesThatDoNotFitArePassedOver() throws Exception {
        Peer control = serves(RequestHandlerTest::echo);

        control.sends(FrameWriter.FINAL | Opcode.BINARY, new byte[10]);
        control.says(ControlMessages.encode(relay.request("POST", "/hyco/lost", Map.of(), true)));
        relay.asks(control, "POST", "/hyco", new byte[] {'x'});
        control.sends(FrameWriter.FINAL | Opcode.BINARY, new byte[10]);
        control.says("{\"request\":{\"address\":\"ws://127.0.0.1:1/\"}}");
        control.says("{\"request\":{\"address\":\"gopher://h\"}}");

        assertThat(control.isAnswered().statusCode()).isEqualTo(200);
        assertThat(control.body()).containsExactly('x');
        control.pings("still there");
        assertThat(control.frame().opcode()).isEqualTo(Opcode.PONG);
    }

    @Test
    void manyAnswersAtOnceKeepTheirBodiesBehindThem() throws Exception {
        int requests = 60;
        CountDownLatch all = new CountDownLatch(requests);
        Peer control = serves(exchange -> {
            byte[] body = exchange.request().body().readAllBytes();
            all.countDown();
            all.await();
            exchange.response().status(400 + body[0]).send(body);
        });

        for (int i = 0; i < requests; i++) {
            byte[] body = new byte[40_000];
            java.util.Arrays.fill(body, (byte) i);
            relay.asks(control, "POST", "/hyco", body);
        }

        for (int i = 0; i < requests; i++) {
            int status = control.isAnswered().statusCode();
            assertThat(control.body()).hasSize(40_000).containsOnly(status - 400);
        }
    }

    @Test
    void answerGoesByItsSocketWhenTheChannelIsLost() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Peer control = serves(exchange -> {
            told.add("in");
            release.await();
            exchange.response().send("late");
        });
        relay.asks(control, "GET", "/hyco");
        assertThat(told()).isEqualTo("in");

        control.vanishes();
        relay.letsListen();
        release.countDown();
        Peer answering = relay.letsAnswer();

        assertThat(answering.isAnswered().statusCode()).isEqualTo(200);
        assertThat(answering.body()).hasSize(4);
    }

    @Test
    void bodiesThatWaitForAThreadAreBoundedInBytes() throws Exception {
        Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        AtomicBoolean busy = new AtomicBoolean();
        Peer control = opens(builder().onRequest(RequestHandlerTest::echo).executor(task -> {
            if (busy.get()) {
                tasks.add(task);
            } else {
                task.run();
            }
        }));
        busy.set(true);
        byte[] body = new byte[65_536];
        int most = Waiting.MOST_BYTES / body.length;

        for (int i = 0; i <= most; i++) {
            relay.asks(control, "POST", "/hyco", body);
        }

        assertThat(control.isAnswered().statusCode()).isEqualTo(503);
        control.body();
        assertThat(tasks).hasSize(most);
        tasks.remove().run();
        assertThat(control.isAnswered().statusCode()).isEqualTo(200);
        assertThat(control.body()).hasSize(body.length);
        relay.asks(control, "POST", "/hyco", body);
        control.pings("taken");
        assertThat(control.frame().text()).isEqualTo("taken");
        assertThat(tasks).hasSize(most);
    }

    @Test
    void closeLetsRequestsBeAnsweredAndRefusesNewOnes() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Recorder recorder = new Recorder();
        Peer control = opens(builder()
                // longer than the test may take, so that a machine that stands still cancels nothing
                .closeTimeout(Duration.ofMinutes(5))
                .onConnection(recorder)
                .onRequest(exchange -> {
                    told.add("in");
                    release.await();
                    exchange.response().send("whole");
                }));
        Peer sender = relay.joins(control);
        recorder.expects("open");
        relay.asks(control, "GET", "/hyco");
        assertThat(told()).isEqualTo("in");

        CompletableFuture<Void> closing = FakeRelay.meanwhile(listener::close);
        assertThat(sender.isToldTheEnd().code()).isEqualTo(1001);
        sender.closes(1001, "");
        relay.asks(control, "GET", "/hyco");
        assertThat(control.isAnswered().statusCode()).isEqualTo(503);
        control.body();
        release.countDown();

        assertThat(control.isAnswered().statusCode()).isEqualTo(200);
        assertThat(control.body()).hasSize(5);
        assertThat(control.isToldTheEnd().code()).isEqualTo(1000);
        control.closes(1000, "");
        closing.get(10, TimeUnit.SECONDS);
    }

    @Test
    void closeCancelsWhatDoesNotEnd() throws Exception {
        Peer control = serves(exchange -> {
            exchange.onCancel(() -> told.add("cancelled"));
            told.add("in");
            new CountDownLatch(1).await();
        });
        relay.asks(control, "GET", "/hyco");
        assertThat(told()).isEqualTo("in");

        FakeRelay.meanwhile(listener::close).get(10, TimeUnit.SECONDS);

        assertThat(told()).isEqualTo("cancelled");
    }

    @Test
    void handlerMayCloseItsOwnListener() throws Exception {
        Peer control = serves(exchange -> {
            listener.close();
            told.add("closed");
        });

        relay.asks(control, "GET", "/hyco");

        assertThat(control.isToldTheEnd().code()).isEqualTo(1000);
        control.closes(1000, "");
        assertThat(told()).isEqualTo("closed");
    }

    @Test
    void executorThatTakesNothingIsA503() throws Exception {
        ExecutorService own = Executors.newSingleThreadExecutor();
        Peer control = opens(builder().executor(own).onRequest(RequestHandlerTest::echo));
        own.shutdown();

        relay.asks(control, "GET", "/hyco");

        assertThat(control.isAnswered().statusCode()).isEqualTo(503);
    }

    @Test
    void threadOfACancelledRequestIsNotLeftInterrupted() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        Peer control = opens(builder().executor(one).onRequest(exchange -> {
            if (!exchange.request().suffix().isEmpty()) {
                told.add("interrupted: " + Thread.currentThread().isInterrupted());
                return;
            }
            exchange.response().body().write(1);
            exchange.response().body().flush();
            while (!exchange.isCancelled()) {
                Thread.onSpinWait();
            }
        }));
        relay.asks(control, "GET", "/hyco");
        Peer answering = relay.letsAnswer();
        answering.vanishes();

        relay.asks(control, "GET", "/hyco/next");

        assertThat(told()).isEqualTo("interrupted: false");
        one.shutdownNow();
    }

    @Test
    void endOfTheRelaysPatienceIsNoEndOfTheSocketsLife() throws Exception {
        Peer control = serves(exchange -> exchange.response().send(new byte[70_000]));
        relay.asks(control, "GET", "/hyco");
        Peer answering = relay.letsAnswer();
        answering.isAnswered();
        answering.body();
        assertThat(answering.isToldTheEnd()).isEqualTo(new CloseStatus(1000, "Normal Closure"));

        answering.pings("slow sender");

        assertThat(answering.frame().opcode()).isEqualTo(Opcode.PONG);
        answering.closes(1000, "");
        assertThatThrownBy(answering::frame).isInstanceOfAny(EOFException.class, SocketException.class);
    }
}
