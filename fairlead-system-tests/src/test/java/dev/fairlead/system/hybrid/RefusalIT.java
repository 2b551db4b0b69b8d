// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 6: refusals, and requests that are none. */
@ExtendWith(RelayUnderTest.Extension.class)
class RefusalIT {

    private static final String ID = "9e3c7a46-6f0c-4b5a-9a0e-3a2f0a1b2c3d";
    private static final String CONNECT = "/$hc/orders?sb-hc-action=connect";

    @Test
    void refusalHasItsWordsInTheReasonPhrase(RelayUnderTest relay) {
        ResponseHead head = relay.sender("Orders/eu")
                .withQuery("?sb-hc-action=connect&sb-hc-id=" + ID)
                .connects()
                .isRefusedWith(404, "");

        assertThat(head.statusLine())
                .matches(
                        "HTTP/1\\.1 404 Endpoint does not exist\\. TrackingId:" + ID
                                + "_G\\d+, SystemTracker:sb://localhost/Orders/eu, Timestamp:\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d");
    }

    @Test
    void refusalHasATrackingIdOfItsOwnIfTheClientGaveNone(RelayUnderTest relay) {
        ResponseHead head = relay.sender("orders").connects().isRefusedWith(404, "TrackingId:");

        assertThat(head.reason()).matches(".*TrackingId:[0-9a-f-]{36}_G\\d+, .*");
    }

    @Test
    void refusalEndsTheConnection(RelayUnderTest relay) {
        RawWebSocket socket = relay.socket();

        ResponseHead head = socket.asks(Handshake.to(CONNECT));

        assertThat(head.status()).isEqualTo(401);
        assertThat(head.header("Connection")).hasValue("close");
        assertThat(socket.readsBody(head)).contains("TrackingId").doesNotContain("Exception");
        assertThat(socket.readsEnd()).isEqualTo(RawWebSocket.End.FINISHED);
    }

    @Test
    void nothingOfATokenIsInARefusal(RelayUnderTest relay) {
        RawWebSocket socket = relay.socket();

        ResponseHead head = socket.asks(Handshake.to(CONNECT)
                .with("ServiceBusAuthorization", "SharedAccessSignature sr=secretish&sig=secretish"));

        assertThat(head.toString() + socket.readsBody(head)).doesNotContain("secretish");
    }

    static Stream<Arguments> upgradesThatAreNone() {
        return Stream.of(
                upgrade("method", 400, handshake -> handshake.withMethod("POST")),
                upgrade("no key", 400, handshake -> handshake.without("Sec-WebSocket-Key")),
                upgrade("two keys", 400, handshake -> handshake.with("Sec-WebSocket-Key", "another")),
                upgrade("no Connection", 400, handshake -> handshake.without("Connection")),
                upgrade("other Connection", 400, handshake -> handshake.withOther("Connection", "keep-alive")),
                upgrade("old version", 426, handshake -> handshake.withOther("Sec-WebSocket-Version", "8")),
                upgrade("no version", 426, handshake -> handshake.without("Sec-WebSocket-Version")),
                upgrade("a body", 400, handshake -> handshake.with("Content-Length", "3")),
                upgrade("a chunked body", 400, handshake -> handshake.with("Transfer-Encoding", "chunked")),
                upgrade("no Host", 400, handshake -> handshake.without("Host")),
                upgrade("two Hosts", 400, handshake -> handshake.with("Host", "other.example")),
                upgrade("a Host that is none", 400, handshake -> handshake.withOther("Host", "a b\"/?")),
                upgrade("HTTP/1.0", 400, handshake -> handshake.withVersion("HTTP/1.0")),
                upgrade("HTTP/2.0", 400, handshake -> handshake.withVersion("HTTP/2.0")),
                upgrade("a line without a colon", 400, handshake -> handshake.withLine("nonsense")),
                upgrade("a name with a space", 400, handshake -> handshake.withLine("X-Odd : a")),
                upgrade("head too long", 431, handshake -> handshake.with("X-Long", "x".repeat(40_000))));
    }

    private static Arguments upgrade(String name, int status, UnaryOperator<Handshake> change) {
        return Arguments.argumentSet(name, status, change);
    }

    @ParameterizedTest
    @MethodSource("upgradesThatAreNone")
    void upgradeThatIsNoneIsRefused(int status, UnaryOperator<Handshake> change, RelayUnderTest relay) {
        relay.listener("orders").online();
        Handshake handshake = Handshake.to(CONNECT).with("ServiceBusAuthorization", relay.token("orders"));

        RawWebSocket socket = relay.socket();
        ResponseHead head = socket.asks(change.apply(handshake));

        assertThat(head.status()).as("%s", head).isEqualTo(status);
        relay.listener("orders").online();
    }

    @Test
    void refusalOfAnOldVersionNamesTheOneThatIsSpoken(RelayUnderTest relay) {
        ResponseHead head = relay.socket().asks(Handshake.to(CONNECT).withOther("Sec-WebSocket-Version", "8"));

        assertThat(head.header("Sec-WebSocket-Version")).hasValue("13");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / \r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001",
                "GET\r\n\r\n",
                "\r\n\r\n\r\nhello\r\n\r\n"
            })
    void garbageIsNoHarm(String garbage, RelayUnderTest relay) {
        RawWebSocket socket = relay.socket().writes(garbage).writes("\r\n\r\n");

        socket.hangsUp();
        relay.listener("orders").online();
    }

    @Test
    void requestThatTakesTooLongIsRefused(RelayUnderTest relay) {
        relay.with("limits.handshakeTimeout=1s");

        ResponseHead head =
                relay.socket().writes("GET " + CONNECT + " HTTP/1.1\r\nHost: ").readsHead();

        assertThat(head.status()).isEqualTo(408);
    }

    @Test
    void senderThatWaitsIsNotTimedByTheHandshake(RelayUnderTest relay) {
        relay.with("limits.handshakeTimeout=1s", "relay.acceptTimeout=2s");
        relay.listener("orders").online();

        relay.sender("orders").connects().isRefusedWith(504, "");
    }
}
