// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.WireFrame;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What RFC 6455 forbids to a client of an endpoint, and the code that each is closed with. */
@ExtendWith(RelayUnderTest.Extension.class)
class ViolationIT {

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.offers("path: /ws, maxMessageSize: 64KiB");
    }

    static Stream<Arguments> violations() {
        WireFrame text = WireFrame.text("x");
        return Stream.of(
                argumentSet("unmasked", 1002, List.of(text.unmasked())),
                argumentSet("RSV1", 1002, List.of(text.withReserved(4))),
                argumentSet("RSV2", 1002, List.of(text.withReserved(2))),
                argumentSet("RSV3", 1002, List.of(text.withReserved(1))),
                argumentSet("RSV1 of a ping", 1002, List.of(WireFrame.ping("").withReserved(4))),
                argumentSet("opcode 3", 1002, List.of(WireFrame.of(3, new byte[1]))),
                argumentSet("opcode 7", 1002, List.of(WireFrame.of(7, new byte[1]))),
                argumentSet("opcode 11", 1002, List.of(WireFrame.of(11, new byte[1]))),
                argumentSet("opcode 15", 1002, List.of(WireFrame.of(15, new byte[1]))),
                argumentSet("ping of 126 bytes", 1002, List.of(WireFrame.of(WireFrame.PING, new byte[126]))),
                argumentSet("close of 126 bytes", 1002, List.of(WireFrame.of(WireFrame.CLOSE, new byte[126]))),
                argumentSet(
                        "ping in fragments", 1002, List.of(WireFrame.ping("x").notFinal())),
                argumentSet(
                        "close in fragments",
                        1002,
                        List.of(WireFrame.close(1000, "").notFinal())),
                argumentSet(
                        "continuation of nothing", 1002, List.of(WireFrame.of(WireFrame.CONTINUATION, new byte[1]))),
                argumentSet("message within a message", 1002, List.of(text.notFinal(), text)),
                argumentSet("length 2^63", 1002, List.of(WireFrame.text("").declaring(Long.MIN_VALUE))),
                argumentSet("length -1", 1002, List.of(WireFrame.text("").declaring(-1))),
                argumentSet("length in two bytes too many", 1002, List.of(text.withLengthBytes(2))),
                argumentSet("length in eight bytes too many", 1002, List.of(text.withLengthBytes(8))),
                argumentSet("close of one byte", 1002, List.of(WireFrame.of(WireFrame.CLOSE, new byte[1]))),
                argumentSet("close with 999", 1002, List.of(WireFrame.close(999, ""))),
                argumentSet("close with 1004", 1002, List.of(WireFrame.close(1004, ""))),
                argumentSet("close with 1005", 1002, List.of(WireFrame.close(1005, ""))),
                argumentSet("close with 1006", 1002, List.of(WireFrame.close(1006, ""))),
                argumentSet("close with 1015", 1002, List.of(WireFrame.close(1015, ""))),
                argumentSet("close with 2999", 1002, List.of(WireFrame.close(2999, ""))),
                argumentSet("close with 5000", 1002, List.of(WireFrame.close(5000, ""))),
                argumentSet("text that is no UTF-8", 1007, List.of(WireFrame.of(WireFrame.TEXT, new byte[] {-1}))),
                argumentSet("surrogate in UTF-8", 1007, List.of(WireFrame.of(WireFrame.TEXT, new byte[] {
                    (byte) 0xED, (byte) 0xA0, (byte) 0x80
                }))),
                argumentSet("overlong UTF-8", 1007, List.of(WireFrame.of(WireFrame.TEXT, new byte[] {
                    (byte) 0xC0, (byte) 0xAF
                }))),
                argumentSet("reason that is no UTF-8", 1007, List.of(WireFrame.of(WireFrame.CLOSE, new byte[] {
                    0x03, (byte) 0xE8, (byte) 0xC3, 0x28
                }))),
                argumentSet(
                        "one byte too many", 1009, List.of(WireFrame.binary().declaring(65_537))),
                argumentSet(
                        "2^62 bytes too many", 1009, List.of(WireFrame.binary().declaring(1L << 62))));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void violationIsClosedWithItsCodeAndTouchesNobodyElse(int code, List<WireFrame> frames) {
        RawWebSocket other = relay.session("/ws");
        RawWebSocket client = relay.session("/ws");

        frames.forEach(client::sends);

        assertThat(client.receives().closeCode()).isEqualTo(code);
        client.readsEnd();
        assertThat(other.sends(WireFrame.text("undisturbed")).receives().text()).isEqualTo("undisturbed");
        relay.untilMeter("fairlead_gateway_sessions{endpoint=\"/ws\"}", 1);
    }
}
