// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Answer;
import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What senders are told by the relay itself: nobody there, nobody answers, not allowed here, not now. */
@ExtendWith(RelayUnderTest.Extension.class)
class HttpRefusalIT {

    private static final String GUID = "9e3c7a46-6f0c-4b5a-9a0e-3a2f0a1b2c3d";
    private static final String LATE =
            "The request was routed to the listener but the listener did not respond in the required time";

    @Test
    void refusalSaysTheSameInItsReasonPhraseAndInItsBody(RelayUnderTest relay) {
        Answer answer =
                relay.http("Nowhere/eu").gets("?sb-hc-id=" + GUID).isRefusedWith(404, "Endpoint does not exist");

        assertThat(answer.head().statusLine())
                .matches("HTTP/1\\.1 404 Endpoint does not exist\\. TrackingId:" + GUID
                        + "_G\\d+, SystemTracker:sb://localhost/Nowhere/eu, "
                        + "Timestamp:\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d");
        assertThat(answer.text())
                .isEqualTo("{\"error\":{\"code\":\"EndpointNotFound\",\"message\":\"" + answer.reason() + "\"}}");
        assertThat(answer.header("Content-Type")).hasValue("application/json; charset=utf-8");
    }

    @Test
    void refusalOfHeadHasNoBody(RelayUnderTest relay) {
        relay.http("nowhere").asks("HEAD", "", head -> head).isRefusedWith(404, "Endpoint does not exist");
    }

    @Test
    void connectionIsKeptBehindARefusal(RelayUnderTest relay) {
        HttpSenderDriver sender = relay.http("orders").gets();
        sender.isRefusedWith(404, "Endpoint does not exist");

        ListenerDriver listener = relay.listener("orders").online();
        sender.gets();

        listener.isAsked().answers(200, "now");
        sender.isAnsweredWith(200, "now");
    }

    @Test
    void senderIsToldThatNobodyListens(RelayUnderTest relay) {
        relay.knows("path: orders");

        Answer answer = relay.http("orders")
                .gets("/below")
                .isRefusedWith(404, "There are no listeners connected for the endpoint");

        assertThat(answer.reason()).contains("sb://localhost/orders/below,");
        assertThat(answer.text()).contains("\"EndpointNotFound\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503})
    void statusWithoutAListenerIsTheOperators(int status, RelayUnderTest relay) {
        relay.with("relay.noListenerStatus=" + status).knows("path: orders");

        relay.http("orders").gets().isRefusedWith(status, "There are no listeners connected for the endpoint");
        relay.http("nowhere").gets().isRefusedWith(404, "Endpoint does not exist");
        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");
    }

    @Test
    void senderIsToldThatTheListenerDidNotAnswerInTime(RelayUnderTest relay) {
        relay.with("relay.requestTimeout=1s");
        ListenerDriver listener = relay.listener("orders").online();
        long start = System.nanoTime();
        HttpSenderDriver sender = relay.http("orders").gets();
        listener.isAsked();

        Answer answer = sender.isRefusedWith(504, LATE);

        assertThat(answer.text()).contains("\"GatewayTimeout\"");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
        sender.gets();
        listener.isAsked().answers(200, "in time");
        sender.isAnsweredWith(200, "in time");
    }

    @Test
    void timeOfAHybridConnectionIsItsOwn(RelayUnderTest relay) {
        relay.with("relay.requestTimeout=1m").knows("path: quick, requestTimeout: 1s");
        relay.listener("quick").online();
        ListenerDriver patient = relay.listener("patient").online();
        HttpSenderDriver waiting = relay.http("patient").gets();

        relay.http("quick").gets().isRefusedWith(504, LATE);

        patient.isAsked().answers(200, "in time");
        waiting.isAnsweredWith(200, "in time");
    }

    @Test
    void listenerThatDoesNotFetchIsLate(RelayUnderTest relay) {
        relay.knows("path: orders, requestTimeout: 1s");
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").startsPosting(100_000).sends(Bytes.of(1000));
        listener.isToldToFetch();

        assertThat(sender.receivesHead().status()).isEqualTo(504);
    }

    @Test
    void listenerThatDialsForItsAnswerAndSaysNothingIsLate(RelayUnderTest relay) {
        relay.knows("path: orders, requestTimeout: 1s");
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked().dials();

        sender.isRefusedWith(504, LATE);
        asked.channel().receivesButNoPings();
    }

    /** Its process would end if the dial of its long answer were refused. */
    @Test
    void listenerThatDialsTooLateIsLetInAndClosed(RelayUnderTest relay) {
        relay.knows("path: orders, requestTimeout: 1s");
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked();
        sender.isRefusedWith(504, LATE);

        asked.dials().isClosedWith(1001);
    }

    @Test
    void silenceWithinAnAnswerIsBounded(RelayUnderTest relay) {
        relay.knows("path: orders, requestTimeout: 1s");
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked()
                .dials()
                .answers(Reply.of(200).announcingBody())
                .begins("one");
        sender.receivesHead();
        sender.receives("one");
        long start = System.nanoTime();

        sender.isCutOff();

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(5));
        asked.channel().receivesButNoPings();
    }

    @Test
    void answerMayTakeLongerThanItMayBeSilent(RelayUnderTest relay) {
        relay.knows("path: orders, requestTimeout: 1s");
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked()
                .dials()
                .answers(Reply.of(200).announcingBody())
                .begins("0");
        sender.receivesHead();
        sender.receives("0");

        for (int i = 1; i < 8; i++) {
            relay.socket().hearsNothing(); // 200 ms
            asked.goesOn(String.valueOf(i));
            sender.receives(String.valueOf(i));
        }

        asked.ends("");
        sender.receivesEnd();
    }

    @Test
    void bodyThatDoesNotComeIsNotWaitedForLong(RelayUnderTest relay) {
        relay.knows("path: orders, requestTimeout: 1s");
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").startsPosting(10).sends("half");

        assertThat(sender.receivesHead().status()).isEqualTo(408);

        sender.skipsBody();
        sender.isHungUpOn();
        listener.isNotOffered();
    }

    @Test
    void longBodyThatStopsIsNotWaitedForLong(RelayUnderTest relay) {
        relay.knows("path: orders, requestTimeout: 1s");
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").startsPosting(100_000).sends(Bytes.of(1000));
        Asked asked = listener.fetches();
        assertThat(asked.channel().receivesButNoPings().isFinal()).isFalse();

        assertThat(sender.receivesHead().status()).isIn(408, 504);

        sender.skipsBody();
        sender.isHungUpOn();
        asked.isClosedWith(1001);
    }

    @Test
    void requestThatNobodyWasToldOfGoesToAnotherListener(RelayUnderTest relay) {
        ListenerDriver first = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").startsPosting(5).sends("he");
        first.isNotOffered(); // its body is not whole yet
        ListenerDriver second = relay.listener("orders").online();

        first.leaves();
        sender.sends("llo");

        Asked asked = second.isAsked();
        assertThat(asked.body()).asString().isEqualTo("hello");
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
    }

    @Test
    void requestThatWasToldGoesToNobodyElse(RelayUnderTest relay) {
        ListenerDriver first = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets();
        first.isAsked();
        ListenerDriver second = relay.listener("orders").online();

        first.loses();

        sender.isRefusedWith(502, "The listener was lost before it had answered");
        second.isNotOffered();
    }

    @Test
    void requestsAreSharedAmongListeners(RelayUnderTest relay) {
        ListenerDriver first = relay.listener("orders").online();
        ListenerDriver second = relay.listener("orders").online();
        for (int i = 0; i < 100; i++) {
            relay.http("orders").gets();
        }

        // By chance alone one of them would get fewer than five once in 10^22 runs.
        for (int i = 0; i < 5; i++) {
            first.isAsked();
            second.isAsked();
        }
    }

    /** The process of a hyco-https listener ends when it is told of a sender of WebSockets. */
    @Test
    void hybridConnectionMayBeForPlainHttpAlone(RelayUnderTest relay) {
        relay.knows("path: pages, webSockets: false");
        ListenerDriver listener = relay.listener("pages").online();

        relay.sender("pages").connects().isRefusedWith(405, "This endpoint takes plain HTTP requests only");

        listener.isNotOffered();
        HttpSenderDriver sender = relay.http("pages").gets();
        listener.isAsked().answers(200, "a page");
        sender.isAnsweredWith(200, "a page");
    }

    @Test
    void hybridConnectionMayBeForWebSocketsAlone(RelayUnderTest relay) {
        relay.knows("path: sockets, http: false");
        ListenerDriver listener = relay.listener("sockets").online();

        relay.http("sockets").gets().isRefusedWith(426, "This address takes WebSocket upgrades only");

        listener.isOffered(relay.sender("sockets").startsConnecting());
    }

    @Test
    void plainRequestUnderTheRelaysOwnPathIsToldToUpgrade(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        assertThat(relay.http("$hc/orders").gets().isAnswered().status()).isEqualTo(426);

        listener.isNotOffered();
    }

    @ParameterizedTest
    @CsvSource({"/", "/?a=b", "//"})
    void requestForNothingLeadsNowhere(String target, RelayUnderTest relay) {
        HttpSenderDriver sender = relay.http("");

        sender.asks("GET", Handshake.plain(target).with("ServiceBusAuthorization", relay.token("")));

        assertThat(sender.isAnswered().status()).isIn(400, 404);
    }

    @Test
    void nobodyNewIsServedWhileTheRelayStopsAndWhatIsUnderWayIsFinished(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked()
                .dials()
                .answers(Reply.of(200).announcingBody())
                .begins("one ");
        sender.receivesHead();
        sender.receives("one ");
        HttpSenderDriver other = relay.http("orders").gets();
        Asked others = listener.isAsked();
        Executor aside = task -> Thread.ofVirtual().start(task);

        CompletableFuture<Void> drained = CompletableFuture.runAsync(relay.server()::drain, aside);
        others.answers(200, "in time");
        other.isAnsweredWith(200, "in time");
        listener.isSentAwayWith(1001);

        Answer refusal = relay.http("orders").gets().isRefusedWith(503, "The relay is stopping");
        assertThat(refusal.header("Retry-After")).hasValue("5");
        asked.ends("two");
        sender.receives("two").receivesEnd();
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void answerThatTakesLongerThanAStopMayIsCutOff(RelayUnderTest relay) {
        relay.with("drainTimeout=1s");
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked()
                .dials()
                .answers(Reply.of(200).announcingBody())
                .begins("one");
        sender.receivesHead();
        sender.receives("one");
        Executor aside = task -> Thread.ofVirtual().start(task);

        CompletableFuture<Void> drained = CompletableFuture.runAsync(relay.server()::drain, aside);

        sender.isCutOff();
        asked.isClosedWith(1001);
        assertThat(drained).succeedsWithin(Patience.LIMIT);
    }
}
