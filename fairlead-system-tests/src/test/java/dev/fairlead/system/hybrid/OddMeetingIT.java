// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Offer;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.SharedAccess;
import dev.fairlead.testkit.WireFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapters 1 and 4, meetings that are not everyday: what senders carry, what is dialled instead, who comes too early. */
@ExtendWith(RelayUnderTest.Extension.class)
class OddMeetingIT {

    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
    private static final String GUID = "9e3c7a46-6f0c-4b5a-9a0e-3a2f0a1b2c3d";

    @ParameterizedTest
    @ValueSource(strings = {"x", "\"", "ä"})
    void senderWhoseOfferNoListenerCouldReadIsRefused(String letter, RelayUnderTest relay) {
        relay.with("limits.maxHeaderSize=256KiB");
        ListenerDriver listener = relay.listener("orders").online();

        relay.sender("orders")
                .with(handshake -> handshake.with("X-Long", letter.repeat(letter.equals("x") ? 65_400 : 32_700)))
                .connects()
                .isRefusedWith(431, "do not fit");

        listener.isOffered(relay.sender("orders")
                .with(handshake -> handshake.with("X-Long", letter.repeat(letter.equals("x") ? 64_000 : 32_000)))
                .startsConnecting());
    }

    @Test
    void headersOfSeveralLinesAreJoinedUnderTheirFirstSpelling(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders")
                .with(handshake -> handshake
                        .with("X-List", "b, c")
                        .with("Cookie", "one=1")
                        .with("x-LIST", "a")
                        .with("cookie", "two=2")
                        .with("X-Empty", ""))
                .startsConnecting();

        Map<String, String> headers = listener.isOffered(sender).connectHeaders();
        assertThat(headers)
                .containsEntry("X-List", "b, c, a")
                .containsEntry("Cookie", "one=1; two=2")
                .containsEntry("X-Empty", "")
                .doesNotContainKeys("x-LIST", "cookie");
    }

    @Test
    void nothingOfTheSendersCredentialsReachesTheListener(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        String token = relay.token("orders", Right.SEND);

        SenderDriver sender = relay.sender("orders")
                .withQuery("?sb-hc-action=connect&a=1&SB-HC-TOKEN=" + SharedAccess.encode(token)
                        + "&sb-hc-sas-key-name=Send&sb-hc-sas-key=secret&sb-hc-id=" + GUID)
                .with(handshake -> handshake.with("servicebusauthorization", token))
                .startsConnecting();

        Offer offer = listener.isOffered(sender);
        assertThat(offer.target()).matches("/\\$hc/orders\\?a=1&sb-hc-action=accept&sb-hc-id=[^&]*");
        assertThat(offer.toString()).doesNotContain("SharedAccessSignature", "secret", GUID);
    }

    @Test
    void anonymousSendersOwnAuthorizationReachesTheListenerAndTheRelaysDoesNot(RelayUnderTest relay) {
        relay.knows("path: open, senderAuthorization: anonymous");
        ListenerDriver listener = relay.listener("open").online();

        SenderDriver sender = relay.sender("open")
                .withQuery("?sb-hc-token=nonsense")
                .with(handshake -> handshake.with("Authorization", relay.token("open", Right.SEND)))
                .startsConnecting();

        Offer offer = listener.isOffered(sender);
        assertThat(offer.header("Authorization")).startsWith("SharedAccessSignature ");
        assertThat(offer.header("ServiceBusAuthorization")).isEmpty();
        assertThat(offer.target()).doesNotContain("nonsense");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?&&& | ?&&&&",
                "?a=1&a=2& | ?a=1&a=2&&",
                "?custom&value | ?custom&value&",
                "?%2f%3a%3d%26 | ?%2f%3a%3d%26&",
                "?sb-hc-undefined | ?sb-hc-undefined&",
                "?sb-hc-undefined=x&a | ?a&",
                "?null&sb-hc-action=connect | ?null&",
                "?api-version=2016-07 | ?api-version=2016-07&",
                "?sb-hc-id&statusCode=500 | ?sb-hc-id&statusCode=500&",
                "? | ?sb-hc-action",
            })
    void applicationsQueryIsPassedOnByteForByte(String query, String told, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders").withQuery(query).startsConnecting();

        assertThat(listener.isOffered(sender).target()).startsWith("/$hc/orders" + told);
        listener.dials();
        sender.isConnected();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%2Fb", "/a//b", "/%C3%A4", "/a+b%20c", "/a;b=c", "/terminals/0-9_~.!'()*"})
    void suffixIsPassedOnAsItWasSent(String suffix, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders").withSuffix(suffix).startsConnecting();

        assertThat(listener.isOffered(sender).target()).startsWith("/$hc/orders" + suffix + "?");
        listener.dials();
        sender.isConnected();
    }

    @Test
    void pathsWithTricksAreRefused(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        List<String> tricks = List.of(
                "/$hc/orders/..",
                "/$hc/../$hc/orders",
                "/$hc/orders/%2e%2e/invoices",
                "/$hc/orders/.",
                "/$hc/orders%00",
                "/$hc/orders/%0a",
                "/$hc/orders/%",
                "/$hc/orders/%4",
                "/$hc/orders/%ff",
                "/$hc/orders/%ed%a0%80");

        // All at once, since what may have been meant for listening is answered late.
        List<RawWebSocket> asking = tricks.stream()
                .map(path -> relay.socket()
                        .starts(Handshake.to(path + "?sb-hc-action=connect")
                                .with("ServiceBusAuthorization", relay.token(""))))
                .toList();

        assertThat(asking).extracting(socket -> socket.readsHead().status()).containsOnly(400);
        listener.isOffered(relay.sender("orders").startsConnecting());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"//$hc/orders", "/$hc//orders", "/$hc/orders//", "/$hc/%6Frders", "/$HC/orders", "/%24HC/orders"
            })
    void pathWrittenOtherwiseIsTheSamePath(String path, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        relay.socket()
                .starts(Handshake.to(path + "?sb-hc-action=connect")
                        .with("ServiceBusAuthorization", relay.token("orders")));

        listener.isOffered();
        listener.dials();
    }

    /** An escaped slash parts segments like a plain one, for tokens as for paths: nobody gets around a path by it. */
    @Test
    void escapedSlashLeadsNoTokenAroundItsPath(RelayUnderTest relay) {
        relay.listener("orders").online();
        relay.listener("orders/secret").online();

        relay.sender("orders%2Fsecret")
                .withToken(relay.token("orders/open", Right.SEND))
                .connects()
                .isRefusedWith(401, "InvalidAudience");
    }

    @ParameterizedTest
    @ValueSource(strings = {"upper", "short", "more", "none", "twice"})
    void addressWithAnotherIdIsRefused(String change, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        Offer offer = listener.isOffered(sender);
        String id = offer.id();
        String other =
                switch (change) {
                    case "upper" -> id.toUpperCase(Locale.ROOT);
                    case "short" -> id.substring(0, 36);
                    case "more" -> id + "_G12";
                    case "twice" -> GUID + "&sb-hc-id=" + id;
                    default -> "";
                };

        ResponseHead head = relay.socket().asks(Handshake.to("/$hc/orders?sb-hc-action=accept&sb-hc-id=" + other));

        assertThat(head.status()).as("%s", head).isEqualTo(400);
        assertThat(head.reason()).doesNotContain(id);
        listener.dials();
        sender.isConnected();
    }

    @Test
    void addressOfARequestIsRefused(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        Offer offer = listener.isOffered(sender);

        assertThat(relay.socket()
                        .asks(Handshake.to(offer.target().replace("=accept", "=request")))
                        .status())
                .isEqualTo(400);
        listener.dials();
    }

    @Test
    void addressIsDialledInAnyCaseOfItsNames(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        Offer offer = listener.isOffered(sender);

        relay.socket()
                .starts(Handshake.to("/%24hc/ORDERS?SB-HC-ACTION=Accept&SB-HC-ID=" + offer.id()))
                .readsUpgrade();

        sender.isConnected();
    }

    @Test
    void rejectedSenderIsNotMetAnyMore(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.rejects(403, "No");
        sender.isRefusedWith(403, "No");

        assertThat(listener.dialsAgain().status()).isEqualTo(400);
    }

    @Test
    void senderOnceMetIsNotRejectedAnyMore(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        Offer offer = listener.isOffered(sender);
        listener.dials();
        sender.isConnected();

        assertThat(relay.socket()
                        .asks(Handshake.to(offer.target() + "&sb-hc-statusCode=500"))
                        .status())
                .isEqualTo(400);
        sender.sends("not disturbed");
        listener.receives("not disturbed");
    }

    @ParameterizedTest
    @CsvSource({
        "Rejected by user code",
        "'Very \"odd\" ''(){}[]<>=/,:;@\\ words'",
        "'Grüße'",
        "'TrackingId:x, and more'"
    })
    void wordsOfARejectionAreTheReasonPhraseToTheLetter(String words, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        listener.rejects(400, words);

        assertThat(sender.isRefusedWith(400, "").reason()).isEqualTo(words);
    }

    @Test
    void senderMayRejectNobody(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders")
                .withQuery("?sb-hc-action=connect&sb-hc-id=" + GUID + "&statusCode=500&sb-hc-statusCode=501")
                .startsConnecting();
        listener.isOffered(sender);

        listener.dials();
        sender.isConnected();
    }

    @Test
    void wordsInOnePacketWithTheRequestArriveInOrder(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        RawWebSocket sender = relay.socket()
                .writes(upgrade("/$hc/orders", "ServiceBusAuthorization: " + relay.token("orders") + "\r\n")
                        + text(WireFrame.text("one"), WireFrame.text("two").notFinal()));
        Offer offer = listener.isOffered();
        RawWebSocket dialled =
                relay.socket().writes(upgrade(offer.target(), "") + text(WireFrame.text("eins"), WireFrame.ping("?")));

        dialled.readsUpgrade();
        sender.readsUpgrade();

        sender.sends(WireFrame.of(WireFrame.CONTINUATION, "!".getBytes(StandardCharsets.UTF_8)));
        assertThat(sender.receivesMessage().text()).isEqualTo("eins");
        assertThat(dialled.receives().opcode()).isIn(WireFrame.PONG, WireFrame.TEXT);
        dialled.sends(WireFrame.text("zwei"));
        assertThat(sender.receivesMessage().text()).isEqualTo("zwei");
        sender.sends(WireFrame.text("three"));
        WireFrame last = dialled.receivesMessage();
        while (!last.text().equals("three")) {
            last = dialled.receivesMessage();
        }
    }

    private static String upgrade(String target, String more) {
        return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: " + Handshake.KEY + "\r\nSec-WebSocket-Version: 13\r\n" + more + "\r\n";
    }

    private static String text(WireFrame... frames) {
        StringBuilder text = new StringBuilder();
        for (WireFrame frame : frames) {
            text.append(new String(frame.bytes(), StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    @Test
    void senderThatSaysTooMuchTooEarlyIsRefused(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);

        sender.sends(WireFrame.binary(new byte[100_000]));

        sender.isRefusedWith(400, "upgrade request");
        relay.untilMeter("fairlead_relay_senders_waiting", 0);
        assertThat(listener.dialsAgain().status()).isEqualTo(400);
    }

    @Test
    void closeThatIsSaidTooEarlyIsPassedOn(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders").startsConnecting().closes(4000, "never mind");
        listener.isOffered(sender);

        listener.dials();

        sender.isConnected();
        listener.isClosedWith(4000, "never mind").closes(1000, "");
        sender.isClosedWith(1000, "").isCutOff();
    }

    @Test
    void violationThatComesTooEarlyIsAViolation(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders")
                .startsConnecting()
                .sends(WireFrame.text("x").unmasked());
        listener.isOffered(sender);

        listener.dials();

        sender.isConnected();
        assertThat(sender.socket().receives().closeCode()).isEqualTo(1002);
        sender.isCutOff();
        listener.isCutOff();
    }

    @Test
    void agreedExtensionIsSpokenBothWays(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        SenderDriver sender = relay.sender("orders")
                .with(handshake -> handshake.with(EXTENSIONS, "permessage-deflate; client_max_window_bits"))
                .startsConnecting();
        listener.isOffered(sender);
        listener.dials(handshake -> handshake.with(EXTENSIONS, "permessage-deflate; server_no_context_takeover"));
        sender.isConnected();
        byte[] odd = {(byte) 0xC3, 0, (byte) 0xFF};

        sender.sends(WireFrame.of(WireFrame.TEXT, odd).withReserved(4).notFinal())
                .sends(WireFrame.of(WireFrame.CONTINUATION, odd));
        listener.sends(WireFrame.of(WireFrame.BINARY, new byte[70_000]).withReserved(4));

        WireFrame first = listener.socket().receives();
        assertThat(first.reserved()).isEqualTo(4);
        assertThat(first.payload()).isEqualTo(odd);
        assertThat(listener.socket().receives().reserved()).isZero();
        WireFrame answer = sender.socket().receives();
        assertThat(answer.reserved()).isEqualTo(4);
        while (!answer.isFinal()) {
            answer = sender.socket().receives();
            assertThat(answer.reserved()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate, permessage-deflate",
                "x-webkit-deflate-frame",
                ""
            })
    void reservedBitsWithoutAgreementAreAViolationOnBothSides(String answer, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        for (boolean fromSender : new boolean[] {true, false}) {
            SenderDriver sender = relay.sender("orders")
                    .with(handshake -> handshake.with(EXTENSIONS, "permessage-deflate; client_max_window_bits"))
                    .startsConnecting();
            listener.isOffered(sender);
            listener.dials(handshake -> answer.isEmpty()
                    ? handshake.with("0", EXTENSIONS + ": permessage-deflate")
                    : handshake.with(EXTENSIONS, answer));
            assertThat(sender.isConnectedBy().header(EXTENSIONS)).isEmpty();
            RawWebSocket offender = fromSender ? sender.socket() : listener.socket();

            offender.sends(WireFrame.text("x").withReserved(4));

            assertThat(offender.receives().closeCode()).isEqualTo(1002);
            offender.readsEnd();
            (fromSender ? listener.socket() : sender.socket()).readsEnd();
        }
    }

    @Test
    void proxysWordOnTheSenderIsBelievedAsFarAsItIsTrusted(RelayUnderTest relay) {
        relay.with("limits.trustedProxies.0=127.0.0.0/8", "limits.trustedProxies.1=10.0.0.0/8");
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders")
                .with(handshake -> handshake.with("X-Forwarded-For", "6.6.6.6, 203.0.113.7, 10.1.2.3"))
                .startsConnecting();

        assertThat(listener.isOffered(sender).remoteAddress()).isEqualTo("203.0.113.7");
    }

    @Test
    void strangersWordOnTheSenderIsNotBelieved(RelayUnderTest relay) {
        relay.with("limits.trustedProxies.0=10.0.0.0/8");
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders")
                .with(handshake -> handshake.with("X-Forwarded-For", "203.0.113.7"))
                .startsConnecting();

        assertThat(listener.isOffered(sender).remoteAddress()).isEqualTo("127.0.0.1");
    }
}
