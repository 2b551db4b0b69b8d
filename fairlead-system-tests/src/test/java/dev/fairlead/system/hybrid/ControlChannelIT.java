// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 3: the control channel. */
@ExtendWith(RelayUnderTest.Extension.class)
class ControlChannelIT {

    private static final String FIRST_ID = "11111111-1111-1111-1111-111111111111";
    private static final String SECOND_ID = "22222222-2222-2222-2222-222222222222";

    @Test
    void twentySixthListenerIsRefused(RelayUnderTest relay) {
        for (int i = 0; i < 25; i++) {
            relay.listener("orders").online();
        }

        relay.listener("orders").startsListening().isRefusedWith(403, "QuotaExceeded");
    }

    @Test
    void listenerThatLeftMakesRoom(RelayUnderTest relay) {
        relay.knows("path: orders, maxListeners: 1");
        relay.listener("orders").online().leaves();

        relay.untilNobodyListens();
        relay.listener("orders").online();
    }

    @Test
    void refusalOfAListenerTakesAboutASecond(RelayUnderTest relay) {
        long start = System.nanoTime();

        relay.listener("orders").withoutToken().startsListening().isRefusedWith(401, "MissingToken");

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
    }

    @Test
    void listenerThatHasReadItsAnswerIsOnline(RelayUnderTest relay) {
        for (int i = 0; i < 100; i++) {
            ListenerDriver listener = relay.listener("orders/" + i).online();

            listener.isOffered(relay.sender("orders/" + i).startsConnecting());
        }
    }

    @Test
    void compressionIsNotNegotiated(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders")
                .with(handshake -> handshake
                        .with("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")
                        .with("Sec-WebSocket-Protocol", "anything"))
                .startsListening();

        ResponseHead head = listener.control().readsUpgrade();
        assertThat(head.header("Sec-WebSocket-Extensions")).isEmpty();
        assertThat(head.header("Sec-WebSocket-Protocol")).isEmpty();
    }

    @Test
    void sendersAreSharedAmongListeners(RelayUnderTest relay) {
        ListenerDriver first = relay.listener("orders").online();
        ListenerDriver second = relay.listener("orders").online();
        for (int i = 0; i < 100; i++) {
            relay.sender("orders").startsConnecting();
        }
        relay.untilMeter("fairlead_relay_senders_waiting", 100);

        // By chance alone one of them would get fewer than five once in 10^22 runs.
        for (int i = 0; i < 5; i++) {
            first.isOffered();
            second.isOffered();
        }
    }

    @Test
    void senderIsMetByTheListenerThatItAllows(RelayUnderTest relay) {
        ListenerDriver first = relay.listener("orders").withId(FIRST_ID).online();
        ListenerDriver second = relay.listener("orders").withId(SECOND_ID).online();

        for (int i = 0; i < 10; i++) {
            SenderDriver sender = relay.sender("orders")
                    .with(handshake -> handshake.with("Microsoft-Relay-AllowedListeners", SECOND_ID))
                    .startsConnecting();
            second.isOffered(sender);
        }
        first.isNotOffered();
    }

    @Test
    void senderIsNotMetByTheListenerThatItDisallows(RelayUnderTest relay) {
        ListenerDriver first = relay.listener("orders").withId(FIRST_ID).online();
        ListenerDriver second = relay.listener("orders").withId(SECOND_ID).online();

        for (int i = 0; i < 10; i++) {
            SenderDriver sender = relay.sender("orders")
                    .with(handshake -> handshake.with("Microsoft-Relay-DisallowedListeners", " " + SECOND_ID + " , x"))
                    .startsConnecting();
            first.isOffered(sender);
        }
        second.isNotOffered();
    }

    @Test
    void senderThatAllowsNobodyIsToldSo(RelayUnderTest relay) {
        relay.listener("orders").withId(FIRST_ID).online();

        relay.sender("orders")
                .with(handshake -> handshake.with("Microsoft-Relay-AllowedListeners", SECOND_ID))
                .connects()
                .isRefusedWith(404, "None of the connected listeners meet the AllowedListeners/DisallowedListeners");
    }

    @Test
    void listenerThatClosesIsGoneAtOnce(RelayUnderTest relay) {
        relay.listener("orders").online().leaves();

        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");
    }

    @Test
    void listenerThatIsLostIsGone(RelayUnderTest relay) {
        relay.listener("orders").online().loses();

        relay.untilNobodyListens();
        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");
    }

    @Test
    void listenerThatHangsUpWithoutACloseIsGone(RelayUnderTest relay) {
        relay.listener("orders").online().control().hangsUp();

        relay.untilNobodyListens();
        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");
    }

    @Test
    void closeOfAListenerIsAnsweredWithItsCode(RelayUnderTest relay) {
        RawWebSocket control = relay.listener("orders").online().control();

        control.sends(WireFrame.close(1001, "Shutdown"));

        assertThat(control.receives().closeCode()).isEqualTo(1001);
        assertThat(control.readsEnd()).isEqualTo(RawWebSocket.End.FINISHED);
    }

    @Test
    void endOfAControlChannelLeavesItsPairsAlone(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();

        listener.loses();

        relay.untilNobodyListens();
        sender.sends("still there?");
        listener.receives("still there?").sends("yes");
        sender.receives("yes");
    }

    @Test
    void silentListenerIsSoughtTwiceAndThenGone(RelayUnderTest relay) {
        relay.with("relay.pingInterval=1s");
        RawWebSocket control = relay.listener("orders").online().control();

        assertThat(control.receives().opcode()).isEqualTo(WireFrame.PING);
        assertThat(control.receives().opcode()).isEqualTo(WireFrame.PING);
        control.readsEnd();
        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");
    }

    @Test
    void listenerThatAnswersPingsStays(RelayUnderTest relay) {
        relay.with("relay.pingInterval=1s");
        ListenerDriver listener = relay.listener("orders").online();

        for (int i = 0; i < 4; i++) {
            WireFrame ping = listener.control().receives();
            assertThat(ping.opcode()).isEqualTo(WireFrame.PING);
            listener.control().sends(WireFrame.of(WireFrame.PONG, ping.payload()));
        }
        listener.isOffered(relay.sender("orders").startsConnecting());
    }

    @Test
    void pingOfAListenerIsAnswered(RelayUnderTest relay) {
        RawWebSocket control = relay.listener("orders").online().control();

        control.sends(WireFrame.ping("are you there?"));

        WireFrame pong = control.receives();
        assertThat(pong.opcode()).isEqualTo(WireFrame.PONG);
        assertThat(pong.text()).isEqualTo("are you there?");
        assertThat(pong.isMasked()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "not JSON",
                "null",
                "[]",
                "{\"ping\":{}}",
                "{\"response\":{\"requestId\":\"unknown\",\"statusCode\":\"200\"}}",
                "{\"renewToken\":7,\"renewToken\":8}"
            })
    void oddTextsAreIgnored(String odd, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online().commands(odd);

        listener.isOffered(relay.sender("orders").startsConnecting());
    }

    @Test
    void strayBinaryMessagesAndUnaskedPongsAreIgnored(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        listener.control()
                .sends(WireFrame.binary())
                .sends(WireFrame.binary(new byte[65_536]))
                .sends(WireFrame.pong("unasked"))
                .sends(WireFrame.text("{\"frag").notFinal())
                .sends(WireFrame.ping("between"))
                .sends(WireFrame.of(WireFrame.CONTINUATION, "mented\":1}".getBytes(StandardCharsets.UTF_8)));

        assertThat(listener.control().receives().text()).isEqualTo("between");
        listener.isOffered(relay.sender("orders").startsConnecting());
    }

    @Test
    void endlessMessageEndsTheChannel(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        byte[] part = new byte[60_000];

        listener.control()
                .sends(WireFrame.of(WireFrame.TEXT, part).notFinal())
                .sends(WireFrame.of(WireFrame.CONTINUATION, part).notFinal())
                .sends(WireFrame.of(WireFrame.CONTINUATION, part).notFinal());

        listener.isSentAwayWith(1009);
    }

    @Test
    void expiredTokenEndsTheChannelAfterTheGrace(RelayUnderTest relay) {
        relay.with("relay.tokenGrace=1s");
        ListenerDriver listener = relay.listener("orders")
                .withToken(relay.token("orders", Duration.ofSeconds(2), Right.LISTEN))
                .online();

        listener.isSentAwayWith(1008);
        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");
    }

    @Test
    void renewedTokenKeepsTheChannel(RelayUnderTest relay) {
        relay.with("relay.tokenGrace=0s", "relay.pingInterval=1s");
        ListenerDriver listener = relay.listener("orders")
                .withToken(relay.token("orders", Duration.ofSeconds(2), Right.LISTEN))
                .online()
                .renews(relay.token("orders", Right.LISTEN));

        // Four intervals of pings are longer than the first token's life.
        for (int i = 0; i < 4; i++) {
            WireFrame ping = listener.control().receives();
            listener.control().sends(WireFrame.of(WireFrame.PONG, ping.payload()));
        }
        listener.isOffered(relay.sender("orders").startsConnecting());
    }

    @Test
    void badRenewalEndsTheChannel(RelayUnderTest relay) {
        List<String> tokens = new ArrayList<>();
        tokens.add("com.microsoft.azure.relay.SharedAccessSignatureTokenProvider$SharedAccessSignatureToken@4b1c1ea0");
        tokens.add(relay.token("orders", Duration.ofSeconds(-1), Right.LISTEN));
        tokens.add(relay.token("invoices", Right.LISTEN));
        tokens.add(relay.token("orders", Right.SEND));

        for (String token : tokens) {
            relay.listener("orders").online().renews(token).isSentAwayWith(1008);
        }
    }
}
