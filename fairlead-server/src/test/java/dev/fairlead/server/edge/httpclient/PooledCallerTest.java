// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.CallOutcome;
import dev.fairlead.server.connection.CallerTerms;
import dev.fairlead.server.connection.HttpCall;
import dev.fairlead.server.edge.httpclient.Home.Called;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls over real sockets, from two event loops, to a server that does what each test says. */
class PooledCallerTest {

    private static final String OK = "HTTP/1.1 200 OK~Content-Length: 2~~ok";
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<AutoCloseable> closing = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private Home one;
    private Home other;

    @BeforeEach
    void begin() {
        group.forEach(loop -> loops.add((EventLoop) loop));
        one = Home.on(loops.get(0));
        other = Home.on(loops.get(1));
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable next : closing.reversed()) {
            next.close();
        }
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    private RawServer serves(RawServer.Script script) throws IOException {
        RawServer server = new RawServer(script);
        closing.add(server);
        return server;
    }

    private static CallerTerms terms(String server, int most) {
        return new CallerTerms(URI.create(server), most, Duration.ofSeconds(10), Duration.ofSeconds(60), null);
    }

    private PooledCaller caller(CallerTerms terms, ChannelFactory<? extends Channel> sockets, Addresses.Directory names)
            throws Exception {
        PooledCaller caller = PooledCaller.of(terms, loops, sockets, names);
        closing.add(caller);
        return caller;
    }

    private PooledCaller caller(CallerTerms terms) throws Exception {
        return caller(terms, this::countedSocket, InetAddress::getAllByName);
    }

    private EpollSocketChannel countedSocket() {
        EpollSocketChannel socket = new EpollSocketChannel();
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        socket.closeFuture().addListener(closed -> open.decrementAndGet());
        return socket;
    }

    private PooledCaller caller(RawServer server, int most) throws Exception {
        return caller(terms("http://127.0.0.1:" + server.port(), most));
    }

    private static HttpCall asks(String method, List<Header> headers) {
        return new HttpCall(method, "/a?b=c", headers, new byte[0], LONG, 1000);
    }

    @Test
    void requestIsWrittenAndItsAnswerIsToldOnTheLoopOfTheHome() throws Exception {
        LinkedBlockingQueue<String> requests = new LinkedBlockingQueue<>();
        RawServer server = serves(visit -> {
            requests.add(visit.reads());
            visit.says("HTTP/1.1 404 Not Found~X-One: 1~x-one:  two ~Content-Length: 3~~no!");
        });
        CompletableFuture<CallOutcome> told = new CompletableFuture<>();
        CompletableFuture<Boolean> inLoop = new CompletableFuture<>();

        caller(server, 1).call(one, Home.post("/path?query", "body"), outcome -> {
            inLoop.complete(one.inLoop());
            told.complete(outcome);
        });

        assertThat(requests.take())
                .isEqualTo("POST /path?query HTTP/1.1~Host: 127.0.0.1:" + server.port()
                        + "~Content-Type: text/plain~Content-Length: 4~~body");
        assertThat(told.get(20, TimeUnit.SECONDS)).isInstanceOfSatisfying(CallOutcome.Answered.class, answered -> {
            assertThat(answered.status()).isEqualTo(404);
            assertThat(answered.headers().lines())
                    .containsExactly(
                            new Header("X-One", "1"), new Header("x-one", "two"), new Header("Content-Length", "3"));
            assertThat(answered.body()).asString().isEqualTo("no!");
        });
        assertThat(inLoop.get()).isTrue();
    }

    @Test
    void outcomeIsNeverToldBeforeTheCallReturns() throws Exception {
        PooledCaller caller = caller(serves(RawServer.always(OK)), 1);
        caller.close();
        CompletableFuture<List<String>> order = new CompletableFuture<>();

        one.execute(() -> {
            List<String> heard = new ArrayList<>();
            caller.call(one, Home.post("/", ""), outcome -> {
                heard.add("told");
                order.complete(heard);
            });
            heard.add("returned");
        });

        assertThat(order.get(20, TimeUnit.SECONDS)).containsExactly("returned", "told");
    }

    @Test
    void connectionIsKeptForTheNextCall() throws Exception {
        RawServer server = serves(RawServer.always(OK));
        PooledCaller caller = caller(server, 8);

        for (int i = 0; i < 5; i++) {
            assertThat(one.calls(caller).answer()).isEqualTo("200 ok");
        }

        assertThat(server.accepted()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK~Connection: Close~Content-Length: 2~~ok",
                "HTTP/1.1 200 OK~Connection: foo, close~Content-Length: 2~~ok",
                "HTTP/1.0 200 OK~Content-Length: 2~~ok",
                "HTTP/1.1 200 OK~Content-Length: 2~~ok~",
                "HTTP/1.1 200 OK~Content-Length: 2~~okHTTP/1.1 200 OK~Content-Length: 4~~evil"
            })
    void connectionThatIsNotToBeTrustedIsNotKept(String wire) throws Exception {
        RawServer server = serves(visit -> {
            visit.reads();
            visit.says(wire);
            visit.waitsForTheEnd();
        });
        PooledCaller caller = caller(server, 1);

        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");
        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");

        assertThat(server.accepted()).isEqualTo(2);
    }

    @Test
    void whatAnUnusedConnectionSaysIsNobodysAnswer() throws Exception {
        CountDownLatch said = new CountDownLatch(1);
        RawServer server = serves(visit -> {
            visit.reads();
            visit.says(OK);
            if (visit.number() == 1) {
                visit.says("HTTP/1.1 200 OK~Content-Length: 4~~evil");
                visit.waitsForTheEnd();
                said.countDown();
            }
        });
        PooledCaller caller = caller(server, 1);

        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");
        assertThat(said.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");
        assertThat(server.accepted()).isEqualTo(2);
    }

    @Test
    void answerWithoutALengthEndsWithItsConnection() throws Exception {
        PooledCaller caller = caller(
                serves(visit -> {
                    visit.reads();
                    visit.says("HTTP/1.1 200 OK~~all of it");
                }),
                1);

        assertThat(one.calls(caller).answer()).isEqualTo("200 all of it");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void requestIsSentAgainOnceWhenAKeptConnectionIsClosedBeforeAnAnswer(boolean reset) throws Exception {
        RawServer server = serves(visit -> {
            visit.reads();
            visit.says(OK);
            if (visit.number() == 1) {
                visit.reads();
                if (reset) {
                    visit.resets();
                }
                return;
            }
            visit.waitsForTheEnd();
        });
        PooledCaller caller = caller(server, 1);

        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");
        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");

        assertThat(server.accepted()).isEqualTo(2);
    }

    @Test
    void connectionThatTheServerClosesMeanwhileIsNotTried() throws Exception {
        RawServer server = serves(visit -> {
            visit.reads();
            visit.says(OK);
        });
        PooledCaller caller = caller(server, 1);

        for (int i = 1; i <= 20; i++) {
            assertThat(one.calls(caller).answer()).isEqualTo("200 ok");
        }

        assertThat(server.accepted()).isEqualTo(20);
    }

    @Test
    void requestIsSentAgainNoSecondTime() throws Exception {
        RawServer server = serves(visit -> {
            visit.reads();
            if (visit.number() == 1) {
                visit.says(OK);
                visit.reads();
            }
        });
        PooledCaller caller = caller(server, 1);

        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");

        assertThat(one.calls(caller).failure()).isEqualTo("LOST: the server closed the connection before an answer");
        assertThat(server.accepted()).isEqualTo(2);
    }

    @Test
    void requestWhoseConnectionWasKeptAndCannotBeReplacedMayHaveHadAnEffect() throws Exception {
        ServerSocket port = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        RawServer server = new RawServer(port, visit -> {
            visit.reads();
            visit.says(OK);
            visit.reads();
            port.close();
        });
        closing.add(server);
        PooledCaller caller = caller(server, 1);

        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");

        assertThat(one.calls(caller).failure()).startsWith("LOST: a kept connection was closed before an answer");
    }

    @ParameterizedTest
    @CsvSource({
        "'',LOST: the server closed the connection before an answer",
        "HTTP/1.1 200,LOST: the server closed the connection within the answer",
        "HTTP/1.1 200 OK~Content-Length: 9~~ok,LOST: the server closed the connection within the answer",
        "SSH-2.0-OpenSSH~~,UNUSABLE: what came is no answer of HTTP/1.1",
        "HTTP/1.1 200 OK~Content-Length: 1048577~~,UNUSABLE: a body of more than 1048576 bytes"
    })
    void connectionThatFailsIsNotRetriedWhenItIsNew(String wire, String failure) throws Exception {
        RawServer server = serves(visit -> {
            visit.reads();
            visit.says(wire);
        });

        assertThat(one.calls(caller(server, 1)).failure()).isEqualTo(failure);
        assertThat(server.accepted()).isEqualTo(1);
    }

    @Test
    void answerThatIsNotWholeInTimeIsNone() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        RawServer server = serves(visit -> {
            visit.reads();
            visit.says("HTTP/1.1 200 OK~Content-Length: 9~~slow");
            visit.waitsForTheEnd();
            ended.countDown();
        });

        Called called = one.calls(caller(server, 1), Home.post("/", "", SHORT));

        assertThat(called.failure())
                .isEqualTo("NO_ANSWER: 127.0.0.1:" + server.port() + ": no whole answer within 500ms");
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void serverThatIsNotThereWasNotCalled() throws Exception {
        RawServer server = serves(RawServer.always(OK));
        server.close();
        PooledCaller caller = caller(server, 1);

        for (int i = 0; i < 3; i++) {
            assertThat(one.calls(caller).failure())
                    .startsWith("NO_CONNECTION: ")
                    .contains("Connection refused");
        }
    }

    @Test
    void thereAreNeverMoreConnectionsThanAllowed() throws Exception {
        RawServer server = serves(RawServer.always(OK));
        PooledCaller caller = caller(server, 7);
        List<Called> all = new ArrayList<>();

        for (int i = 0; i < 500; i++) {
            all.add(one.calls(caller));
            all.add(other.calls(caller));
        }

        for (Called called : all) {
            assertThat(called.answer()).isEqualTo("200 ok");
        }
        assertThat(mostOpen.get()).isBetween(2, 7);
        assertThat(server.accepted()).as("churn").isLessThan(20);
    }

    @Test
    void callsOfOneLoopAreSentInOrder() throws Exception {
        LinkedBlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        RawServer server = serves(visit -> {
            String request = visit.reads();
            while (!request.isEmpty()) {
                bodies.add(request.substring(request.indexOf("~~") + 2));
                visit.says(OK);
                request = visit.reads();
            }
        });
        PooledCaller caller = caller(server, 1);
        List<Called> all = new ArrayList<>();
        List<String> sent = new ArrayList<>();

        for (int i = 0; i < 100; i++) {
            sent.add("call " + i);
            all.add(one.calls(caller, Home.post("/", "call " + i)));
        }

        for (Called called : all) {
            called.answer();
        }
        assertThat(bodies).containsExactlyElementsOf(sent);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void loopWithoutAConnectionDoesNotWaitForTheOthersLastCall(int most) throws Exception {
        RawServer server = serves(RawServer.always(OK));
        PooledCaller caller = caller(server, most);
        CompletableFuture<Boolean> told = new CompletableFuture<>();

        for (int i = 0; i < 8; i++) {
            callsAgainAndAgain(caller, told);
        }
        assertThat(other.calls(caller).answer()).isEqualTo("200 ok");
        assertThat(other.calls(caller).answer()).isEqualTo("200 ok");
        told.complete(true);

        assertThat(mostOpen.get()).isLessThanOrEqualTo(most);
    }

    /** A session of the first loop that always has another call to make, until the end. */
    private void callsAgainAndAgain(PooledCaller caller, CompletableFuture<Boolean> end) {
        caller.call(one, Home.post("/", ""), outcome -> {
            if (!end.isDone() && outcome instanceof CallOutcome.Answered) {
                callsAgainAndAgain(caller, end);
            }
        });
    }

    @Test
    void unusedConnectionOfOneLoopIsGivenUpForAnother() throws Exception {
        RawServer server = serves(RawServer.always(OK));
        PooledCaller caller = caller(server, 1);

        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");
        assertThat(other.calls(caller).answer()).isEqualTo("200 ok");
        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");

        assertThat(server.accepted()).isEqualTo(3);
        assertThat(mostOpen.get()).isEqualTo(1);
    }

    @Test
    void callThatFindsNoFreeConnectionInTimeWasNotSent() throws Exception {
        CountDownLatch asked = new CountDownLatch(2);
        RawServer server = serves(visit -> {
            visit.reads();
            asked.countDown();
            visit.waitsForTheEnd();
        });
        PooledCaller caller = caller(server, 2);
        Called first = one.calls(caller);
        Called second = other.calls(caller);
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

        Called third = one.calls(caller, Home.post("/", "", SHORT));

        assertThat(third.failure())
                .isEqualTo("NO_CONNECTION: 127.0.0.1:" + server.port() + ": all 2 connections were taken for 500ms");
        first.cancellable().cancel();
        second.cancellable().cancel();
    }

    @Test
    void callThatIsGivenUpIsBrokenOffAndToldNothing() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        RawServer server = serves(visit -> {
            visit.reads();
            if (visit.number() == 1) {
                asked.countDown();
                visit.waitsForTheEnd();
                ended.countDown();
            } else {
                visit.says(OK);
            }
        });
        PooledCaller caller = caller(server, 1);
        Called first = one.calls(caller);
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        Called waiting = one.calls(caller, Home.post("/", "never sent"));

        waiting.cancellable().cancel();
        first.cancellable().cancel();

        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");
        assertThat(server.accepted()).isEqualTo(2);
        assertThat(first.told()).isEmpty();
        assertThat(waiting.told()).isEmpty();
    }

    @Test
    void everythingEndsWithTheCaller() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        RawServer server = serves(visit -> {
            visit.reads();
            asked.countDown();
            visit.waitsForTheEnd();
            ended.countDown();
        });
        PooledCaller caller = caller(server, 1);
        Called underWay = one.calls(caller);
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        Called waiting = other.calls(caller);

        caller.close();

        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(underWay.failure()).startsWith("LOST: ").endsWith("the caller is closed");
        assertThat(waiting.failure()).startsWith("NO_CONNECTION: ").endsWith("the caller is closed");
        assertThat(one.calls(caller).failure()).startsWith("NO_CONNECTION: ").endsWith("the caller is closed");
    }

    @Test
    void callForAHomeWhoseLoopHasEndedIsToldToNobody() throws Exception {
        PooledCaller caller = caller(serves(RawServer.always(OK)), 1);
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();

        assertThatCode(() -> one.calls(caller).cancellable().cancel()).doesNotThrowAnyException();
        assertThatCode(caller::close).doesNotThrowAnyException();
    }

    @Test
    void unusedConnectionIsClosedAfterAWhile() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        RawServer server = serves(visit -> {
            visit.reads();
            visit.says(OK);
            visit.waitsForTheEnd();
            ended.countDown();
        });
        PooledCaller caller =
                caller(new CallerTerms(URI.create("http://127.0.0.1:" + server.port()), 1, LONG, SHORT, null));

        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");

        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void addressesAreTriedInTheirOrder() throws Exception {
        RawServer server = serves(RawServer.always(OK));
        LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
        PooledCaller caller = caller(
                terms("http://back_end.test:" + server.port() + "/ignored", 8), EpollSocketChannel::new, host -> {
                    asked.add(host);
                    return new InetAddress[] {address("::1"), address("127.0.0.2"), address("127.0.0.1")};
                });

        Called first = one.calls(caller);
        Called second = other.calls(caller);

        assertThat(first.answer()).isEqualTo("200 ok");
        assertThat(second.answer()).isEqualTo("200 ok");
        assertThat(asked).containsExactly("back_end.test");
    }

    private static InetAddress address(String literal) {
        return Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString(literal));
    }

    @Test
    void unknownNameIsNoConnection() throws Exception {
        PooledCaller caller = caller(terms("http://nowhere.test", 1), EpollSocketChannel::new, host -> {
            throw new UnknownHostException(host + ": Name or service not known");
        });

        assertThat(one.calls(caller).failure())
                .isEqualTo("NO_CONNECTION: nowhere.test:80: the name cannot be looked up "
                        + "(nowhere.test: Name or service not known)");
    }

    @Test
    void lookUpThatDoesNotEndIsNotWaitedForAndBlocksNobody() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CallerTerms terms = new CallerTerms(URI.create("http://slow.test"), 1, SHORT, LONG, null);
        PooledCaller caller = caller(terms, EpollSocketChannel::new, host -> {
            awaits(never);
            throw new UnknownHostException(host);
        });

        assertThat(one.calls(caller).failure())
                .isEqualTo("NO_CONNECTION: slow.test:80: the name is not looked up within 500ms");
        never.countDown();
    }

    private static void awaits(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void socketThatCannotBeHadIsNoConnection() throws Exception {
        AtomicInteger sockets = new AtomicInteger();
        RawServer server = serves(RawServer.always(OK));
        PooledCaller caller = caller(
                terms("http://127.0.0.1:" + server.port(), 1),
                () -> {
                    if (sockets.getAndIncrement() == 0) {
                        throw new ChannelException("no socket", new IOException("Too many open files"));
                    }
                    return new EpollSocketChannel();
                },
                InetAddress::getAllByName);

        assertThat(one.calls(caller).failure()).startsWith("NO_CONNECTION: ").contains("Too many open files");
        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");
    }

    @Test
    void faultOfWhoeverIsToldHarmsNoOtherCall() throws Exception {
        RawServer server = serves(RawServer.always(OK));
        PooledCaller caller = caller(server, 1);

        caller.call(one, Home.post("/", ""), outcome -> {
            throw new IllegalStateException("a planned fault");
        });

        assertThat(one.calls(caller).answer()).isEqualTo("200 ok");
        assertThat(server.accepted()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "'GET ', /, X, y, method",
        "CONNECT, /, X, y, method",
        "GET, /a b, X, y, target",
        "GET, '/a\r\nX: y', X, y, target",
        "GET, http://elsewhere/, X, y, target",
        "GET, '', X, y, target",
        "GET, /, 'X ', y, headers",
        "GET, /, 'X\n', y, headers",
        "GET, /, X, 'y\r\nZ: z', headers",
        "GET, /, X, 'y\0', headers",
        "GET, /, X, '\u0141', headers",
        "GET, /, content-length, 5, headers",
        "GET, /, Transfer-Encoding, chunked, headers",
        "GET, /, HOST, elsewhere, headers"
    })
    void callThatCouldBeReadAsAnotherIsNotMade(String method, String target, String name, String value, String part)
            throws Exception {
        PooledCaller caller = caller(terms("http://127.0.0.1:1", 1));
        HttpCall call = new HttpCall(method, target, List.of(new Header(name, value)), new byte[0], LONG, 0);

        assertThatThrownBy(() -> one.calls(caller, call))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(part + ": ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://a", "http:///path", "http://user@host", "http://host:0", "http://host:65536", "a"})
    void serverThatCannotBeCalledIsRefused(String server) {
        assertThatThrownBy(() -> caller(terms(server, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("server: ");
    }

    @Test
    void requestWithoutContentAnnouncesNoneWhereNoneIsExpected() throws Exception {
        LinkedBlockingQueue<String> requests = new LinkedBlockingQueue<>();
        RawServer server = serves(visit -> {
            requests.add(visit.reads());
            visit.says("HTTP/1.1 200 OK~Content-Length: 5~~");
        });
        PooledCaller caller = caller(server, 1);

        assertThat(one.calls(caller, asks("HEAD", List.of())).answer()).isEqualTo("200 ");

        assertThat(requests.take()).isEqualTo("HEAD /a?b=c HTTP/1.1~Host: 127.0.0.1:" + server.port() + "~~");
    }

    @Test
    void longBodiesGoBothWays() throws Exception {
        String body = "0123456789abcdef".repeat(60_000);
        RawServer server = serves(visit -> {
            String request = visit.reads();
            visit.says("HTTP/1.1 200 OK~Transfer-Encoding: chunked~~ea600~");
            visit.says(request.substring(request.indexOf("~~") + 2));
            visit.says("~0~~");
        });

        assertThat(one.calls(caller(server, 1), Home.post("/", body)).answer()).isEqualTo("200 " + body);
    }
}
