// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.FakeExchange;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.MessageStream;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayEvents;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.relay.listener.ControlChannel;
import dev.fairlead.server.relay.listener.HybridConnection;
import dev.fairlead.server.security.Grant;
import dev.fairlead.server.security.Verdict;
import dev.fairlead.server.settings.Secret;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Docs, protocol, "Plain HTTP": how a request reaches its listener, and the answer its sender. */
class RelayedRequestTest {

    private static final String ID = "9e3c0f4a-1f0b-4b5e-9d57-0a1b2c3d4e5f_0011223344556677";
    private static final String UUID = ID.substring(0, 36);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final OptionalLong NONE = OptionalLong.of(0);
    private static final OptionalLong UNKNOWN = OptionalLong.empty();

    private final FakeTime time = new FakeTime();
    private final RelayEvents events = new RelayEvents();
    private final RequestRoom room = new RequestRoom();
    private final HybridConnection connection = new HybridConnection(
            HybridPath.of("hyco"), new HybridConnection.Terms(false, 9, null, true, true, List.of()), Instant.EPOCH);
    private final FakePeer listener = new FakePeer("listener", time);
    private final ControlChannel channel = online(listener);
    private final FakePeer socket = new FakePeer("socket", time);

    @Test
    void requestWithoutABodyIsOneMessage() {
        FakeExchange exchange = asks("GET", "/hyco/a%20b?q=1&sb-hc-token=t", NONE);

        ControlMessage.Request request = request(listener.lastSent());
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.requestTarget()).isEqualTo("/Hyco/a b?q=1");
        assertThat(request.id()).isEqualTo(ID);
        assertThat(request.body()).isFalse();
        assertThat(request.address()).isEqualTo("ws://relay.test/$hc/Hyco?sb-hc-action=request&sb-hc-id=" + ID);
        assertThat(request.requestHeaders()).containsEntry("Via", "1.1 relay.test");
        assertThat(listener.binaries()).isEmpty();
        assertThat(exchange.isEnded()).isFalse();
    }

    @Test
    void smallBodyIsWholeBeforeAnythingIsSent() {
        FakeExchange exchange = asks("POST", "/hyco", OptionalLong.of(6));
        exchange.sends("abc");
        assertThat(listener.sent()).isEmpty();

        exchange.sends("def");
        exchange.hasSentAll();

        assertThat(request(listener.lastSent()).body()).isTrue();
        assertThat(listener.binaries()).containsExactly("abcdef".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void answerOverTheControlChannelHasItsLengthAndWords() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);

        channel.onText(
                "{\"response\":{\"requestId\":\"" + ID
                        + "\",\"statusCode\":\"201\",\"statusDescription\":\"Well Made\",\"responseHeaders\":{\"X-Odd\":\"1\",\"connection\":\"close\"},\"body\":true}}");
        assertThat(exchange.answer()).isNull();
        channel.onBinary("hello".getBytes(StandardCharsets.UTF_8));

        assertThat(exchange.answer()).isNotNull();
        assertThat(exchange.answer().status()).isEqualTo(201);
        assertThat(exchange.answer().reason()).isEqualTo("Well Made");
        assertThat(exchange.answer().headers())
                .containsExactly(
                        new Header("X-Odd", "1"),
                        new Header("Via", "1.1 relay.test"),
                        new Header("Content-Type", "application/octet-stream"));
        assertThat(exchange.answerBytes()).hasValue(5);
        assertThat(exchange.body()).isEqualTo("hello");
        assertThat(exchange.isEnded()).isTrue();
        assertThat(time.timers()).isOne(); // the listener's token
        assertThat(events.heard()).containsSubsequence("requestBegun", "requestEnded", "requestAnswered");
    }

    @Test
    void answerMayNameTheRequestByItsFirst36Characters() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);

        channel.onText("{\"response\":{\"requestId\":\"" + UUID + "\",\"statusCode\":204}}");

        assertThat(exchange.answer().status()).isEqualTo(204);
        assertThat(exchange.answer().reason()).isEqualTo("No Content");
        assertThat(exchange.isEnded()).isTrue();
    }

    @Test
    void bodyThatIsAnnouncedAndNeverSentIsEmpty() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);

        channel.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200,\"body\":true}}");
        channel.onText("{\"response\":{\"requestId\":\"somebody else's\",\"statusCode\":200}}");

        assertThat(exchange.answer().status()).isEqualTo(200);
        assertThat(exchange.body()).isEmpty();
        assertThat(events.heard()).containsOnlyOnce("strayResponse");
    }

    @Test
    void secondAnswerAndOrphanBodiesAreDropped() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);
        String answer = "{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200,\"body\":false}}";

        channel.onText(answer);
        channel.onBinary(new byte[0]);
        channel.onText(answer.replace("false", "true"));
        channel.onBinary(new byte[7]);

        assertThat(exchange.isEnded()).isTrue();
        assertThat(exchange.body()).isEmpty();
        assertThat(events.heard()).containsOnlyOnce("strayResponse");
    }

    @Test
    void statusThatIsNoneIsAnErrorOfTheRelay() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);

        channel.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":101}}");

        assertThat(exchange.refusal().refusal()).isEqualTo(Refusal.RESPONSE_UNUSABLE);
    }

    @Test
    void listenerThatDoesNotAnswerIsWaitedForOnlySoLong() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);

        time.passes(PATIENCE.minusNanos(1));
        assertThat(exchange.isEnded()).isFalse();
        time.passes(Duration.ofNanos(1));

        assertThat(exchange.refusal().refusal()).isEqualTo(Refusal.RESPONSE_LATE);
        channel.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200}}");
        assertThat(events.heard()).containsOnlyOnce("strayResponse");
    }

    @Test
    void senderWhoseBodyDoesNotComeIsToldSo() {
        FakeExchange exchange = asks("POST", "/hyco", OptionalLong.of(6));
        exchange.sends("abc");

        time.passes(PATIENCE);

        assertThat(exchange.refusal().refusal()).isEqualTo(Refusal.REQUEST_TOO_SLOW);
        assertThat(listener.sent()).isEmpty();
    }

    @Test
    void listenerThatIsLostBeforeItAnswersIsAnError() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);

        listener.leaves();

        assertThat(exchange.refusal().refusal()).isEqualTo(Refusal.LISTENER_LOST);
    }

    @Test
    void requestThatAListenerWasNotSentGoesToAnother() {
        listener.isBehind();
        FakeExchange exchange = asks("GET", "/hyco", NONE);
        assertThat(listener.sent()).isEmpty();
        FakePeer other = new FakePeer("other", time);
        ControlChannel second = online(other);

        listener.leaves();

        assertThat(request(other.lastSent()).id()).isEqualTo(ID);
        second.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200}}");
        assertThat(exchange.answer().status()).isEqualTo(200);
    }

    @Test
    void requestsWaitForAListenerThatIsSlowToRead() {
        listener.isBehind();
        FakeExchange exchange = asks("GET", "/hyco", NONE);

        listener.caughtUp();
        channel.onWritable();

        assertThat(request(listener.lastSent()).id()).isEqualTo(ID);
        assertThat(exchange.isEnded()).isFalse();
    }

    @Test
    void longBodyIsFetchedAndStreamed() {
        FakeExchange exchange = asks("PUT", "/hyco", OptionalLong.of(RelayedRequest.LONGEST_SENT + 1));
        assertThat(exchange.isReading()).isFalse();
        assertThat(ControlMessages.decode(listener.lastSent()))
                .isEqualTo(
                        new ControlMessage.RequestAt("ws://relay.test/$hc/Hyco?sb-hc-action=request&sb-hc-id=" + ID));

        MessageStream stream = dials();
        assertThat(request(socket.lastSent()).body()).isTrue();
        assertThat(exchange.isReading()).isTrue();
        exchange.sends("first");
        assertThat(socket.unfinishedBinary()).isEqualTo("first".getBytes(StandardCharsets.UTF_8));
        exchange.sends(" last");
        exchange.hasSentAll();
        assertThat(socket.binaries()).containsExactly("first last".getBytes(StandardCharsets.UTF_8));

        stream.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200,\"body\":true}}");
        assertThat(exchange.answer().status()).isEqualTo(200);
        assertThat(exchange.answerBytes()).isEmpty();
        stream.onBinary(Unpooled.copiedBuffer("an", StandardCharsets.UTF_8), false);
        stream.onRead();
        assertThat(exchange.body()).isEqualTo("an");
        stream.onBinary(Unpooled.copiedBuffer("swer", StandardCharsets.UTF_8), true);
        stream.onRead();

        assertThat(exchange.body()).isEqualTo("answer");
        assertThat(exchange.isEnded()).isTrue();
        assertThat(socket.closes()).extracting(CloseStatus::code).containsExactly(1000);
        assertThat(room.size()).isZero();
    }

    @Test
    void bodyOfUnknownLengthThatIsEmptyIsAnEmptyMessage() {
        FakeExchange exchange = asks("POST", "/hyco", UNKNOWN);
        MessageStream stream = dials();

        exchange.hasSentAll();

        assertThat(request(socket.lastSent()).body()).isTrue();
        assertThat(socket.binaries()).containsExactly(new byte[0]);
        stream.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200,\"body\":false}}");
        assertThat(exchange.isEnded()).isTrue();
        assertThat(socket.closes()).extracting(CloseStatus::code).containsExactly(1000);
    }

    @Test
    void headersThatFitNoCommandAreFetched() {
        FakeExchange exchange =
                asks("GET", "/hyco", NONE, Map.of("X-Long", "x".repeat(ControlMessages.MAX_ENCODED_BYTES)));

        assertThat(ControlMessages.decode(listener.lastSent())).isInstanceOf(ControlMessage.RequestAt.class);
        dials();

        ControlMessage.Request request = request(socket.lastSent());
        assertThat(request.body()).isTrue();
        assertThat(request.requestHeaders()).containsKey("X-Long");
        assertThat(socket.binaries()).containsExactly(new byte[0]);
        assertThat(exchange.isEnded()).isFalse();
    }

    @Test
    void longAnswerComesOverASocketThatIsToldNothing() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);
        MessageStream stream = dials();

        assertThat(socket.sent()).isEmpty();
        stream.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200,\"body\":true}}");
        stream.onBinary(Unpooled.copiedBuffer("all", StandardCharsets.UTF_8), false);
        stream.onClose(new CloseStatus(1000, "NormalClosure"), true);

        assertThat(exchange.body()).isEqualTo("all");
        assertThat(exchange.isEnded()).isTrue();
    }

    @Test
    void answerToHeadEndsWithItsHeadAndTellsHowLongTheBodyWouldBe() {
        FakeExchange exchange = asks("HEAD", "/hyco", NONE);
        MessageStream stream = dials();

        stream.onText("{\"response\":{\"requestId\":\"" + ID
                + "\",\"statusCode\":200,\"responseHeaders\":{\"Content-Length\":\"70000\"},\"body\":true}}");

        assertThat(exchange.answerBytes()).hasValue(70_000);
        assertThat(exchange.answer().headers()).containsExactly(new Header("Via", "1.1 relay.test"));
        assertThat(exchange.isEnded()).isTrue();
        assertThat(socket.closes()).extracting(CloseStatus::code).containsExactly(1000);
    }

    @Test
    void answerOnTheControlChannelBehindADialIsDropped() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);
        MessageStream stream = dials();

        channel.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":500}}");
        stream.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200}}");

        assertThat(exchange.answer().status()).isEqualTo(200);
        assertThat(events.heard()).containsOnlyOnce("strayResponse");
    }

    @Test
    void closeThatTellsOfAFaultIsNoEndOfABody() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);
        MessageStream stream = dials();

        stream.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200,\"body\":true}}");
        stream.onClose(new CloseStatus(1011, "failed"), true);

        assertThat(exchange.isEnded()).isFalse();
        assertThat(exchange.isAborted()).isTrue();
    }

    @Test
    void whoeverIsSlowToReadSlowsWhoeverWrites() {
        FakeExchange exchange = asks("POST", "/hyco", UNKNOWN);
        MessageStream stream = dials();

        socket.isBehind();
        exchange.sends("much");
        assertThat(exchange.isReading()).isFalse();
        socket.caughtUp();
        stream.onDrained();
        assertThat(exchange.isReading()).isTrue();

        stream.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200,\"body\":true}}");
        exchange.isBehind();
        stream.onBinary(Unpooled.copiedBuffer("much", StandardCharsets.UTF_8), false);
        stream.onRead();
        assertThat(socket.isPaused()).isTrue();
        exchange.caughtUp();
        assertThat(socket.isPaused()).isFalse();
    }

    @Test
    void silenceIsCountedAnewWithEachPart() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);
        MessageStream stream = dials();
        stream.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200,\"body\":true}}");

        for (int i = 0; i < 5; i++) {
            time.passes(PATIENCE.minusNanos(1));
            stream.onBinary(Unpooled.copiedBuffer("x", StandardCharsets.UTF_8), false);
            stream.onRead();
        }
        assertThat(exchange.isAborted()).isFalse();
        time.passes(PATIENCE);

        assertThat(exchange.isAborted()).isTrue();
        assertThat(socket.closes()).extracting(CloseStatus::code).containsExactly(1001);
    }

    @Test
    void readerThatTakesSomeIsNotSilent() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);
        MessageStream stream = dials();
        stream.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200,\"body\":true}}");
        exchange.isBehind();
        stream.onBinary(Unpooled.copiedBuffer("x".repeat(100), StandardCharsets.UTF_8), false);
        stream.onRead();

        time.passes(PATIENCE);
        exchange.takes(1);
        time.passes(PATIENCE);
        assertThat(exchange.isAborted()).isFalse();
        time.passes(PATIENCE);

        assertThat(exchange.isAborted()).isTrue();
    }

    @Test
    void listenerLearnsThatTheSenderIsGone() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);
        MessageStream stream = dials();
        stream.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200,\"body\":true}}");

        exchange.leaves();

        assertThat(socket.closes()).extracting(CloseStatus::code).containsExactly(1001);
        assertThat(room.size()).isZero();
        assertThat(time.timers()).isOne();
    }

    @Test
    void addressIsGoodForOneDial() {
        asks("GET", "/hyco", NONE);
        dials();

        CompletableFuture<UpgradeAnswer> second = dialOf(new FakePeer("second", time));

        assertThat(second)
                .isCompletedWithValueMatching(answer -> answer instanceof UpgradeAnswer.Refused refused
                        && refused.refusal() == Refusal.RENDEZVOUS_UNKNOWN);
    }

    @Test
    void dialForASenderThatHasLeftIsRemembered() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);

        exchange.leaves();

        assertThat(room.find(ID, connection)).isEmpty();
        assertThat(room.takeUnwanted(ID, connection)).isTrue();
        assertThat(room.takeUnwanted(ID, connection)).isFalse();
    }

    @Test
    void dialThatMeetsTheSenderLeavingIsLetIn() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);
        RelayedRequest found = room.find(ID, connection).orElseThrow();

        exchange.leaves();
        UpgradeAnswer answer = found.dialled(new UpgradeRequest(
                        socket,
                        "/$hc/hyco?sb-hc-action=request&sb-hc-id=" + ID,
                        new Headers(List.of()),
                        "ws://relay.test"))
                .toCompletableFuture()
                .join();

        assertThat(answer).isInstanceOfSatisfying(UpgradeAnswer.Streaming.class, let -> {
            let.stream().onOpen();
            assertThat(socket.closes()).extracting(CloseStatus::code).containsExactly(1001);
        });
    }

    @Test
    void dialForARequestThatWasAnsweredIsNot() {
        asks("GET", "/hyco", NONE);

        channel.onText("{\"response\":{\"requestId\":\"" + ID + "\",\"statusCode\":200}}");

        assertThat(room.takeUnwanted(ID, connection)).isFalse();
    }

    @Test
    void addressIsGoodForItsHybridConnectionAlone() {
        asks("GET", "/hyco", NONE);

        assertThat(room.find(
                        ID,
                        new HybridConnection(
                                HybridPath.of("other"),
                                new HybridConnection.Terms(false, 9, null, true, true, List.of()),
                                Instant.EPOCH)))
                .isEmpty();
    }

    @Test
    void stopOfTheRelayIsToldToWhoeverWaits() {
        FakeExchange exchange = asks("GET", "/hyco", NONE);

        room.all().forEach(RelayedRequest::stop);

        assertThat(exchange.refusal().refusal()).isEqualTo(Refusal.DRAINING);
    }

    private FakeExchange asks(String method, String target, OptionalLong bodyBytes) {
        return asks(method, target, bodyBytes, Map.of("Via", "1.1 relay.test"));
    }

    private FakeExchange asks(String method, String target, OptionalLong bodyBytes, Map<String, String> headers) {
        FakeExchange exchange = new FakeExchange(time, method, target, bodyBytes, List.of());
        RelayedRequest request = new RelayedRequest(
                new RelayedRequest.Ask(
                        ID,
                        RelayTarget.parse(target),
                        headers,
                        "relay.test",
                        PATIENCE,
                        any -> true,
                        UpgradeAnswer.Refused::of),
                connection,
                exchange,
                room,
                events);
        exchange.isHeardBy(request.begin());
        return exchange;
    }

    private MessageStream dials() {
        UpgradeAnswer answer = dialOf(socket).join();
        MessageStream stream = ((UpgradeAnswer.Streaming) answer).stream();
        stream.onOpen();
        return stream;
    }

    private CompletableFuture<UpgradeAnswer> dialOf(FakePeer peer) {
        return room.find(ID, connection)
                .orElseThrow()
                .dialled(new UpgradeRequest(
                        peer,
                        "/$hc/hyco?sb-hc-action=request&sb-hc-id=" + ID,
                        new Headers(List.of()),
                        "ws://relay.test"))
                .toCompletableFuture();
    }

    private static ControlMessage.Request request(String text) {
        return (ControlMessage.Request) ControlMessages.decode(text);
    }

    private ControlChannel online(FakePeer peer) {
        Grant grant = new Grant("root", Secret.of("key"), time.instant().plus(Duration.ofDays(9)));
        ControlChannel online = ControlChannel.admit(
                        connection,
                        new ControlChannel.Listener(peer.id(), HybridPath.of("Hyco"), peer, "ws://relay.test", grant),
                        token -> new Verdict.Denied(Refusal.TOKEN_MALFORMED, "none was expected"),
                        () -> new ControlChannel.Terms(null, Duration.ofMinutes(5), 256, 3),
                        time,
                        events)
                .orElseThrow();
        online.onOpen();
        return online;
    }
}
