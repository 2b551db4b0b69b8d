// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.WireFrame;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that could be read in two ways, and ones hidden in the bodies of others: nobody hears of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmugglingIT {

    private final RelayUnderTest relay = new RelayUnderTest();
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

    private String post(String... lines) {
        return "POST /orders HTTP/1.1\r\nHost: relay.test\r\nServiceBusAuthorization: " + relay.token("orders") + "\r\n"
                + String.join("\r\n", lines) + "\r\n\r\n";
    }

    private String hidden() {
        return post("X-Hidden: yes", "Content-Length: 0");
    }

    /** Had one of those before been served, the listener would hear of it first. */
    private void nobodyWasServedBefore() {
        HttpSenderDriver last = relay.http("orders").gets("/last");
        assertThat(listener.isAsked().answers(200, "last").target()).isEqualTo("/orders/last");
        last.isAnsweredWith(200, "last");
    }

    private static void isRefusedAndHungUpOn(RawWebSocket socket) {
        ResponseHead head = socket.readsHead();
        assertThat(head.status()).as("%s", head).isEqualTo(400);
        assertThat(head.header("Connection")).hasValue("close");
        assertThat(socket.readsBody(head))
                .startsWith("{\"error\":{\"code\":\"BadRequest\"")
                .doesNotContain("xception");
        socket.readsEnd();
    }

    static Stream<Arguments> misshapenHeads() {
        return Stream.of(
                argumentSet("length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
                argumentSet("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
                argumentSet("two lengths", "Content-Length: 5\r\nContent-Length: 6"),
                argumentSet("the same length twice", "Content-Length: 5\r\nContent-Length: 5"),
                argumentSet("a list of lengths", "Content-Length: 5, 5"),
                argumentSet("a length below zero", "Content-Length: -5"),
                argumentSet("a length with a sign", "Content-Length: +5"),
                argumentSet("a length in hex", "Content-Length: 0x5"),
                argumentSet("a length with a blank", "Content-Length: 5 0"),
                argumentSet("a length of nothing", "Content-Length: "),
                argumentSet("a length that is too long", "Content-Length: 99999999999999999999"),
                argumentSet("chunks twice", "Transfer-Encoding: chunked, chunked"),
                argumentSet("chunks in two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
                argumentSet("chunks and then more", "Transfer-Encoding: chunked, identity"),
                argumentSet("chunks in disguise", "Transfer-Encoding: \u000bchunked"),
                argumentSet("almost chunks", "Transfer-Encoding: xchunked"),
                argumentSet("chunks in quotes", "Transfer-Encoding: \"chunked\""),
                argumentSet("no coding at all", "Transfer-Encoding: "),
                argumentSet("a blank in front of the colon", "Content-Length : 5"),
                argumentSet("a tab in front of the colon", "Transfer-Encoding\t: chunked"),
                argumentSet("a folded line", "X-Odd: a\r\n b\r\nContent-Length: 5"),
                argumentSet("a folded length", "Content-Length:\r\n 5"),
                argumentSet("a line that ends without a carriage return", "X-Odd: a\nContent-Length: 5"),
                argumentSet("a carriage return in a value", "X-Odd: a\rContent-Length: 5"),
                argumentSet("a NUL in a value", "X-Odd: a\u0000b\r\nContent-Length: 5"),
                argumentSet("a name that is empty", ": x\r\nContent-Length: 5"),
                argumentSet("a line without a colon", "nonsense\r\nContent-Length: 5"),
                argumentSet("another Host", "Host: other.test\r\nContent-Length: 5"),
                argumentSet(
                        "an upgrade with a body",
                        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nContent-Length: 5"));
    }

    @ParameterizedTest
    @MethodSource("misshapenHeads")
    void headThatCouldBeReadInTwoWaysIsRefused(String lines) {
        RawWebSocket socket = relay.socket().writes(post(lines) + "0\r\n\r\n" + hidden());

        isRefusedAndHungUpOn(socket);

        nobodyWasServedBefore();
    }

    @Test
    void endsOfLinesWithoutACarriageReturnAreRefused() {
        isRefusedAndHungUpOn(relay.socket().writes(post("X-A: b").replace("\r\n", "\n") + hidden()));

        nobodyWasServedBefore();
    }

    @Test
    void bodyInChunksOfAnOldVersionIsRefused() {
        isRefusedAndHungUpOn(relay.socket()
                .writes(post("Transfer-Encoding: chunked").replace("HTTP/1.1", "HTTP/1.0") + "0\r\n\r\n" + hidden()));

        nobodyWasServedBefore();
    }

    static Stream<Arguments> misshapenChunks() {
        return Stream.of(
                argumentSet("no number", "x\r\nabc\r\n"),
                argumentSet("below zero", "-1\r\nabc\r\n"),
                argumentSet("hex with a prefix", "0x3\r\nabc\r\n"),
                argumentSet("a sign", "+3\r\nabc\r\n"),
                argumentSet("nothing", "\r\nabc\r\n"),
                argumentSet("a blank in front", " 3\r\nabc\r\n"),
                argumentSet("too great a number", "fffffffffffffffff\r\nabc\r\n"),
                argumentSet("a size that ends without a carriage return", "3\nabc\r\n"),
                argumentSet("a chunk that ends without a carriage return", "3\r\nabc\n"),
                argumentSet("a chunk longer than its size", "3\r\nabcd\r\n"),
                argumentSet("a line feed in an extension", "3;a\nb\r\nabc\r\n"),
                argumentSet("a carriage return in an extension", "3;a\rb\r\nabc\r\n"),
                argumentSet("an end without a carriage return", "3\r\nabc\r\n0\n\n"),
                argumentSet("a trailer that ends without a carriage return", "3\r\nabc\r\n0\r\nX-A: b\n\r\n"),
                argumentSet("a trailer that is folded", "3\r\nabc\r\n0\r\nX-A: b\r\n c\r\n\r\n"));
    }

    /** Its head was good, so that the listener is told of it; the end of its body never comes. */
    @ParameterizedTest
    @MethodSource("misshapenChunks")
    void chunkThatCouldBeReadInTwoWaysIsRefusedAndItsRequestBrokenOff(String chunk) {
        RawWebSocket socket = relay.socket().writes(post("Transfer-Encoding: chunked") + chunk + hidden());
        Asked asked = listener.fetches();

        isRefusedAndHungUpOn(socket);

        WireFrame frame = asked.channel().receivesButNoPings();
        while (frame.opcode() != WireFrame.CLOSE) {
            assertThat(frame.isFinal())
                    .as("the end of a body that was none: %s", frame)
                    .isFalse();
            frame = asked.channel().receivesButNoPings();
        }
        assertThat(frame.closeCode()).isEqualTo(1001);
        nobodyWasServedBefore();
    }

    @Test
    void requestInABodyIsABody() {
        String inner = hidden();
        HttpSenderDriver sender = relay.http("orders").posts(inner);

        assertThat(listener.isAsked().answers(200, "done").body()).asString().isEqualTo(inner);
        sender.isAnsweredWith(200, "done");
        nobodyWasServedBefore();
    }

    /** What a method without a meaning for bodies brings is a body all the same. */
    @Test
    void bodyOfAGetIsABody() {
        HttpSenderDriver sender = relay.http("orders")
                .asks("GET", "", head -> head.with("Content-Length", String.valueOf(hidden().length())))
                .sends(hidden());

        assertThat(listener.isAsked().answers(200, "done").announcesBody()).isTrue();
        sender.isAnsweredWith(200, "done");
        nobodyWasServedBefore();
    }

    @Test
    void bodyOfARequestThatIsRefusedIsNotReadAsARequest() {
        RawWebSocket socket = relay.socket()
                .writes(post("Content-Length: " + hidden().length()).replace("/orders", "/nowhere") + hidden());

        ResponseHead head = socket.readsHead();

        assertThat(head.status()).isIn(401, 404);
        socket.readsBody(head);
        socket.hangsUp();
        nobodyWasServedBefore();
    }

    @Test
    void answerThatLooksLikeTwoIsOne() {
        HttpSenderDriver sender = relay.http("orders").gets();

        listener.isAsked().answers(200, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        sender.isAnsweredWith(200, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        nobodyWasServedBefore();
    }
}
