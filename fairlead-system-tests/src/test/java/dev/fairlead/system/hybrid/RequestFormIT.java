// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 6, requests that could be read in two ways, and requests hidden behind or within others: nobody hears of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestFormIT {

    private static final String CONNECT = "/$hc/orders?sb-hc-action=connect";
    private static final String MALFORMED = "fairlead_refusals_total{cause=\"request_malformed\"}";
    private static final Duration SOON = Duration.ofMillis(800);

    private final RelayUnderTest relay = new RelayUnderTest().with("limits.handshakeTimeout=1s");
    private ListenerDriver listener;

    @BeforeEach
    void listen() {
        listener = relay.listener("orders").online();
    }

    @AfterEach
    void leave() {
        listener.loses();
        relay.untilNobodyListens();
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    /** Had one of those before been served, the listener would hear of it first. */
    private void nobodyWasServedBefore() {
        listener.isOffered(relay.sender("orders").startsConnecting());
    }

    private String head(String... lines) {
        return "GET " + CONNECT + " HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    private String good() {
        return head(
                "Host: 127.0.0.1",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: " + Handshake.KEY,
                "Sec-WebSocket-Version: 13",
                "ServiceBusAuthorization: " + relay.token("orders"));
    }

    private void isRefused(int status, RawWebSocket socket) {
        ResponseHead head = socket.readsHead();
        assertThat(head.status()).as("%s", head).isEqualTo(status);
        assertThat(socket.readsBody(head)).startsWith("{\"error\":{\"code\":\"").doesNotContain("xception");
        socket.readsEnd();
        nobodyWasServedBefore();
    }

    static Stream<Arguments> misshapen() {
        return Stream.of(
                argumentSet("ends of lines without a carriage return", "\r\n", "\n"),
                argumentSet("an empty name", "Upgrade:", ": x\r\nUpgrade:"),
                argumentSet("a blank key", Handshake.KEY, " "),
                argumentSet("a NUL in a value", "Upgrade:", "X-Odd: a\u0000b\r\nUpgrade:"),
                argumentSet("a carriage return in a value", "Upgrade:", "X-Odd: a\rb\r\nUpgrade:"),
                argumentSet("a tab in a name", "Upgrade:", "X\tOdd: a\r\nUpgrade:"),
                argumentSet("a folded line", "Upgrade:", "X-Odd: a\r\n b\r\nUpgrade:"),
                argumentSet("a first line that is folded", "Host:", " X-Odd: a\r\nHost:"),
                argumentSet("an empty body", "Upgrade:", "Content-Length: 0\r\nUpgrade:"),
                argumentSet("a length that is none", "Upgrade:", "Content-Length: x\r\nUpgrade:"),
                argumentSet("a length below zero", "Upgrade:", "Content-Length: -1\r\nUpgrade:"),
                argumentSet("two lengths", "Upgrade:", "Content-Length: 1\r\nContent-Length: 2\r\nUpgrade:"),
                argumentSet("a list of lengths", "Upgrade:", "Content-Length: 1, 1\r\nUpgrade:"),
                argumentSet(
                        "length and chunks", "Upgrade:", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\nUpgrade:"),
                argumentSet("chunks and more", "Upgrade:", "Transfer-Encoding: chunked, identity\r\nUpgrade:"),
                argumentSet("chunks in disguise", "Upgrade:", "Transfer-Encoding: \u000Bchunked\r\nUpgrade:"),
                argumentSet("another version of HTTP", "HTTP/1.1", "HTTP/1.0"),
                argumentSet("a version of HTTP to come", "HTTP/1.1", "HTTP/3.7"),
                argumentSet("a version that is none", "HTTP/1.1", "HTTPS/1.1"),
                argumentSet("a target with a blank", CONNECT, "/$hc/orders x?sb-hc-action=connect"),
                argumentSet("a target that is no path", CONNECT, "orders"),
                argumentSet("another Host", "Upgrade:", "Host: other.example\r\nUpgrade:"),
                argumentSet("an empty Host", "Host: 127.0.0.1", "Host: "),
                argumentSet("a Host with a path", "Host: 127.0.0.1", "Host: 127.0.0.1/x"),
                argumentSet("a Host with a user", "Host: 127.0.0.1", "Host: a@127.0.0.1"));
    }

    @ParameterizedTest
    @MethodSource("misshapen")
    void upgradeThatCouldBeReadInTwoWaysIsRefused(String from, String to) {
        isRefused(400, relay.socket().writes(good().replace(from, to)));
    }

    @Test
    void goodOneIsGood() {
        relay.socket().writes(good());

        listener.isOffered();
    }

    static Stream<Arguments> refusedAtOnce() {
        String host = "\r\nHost: 127.0.0.1\r\n";
        String upgrade = host + "Upgrade: websocket\r\nConnection: Upgrade\r\n";
        return Stream.of(
                argumentSet("an upgrade with a body", 400, "GET / HTTP/1.1" + upgrade + "Content-Length: 0\r\n\r\n"),
                argumentSet(
                        "an upgrade of an old version",
                        426,
                        "GET / HTTP/1.1" + upgrade + "Sec-WebSocket-Key: a\r\n\r\n"),
                argumentSet("an upgrade without a key", 400, "GET / HTTP/1.1" + upgrade + "\r\n"),
                argumentSet(
                        "a plain request with a body", 401, "POST /x HTTP/1.1" + host + "Content-Length: 3\r\n\r\nabc"),
                argumentSet("a request without a Host", 400, "GET / HTTP/1.1\r\n\r\n"),
                argumentSet(
                        "an upgrade that nobody serves",
                        404,
                        "GET /nowhere?sb-hc-action=listen HTTP/1.1" + upgrade
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n\r\n"),
                argumentSet(
                        "an upgrade without a token",
                        401,
                        "GET " + CONNECT + " HTTP/1.1" + upgrade
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("refusedAtOnce")
    void requestBehindOneThatIsRefusedIsNotServed(int status, String refused) {
        isRefused(status, relay.socket().writes(refused + good()));
    }

    @ParameterizedTest
    @MethodSource("refusedAtOnce")
    void requestThatComesAfterARefusalIsNotServed(int status, String refused) {
        RawWebSocket socket = relay.socket().writes(refused);
        ResponseHead head = socket.readsHead();
        assertThat(head.status()).isEqualTo(status);

        socket.writes(good());

        socket.readsBody(head);
        socket.readsEnd();
        nobodyWasServedBefore();
    }

    @Test
    void requestInTheBodyOfAnUpgradeIsNotServed() {
        String hidden = good();

        isRefused(
                400,
                relay.socket()
                        .writes(good().replace("Upgrade:", "Content-Length: " + hidden.length() + "\r\nUpgrade:")
                                + hidden));
    }

    @Test
    void requestBehindAnUpgradeThatWaitsIsNotServed() {
        RawWebSocket socket = relay.socket().writes(good() + good());

        listener.isOffered();
        listener.rejects(403, "No");
        assertThat(socket.readsHead().status()).isEqualTo(403);
        nobodyWasServedBefore();
    }

    @Test
    void pairIsNotSpokenHttpTo() {
        RawWebSocket socket = relay.socket().writes(good() + good());
        listener.isOffered();

        listener.dials();

        socket.readsUpgrade();
        // A request read as a frame: "G" has reserved bits.
        assertThat(socket.receives().closeCode()).isEqualTo(1002);
        listener.isCutOff();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "TLS/1.0", "websocket2", "websocketx, h2c"})
    void otherProtocolsAreNotUpgradedTo(String protocol) {
        ResponseHead head = relay.socket()
                .asks(Handshake.to(CONNECT)
                        .withOther("Upgrade", protocol)
                        .with("HTTP2-Settings", "AAMAAABkAAQAoAAAAAIAAAAA")
                        .with("ServiceBusAuthorization", relay.token("orders")));

        assertThat(head.status()).isEqualTo(426);
        nobodyWasServedBefore();
    }

    @Test
    void webSocketIsSpokenWithOneWhoOffersHttp2AsWell() {
        RawWebSocket socket = relay.socket()
                .writes(good().replace("Upgrade: websocket", "Upgrade: h2c, websocket\r\nHTTP2-Settings: AAMAAABk"));
        listener.isOffered();
        listener.dials();

        socket.readsUpgrade();
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "})
    void oneWhoHangsUpWithinAHeadIsNoMalformedRequest(String begun) {
        double before = relay.meter(MALFORMED);

        RawWebSocket socket = relay.socket().writes(begun).hangsUp();

        socket.readsEnd();
        assertThat(relay.meter(MALFORMED)).isEqualTo(before);
    }

    @Test
    void prefaceOfHttp2IsRefused() {
        assertThat(relay.socket()
                        .writes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                        .readsHead()
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET ", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "})
    void headThatDoesNotComeIsNotWaitedForLong(String begun) {
        long start = System.nanoTime();
        RawWebSocket socket = relay.socket().writes(begun);

        isRefused(408, socket);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SOON, Duration.ofSeconds(4));
    }

    @Test
    void headThatDripsIsNotWaitedForLongerThanOneThatDoesNotCome() {
        RawWebSocket socket = relay.socket().writes("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
        long start = System.nanoTime();

        // Longer than the limit in all, and never a pause as long as that.
        for (int i = 0; i < 6; i++) {
            socket.writes("x");
            relay.socket().hearsNothing();
        }

        assertThat(socket.readsHead().status()).isEqualTo(408);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    @ParameterizedTest
    @ValueSource(ints = {40_000, 400_000})
    void headThatIsTooLongIsRefusedWhetherOrNotItIsSentToTheEnd(int length) {
        String head = "GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(length);

        isRefused(431, relay.socket().writes(head));
        isRefused(431, relay.socket().writes("GET /" + "x".repeat(length)));
    }

    @Test
    void refusalComesAtOnce() {
        long start = System.nanoTime();

        relay.sender("orders").withoutToken().connects().isRefusedWith(401, "MissingToken");
        relay.sender("nowhere").connects().isRefusedWith(404, "Endpoint does not exist");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }
}
