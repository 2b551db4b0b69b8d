// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Chapter 3, listeners that say too much, too little or nonsense, and that do not listen. */
@ExtendWith(RelayUnderTest.Extension.class)
class OddListenerIT {

    private static final String ID = "aaaaaaaa-1111-1111-1111-111111111111";

    /** What a listener must be able to say: a body, and a command that is as long. */
    private static final int LONGEST = 64 * 1024;

    @Test
    void textThatIsNoUtf8EndsTheChannelWith1007(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        listener.control().sends(WireFrame.of(WireFrame.TEXT, new byte[] {'{', (byte) 0xC3, '}'}));

        listener.isSentAwayWith(1007);
        listener.control().readsEnd();
        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");
    }

    @Test
    void messageThatIsTooLongEndsTheChannelWith1009BeforeItHasCome(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        CompletableFuture<Void> sent = listener.control()
                .writesInBackground(WireFrame.binary(new byte[8 << 20]).bytes());

        listener.isSentAwayWith(1009);

        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");
        assertThat(sent.handle((done, failure) -> true)).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void longestMessagesAreTaken(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        listener.control()
                .sends(WireFrame.text("x".repeat(LONGEST)))
                .sends(WireFrame.binary(new byte[LONGEST]))
                .sends(WireFrame.text("{\"response\":\"" + "y".repeat(LONGEST) + "\"}"));

        listener.isOffered(relay.sender("orders").startsConnecting());
    }

    static Stream<String> nonsense() {
        return Stream.of(
                "[".repeat(LONGEST),
                "{\"a\":".repeat(LONGEST / 5),
                "{\"renewToken\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}",
                "{\"a\":1" + "0".repeat(60_000) + "}",
                "{\"a\":1e999999999}",
                "{\"\\ud800\":\"\\udc00\"}",
                "\u0000",
                "{\"accept\":{\"address\":\"ws://127.0.0.1/\",\"id\":\"x\"}}",
                "{\"request\":{\"address\":\"ws://127.0.0.1/\"}}",
                "{\"injectFault\":{\"delay\":\"1\"}}",
                "{\"a\":1}{\"b\":2}",
                "{\"a\":1,}");
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void nonsenseIsIgnored(String nonsense, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online().commands(nonsense);

        listener.isOffered(relay.sender("orders").startsConnecting());
    }

    @Test
    void messageOfSingleBytesIsAMessage(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        byte[] message = ("{\"renewToken\":{\"token\":\"" + relay.token("orders", Right.SEND) + "\"}}")
                .getBytes(StandardCharsets.UTF_8);

        for (int i = 0; i < message.length; i++) {
            WireFrame part = WireFrame.of(i == 0 ? WireFrame.TEXT : WireFrame.CONTINUATION, new byte[] {message[i]});
            listener.control().sends(i == message.length - 1 ? part : part.notFinal());
        }

        listener.isSentAwayWith(1008);
    }

    @Test
    void hugeTokenIsABadToken(RelayUnderTest relay) {
        relay.listener("orders").online().renews("x".repeat(60_000)).isSentAwayWith(1008);
    }

    @Test
    void renewalMayShortenATokensLife(RelayUnderTest relay) {
        relay.with("relay.tokenGrace=0s");
        ListenerDriver listener = relay.listener("orders").online();

        listener.renews(relay.token("orders", Duration.ofSeconds(2), Right.LISTEN));

        listener.isSentAwayWith(1008);
    }

    @Test
    void listenerWithABadTokenIsOfferedNobodyEvenIfItStays(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online().renews("nonsense");
        listener.isSentAwayWith(1008);

        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");

        listener.control().sends(WireFrame.close(1008, "")).readsEnd();
    }

    @Test
    void senderOfAListenerThatIsSentAwayIsOfferedToAnother(RelayUnderTest relay) {
        ListenerDriver bad = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        bad.isOffered(sender);
        ListenerDriver good = relay.listener("orders").online();

        bad.renews("nonsense");

        good.isOffered(sender);
    }

    @Test
    void listenerThatDoesNotAnswerACloseIsCutOff(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online().renews("nonsense");

        listener.isSentAwayWith(1008);

        listener.control().readsEnd();
    }

    @Test
    void closeWithoutACodeIsAnswered(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        listener.control().sends(WireFrame.emptyClose());

        assertThat(listener.control().receives().closeCode()).isEqualTo(1005);
        listener.control().readsEnd();
        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");
    }

    /** What it does not read is the server's to hold. */
    @Test
    void listenerThatDoesNotReadWhatItIsOfferedIsCutOffAndItsSendersAreTold(RelayUnderTest relay) {
        relay.with("limits.maxHeaderSize=128KiB", "relay.acceptTimeout=2m");
        RawWebSocket.dial(relay.uri(), 4096)
                .upgrades(Handshake.to("/$hc/orders?sb-hc-action=listen")
                        .with("ServiceBusAuthorization", relay.token("orders")));
        List<SenderDriver> senders = new ArrayList<>();

        while (relay.meter("fairlead_relay_listeners") == 1) {
            assertThat(senders).hasSizeLessThan(300);
            senders.add(relay.sender("orders")
                    .with(handshake -> handshake.with("X-Long", "x".repeat(60_000)))
                    .startsConnecting());
        }

        senders.forEach(sender -> sender.isRefusedWith(404, "no listeners connected"));
        relay.untilMeter("fairlead_relay_senders_waiting", 0);
    }

    @Test
    void answerHasEachHeaderOnce(RelayUnderTest relay) {
        ResponseHead head = relay.listener("orders")
                .with(handshake -> handshake.with("Sec-WebSocket-Extensions", "permessage-deflate"))
                .startsListening()
                .control()
                .readsUpgrade();

        assertThat(head.lines())
                .extracting(line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT))
                .doesNotHaveDuplicates()
                .doesNotContain("sec-websocket-extensions", "sec-websocket-protocol", "content-length");
        assertThat(head.header("Sec-WebSocket-Accept")).hasValue(Handshake.ACCEPT);
    }

    @Test
    void eachOfManyListenersIsChosen(RelayUnderTest relay) {
        List<ListenerDriver> listeners = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            listeners.add(relay.listener("orders").online());
        }

        for (int i = 0; i < 200; i++) {
            relay.sender("orders").startsConnecting();
        }

        // By chance alone one of them would get fewer than ten once in 10^12 runs.
        for (ListenerDriver listener : listeners) {
            for (int i = 0; i < 10; i++) {
                listener.isOffered();
            }
        }
    }

    /** Services added a suffix to the ids of listeners that came back, and some send it along. */
    @Test
    void listenersAreAllowedByTheGuidOfTheirIdInAnyCase(RelayUnderTest relay) {
        relay.listener("orders").online();
        ListenerDriver allowed = relay.listener("orders").withId(ID + "_G12").online();

        for (int i = 0; i < 10; i++) {
            allowed.isOffered(relay.sender("orders")
                    .with(handshake -> handshake
                            .with("microsoft-relay-allowedlisteners", "x")
                            .with("Microsoft-Relay-AllowedListeners", ID.toUpperCase(Locale.ROOT)))
                    .startsConnecting());
        }
    }

    @Test
    void listenerThatIsAllowedAndDisallowedIsNotAsked(RelayUnderTest relay) {
        relay.listener("orders").withId(ID).online();

        relay.sender("orders")
                .with(handshake -> handshake
                        .with("Microsoft-Relay-AllowedListeners", ID)
                        .with("Microsoft-Relay-DisallowedListeners", ID))
                .connects()
                .isRefusedWith(404, "None of the connected listeners meet the AllowedListeners/DisallowedListeners");
    }

    @Test
    void listenersOfOneIdAreTwoListeners(RelayUnderTest relay) {
        ListenerDriver first = relay.listener("orders").withId(ID).online();
        ListenerDriver second = relay.listener("orders").withId(ID).online();

        first.leaves();

        second.isOffered(relay.sender("orders").startsConnecting());
    }

    @Test
    void listenersThatDialledByOtherNamesAreToldTheirOwn(RelayUnderTest relay) {
        List<String> names = List.of("one.example", "TWO.example:8443", "[::1]:9", "192.0.2.1");
        List<ListenerDriver> listeners = new ArrayList<>();
        for (String name : names) {
            listeners.add(relay.listener("orders")
                    .with(handshake -> handshake.withOther("Host", name))
                    .online());
        }
        for (int i = 0; i < 100; i++) {
            relay.sender("orders").startsConnecting();
        }

        HashSet<String> told = new HashSet<>();
        for (ListenerDriver listener : listeners) {
            String address = listener.isOffered().address();
            told.add(address.substring(0, address.indexOf("/$hc")));
        }

        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(
                        names.stream().map(name -> "ws://" + name).toList());
    }

    @Test
    void idOfAListenerWritesNoLinesIntoTheLog(RelayUnderTest relay) {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(log);
        try {
            ListenerDriver listener = relay.listener("orders")
                    .withId("%0d%0aFAKE%20line%1b[31m" + "x".repeat(10_000))
                    .online();
            listener.isOffered(relay.sender("orders").startsConnecting());
        } finally {
            root.detachAppender(log);
        }

        assertThat(List.copyOf(log.list))
                .filteredOn(event -> event.getMessage().equals("listener online"))
                .singleElement()
                .satisfies(event -> assertThat(event.getKeyValuePairs().toString())
                        .doesNotContain("\n", "\r", "\u001b")
                        .hasSizeLessThan(600));
    }
}
