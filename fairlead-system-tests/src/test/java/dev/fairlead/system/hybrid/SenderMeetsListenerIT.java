// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Offer;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 4: the meeting. */
@ExtendWith(RelayUnderTest.Extension.class)
class SenderMeetsListenerIT {

    private static final String PROTOCOL = "Sec-WebSocket-Protocol";
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    @Test
    void senderWaitsUntilTheListenerDialsAndThenBothTalk(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        sender.isStillWaiting();

        listener.dials();
        sender.isConnected().sends("hello");
        listener.receives("hello").sends("hello, too");
        sender.receives("hello, too");
    }

    @Test
    void offerIsWhatEveryClientCanRead(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders")
                .withQuery("?sb-hc-action=connect&sb-hc-id=not-a-guid")
                .with(handshake -> handshake
                        .with("X-Odd-CASE_name", "a \"quoted\" ä\tvalue")
                        .with("Accept", "one")
                        .with("Accept", "two"))
                .startsConnecting();

        Offer offer = listener.isOffered(sender);
        assertThat(UUID.fromString(offer.id().substring(0, 36))).isNotNull();
        assertThat(offer.remoteAddress()).isEqualTo("127.0.0.1");
        assertThat(offer.remotePort()).isEqualTo(sender.socket().localPort());
        assertThat(offer.connectHeaders())
                .containsEntry("X-Odd-CASE_name", "a \"quoted\" ä\tvalue")
                .containsEntry("Accept", "one, two")
                .containsEntry("Host", "127.0.0.1:" + relay.port())
                .containsEntry("Sec-WebSocket-Key", Handshake.KEY)
                .containsEntry("Sec-WebSocket-Version", "13")
                .doesNotContainKey("ServiceBusAuthorization");
    }

    @Test
    void addressesAreNotAlike(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        relay.sender("orders").startsConnecting();
        relay.sender("orders").startsConnecting();

        assertThat(listener.isOffered().id()).isNotEqualTo(listener.isOffered().id());
    }

    @Test
    void addressIsGoodOnce(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();

        assertThat(listener.dialsAgain().status()).isEqualTo(400);
        sender.isConnected().sends("not disturbed");
        listener.receives("not disturbed");
    }

    @Test
    void unknownAddressIsRefused(RelayUnderTest relay) {
        relay.listener("orders").online();

        ResponseHead head =
                relay.socket().asks(Handshake.to("/$hc/orders?sb-hc-action=accept&sb-hc-id=" + UUID.randomUUID()));

        assertThat(head.status()).isEqualTo(400);
    }

    @Test
    void addressIsGoodAtItsOwnHybridConnectionAlone(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        relay.listener("invoices").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        Offer offer = listener.isOffered(sender);

        ResponseHead head =
                relay.socket().asks(Handshake.to("/$hc/invoices?sb-hc-action=accept&sb-hc-id=" + offer.id()));

        assertThat(head.status()).isEqualTo(400);
        listener.dials();
        sender.isConnected();
    }

    @Test
    void senderIsToldThatNobodyListens(RelayUnderTest relay) {
        relay.knows("path: orders");

        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");
    }

    @Test
    void senderIsToldThatTheListenerDidNotDialInTime(RelayUnderTest relay) {
        relay.with("relay.acceptTimeout=1s");
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        sender.isRefusedWith(504, "None of the connected listeners accepted the connection within the allowed timeout");
        assertThat(listener.dialsAgain().status()).isEqualTo(400);
    }

    @Test
    void listenerThatDialsAfterTheSenderLeftIsRefused(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        sender.givesUp();

        relay.untilMeter("fairlead_relay_senders_waiting", 0);
        assertThat(listener.dialsAgain().status()).isEqualTo(400);
    }

    @Test
    void senderOfAListenerThatIsLostIsOfferedToAnother(RelayUnderTest relay) {
        ListenerDriver first = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        first.isOffered(sender);
        ListenerDriver second = relay.listener("orders").online();

        first.loses();

        second.isOffered(sender);
        second.dials();
        sender.isConnected();
    }

    @Test
    void listenerThatLostItsChannelMayStillDial(RelayUnderTest relay) {
        ListenerDriver first = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        first.isOffered(sender);
        ListenerDriver second = relay.listener("orders").online();

        first.loses();
        second.isOffered(sender);

        first.dials();
        sender.isConnected();
    }

    @Test
    void senderOfTheOnlyListenerIsToldThatItIsGone(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        listener.loses();

        sender.isRefusedWith(404, "no listeners connected");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "&sb-hc-statusCode=418&sb-hc-statusDescription=Short+and%20stout | 418 | Short and stout",
                "&SB-HC-STATUSCODE=403&sb-hc-statusdescription=No | 403 | No",
                "&statusCode=451&statusDescription=Not%20here | 451 | Not here",
                "&sb-hc-statusDescription=First&sb-hc-statusCode=500 | 500 | First"
            })
    void senderIsRejectedInTheListenersWords(String parameters, int status, String words, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        listener.rejectsWith(parameters);

        assertThat(sender.socket().readsHead().statusLine()).isEqualTo("HTTP/1.1 " + status + " " + words);
    }

    @Test
    void rejectionWithoutWordsIsARejection(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        listener.rejectsWith("&sb-hc-statusCode=400");

        assertThat(sender.socket().readsHead().status()).isEqualTo(400);
    }

    @Test
    void wordsOfARejectionCannotWriteHeaders(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        listener.rejectsWith("&sb-hc-statusCode=400&sb-hc-statusDescription=No%0d%0aX-Injected:%20yes");

        assertThat(sender.socket().readsHead().header("X-Injected")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0,400", "99,400", "101,400", "199,400", "1000,999", "99999999999,999", "x,400"})
    void statusOfARejectionIsAFinalOneOfHttp(String said, int told, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        listener.rejectsWith("&sb-hc-statusCode=" + said + "&sb-hc-statusDescription=Odd");

        assertThat(sender.socket().readsHead().status()).isEqualTo(told);
    }

    @Test
    void statusCodeInTheSendersOwnQueryIsNoRejection(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders")
                .withQuery("?statusCode=500&statusDescription=mine&sb-hc-action=connect")
                .startsConnecting();
        assertThat(listener.isOffered(sender).target()).contains("statusCode=500");

        listener.dials();

        sender.isConnected();
    }

    @Test
    void subprotocolIsTheOneThatTheListenerAsksFor(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders")
                .with(handshake -> handshake.with(PROTOCOL, "alpha, beta"))
                .startsConnecting();
        assertThat(listener.isOffered(sender).header(PROTOCOL)).isEqualTo("alpha, beta");

        ResponseHead dialled = listener.startsDialling(handshake -> handshake.with(PROTOCOL, "beta"))
                .readsUpgrade();

        assertThat(dialled.all(PROTOCOL)).containsExactly("beta");
        assertThat(sender.isConnectedBy().all(PROTOCOL)).containsExactly("beta");
    }

    @Test
    void subprotocolIsTheSendersFirstWhereTheListenerAsksForAll(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders")
                .with(handshake -> handshake.with(PROTOCOL, "alpha").with(PROTOCOL, "beta"))
                .startsConnecting();
        listener.isOffered(sender);

        ResponseHead dialled = listener.startsDialling(handshake -> handshake.with(PROTOCOL, "beta, alpha"))
                .readsUpgrade();

        assertThat(dialled.all(PROTOCOL)).containsExactly("alpha");
        assertThat(sender.isConnectedBy().all(PROTOCOL)).containsExactly("alpha");
    }

    @Test
    void subprotocolIsNoneWhereTheListenerAsksForNone(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders")
                .with(handshake -> handshake.with(PROTOCOL, "alpha"))
                .startsConnecting();
        listener.isOffered(sender);

        listener.dials();

        assertThat(sender.isConnectedBy().header(PROTOCOL)).isEmpty();
    }

    @Test
    void senderIsNotToldASubprotocolThatItDidNotOffer(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        listener.dials(handshake -> handshake.with(PROTOCOL, "alpha"));

        assertThat(sender.isConnectedBy().header(PROTOCOL)).isEmpty();
    }

    @Test
    void extensionIsWhatBothEndsAgreeOn(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders")
                .with(handshake -> handshake.with(EXTENSIONS, "permessage-deflate; client_max_window_bits"))
                .startsConnecting();
        assertThat(listener.isOffered(sender).header(EXTENSIONS))
                .isEqualTo("permessage-deflate; client_max_window_bits");

        ResponseHead dialled = listener.startsDialling(handshake -> handshake.with(EXTENSIONS, "permessage-deflate"))
                .readsUpgrade();

        assertThat(dialled.all(EXTENSIONS)).containsExactly("permessage-deflate");
        assertThat(sender.isConnectedBy().all(EXTENSIONS)).containsExactly("permessage-deflate");
        sender.sends(WireFrame.text("compressed, let us say").withReserved(4));
        WireFrame passed = listener.socket().receives();
        assertThat(passed.reserved()).isEqualTo(4);
        assertThat(passed.text()).isEqualTo("compressed, let us say");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "permessage-deflate"})
    void offerOfTheListenersLibraryIsNoAgreement(String sendersOffer, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders")
                .with(handshake -> sendersOffer.isEmpty() ? handshake : handshake.with(EXTENSIONS, sendersOffer))
                .startsConnecting();
        listener.isOffered(sender);

        ResponseHead dialled = listener.startsDialling(
                        handshake -> handshake.with(EXTENSIONS, "permessage-deflate; client_max_window_bits"))
                .readsUpgrade();

        assertThat(dialled.header(EXTENSIONS)).isEmpty();
        assertThat(sender.isConnectedBy().header(EXTENSIONS)).isEmpty();
    }

    @Test
    void junkHeaderOfHycoWsIsNoAgreement(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders")
                .with(handshake -> handshake.with(EXTENSIONS, "permessage-deflate"))
                .startsConnecting();
        listener.isOffered(sender);

        listener.dials(handshake -> handshake.with("0", EXTENSIONS + ": permessage-deflate"));

        assertThat(sender.isConnectedBy().header(EXTENSIONS)).isEmpty();
    }

    /** The process of a {@code hyco-ws} listener ends on one. */
    @Test
    void offerWithUnknownParametersIsKeptFromListeners(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders")
                .with(handshake -> handshake.with(EXTENSIONS, "permessage-deflate; turbo=1"))
                .startsConnecting();

        assertThat(listener.isOffered(sender).header(EXTENSIONS)).isEmpty();
    }

    @Test
    void whatASenderSaysTooEarlyArrivesInOrder(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender =
                relay.sender("orders").startsConnecting().sends("one").sends("two");
        listener.isOffered(sender);

        listener.dials();

        sender.isConnected().sends("three");
        listener.receives("one").receives("two").receives("three");
    }

    @Test
    void whatAListenerSaysTooEarlyArrivesInOrder(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        RawWebSocket rendezvous = listener.startsDialling(handshake -> handshake)
                .sends(WireFrame.text("one"))
                .sends(WireFrame.text("two"));
        rendezvous.readsUpgrade();

        listener.sends("three");
        sender.isConnected().receives("one").receives("two").receives("three");
    }

    @Test
    void manyMeetAtOnceAndEachMeetsItsOwn(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        List<SenderDriver> senders = Stream.generate(
                        () -> relay.sender("orders").startsConnecting())
                .limit(50)
                .toList();

        senders.forEach(ignored -> {
            Offer offer = listener.isOffered();
            listener.dials().sends("you are " + offer.header(SenderDriver.MARK));
        });

        for (SenderDriver sender : senders) {
            assertThat(sender.isConnected().receivesMessage().text()).isEqualTo("you are " + sender.mark());
        }
    }
}
