// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.connection.HttpAnswer;
import dev.fairlead.server.connection.HttpReply;
import dev.fairlead.server.connection.PlannedFault;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.edge.AskedService.Asked;
import dev.fairlead.server.edge.websocket.EdgeLoop;
import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Network;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection, and the requests that it carries, one after the other. A tilde stands for the end of a line. */
class ExchangesTest {

    private static final Duration IDLE = Duration.ofSeconds(60);

    private final LimitsConfig limits = new LimitsConfig(
            Duration.ofSeconds(10), ByteSize.ofKiB(1), null, null, List.of(Network.parse("192.0.2.0/24")));
    private final ConnectionEvents events = new ConnectionEvents();
    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final AskedService service = new AskedService();
    private final List<CompletableFuture<UpgradeAnswer>> upgrades = new ArrayList<>();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final EdgeLoop loop = EdgeLoop.of(socket.eventLoop(), allocator, Duration.ofSeconds(30));
    private final Pipelines pipelines = new Pipelines(limits, any -> loop, null, events);

    @BeforeEach
    void connect() {
        socket.config().setAllocator(allocator);
        pipelines.plain(
                socket,
                List.of(
                        new Route.Pages("/page", question -> HttpReply.text(200, "OK", "page")),
                        new Route.Upgrades("/", this::upgrade),
                        new Route.Exchanges("/", service)));
    }

    private CompletableFuture<UpgradeAnswer> upgrade(UpgradeRequest request) {
        upgrades.add(new CompletableFuture<>());
        return upgrades.getLast();
    }

    @AfterEach
    void everyBufferIsReleased() {
        socket.finishAndReleaseAll();
        loop.close();
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .isZero();
    }

    private void receives(String wire) {
        socket.receives(wire.replace("~", "\r\n"));
    }

    private String get(String path) {
        return "GET " + path + " HTTP/1.1~Host: relay.test~~";
    }

    /** {@return what was answered, without the date} */
    private String answered() {
        return socket.writtenText().replaceAll("Date: [^\r]*\r\n", "").replace("\r\n", "~");
    }

    private static String sized(String body) {
        return "HTTP/1.1 200 Fine~Content-Length: " + body.length() + "~~" + body;
    }

    // What a service is told

    @Test
    void serviceIsToldWhoAsksForWhat() {
        receives(
                "POST /a/b?c=d HTTP/1.1~hOst: relay.test~X-Forwarded-For: 203.0.113.9~A: b~A: c~Content-Length: 3~~abc");

        Asked asked = service.last();
        assertThat(asked.exchange().question().method()).isEqualTo("POST");
        assertThat(asked.exchange().question().target()).isEqualTo("/a/b?c=d");
        assertThat(asked.exchange().question().path()).isEqualTo("/a/b");
        assertThat(asked.exchange().question().headers().lines())
                .contains(new Header("hOst", "relay.test"), new Header("A", "b"), new Header("A", "c"));
        assertThat(asked.exchange().remoteAddress()).isEqualTo(new InetSocketAddress("203.0.113.9", 50_007));
        assertThat(asked.exchange().bodyBytes()).hasValue(3);
        assertThat(asked.exchange().id()).isEqualTo(socket.id().asShortText());
        assertThat(asked.told()).isEmpty();
    }

    @Test
    void requestWithoutABodyEndsAtOnceWhenItsBodyIsAskedFor() {
        service.does(asked -> asked.exchange().readBody());
        receives(get("/"));
        assertThat(service.last().exchange().bodyBytes()).hasValue(0);
        assertThat(service.last().told()).containsExactly("end");
    }

    @Test
    void bodyThatIsAskedForLateEndsLate() {
        receives(get("/"));
        assertThat(service.last().told()).isEmpty();

        service.last().exchange().readBody();
        assertThat(service.last().told()).isEmpty();
        socket.runPendingTasks();

        assertThat(service.last().told()).containsExactly("end");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Length: 5~~hello | hello",
                "Transfer-Encoding: chunked~~5~hello~0~~ | hello",
                "Transfer-Encoding: Chunked~~2~he~3;x=y~llo~0~X: y~~ | hello",
                "Content-Length: 0~~ | ''",
                "Transfer-Encoding: chunked~~0~~ | ''"
            })
    void bodyComesOnlyWhenItIsAskedFor(String wire, String body) {
        receives("POST / HTTP/1.1~Host: h~" + wire);
        socket.runPendingTasks();
        Asked asked = service.last();
        assertThat(asked.told()).isEmpty();

        asked.exchange().readBody();
        socket.runPendingTasks();

        assertThat(asked.body()).isEqualTo(body);
        assertThat(asked.told()).last().isEqualTo("end");
        assertThat(socket.config().isAutoRead()).isTrue();
        asked.answers("ok");
        assertThat(answered()).isEqualTo(sized("ok"));
        assertThat(socket.isOpen()).isTrue();
    }

    @Test
    void bodyComesAsItArrivesAndEachReadIsToldOf() {
        List<String> reads = new ArrayList<>();
        service.does(asked -> {
            asked.onBodyRead(() -> reads.add(asked.body()));
            asked.exchange().readBody();
        });

        receives("POST / HTTP/1.1~Host: h~Content-Length: 6~~ab");
        receives("cd");
        receives("ef");

        assertThat(reads).containsExactly("ab", "abcd", "abcdef");
        assertThat(service.last().told()).containsExactly("body", "end");
    }

    @Test
    void nothingIsReadBeforeTheBodyIsAskedForAndWhileItIsPaused() {
        receives("POST / HTTP/1.1~Host: h~Content-Length: 6~~ab");
        assertThat(socket.config().isAutoRead()).isFalse();

        service.last().exchange().readBody();
        assertThat(socket.config().isAutoRead()).isTrue();

        service.last().exchange().pause();
        assertThat(socket.config().isAutoRead()).isFalse();

        service.last().exchange().resume();
        assertThat(socket.config().isAutoRead()).isTrue();
        receives("cdef");
        service.last().exchange().pause();
        assertThat(socket.config().isAutoRead()).isTrue(); // to hear the client hang up
    }

    @Test
    void readingGoesOnWhileAnAnswerIsAwaitedUntilTooMuchIsSentAhead() {
        receives(get("/"));
        assertThat(socket.config().isAutoRead()).isTrue();

        String ahead = get("/ahead").repeat(3000);
        receives(ahead);
        assertThat(service.all()).hasSize(1);
        assertThat(socket.config().isAutoRead()).isFalse();

        service.does(asked -> asked.answers("x"));
        service.last().answers("x");
        socket.runPendingTasks();
        assertThat(service.all()).hasSize(3001);
        assertThat(socket.config().isAutoRead()).isTrue();
    }

    // Keep-alive and pipelining

    @Test
    void connectionIsKeptForRequestsOneAfterTheOther() {
        for (String path : List.of("/1", "/2", "/3")) {
            receives(get(path));
            service.last().answers(path);
            assertThat(answered()).isEqualTo(sized(path));
        }
        assertThat(socket.isOpen()).isTrue();
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void requestsSentAheadAreAnsweredInOrderOneAtATime() {
        receives(get("/1") + "POST /2 HTTP/1.1~Host: h~Content-Length: 4~~GET " + get("/3"));

        assertThat(service.all()).hasSize(1);
        service.last().answers("1");
        socket.runPendingTasks();
        assertThat(service.all()).hasSize(2);
        service.last().exchange().readBody();
        socket.runPendingTasks();
        assertThat(service.last().body()).isEqualTo("GET ");
        service.last().answers("2");
        socket.runPendingTasks();
        service.last().answers("3");

        assertThat(answered()).isEqualTo(sized("1") + sized("2") + sized("3"));
        assertThat(service.all())
                .extracting(asked -> asked.exchange().question().target())
                .containsExactly("/1", "/2", "/3");
    }

    @Test
    void requestsSentAheadAreAnsweredAtOnceByAServiceThatAnswersAtOnce() {
        service.does(asked -> asked.answers(asked.exchange().question().target()));
        StringBuilder wire = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            wire.append(get("/" + i));
            expected.append(sized("/" + i));
        }

        receives(wire.toString());

        assertThat(answered()).isEqualTo(expected.toString());
    }

    @Test
    void clientThatDoesNotReadItsAnswersIsAskedNothingMore() {
        service.does(asked -> asked.answers("x"));
        socket.isNotRead();
        receives(get("/").repeat(5));
        assertThat(service.all()).hasSize(1);

        socket.isReadAgain();
        socket.runPendingTasks();

        assertThat(service.all()).hasSize(5);
        assertThat(answered()).isEqualTo(sized("x").repeat(5));
    }

    @Test
    void clientThatTakesNothingOfItsAnswerIsCutOff() {
        service.does(asked -> asked.answers("x"));
        socket.isNotRead();
        receives(get("/"));

        socket.passes(Duration.ofSeconds(9));
        assertThat(socket.isOpen()).isTrue();
        socket.passes(Duration.ofSeconds(1));

        assertThat(socket.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "Close", "keep-alive, close", "close, X"})
    void clientThatEndsTheConnectionIsTakenAtItsWord(String connection) {
        receives("GET / HTTP/1.1~Host: h~Connection: " + connection + "~~" + get("/never"));

        service.last().answers("bye");

        assertThat(answered()).isEqualTo("HTTP/1.1 200 Fine~Content-Length: 3~Connection: close~~bye");
        assertThat(socket.isOpen()).isFalse();
        assertThat(service.all()).hasSize(1);
    }

    @Test
    void idleConnectionIsClosedAfterAMinuteAndNotBefore() {
        service.does(asked -> asked.answers("x"));
        receives(get("/"));
        socket.passes(Duration.ofSeconds(40));
        receives(get("/"));
        answered();
        socket.passes(IDLE.minusSeconds(1));
        assertThat(socket.isOpen()).isTrue();

        socket.passes(Duration.ofSeconds(1));

        assertThat(socket.isOpen()).isFalse();
        assertThat(answered()).isEmpty();
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void answerMayTakeLongerThanAConnectionMayBeIdle() {
        service.does(asked -> asked.answers("x"));
        receives(get("/"));
        service.does(asked -> {});
        receives(get("/"));
        answered();

        socket.passes(IDLE.multipliedBy(3));
        service.last().answers("late");

        assertThat(answered()).isEqualTo(sized("late"));
        socket.passes(IDLE);
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void headOfAFurtherRequestHasAsLongAsTheFirstFromItsFirstByteOn() {
        service.does(asked -> asked.answers("x"));
        receives(get("/"));
        answered();
        socket.passes(Duration.ofSeconds(30));
        receives("~");
        socket.passes(Duration.ofSeconds(20));

        receives("G");
        socket.passes(limits.handshakeTimeout().minusMillis(500));
        assertThat(socket.isOpen()).isTrue();
        socket.passes(Duration.ofMillis(500));

        assertThat(answered()).startsWith("HTTP/1.1 408 ").contains("~Connection: close~");
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("refused REQUEST_TOO_SLOW");
    }

    @Test
    void headThatWasSlowIsNotCountedAgainstItsBodyOrTheNext() {
        service.does(asked -> asked.exchange().readBody());
        receives("POST / HTTP/1.1~Host: h~Content-");
        socket.passes(limits.handshakeTimeout().minusSeconds(1));
        receives("Length: 2~~a");
        socket.passes(limits.handshakeTimeout().multipliedBy(9));
        receives("b");
        service.last().answers("x");
        receives("GET / HTTP/1.1~");
        socket.passes(limits.handshakeTimeout().minusSeconds(1));
        receives("Host: h~~");

        assertThat(service.all()).hasSize(2);
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void upgradeAndPageMayFollowAnExchangeAndAreTheLast() {
        service.does(asked -> asked.answers("x"));
        receives(get("/"));
        answered();

        receives("GET /ws HTTP/1.1~Host: h~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Version: 13~"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~~" + get("/hidden"));
        socket.passes(IDLE.multipliedBy(2));
        pipelines.exchangeDrain().begin(List.of(socket));

        assertThat(upgrades).hasSize(1);
        assertThat(socket.isOpen()).isTrue();
        assertThat(service.all()).hasSize(1);
        assertThat(socket.handlers()).containsExactly("request-form", "early-bytes", "exchanges", "pages", "refusals");
    }

    @Test
    void pageMayFollowAnExchange() {
        service.does(asked -> asked.answers("x"));
        receives(get("/"));
        answered();

        receives("POST /page HTTP/1.1~Host: h~Content-Length: 3~~ab");
        receives("c");

        assertThat(answered()).startsWith("HTTP/1.1 200 OK~").endsWith("~Connection: close~~page");
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void bodyOfAPageCountsAsItsHead() {
        service.does(asked -> asked.answers("x"));
        receives(get("/"));
        answered();

        receives("POST /page HTTP/1.1~Host: h~Content-Length: 3~~ab");
        socket.passes(limits.handshakeTimeout());

        assertThat(answered()).startsWith("HTTP/1.1 408 ");
    }

    // Going down

    @Test
    void idleConnectionEndsAtTheDrainAndOthersWithTheirAnswer() {
        receives(get("/"));
        pipelines.exchangeDrain().begin(List.of(socket));
        assertThat(socket.isOpen()).isTrue();

        service.last().answers("last");

        assertThat(answered()).contains("~Connection: close~").endsWith("last");
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void connectionWithoutAnExchangeEndsAtTheDrainAtOnce() {
        service.does(asked -> asked.answers("x"));
        receives(get("/"));

        pipelines.exchangeDrain().begin(List.of(socket));

        assertThat(socket.isOpen()).isFalse();
        assertThat(answered()).isEqualTo(sized("x"));
    }

    @Test
    void answerThatWasBegunBeforeTheDrainIsTheLastAsWell() {
        receives(get("/"));
        service.last().responds(200, -1).writes("a").exchange().flush();
        pipelines.exchangeDrain().begin(List.of(socket));

        service.last().exchange().end();

        assertThat(answered()).endsWith("1~a~0~~");
        assertThat(socket.isOpen()).isFalse();
    }

    // Answers

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | 200 | 3 | Content-Length: 3~~abc",
                "GET | 200 | 0 | Content-Length: 0~~",
                "GET | 200 | -1 | Transfer-Encoding: chunked~~3~abc~0~~",
                "HEAD | 200 | 3 | Content-Length: 3~~",
                "HEAD | 200 | 0 | ~",
                "HEAD | 200 | -1 | ~",
                "HEAD | 204 | 3 | ~",
                "GET | 204 | 3 | ~",
                "GET | 204 | -1 | ~",
                "GET | 304 | 3 | Content-Length: 3~~",
                "GET | 304 | 0 | ~",
                "GET | 304 | -1 | ~",
                "GET | 205 | 3 | Content-Length: 0~~",
                "GET | 205 | -1 | Content-Length: 0~~",
                "GET | 999 | 3 | Content-Length: 3~~abc"
            })
    void bodyIsFramedAsItsLengthAndStatusSay(String method, int status, int length, String expected) {
        receives(method + " / HTTP/1.1~Host: h~~");
        service.last().responds(status, length);
        if (length != 0) {
            service.last().writes("abc");
        }
        service.last().exchange().end();

        assertThat(answered()).isEqualTo("HTTP/1.1 " + status + " Fine~" + expected);
        assertThat(socket.isOpen()).isTrue();
        receives(get("/"));
        assertThat(service.all()).hasSize(2);
    }

    @Test
    void headersKeepTheirSpellingAndADateIsAddedWhereNoneIs() {
        receives(get("/") + get("/"));
        service.last()
                .responds(200, 0, new Header("x-lOwEr", "\u00e4"), new Header("x-lOwEr", "2"))
                .exchange()
                .end();
        assertThat(socket.writtenText())
                .startsWith("HTTP/1.1 200 Fine\r\nx-lOwEr: \u00e4\r\nx-lOwEr: 2\r\nDate: ")
                .contains(" GMT\r\n");

        socket.runPendingTasks();
        service.last().responds(200, 0, new Header("dAte", "mine")).exchange().end();
        assertThat(socket.writtenText()).isEqualTo("HTTP/1.1 200 Fine\r\ndAte: mine\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void headAndSmallBodyLeaveInOneWriteAndNothingBeforeTheFlush() {
        receives(get("/"));

        service.last().responds(200, 3).writes("a").writes("bc");
        assertThat(answered()).isEmpty();
        service.last().exchange().end();

        ByteBuf only = socket.readOutbound();
        assertThat(only.toString(StandardCharsets.US_ASCII)).endsWith("\r\n\r\nabc");
        only.release();
        assertThat(socket.<Object>readOutbound()).isNull();
    }

    @Test
    void longPieceLeavesAsItIs() {
        receives(get("/"));
        ByteBuf piece = allocator.directBuffer(5000).writeZero(5000);
        service.last().responds(200, -1);

        service.last().exchange().write(piece);
        service.last().exchange().flush();

        List<ByteBuf> writes = new ArrayList<>();
        for (ByteBuf part = socket.readOutbound(); part != null; part = socket.readOutbound()) {
            writes.add(part);
        }
        assertThat(writes).hasSize(3);
        assertThat(writes.get(1)).isSameAs(piece);
        assertThat(writes.get(0).toString(StandardCharsets.US_ASCII)).endsWith("\r\n\r\n1388\r\n");
        assertThat(writes.get(2).toString(StandardCharsets.US_ASCII)).isEqualTo("\r\n");
        writes.forEach(ByteBuf::release);
        service.last().exchange().end();
        assertThat(answered()).isEqualTo("0~~");
    }

    @Test
    void chunksAreWholeWithEachFlush() {
        receives(get("/"));
        Asked asked = service.last().responds(200, -1);

        asked.writes("data: 1").writes("");
        assertThat(asked.exchange().unsentBytes()).isPositive();
        assertThat(asked.exchange().flush()).isTrue();
        assertThat(answered()).endsWith("~~7~data: 1~");
        asked.writes("a").writes("b");
        asked.exchange().flush();
        assertThat(answered()).isEqualTo("1~a~1~b~");
        asked.exchange().flush();
        assertThat(answered()).isEmpty();
        asked.exchange().end();
        assertThat(answered()).isEqualTo("0~~");
    }

    @Test
    void clientThatDoesNotReadIsToldOfAndSoIsThatItDoesAgain() {
        receives(get("/"));
        Asked asked = service.last().responds(200, -1);
        socket.isNotRead();
        ByteBuf large = loopBuffer();

        asked.exchange().write(large);
        assertThat(asked.exchange().flush()).isFalse();
        assertThat(large.refCnt()).isZero(); // what is left is a copy
        ByteBuf behind = loopBuffer();
        asked.exchange().write(behind);
        assertThat(behind.refCnt()).isZero();
        asked.writes("more");
        assertThat(asked.exchange().flush()).isFalse();
        assertThat(asked.exchange().unsentBytes()).isGreaterThan(10_000);
        assertThat(asked.told()).isEmpty();

        socket.isReadAgain();
        socket.runPendingTasks();
        assertThat(asked.told()).containsExactly("drained");
        assertThat(asked.exchange().flush()).isTrue();
        asked.exchange().end();
        assertThat(answered()).hasSizeGreaterThan(10_000).endsWith("~4~more~0~~");
    }

    private ByteBuf loopBuffer() {
        return allocator.directBuffer(10_000).writeZero(10_000);
    }

    @Test
    void nobodyIsToldOfWhatLeftBehindTheEnd() {
        receives(get("/"));
        socket.isNotRead();
        Asked asked = service.last().responds(200, 1).writes("x");
        assertThat(asked.exchange().flush()).isFalse();
        asked.exchange().end();

        socket.isReadAgain();
        socket.runPendingTasks();

        assertThat(asked.told()).isEmpty();
        assertThat(answered()).isEqualTo(sized("x"));
        receives(get("/"));
        assertThat(service.all()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"more", "less", "nothing", "twice", "refuse", "write first"})
    void answerThatBreaksItsFramingIsCutOff(String fault) {
        receives(get("/") + get("/never"));
        Asked asked = service.last();
        switch (fault) {
            case "more" -> asked.responds(200, 2).writes("abc");
            case "less" -> {
                asked.responds(200, 2).writes("a");
                asked.exchange().end();
            }
            case "nothing" -> asked.exchange().end();
            case "twice" -> asked.responds(200, 2).responds(200, 2);
            case "refuse" -> {
                asked.responds(200, 2).writes("a");
                asked.exchange().refuse(UpgradeAnswer.Refused.of(Refusal.LISTENER_LOST));
            }
            default -> asked.writes("a");
        }
        asked.writes("b").exchange().flush();
        asked.exchange().end();
        socket.runPendingTasks();

        assertThat(answered()).doesNotContain("abc").doesNotContain("0~~");
        assertThat(socket.isOpen()).isFalse();
        assertThat(service.all()).hasSize(1);
    }

    @Test
    void answerToARequestThatIsNotReadToItsEndIsTheLast() {
        receives("POST / HTTP/1.1~Host: h~Content-Length: 6~~ab");

        service.last().answers("enough");

        assertThat(answered()).isEqualTo("HTTP/1.1 200 Fine~Content-Length: 6~Connection: close~~enough");
        assertThat(socket.isOpen()).isFalse();
        assertThat(service.last().told()).isEmpty();
    }

    @Test
    void abortLeavesNoCleanEnd() {
        receives(get("/"));
        service.last().responds(200, -1).writes("a").exchange().flush();

        service.last().exchange().abort();
        socket.runPendingTasks();

        assertThat(answered()).endsWith("1~a~");
        assertThat(socket.isOpen()).isFalse();
        assertThat(service.last().told()).containsExactly("broken off");
    }

    // Refusals and faults

    @Test
    void refusalKeepsTheConnectionOfARequestThatWasRead() {
        receives(get("/") + "HEAD / HTTP/1.1~Host: h~~");
        service.last().exchange().refuse(UpgradeAnswer.Refused.of(Refusal.LISTENERS_BUSY));
        socket.runPendingTasks();

        String body =
                "{\"error\":{\"code\":\"ServerBusy\",\"message\":\"Too many senders wait for the connected listeners\"}}";
        String head = "HTTP/1.1 503 Too many senders wait for the connected listeners~"
                + "Content-Type: application/json; charset=utf-8~Content-Length: " + body.length()
                + "~Retry-After: 1~~";
        assertThat(answered()).isEqualTo(head + body);
        service.last().exchange().refuse(UpgradeAnswer.Refused.of(Refusal.LISTENERS_BUSY));
        assertThat(answered()).isEqualTo(head);
        assertThat(socket.isOpen()).isTrue();
        assertThat(events.heard()).containsExactly("refused LISTENERS_BUSY", "refused LISTENERS_BUSY");
    }

    @Test
    void refusalOfARequestThatWasNotReadIsTheLast() {
        receives("POST / HTTP/1.1~Host: h~Content-Length: 6~~abcdef");

        service.last().exchange().refuse(UpgradeAnswer.Refused.of(Refusal.TOKEN_MISSING));

        assertThat(answered()).startsWith("HTTP/1.1 401 ").contains("~Connection: close~");
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void whatAServiceThrowsIsARefusalOrAFault() {
        service.does(asked -> {
            throw new RefusedException(Refusal.ENTITY_UNKNOWN, "nowhere");
        });
        receives(get("/"));
        assertThat(answered()).startsWith("HTTP/1.1 404 ").doesNotContain("Connection: close");

        service.does(asked -> {
            throw new PlannedFault();
        });
        receives(get("/"));

        assertThat(answered()).startsWith("HTTP/1.1 500 ").doesNotContain("secret");
        assertThat(events.heard()).containsExactly("refused ENTITY_UNKNOWN", "refused INTERNAL");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void faultWithinABodyIsAnsweredUnlessAnAnswerIsUnderWay(boolean begun) {
        service.does(asked -> {
            asked.exchange().readBody();
            asked.onBodyEnd(() -> {
                throw new PlannedFault();
            });
            if (begun) {
                asked.responds(200, -1).writes("a").exchange().flush();
            }
        });

        receives("POST / HTTP/1.1~Host: h~Content-Length: 1~~a");
        socket.runPendingTasks();

        if (begun) {
            assertThat(answered()).startsWith("HTTP/1.1 200 ").endsWith("1~a~");
            assertThat(socket.isOpen()).isFalse();
        } else {
            assertThat(answered()).startsWith("HTTP/1.1 500 ");
            assertThat(socket.isOpen()).isTrue();
        }
        assertThat(service.last().told()).containsExactly("body", "end", "broken off");
    }

    @Test
    void clientThatHangsUpWhileItsAnswerIsAwaitedIsToldOfOnce() {
        receives(get("/"));

        socket.close();
        socket.runPendingTasks();

        Asked asked = service.last();
        assertThat(asked.told()).containsExactly("broken off");
        asked.responds(200, 1).writes("x");
        assertThat(asked.exchange().flush()).isTrue();
        assertThat(asked.exchange().unsentBytes()).isZero();
        asked.exchange().end();
        asked.exchange().refuse(UpgradeAnswer.Refused.of(Refusal.INTERNAL));
        assertThat(answered()).isEmpty();
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void clientThatHangsUpAfterItsAnswerBreaksNothingOff() {
        service.does(asked -> asked.answers("x"));
        receives(get("/"));

        socket.close();
        socket.runPendingTasks();

        assertThat(service.last().told()).isEmpty();
    }

    @Test
    void connectionThatIsGoneIsToldOfToWhoeverAskedAndNotToOthers() {
        List<String> gone = new ArrayList<>();
        receives(get("/"));
        service.last().exchange().onGone(() -> gone.add("a"));
        service.last().exchange().onGone(() -> gone.add("b")).cancel();
        service.last().exchange().schedule(Duration.ofSeconds(1), () -> gone.add("later"));
        service.last().exchange().execute(() -> gone.add("soon"));
        assertThat(service.last().exchange().inLoop()).isTrue();

        socket.runPendingTasks();
        socket.passes(Duration.ofSeconds(1));
        assertThat(gone).containsExactly("soon", "later");

        socket.close();

        assertThat(gone).containsExactly("soon", "later", "a");
    }

    // Expect: 100-continue

    @Test
    void clientThatWaitsIsToldToGoOnWhenItsBodyIsAskedFor() {
        receives("POST / HTTP/1.1~Host: h~Expect: 100-Continue~Content-Length: 2~~");
        assertThat(answered()).isEmpty();

        service.last().exchange().readBody();
        assertThat(answered()).isEqualTo("HTTP/1.1 100 Continue~~");
        receives("ab");
        service.last().answers("x");

        assertThat(service.last().body()).isEqualTo("ab");
        assertThat(answered()).isEqualTo(sized("x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Expect: 100-continue~Content-Length: 2~~a",
                "Expect: 100-continue~~",
                "Expect: 101~Content-Length: 2~~",
                "Content-Length: 2~~"
            })
    void nobodyElseIsToldToGoOn(String wire) {
        service.does(asked -> asked.exchange().readBody());

        receives("POST / HTTP/1.1~Host: h~" + wire);

        assertThat(answered()).isEmpty();
    }

    @Test
    void clientThatWasAnsweredAlreadyIsNotToldToGoOn() {
        receives("POST / HTTP/1.1~Host: h~Expect: 100-continue~Content-Length: 2~~");

        service.last().responds(200, -1).exchange().flush();
        service.last().exchange().readBody();

        assertThat(answered()).endsWith("~Connection: close~~");
    }

    // What is no request

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1~Transfer-Encoding: chunked~~0~~",
                "Transfer-Encoding: chunked~Content-Length: 1~~0~~",
                "Content-Length: 1~Content-Length: 1~~a",
                "Content-Length: 1~Content-Length: 2~~ab",
                "Content-Length: 1, 1~~a",
                "Content-Length: ~~",
                "Content-Length: +1~~a",
                "Content-Length: -1~~a",
                "Content-Length: 0x1~~a",
                "Content-Length: 1 1~~a",
                "Content-Length: 1\u000b~~a",
                "Content-Length: 99999999999999999999~~a",
                "Content-Length : 1~~a",
                "Content-Length\t: 1~~a",
                "Transfer-Encoding : chunked~~0~~",
                "Transfer-Encoding: gzip, chunked~~0~~",
                "Transfer-Encoding: chunked, identity~~0~~",
                "Transfer-Encoding: chunked, chunked~~0~~",
                "Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~",
                "Transfer-Encoding: identity~Transfer-Encoding: chunked~~0~~",
                "Transfer-Encoding: identity~~",
                "Transfer-Encoding: xchunked~~0~~",
                "Transfer-Encoding: \"chunked\"~~0~~",
                "Transfer-Encoding: chunked;q=1~~0~~",
                "Transfer-Encoding:~~0~~",
                "Transfer-Encoding: \u000bchunked~~0~~",
                "Transfer-Encoding:~ chunked~~0~~",
                "X: y~ folded~~",
                "X: y~\tfolded~~",
                "X: y\nContent-Length: 1~~a",
                "X: y\rContent-Length: 1~~a",
                "X: y~\n",
                " X: y~~",
                "X y~~",
                ": y~~",
                "Sec-WebSocket-Key1: a~Sec-WebSocket-Key2: b~~12345678"
            })
    void requestThatCouldBeReadInTwoWaysIsRefusedAndNothingBehindItIsRead(String lines) {
        for (boolean further : new boolean[] {true, false}) {
            EmbeddedSocket one = new EmbeddedSocket();
            pipelines.plain(one, List.of(new Route.Exchanges("/", service)));
            service.does(asked -> asked.answers("x"));
            int before = service.all().size();
            if (further) {
                one.receives(get("/").replace("~", "\r\n"));
                one.writtenText();
                before++;
            }

            one.receives(("GET /smuggled HTTP/1.1~Host: h~" + lines + get("/hidden")).replace("~", "\r\n"));
            one.passes(Duration.ofSeconds(1));

            assertThat(one.writtenText())
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\r\nConnection: close\r\n")
                    .containsOnlyOnce("HTTP/1.1 ");
            assertThat(one.isOpen()).isFalse();
            assertThat(service.all()).hasSize(before);
            one.finishAndReleaseAll();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " GET / HTTP/1.1~",
                "GET  / HTTP/1.1~",
                "GET\t/ HTTP/1.1~",
                "GET /\u000bHTTP/1.1~",
                "GET / \tHTTP/1.1~",
                "GET /  HTTP/1.1~",
                "GET\r/ HTTP/1.1~",
                "GET / HTTP/1.1 ~",
                "GET / HTTP/1.1\n",
                "GET / http/1.1~",
                "GET / HTTP/1.10~",
                "GET /\u0001 HTTP/1.1~",
                "GET /a b HTTP/1.1~",
                "G:T / HTTP/1.1~"
            })
    void firstLineIsReadToTheLetter(String line) {
        receives(line + "Host: h~~");

        assertThat(answered()).startsWith("HTTP/1.1 400 ");
        assertThat(service.all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT h:443 HTTP/1.1~Host: h:443~~", "CONNECT /a HTTP/1.1~Host: h~~"})
    void tunnelIsRefused(String wire) {
        receives(wire);

        assertThat(answered()).startsWith("HTTP/1.1 405 CONNECT is not relayed~");
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("refused TUNNEL_UNKNOWN");
    }

    @Test
    void upgradeWithABodyIsRefusedBehindAnExchangeToo() {
        service.does(asked -> asked.answers("x"));
        receives(get("/"));
        answered();

        receives("GET /ws HTTP/1.1~Host: h~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Version: 13~"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~Content-Length: 36~~" + get("/hidden"));

        assertThat(answered()).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 ");
        assertThat(service.all()).hasSize(1);
        assertThat(upgrades).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bodyThatGoesWrongIsRefusedUnlessAnAnswerIsUnderWay(boolean begun) {
        service.does(asked -> {
            asked.exchange().readBody();
            if (begun) {
                asked.responds(200, -1).writes("a").exchange().flush();
            }
        });
        receives("POST / HTTP/1.1~Host: h~Transfer-Encoding: chunked~~1~a~");

        receives("1 ~b~0~~" + get("/hidden"));
        socket.runPendingTasks();

        assertThat(service.last().body()).isEqualTo("a");
        assertThat(service.last().told()).containsExactly("body", "broken off");
        if (begun) {
            assertThat(answered()).startsWith("HTTP/1.1 200 ").endsWith("1~a~").containsOnlyOnce("HTTP/1.1 ");
        } else {
            assertThat(answered()).startsWith("HTTP/1.1 400 ").contains("~Connection: close~");
        }
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("refused REQUEST_MALFORMED");
        assertThat(service.all()).hasSize(1);
    }

    @Test
    void bodyPartsBelongToTheService() {
        List<ByteBuf> parts = new ArrayList<>();
        service.does(asked -> {
            asked.onBody((one, part) -> parts.add(part));
            asked.exchange().readBody();
        });

        receives("POST / HTTP/1.1~Host: h~Content-Length: 6~~abcdef" + get("/"));

        assertThat(parts)
                .singleElement()
                .satisfies(part -> assertThat(part.refCnt()).isPositive());
        parts.forEach(ByteBuf::release);
    }

    @Test
    void lengthThatIsNotKnownMayBeZero() {
        receives(get("/"));
        service.last().exchange().respond(new HttpAnswer(200, "", List.of()), OptionalLong.empty());
        service.last().exchange().write(Unpooled.EMPTY_BUFFER);
        service.last().exchange().end();

        assertThat(answered()).isEqualTo("HTTP/1.1 200 ~Transfer-Encoding: chunked~~0~~");
    }

    @Test
    void frameBehindARequestIsARequestThatIsNone() {
        service.does(asked -> asked.answers("x"));
        receives(get("/"));
        answered();

        socket.receives(FrameWriter.clientFrame(0x82, new byte[10], 0, 10, 1));
        socket.passes(limits.handshakeTimeout());

        assertThat(answered()).startsWith("HTTP/1.1 4");
        assertThat(socket.isOpen()).isFalse();
    }
}
