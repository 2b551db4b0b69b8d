// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayEvents;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.relay.listener.ControlChannel;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.security.Authorizer;
import dev.fairlead.server.security.Right;
import dev.fairlead.server.settings.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "Refusals" and "Addresses": who gets in, who does not, and what is told to whom. */
class RelayServiceTest {

    private static final Duration PACE = Duration.ofSeconds(1);
    private static final String GUID = "9e3c0f4a-1f0b-4b5e-9d57-0a1b2c3d4e5f";

    private static final List<AuthorizationRule> RULES =
            List.of(rule("root", Right.MANAGE), rule("listener", Right.LISTEN), rule("sender", Right.SEND));

    private final FakeTime time = new FakeTime();
    private final RelayEvents events = new RelayEvents();
    private int peers;
    private Runnable meanwhile = () -> {};
    private RelayService relay = relay(false, false, null);

    @ParameterizedTest
    @CsvSource({
        "listen, hyco, none, TOKEN_MISSING",
        "listen, hyco, junk, TOKEN_MALFORMED",
        "listen, hyco, forged, TOKEN_SIGNATURE_INVALID",
        "listen, hyco, nobody's, TOKEN_SIGNATURE_INVALID",
        "listen, hyco, expired, TOKEN_EXPIRED",
        "listen, hyco, elsewhere, TOKEN_AUDIENCE_WRONG",
        "listen, hyco, sender, LISTEN_RIGHT_MISSING",
        "listen, hyco/below, root, ENTITY_UNKNOWN",
        "listen, nowhere, none, TOKEN_MISSING",
        "listen, nowhere, forged, TOKEN_SIGNATURE_INVALID",
        "listen, nowhere, root, ENTITY_UNKNOWN",
        "listen, open, none, TOKEN_MISSING",
        "connect, hyco, none, TOKEN_MISSING",
        "connect, hyco, junk, TOKEN_MALFORMED",
        "connect, hyco, forged, TOKEN_SIGNATURE_INVALID",
        "connect, hyco, nobody's, TOKEN_SIGNATURE_INVALID",
        "connect, hyco, expired, TOKEN_EXPIRED",
        "connect, hyco, elsewhere, TOKEN_AUDIENCE_WRONG",
        "connect, hyco, listener, SEND_RIGHT_MISSING",
        "connect, hyco, sender, LISTENER_ABSENT",
        "connect, hyco/below, sender, LISTENER_ABSENT",
        "connect, nowhere, none, TOKEN_MISSING",
        "connect, nowhere, sender, ENTITY_UNKNOWN",
        "connect, hycology, sender, ENTITY_UNKNOWN",
        "connect, open, none, LISTENER_ABSENT",
        "connect, open/below, junk, LISTENER_ABSENT",
        "accept, hyco, none, RENDEZVOUS_UNKNOWN",
        "accept, nowhere, root, RENDEZVOUS_UNKNOWN",
        "request, hyco, root, RENDEZVOUS_UNKNOWN",
    })
    void whoIsRefusedAndWhy(String action, String path, String token, Refusal refusal) {
        UpgradeAnswer.Refused refused = refusedInTheEnd(ask(
                "/$hc/" + path + "?sb-hc-action=" + action + "&sb-hc-id=" + GUID,
                header("ServiceBusAuthorization", token(token))));

        assertThat(refused.refusal()).isEqualTo(refusal);
        assertThat(refused.status()).isEqualTo(refusal.status());
        assertThat(refused.reason())
                .startsWith(refusal.summary() + ". TrackingId:" + GUID + "_G0, SystemTracker:sb://relay.test/" + path
                        + ", Timestamp:");
        assertThat(time.timers()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/hyco?sb-hc-action=listen",
                "/hyco?sb-hc-action=accept&sb-hc-id=x",
                "/hc/hyco?sb-hc-action=listen",
                "/$hco/hyco?sb-hc-action=listen"
            })
    void outsideOfTheRelaysPathsOnlySendersAreAtHome(String target) {
        assertThat(refusedNow(ask(target)).refusal()).isEqualTo(Refusal.ENTITY_UNKNOWN);
    }

    @Test
    void webSocketOfAPageIsASendersWhereThePageIs() {
        FakePeer listener = listens("hyco");

        CompletableFuture<UpgradeAnswer> sender = connect("/hyco/chat?room=1", "sender");

        assertThat(sender).isNotDone();
        assertThat(offer(listener).address())
                .startsWith("ws://listener.test:9400/$hc/hyco/chat?room=1&sb-hc-action=accept&");
        assertThat(refusedNow(ask("/hyco")).refusal()).isEqualTo(Refusal.TOKEN_MISSING);
        assertThat(refusedNow(connect("/nowhere", "sender")).refusal()).isEqualTo(Refusal.ENTITY_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/$hc/hyco?sb-hc-action=delete",
                "/$hc/a%zz?sb-hc-action=listen",
                "/$hc/../hyco?sb-hc-action=listen",
                "/$hc/hy%00co"
            })
    void addressThatCannotBeOneIsRefusedLate(String target) {
        CompletableFuture<UpgradeAnswer> answer = ask(target, header("ServiceBusAuthorization", token("root")));

        assertThat(answer).isNotDone();
        time.passes(PACE);
        assertThat(refusedNow(answer).refusal()).isEqualTo(Refusal.ADDRESS_INVALID);
        assertThat(refusedNow(answer).status()).isEqualTo(400);
    }

    @Test
    void everyRefusalOfAListenerComesLateAndThoseOfSendersAtOnce() {
        CompletableFuture<UpgradeAnswer> listen = ask("/$hc/nowhere?sb-hc-action=listen");
        CompletableFuture<UpgradeAnswer> connect = ask("/$hc/nowhere?sb-hc-action=connect");

        assertThat(connect).isDone();
        time.passes(PACE.minusNanos(1));
        assertThat(listen).isNotDone();
        time.passes(Duration.ofNanos(1));
        assertThat(listen).isDone();
    }

    @Test
    void missingRightIsAnsweredWith401WhereThatIsAskedFor() {
        relay = relay(false, true, null);

        UpgradeAnswer.Refused listener = refusedInTheEnd(listen("hyco", "sender"));
        UpgradeAnswer.Refused sender = refusedNow(connect("/$hc/hyco", "listener"));

        assertThat(listener.refusal()).isEqualTo(Refusal.LISTEN_RIGHT_MISSING);
        assertThat(listener.status()).isEqualTo(401);
        assertThat(sender.refusal()).isEqualTo(Refusal.SEND_RIGHT_MISSING);
        assertThat(sender.status()).isEqualTo(401);
    }

    @Test
    void listenerTooManyIsToldOfTheQuotaAlsoInStrictCompatibility() {
        relay = relay(false, true, null);
        listens("hyco");
        listens("hyco");

        UpgradeAnswer.Refused refused = refusedInTheEnd(listen("hyco", "listener"));

        assertThat(refused.refusal()).isEqualTo(Refusal.LISTENERS_FULL);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.reason()).contains("QuotaExceeded");
    }

    @Test
    void pathComesToBeWithItsFirstListenerAndStaysWithoutOne() {
        relay = relay(true, false, null);

        assertThat(refusedNow(connect("/$hc/New/Path", "sender")).refusal()).isEqualTo(Refusal.ENTITY_UNKNOWN);
        FakePeer listener = listens("New/Path");
        assertThat(connect("/$hc/new/path/below", "sender")).isNotDone();

        listener.leaves();
        assertThat(refusedNow(connect("/$hc/new/path", "sender")).refusal()).isEqualTo(Refusal.LISTENER_ABSENT);
        assertThat(refusedNow(connect("/$hc/New", "sender")).refusal()).isEqualTo(Refusal.ENTITY_UNKNOWN);
    }

    @Test
    void pathThatIsMadeTakesAsManyListenersAsUsual() {
        relay = relay(true, false, null);
        for (int i = 0; i < 25; i++) {
            listens("new");
        }

        assertThat(refusedInTheEnd(listen("new", "root")).refusal()).isEqualTo(Refusal.LISTENERS_FULL);
    }

    @Test
    void noMorePathsAreMadeThanANamespaceHas() {
        relay = relay(true, false, null);
        int configured = 3;
        for (int i = configured; i < 10_000; i++) {
            listens("path" + i);
        }

        UpgradeAnswer.Refused refused = refusedInTheEnd(listen("one-more", "root"));

        assertThat(refused.refusal()).isEqualTo(Refusal.ENTITIES_FULL);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.reason()).startsWith("QuotaExceeded");
        listens("path7777");
    }

    @Test
    void pathBelowAnotherIsMadeForItself() {
        relay = relay(true, false, null);
        FakePeer below = listens("hyco/below");

        connect("/$hc/hyco/below/x", "sender");

        assertThat(below.sent()).hasSize(1);
        assertThat(refusedNow(connect("/$hc/hyco/beside", "sender")).refusal()).isEqualTo(Refusal.LISTENER_ABSENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-dash", "dash-", "sp%20ace", "$hc", "%C3%A4"})
    void pathThatNoHybridConnectionCanHaveIsNotMade(String path) {
        relay = relay(true, false, null);

        assertThat(refusedInTheEnd(listen(path, "root")).refusal()).isEqualTo(Refusal.ENTITY_UNKNOWN);
    }

    @Test
    void tokenIsJudgedBeforeAPathIsMade() {
        relay = relay(true, false, null);

        assertThat(refusedInTheEnd(listen("new", "sender")).refusal()).isEqualTo(Refusal.LISTEN_RIGHT_MISSING);
        assertThat(refusedNow(connect("/$hc/new", "sender")).refusal()).isEqualTo(Refusal.ENTITY_UNKNOWN);
    }

    @Test
    void ruleOfAHybridConnectionOpensItAndNoOther() {
        assertThat(listen("owned", "owner")).isCompletedWithValueMatching(UpgradeAnswer.Conversing.class::isInstance);
        assertThat(refusedInTheEnd(listen("hyco", "owner")).refusal()).isEqualTo(Refusal.TOKEN_SIGNATURE_INVALID);
    }

    @Test
    void firstPlaceOfATokenCountsEvenIfAnotherHoldsABetterOne() {
        String bad = header("ServiceBusAuthorization", token("forged"));
        String good = header("Authorization", token("sender"));
        String inQuery = "/$hc/hyco?sb-hc-token=" + form(token("sender"));

        assertThat(refusedNow(ask(inQuery, bad, good)).refusal()).isEqualTo(Refusal.TOKEN_SIGNATURE_INVALID);
        assertThat(refusedNow(ask(inQuery)).refusal()).isEqualTo(Refusal.LISTENER_ABSENT);
        assertThat(refusedNow(ask("/$hc/hyco?sb-hc-token=junk", good)).refusal())
                .isEqualTo(Refusal.TOKEN_MALFORMED);
        assertThat(refusedNow(ask("/$hc/hyco", good)).refusal()).isEqualTo(Refusal.LISTENER_ABSENT);
    }

    @Test
    void actionThatIsMissingMeansConnect() {
        FakePeer listener = listens("hyco");

        assertThat(connect("/$hc/hyco", "sender")).isNotDone();

        assertThat(listener.sent()).hasSize(1);
    }

    @Test
    void listenerIsToldWhereToDialWithTheSendersPathQueryAndHeaders() {
        FakePeer listener = listens("hyco");

        ask(
                "/$hc/hyco/sub%20path?a=1&SB-HC-Token=" + form(token("sender")) + "&b=%2F&sb-hc-id=mine",
                header("Host", "relay.test"),
                header("X-Odd", "1"),
                header("x-odd", "2"),
                header("ServiceBusAuthorization", token("sender")),
                header("Authorization", "Basic of the application"));

        ControlMessage.Accept accept = offer(listener);
        assertThat(accept.address())
                .isEqualTo("ws://listener.test:9400/$hc/hyco/sub%20path?a=1&b=%2F&sb-hc-action=accept&sb-hc-id="
                        + accept.id());
        assertThat(accept.connectHeaders())
                .containsEntry("Host", "relay.test")
                .containsEntry("X-Odd", "1, 2")
                .containsEntry("Authorization", "Basic of the application")
                .doesNotContainKey("ServiceBusAuthorization");
        assertThat(accept.remoteEndpoint().address()).isEqualTo("192.0.2.7");
        assertThat(accept.remoteEndpoint().port()).isEqualTo(50_007);
    }

    @Test
    void authorizationThatLetTheSenderInEndsAtTheRelayAndThatOfAnAnonymousSenderDoesNot() {
        FakePeer listener = listens("hyco");
        FakePeer open = listens("open");

        ask("/$hc/hyco", header("Authorization", token("sender")));
        ask("/$hc/open", header("Authorization", token("sender")), header("ServiceBusAuthorization", "junk"));

        assertThat(offer(listener).connectHeaders()).doesNotContainKey("Authorization");
        assertThat(offer(open).connectHeaders())
                .containsKey("Authorization")
                .doesNotContainKey("ServiceBusAuthorization");
    }

    @Test
    void extensionThatNobodyKnowsIsKeptFromListeners() {
        FakePeer listener = listens("hyco");

        ask(
                "/$hc/hyco",
                header("ServiceBusAuthorization", token("sender")),
                header("sec-websocket-extensions", "permessage-deflate; unheard_of=1"));

        assertThat(offer(listener).connectHeaders()).doesNotContainKey("sec-websocket-extensions");
    }

    @Test
    void publicAddressIsWhatListenersAreToldToDial() {
        relay = relay(false, false, URI.create("wss://public.test"));
        FakePeer listener = listens("hyco");

        connect("/$hc/hyco", "sender");

        assertThat(offer(listener).address()).startsWith("wss://public.test/$hc/hyco?");
    }

    @Test
    void offerThatDoesNotFitAMessageIsRefused() {
        FakePeer listener = listens("hyco");
        String[] headers = {
            header("ServiceBusAuthorization", token("sender")), header("X-Long", "x".repeat(65_536)),
        };

        UpgradeAnswer.Refused refused = refusedNow(ask("/$hc/hyco", headers));

        assertThat(refused.refusal()).isEqualTo(Refusal.OFFER_TOO_LARGE);
        assertThat(refused.status()).isEqualTo(431);
        assertThat(listener.sent()).isEmpty();
        assertThat(relay.waiting()).isZero();
    }

    @Test
    void dialOfTheAddressJoinsTheTwoOnce() {
        FakePeer listener = listens("hyco");
        CompletableFuture<UpgradeAnswer> sender = connect("/$hc/hyco?a=b", "sender");
        String address = targetOf(offer(listener).address());

        CompletableFuture<UpgradeAnswer> dial = ask(address);
        CompletableFuture<UpgradeAnswer> again = ask(address);

        assertThat(sender).isCompletedWithValueMatching(UpgradeAnswer.Joining.class::isInstance);
        assertThat(dial).isCompletedWithValueMatching(UpgradeAnswer.Joining.class::isInstance);
        assertThat(refusedNow(again).refusal()).isEqualTo(Refusal.RENDEZVOUS_UNKNOWN);
    }

    @Test
    void addressIsNoGoodUnderAnotherPathAndStaysGoodUnderItsOwn() {
        FakePeer listener = listens("hyco");
        CompletableFuture<UpgradeAnswer> sender = connect("/$hc/hyco", "sender");
        String address = targetOf(offer(listener).address());

        assertThat(refusedNow(ask(address.replace("/hyco", "/open"))).refusal()).isEqualTo(Refusal.RENDEZVOUS_UNKNOWN);
        assertThat(refusedNow(ask(address.replaceAll("sb-hc-id=.*", ""))).refusal())
                .isEqualTo(Refusal.RENDEZVOUS_UNKNOWN);
        assertThat(sender).isNotDone();

        ask(address);
        assertThat(sender).isDone();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "&sb-hc-statusCode=503&sb-hc-statusDescription=Too+busy",
                "&statusCode=503&statusDescription=Too%20busy"
            })
    void rejectionIsPassedOnVerbatimWhicheverWayItIsSpelled(String appended) {
        FakePeer listener = listens("hyco");
        CompletableFuture<UpgradeAnswer> sender = connect("/$hc/hyco?statusCode=5", "sender");

        CompletableFuture<UpgradeAnswer> dial = ask(targetOf(offer(listener).address()) + appended);

        assertThat(sender).isCompletedWithValue(new UpgradeAnswer.Refused(Refusal.LISTENER_REJECTED, 503, "Too busy"));
        assertThat(refusedNow(dial).status()).isEqualTo(410);
    }

    @Test
    void statusCodeInTheSendersOwnQueryIsNoRejection() {
        FakePeer listener = listens("hyco");
        CompletableFuture<UpgradeAnswer> sender = connect("/$hc/hyco?statusCode=500", "sender");

        ask(targetOf(offer(listener).address()));

        assertThat(sender).isCompletedWithValueMatching(UpgradeAnswer.Joining.class::isInstance);
    }

    @Test
    void senderHearsThatTheListenerIsSilentInTheWordsOfThePath() {
        listens("hyco");
        CompletableFuture<UpgradeAnswer> sender = connect("/$hc/hyco/below", "sender");

        time.passes(RelayConfig.DEFAULT.acceptTimeout());

        assertThat(refusedNow(sender).status()).isEqualTo(504);
        assertThat(refusedNow(sender).reason()).contains("SystemTracker:sb://relay.test/hyco/below,");
    }

    @Test
    void senderIsServedByAListenerThatItAsksForAndByNoOther() {
        FakePeer wanted = listens("hyco", GUID);
        FakePeer other = listens("hyco");
        String token = header("ServiceBusAuthorization", token("sender"));

        ask("/$hc/hyco", token, header("Microsoft-Relay-AllowedListeners", GUID));
        CompletableFuture<UpgradeAnswer> choosy = ask(
                "/$hc/hyco",
                token,
                header("Microsoft-Relay-AllowedListeners", GUID),
                header("Microsoft-Relay-DisallowedListeners", GUID));

        assertThat(wanted.sent()).hasSize(1);
        assertThat(other.sent()).isEmpty();
        assertThat(refusedNow(choosy).refusal()).isEqualTo(Refusal.LISTENERS_EXCLUDED);
    }

    @Test
    void evidenceOfARefusedTokenIsForTheLogAndNotForThePeer() {
        UpgradeAnswer.Refused refused =
                refusedNow(ask("/$hc/hyco", header("ServiceBusAuthorization", "SharedAccessSignature sr=x")));

        assertThat(refused.evidence()).isNotBlank().isNotEqualTo(refused.reason());
        assertThat(refused.reason()).doesNotContain(refused.evidence());
    }

    /** It is written into logs; a line of them is not a peer's to forge. */
    @ParameterizedTest
    @ValueSource(strings = {"%20", "a%0AERROR forged", "a%1B[31m", "%C3%A4"})
    void listenerCannotCallItselfWhatWouldReadAsSomethingElse(String id) {
        ControlChannel channel = converses(listen(new FakePeer("listener", time), "hyco", "root", id));

        assertThat(channel.listenerId()).matches("[0-9a-f-]{36}");
    }

    @Test
    void renewalIsJudgedByThePathThatIsListenedOn() {
        FakePeer listener = new FakePeer("listener", time);
        ControlChannel channel = converses(listen(listener, "owned", "owner", null));
        channel.onOpen();

        channel.onText(renewToken(token("owner")));
        assertThat(listener.closes()).isEmpty();

        channel.onText(renewToken(token("elsewhere")));
        assertThat(listener.closes()).extracting(CloseStatus::code).containsExactly(CloseStatus.POLICY_VIOLATION);
    }

    @Test
    void relayThatStopsSendsListenersAwayAndTakesNobodyNew() {
        FakePeer listener = listens("hyco");

        relay.stop(Duration.ZERO);

        assertThat(listener.closes()).extracting(CloseStatus::code).containsExactly(CloseStatus.GOING_AWAY);
        assertThat(refusedNow(connect("/$hc/hyco", "sender")).refusal()).isEqualTo(Refusal.DRAINING);
        assertThat(refusedNow(connect("/$hc/nowhere", "none")).status()).isEqualTo(503);
        assertThat(refusedInTheEnd(listen("hyco", "listener")).status()).isEqualTo(503);
        assertThat(refusedInTheEnd(listen("nowhere", "none")).refusal()).isEqualTo(Refusal.DRAINING);
    }

    @Test
    void listenerWhoseUpgradeIsUnderWayWhenTheRelayStopsIsSentAwayAsSoonAsItIsOpen() {
        FakePeer listener = new FakePeer("listener", time);
        ControlChannel channel = converses(listen(listener, "hyco", "listener", null));

        relay.stop(Duration.ZERO);
        assertThat(listener.closes()).isEmpty();
        channel.onOpen();

        assertThat(listener.closes()).extracting(CloseStatus::code).containsExactly(CloseStatus.GOING_AWAY);
        assertThat(channel.isOnline()).isFalse();
    }

    @Test
    void listenerThatWasToldOfASenderMayStillDialWhileTheRelayStops() {
        FakePeer listener = listens("hyco");
        CompletableFuture<UpgradeAnswer> sender = connect("/$hc/hyco", "sender");

        relay.stop(Duration.ZERO);
        listener.leaves();
        assertThat(relay.waiting()).isOne();
        ask(targetOf(offer(listener).address()));

        assertThat(sender).isCompletedWithValueMatching(UpgradeAnswer.Joining.class::isInstance);
        assertThat(relay.waiting()).isZero();
    }

    @Test
    void listenersAreSentAwayOneAfterTheOtherAndToldOfNobodyMeanwhile() {
        relay = relay(true, false, null);
        List<FakePeer> listeners = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            listeners.add(listens("path" + i));
        }

        relay.stop(Duration.ofMinutes(1));

        assertThat(relay.listenersToBeSentAway()).isEqualTo(100);
        assertThat(refusedNow(connect("/$hc/path7", "sender")).refusal()).isEqualTo(Refusal.DRAINING);
        assertThat(listeners).allSatisfy(listener -> assertThat(listener.sent()).isEmpty());
        time.passes(Duration.ofMillis(250));
        assertThat(listeners.stream().filter(listener -> !listener.closes().isEmpty()))
                .hasSize(50);
        time.passes(Duration.ofMillis(250));
        assertThat(listeners)
                .allSatisfy(listener -> assertThat(listener.closes())
                        .extracting(CloseStatus::code)
                        .containsExactly(CloseStatus.GOING_AWAY));
        assertThat(relay.listenersToBeSentAway()).isZero();
    }

    /** Some listeners and senders give up for good when they hear 404. */
    @Test
    void senderWhoseListenerIsLostBeforeItIsSentAwayHearsOfTheStop() {
        FakePeer listener = listens("hyco");
        CompletableFuture<UpgradeAnswer> sender = connect("/$hc/hyco", "sender");

        relay.stop(Duration.ofMinutes(1));
        listener.leaves();

        assertThat(refusedNow(sender).refusal()).isEqualTo(Refusal.DRAINING);
        time.passes(Duration.ofMinutes(1));
        assertThat(relay.listenersToBeSentAway()).isZero();
    }

    @Test
    void senderIsToldToComeAgainWhereTooManyWait() {
        listens("hyco");
        for (int i = 0; i < RelayConfig.DEFAULT.maxWaitingPerListener(); i++) {
            assertThat(connect("/$hc/hyco", "sender")).isNotDone();
        }

        UpgradeAnswer.Refused refused = refusedNow(connect("/$hc/hyco", "sender"));

        assertThat(refused.refusal()).isEqualTo(Refusal.LISTENERS_BUSY);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.refusal().retryAfter()).contains(Duration.ofSeconds(1));
        listens("hyco");
        assertThat(connect("/$hc/hyco", "sender")).isNotDone();
    }

    @Test
    void listenerThatDialsTooLateIsSetAsideAndItsDialBringsItBack() {
        FakePeer slow = listens("hyco");
        for (int i = 0; i < RelayConfig.DEFAULT.setAsideAfter(); i++) {
            connect("/$hc/hyco", "sender");
        }
        String address = offer(slow).address();
        time.passes(RelayConfig.DEFAULT.acceptTimeout());
        assertThat(events.heard()).contains("listenerSetAside").doesNotContain("listenerTakenBack");

        assertThat(refusedNow(ask(targetOf(address))).refusal()).isEqualTo(Refusal.RENDEZVOUS_UNKNOWN);

        assertThat(events.heard()).contains("listenerTakenBack");
    }

    @Test
    void sendersThatLeaveEarlySetNobodyAside() {
        FakePeer listener = listens("hyco");
        for (int i = 0; i < 10; i++) {
            FakePeer sender = new FakePeer("sender " + i, time);
            ask(sender, "/$hc/hyco", header("ServiceBusAuthorization", token("sender")));
            sender.leaves();
        }

        assertThat(listener.sent()).hasSize(10);
        assertThat(events.heard()).doesNotContain("listenerSetAside");
    }

    @Test
    void rejectionsSetNobodyAside() {
        FakePeer listener = listens("hyco");
        for (int i = 0; i < 10; i++) {
            connect("/$hc/hyco", "sender");
            ask(targetOf(offer(listener).address()) + "&sb-hc-statusCode=403");
        }

        assertThat(events.heard()).doesNotContain("listenerSetAside");
    }

    @Test
    void observerHearsOfALifeInOrder() {
        FakePeer listener = listens("hyco");
        connect("/$hc/hyco", "sender");
        ask(targetOf(offer(listener).address()));
        listener.leaves();

        assertThat(events.heard())
                .containsExactly("listenerOnline", "senderWaiting", "senderServed", "met", "listenerOffline");
    }

    @Test
    void keyThatIsChangedClosesWhoListensWithItAndNobodyElse() {
        FakePeer old = new FakePeer("old", time);
        FakePeer other = new FakePeer("other", time);
        converses(listen(old, "hyco", "listener", null)).onOpen();
        converses(listen(other, "hyco", "root", null)).onOpen();

        relay.reload(config(), List.of(rule("root", Right.MANAGE), rule("listener", "changed", Right.LISTEN)));

        assertThat(old.closes()).extracting(CloseStatus::code).containsExactly(CloseStatus.POLICY_VIOLATION);
        assertThat(other.closes()).isEmpty();
        assertThat(refusedInTheEnd(listen("hyco", "listener")).refusal()).isEqualTo(Refusal.TOKEN_SIGNATURE_INVALID);
        assertThat(refusedNow(connect("/$hc/hyco", "sender")).refusal()).isEqualTo(Refusal.TOKEN_SIGNATURE_INVALID);
        assertThat(connect("/$hc/hyco", "root")).isNotDone();
        assertThat(other.sent()).hasSize(1);
    }

    @Test
    void renewalIsJudgedByTheRulesOfNow() {
        FakePeer listener = new FakePeer("listener", time);
        ControlChannel channel = converses(listen(listener, "hyco", "root", null));
        channel.onOpen();
        relay.reload(config(), List.of(rule("root", Right.MANAGE)));

        channel.onText(renewToken(token("listener")));

        assertThat(listener.closes()).extracting(CloseStatus::code).containsExactly(CloseStatus.POLICY_VIOLATION);
    }

    @Test
    void ruleThatMayNotListenAnyMoreClosesItsListenersOfEveryHybridConnection() {
        FakePeer owned = new FakePeer("owned", time);
        converses(listen(owned, "owned", "owner", null)).onOpen();

        relay.reload(config(new HybridConnectionConfig("owned", false, 2, List.of(rule("owner", Right.SEND)))), RULES);

        assertThat(owned.closes()).singleElement().satisfies(close -> {
            assertThat(close.code()).isEqualTo(CloseStatus.POLICY_VIOLATION);
            assertThat(close.reason()).contains("'Listen'");
        });
    }

    @Test
    void hybridConnectionThatIsRemovedSendsItsListenersAwayAndSendersHear404() {
        FakePeer first = listens("hyco");
        FakePeer second = listens("hyco");
        FakePeer kept = listens("open");
        CompletableFuture<UpgradeAnswer> waiting = connect("/$hc/hyco", "sender");

        relay.reload(config(new HybridConnectionConfig("open", true, 2, List.of())), RULES);

        assertThat(List.of(first, second))
                .allSatisfy(listener -> assertThat(listener.closes())
                        .extracting(CloseStatus::code)
                        .containsExactly(CloseStatus.GOING_AWAY));
        assertThat(kept.closes()).isEmpty();
        assertThat(refusedNow(waiting).status()).isEqualTo(404);
        assertThat(refusedNow(connect("/$hc/hyco", "sender")).refusal()).isEqualTo(Refusal.ENTITY_UNKNOWN);
        assertThat(refusedInTheEnd(listen("hyco", "root")).refusal()).isEqualTo(Refusal.ENTITY_UNKNOWN);
        assertThat(connect("/$hc/open", "none")).isNotDone();
    }

    @Test
    void hybridConnectionThatIsAddedOrChangedIsSoFromThenOn() {
        FakePeer first = listens("hyco");
        FakePeer second = listens("hyco");

        relay.reload(
                config(
                        new HybridConnectionConfig("hyco", true, 1, List.of()),
                        new HybridConnectionConfig("fresh", false, 2, List.of(rule("owner", Right.LISTEN)))),
                RULES);

        assertThat(first.closes()).isEmpty();
        assertThat(second.closes()).isEmpty();
        assertThat(connect("/$hc/hyco", "none")).isNotDone();
        first.leaves();
        assertThat(refusedInTheEnd(listen("hyco", "root")).refusal()).isEqualTo(Refusal.LISTENERS_FULL);
        second.leaves();
        listens("hyco");
        assertThat(listen("fresh", "owner")).isCompletedWithValueMatching(UpgradeAnswer.Conversing.class::isInstance);
    }

    @Test
    void hybridConnectionThatAListenerMadeKeepsItWhenTheConfigurationNamesIt() {
        relay = relay(true, false, null);
        FakePeer listener = new FakePeer("listener", time);
        ControlChannel channel = converses(listen(listener, "made", "root", null));
        channel.onOpen();

        relay.reload(config(new HybridConnectionConfig("Made", true, 1, List.of(rule("owner", Right.LISTEN)))), RULES);
        channel.onText(renewToken(token("owner")));

        assertThat(listener.closes()).isEmpty();
        assertThat(connect("/$hc/made", "none")).isNotDone();
        assertThat(listener.sent()).hasSize(1);
        assertThat(refusedInTheEnd(listen("made", "root")).refusal()).isEqualTo(Refusal.LISTENERS_FULL);
    }

    @Test
    void senderWhoWaitsIsMetThoughALongerNameComesToBe() {
        FakePeer listener = listens("hyco");
        CompletableFuture<UpgradeAnswer> sender = connect("/$hc/hyco/below", "sender");

        relay.reload(
                config(
                        new HybridConnectionConfig("hyco", false, 2, List.of()),
                        new HybridConnectionConfig("hyco/below", false, 2, List.of())),
                RULES);
        ask(targetOf(offer(listener).address()));

        assertThat(sender).isCompletedWithValueMatching(UpgradeAnswer.Joining.class::isInstance);
    }

    @Test
    void plainValuesOfTheRelayHoldForTheNextSender() {
        FakePeer listener = listens("hyco");
        RelayConfig before = config();

        relay.reload(
                new RelayConfig(
                        URI.create("wss://public.test"),
                        Duration.ofSeconds(2),
                        before.pingInterval(),
                        before.tokenGrace(),
                        before.clockSkew(),
                        before.idleTimeout(),
                        1,
                        before.setAsideAfter(),
                        before.noListenerStatus(),
                        before.requestTimeout(),
                        true,
                        true,
                        before.hybridConnections()),
                RULES);
        CompletableFuture<UpgradeAnswer> sender = connect("/$hc/hyco", "sender");

        assertThat(offer(listener).address()).startsWith("wss://public.test/$hc/hyco?");
        assertThat(refusedNow(connect("/$hc/hyco", "sender")).refusal()).isEqualTo(Refusal.LISTENERS_BUSY);
        assertThat(refusedNow(connect("/$hc/hyco", "listener")).status()).isEqualTo(401);
        listens("made");
        time.passes(Duration.ofSeconds(2));
        assertThat(refusedNow(sender).refusal()).isEqualTo(Refusal.LISTENER_SILENT);
    }

    @ParameterizedTest
    @CsvSource({"hyco, 1008", "gone, 1001"})
    void listenerThatWasJudgedByWhatIsOverIsClosedAsSoonAsItIsOpen(String path, int code) {
        relay = relay(config(new HybridConnectionConfig(path, false, 2, List.of())));
        FakePeer listener = new FakePeer("listener", time);
        meanwhile = () -> relay.reload(config(), List.of(rule("root", Right.MANAGE)));

        ControlChannel channel = converses(listen(listener, path, "listener", null));
        assertThat(listener.closes()).isEmpty();
        channel.onOpen();

        assertThat(listener.closes()).extracting(CloseStatus::code).containsExactly(code);
        assertThat(channel.isOnline()).isFalse();
    }

    private RelayService relay(boolean createOnListen, boolean strict, URI publicAddress) {
        RelayConfig usual = config();
        return relay(new RelayConfig(
                publicAddress,
                usual.acceptTimeout(),
                usual.pingInterval(),
                usual.tokenGrace(),
                usual.clockSkew(),
                usual.idleTimeout(),
                usual.maxWaitingPerListener(),
                usual.setAsideAfter(),
                usual.noListenerStatus(),
                usual.requestTimeout(),
                createOnListen,
                strict,
                usual.hybridConnections()));
    }

    private RelayService relay(RelayConfig config) {
        return new RelayService(
                config,
                "relay.test",
                "taken"::equals,
                new Authorizer(RULES, Duration.ZERO, this::whileJudging),
                time,
                events);
    }

    /** A token's end is looked at when its key was found good. */
    private Instant whileJudging() {
        Runnable due = meanwhile;
        meanwhile = () -> {};
        due.run();
        return time.instant();
    }

    private static RelayConfig config() {
        return config(
                new HybridConnectionConfig("hyco", false, 2, List.of()),
                new HybridConnectionConfig("open", true, 2, List.of()),
                new HybridConnectionConfig("owned", false, 2, List.of(rule("owner", Right.LISTEN))));
    }

    private static RelayConfig config(HybridConnectionConfig... connections) {
        RelayConfig usual = RelayConfig.DEFAULT;
        return new RelayConfig(
                usual.publicAddress(),
                usual.acceptTimeout(),
                usual.pingInterval(),
                usual.tokenGrace(),
                usual.clockSkew(),
                usual.idleTimeout(),
                usual.maxWaitingPerListener(),
                usual.setAsideAfter(),
                usual.noListenerStatus(),
                usual.requestTimeout(),
                usual.createOnListen(),
                usual.strictCompatibility(),
                List.of(connections));
    }

    private static AuthorizationRule rule(String name, Right right) {
        return rule(name, "key of " + name, right);
    }

    private static AuthorizationRule rule(String name, String key, Right right) {
        return new AuthorizationRule(name, Secret.of(key), null, Set.of(right));
    }

    /** A token by the name of its rule, or by what is wrong with it. */
    private String token(String kind) {
        return switch (kind) {
            case "none" -> "";
            case "junk" -> "Bearer of bad news";
            case "forged" -> signed("http://relay.test/", SasKey.of("root", "another key"), Duration.ofHours(1));
            case "nobody's" -> signed("http://relay.test/", SasKey.of("nobody", "key of root"), Duration.ofHours(1));
            case "expired" -> signed("http://relay.test/", SasKey.of("root", "key of root"), Duration.ZERO);
            case "elsewhere" ->
                signed("http://relay.test/elsewhere", SasKey.of("root", "key of root"), Duration.ofHours(1));
            default -> signed("http://relay.test/", SasKey.of(kind, "key of " + kind), Duration.ofHours(1));
        };
    }

    private String signed(String resource, SasKey key, Duration life) {
        return SasToken.sign(resource, key, time.instant().plus(life)).text();
    }

    private FakePeer listens(String path) {
        return listens(path, null);
    }

    private FakePeer listens(String path, String id) {
        FakePeer listener = new FakePeer("listener " + peers++, time);
        converses(listen(listener, path, "root", id)).onOpen();
        return listener;
    }

    private CompletableFuture<UpgradeAnswer> listen(String path, String token) {
        return listen(new FakePeer("listener " + peers++, time), path, token, null);
    }

    private CompletableFuture<UpgradeAnswer> listen(FakePeer listener, String path, String token, String id) {
        String target = "/$hc/" + path + "?sb-hc-action=listen" + (id == null ? "" : "&sb-hc-id=" + id);
        return ask(listener, target, header("ServiceBusAuthorization", token(token)));
    }

    private static ControlChannel converses(CompletableFuture<UpgradeAnswer> answer) {
        return (ControlChannel) ((UpgradeAnswer.Conversing) answer.getNow(null)).conversation();
    }

    private CompletableFuture<UpgradeAnswer> connect(String target, String token) {
        return ask(target, header("ServiceBusAuthorization", token(token)));
    }

    private CompletableFuture<UpgradeAnswer> ask(String target, String... headers) {
        return ask(new FakePeer("peer " + peers++, time), target, headers);
    }

    private CompletableFuture<UpgradeAnswer> ask(FakePeer peer, String target, String... headers) {
        List<Header> lines = new ArrayList<>();
        for (String header : headers) {
            int colon = header.indexOf(": ");
            if (colon + 2 < header.length()) {
                lines.add(new Header(header.substring(0, colon), header.substring(colon + 2)));
            }
        }
        return relay.onUpgrade(new UpgradeRequest(peer, target, new Headers(lines), "ws://listener.test:9400"))
                .toCompletableFuture();
    }

    private static String header(String name, String value) {
        return name + ": " + value;
    }

    private static String form(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String targetOf(String address) {
        return address.substring(address.indexOf("/$hc/"));
    }

    private static String renewToken(String token) {
        return ControlMessages.encode(new ControlMessage.RenewToken(token));
    }

    private static ControlMessage.Accept offer(FakePeer listener) {
        return (ControlMessage.Accept) ControlMessages.decode(listener.lastSent());
    }

    private static UpgradeAnswer.Refused refusedNow(CompletableFuture<UpgradeAnswer> answer) {
        assertThat(answer).isCompletedWithValueMatching(UpgradeAnswer.Refused.class::isInstance);
        return (UpgradeAnswer.Refused) answer.getNow(null);
    }

    private UpgradeAnswer.Refused refusedInTheEnd(CompletableFuture<UpgradeAnswer> answer) {
        time.passes(PACE);
        return refusedNow(answer);
    }
}
