// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.WireFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An endpoint with the loopback behind it: what clients say comes back as they said it. */
@ExtendWith(RelayUnderTest.Extension.class)
class LoopbackIT {

    private static final int LONGEST = 4 << 20;

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.offers("path: /ws, subprotocols: [chat.v2, chat.v1]");
    }

    @Test
    void textComesBackAsText() {
        RawWebSocket client = relay.session("/ws").sends(WireFrame.text("Grüße, 👋"));

        WireFrame echo = client.receives();

        assertThat(echo.opcode()).isEqualTo(WireFrame.TEXT);
        assertThat(echo.isMasked()).isFalse();
        assertThat(echo.text()).isEqualTo("Grüße, 👋");
    }

    @Test
    void bytesComeBackAsBytes() {
        RawWebSocket client = relay.session("/ws").sends(WireFrame.binary((byte) 0, (byte) 0xFF, (byte) 0xC3));

        WireFrame echo = client.receives();

        assertThat(echo.opcode()).isEqualTo(WireFrame.BINARY);
        assertThat(echo.payload()).containsExactly(0, 0xFF, 0xC3);
    }

    @Test
    void emptyMessagesComeBackEmpty() {
        RawWebSocket client = relay.session("/ws").sends(WireFrame.text("")).sends(WireFrame.binary());

        WireFrame text = client.receives();
        WireFrame binary = client.receives();

        assertThat(text.opcode()).isEqualTo(WireFrame.TEXT);
        assertThat(text.length()).isZero();
        assertThat(binary.opcode()).isEqualTo(WireFrame.BINARY);
        assertThat(binary.length()).isZero();
    }

    @Test
    void fragmentsAreOneMessageAndControlFramesMayComeBetweenThem() {
        RawWebSocket client = relay.session("/ws")
                .sends(WireFrame.text("one ").notFinal())
                .sends(WireFrame.ping("are you there?"))
                .sends(WireFrame.of(WireFrame.CONTINUATION, new byte[0]).notFinal())
                .sends(WireFrame.of(WireFrame.CONTINUATION, "message".getBytes(StandardCharsets.UTF_8)));

        assertThat(client.receives().toString()).contains("pong");
        assertThat(client.receivesMessage().text()).isEqualTo("one message");
    }

    @Test
    void charactersMayBeCutByFragments() {
        byte[] wave = "a👋b".getBytes(StandardCharsets.UTF_8);
        RawWebSocket client = relay.session("/ws")
                .sends(WireFrame.of(WireFrame.TEXT, new byte[0]).notFinal());
        for (int i = 0; i < wave.length; i++) {
            WireFrame one = WireFrame.of(WireFrame.CONTINUATION, new byte[] {wave[i]});
            client.sends(i == wave.length - 1 ? one : one.notFinal());
        }

        assertThat(client.receivesMessage().text()).isEqualTo("a👋b");
    }

    @Test
    void textThatIsNoneIs1007AsSoonAsItIsNone() {
        RawWebSocket client = relay.session("/ws")
                .sends(WireFrame.of(WireFrame.TEXT, new byte[] {'a', (byte) 0xC0})
                        .notFinal());

        assertThat(client.receives().closeCode()).isEqualTo(1007);
        client.readsEnd();
    }

    @Test
    void textThatEndsWithinACharacterIs1007() {
        RawWebSocket client =
                relay.session("/ws").sends(WireFrame.of(WireFrame.TEXT, new byte[] {(byte) 0xF0, (byte) 0x9F}));

        assertThat(client.receives().closeCode()).isEqualTo(1007);
    }

    @Test
    void longestMessageComesBackAndAByteMoreIs1009() {
        byte[] longest = new byte[LONGEST];
        Arrays.fill(longest, (byte) 7);
        RawWebSocket client = relay.session("/ws");
        var written = client.writesInBackground(WireFrame.binary(longest).bytes());

        assertThat(client.receivesMessage().payload()).isEqualTo(longest);
        written.join();

        client.sends(WireFrame.binary().declaring(LONGEST + 1L));
        WireFrame close = client.receives();
        assertThat(close.closeCode()).isEqualTo(1009);
        assertThat(close.closeReason()).isEqualTo("over size limit (4194305 > 4194304 bytes)");
        client.readsEnd();
    }

    @Test
    void fragmentsOfOneMessageAreMeasuredTogether() {
        RawWebSocket client = relay.session("/ws")
                .sends(WireFrame.binary(new byte[LONGEST - 1]).notFinal())
                .sends(WireFrame.of(WireFrame.CONTINUATION, new byte[2]));

        WireFrame close = client.receives();

        assertThat(close.closeCode()).isEqualTo(1009);
        assertThat(close.closeReason()).isEqualTo("over size limit (4194305 > 4194304 bytes)");
    }

    @Test
    void pingsAreAnsweredWithWhatTheySaid() {
        RawWebSocket client = relay.session("/ws").sends(WireFrame.ping("p".repeat(125)));

        WireFrame pong = client.receives();

        assertThat(pong.opcode()).isEqualTo(WireFrame.PONG);
        assertThat(pong.text()).isEqualTo("p".repeat(125));
    }

    @Test
    void closeIsReturnedWithCodeAndReason() {
        RawWebSocket client = relay.session("/ws").sends(WireFrame.close(4321, "enough"));

        WireFrame close = client.receives();

        assertThat(close.closeCode()).isEqualTo(4321);
        assertThat(close.closeReason()).isEqualTo("enough");
        client.readsEnd();
        relay.untilMeter("fairlead_gateway_sessions{endpoint=\"/ws\"}", 0);
    }

    @Test
    void closeWithoutACodeIsReturnedWithoutOne() {
        RawWebSocket client = relay.session("/ws").sends(WireFrame.emptyClose());

        assertThat(client.receives().length()).isZero();
        client.readsEnd();
    }

    @Test
    void hundredMessagesComeBackInOrder() {
        RawWebSocket client = relay.session("/ws");
        for (int i = 0; i < 100; i++) {
            client.sends(WireFrame.text("message " + i));
        }

        for (int i = 0; i < 100; i++) {
            assertThat(client.receives().text()).isEqualTo("message " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws", "/ws/", "/ws?a=b", "/ws/?a=%2F", "/ws?"})
    void slashAndQueryBehindThePathAreNoOtherPath(String target) {
        RawWebSocket client = relay.session(target).sends(WireFrame.text("here"));

        assertThat(client.receives().text()).isEqualTo("here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws/more", "/wsx", "/WS", "/w%73", "/ws//"})
    void otherPathsAreNotTheEndpoint(String target) {
        assertThat(relay.socket().asks(Handshake.to(target)).status()).isIn(400, 401, 404);
    }

    @Test
    void requestThatIsNoUpgradeIsAskedToBeOne() {
        ResponseHead head = relay.socket().asks(Handshake.plain("/ws"));

        assertThat(head.status()).isEqualTo(426);
        assertThat(head.header("Upgrade")).contains("websocket");
    }

    @Test
    void firstSubprotocolThatTheClientOffersOfThoseThatAreSpokenIsChosen() {
        ResponseHead head =
                relay.socket().asks(Handshake.to("/ws").with("Sec-WebSocket-Protocol", "soap, chat.v1, chat.v2"));

        assertThat(head.status()).isEqualTo(101);
        assertThat(head.all("Sec-WebSocket-Protocol")).containsExactly("chat.v1");
    }

    @Test
    void offerOfWhatIsNotSpokenIsNoReasonToRefuse() {
        ResponseHead head = relay.socket().asks(Handshake.to("/ws").with("Sec-WebSocket-Protocol", "soap"));

        assertThat(head.status()).isEqualTo(101);
        assertThat(head.all("Sec-WebSocket-Protocol")).isEmpty();
    }

    @Test
    void compressionIsNotSpokenUnlessToldTo() {
        ResponseHead head =
                relay.socket().asks(Handshake.to("/ws").with("Sec-WebSocket-Extensions", "permessage-deflate"));

        assertThat(head.status()).isEqualTo(101);
        assertThat(head.all("Sec-WebSocket-Extensions")).isEmpty();
    }
}
