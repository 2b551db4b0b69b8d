// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayEvents;
import dev.fairlead.server.connection.RelayObserver;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.relay.listener.ControlChannel;
import dev.fairlead.server.relay.listener.HybridConnection;
import dev.fairlead.server.security.Grant;
import dev.fairlead.server.security.Verdict;
import dev.fairlead.server.settings.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Docs, protocol, "A sender and a listener meet": what either side hears, and when. */
class MeetingTest {

    private static final Duration ACCEPT_TIMEOUT = Duration.ofSeconds(30);
    private static final Header DEFLATE = new Header("Sec-WebSocket-Extensions", "permessage-deflate");

    private final FakeTime time = new FakeTime();
    private final FakePeer sender = new FakePeer("sender", time);
    private final FakePeer dialler = new FakePeer("dialler", time);
    private final RelayEvents events = new RelayEvents();
    private final WaitingRoom room = new WaitingRoom();
    private final HybridConnection connection = new HybridConnection(
            HybridPath.of("hyco"), new HybridConnection.Terms(false, 25, null, true, true, List.of()), Instant.EPOCH);

    @Test
    void senderWaitsUntilTheListenerDialsAndThenBothAreJoined() {
        FakePeer listener = listens("listener");

        CompletableFuture<UpgradeAnswer> answer = begins();
        assertThat(listener.sent()).containsExactly("meet at ws://listener.test");
        assertThat(answer).isNotDone();
        assertThat(room.size()).isOne();

        CompletableFuture<UpgradeAnswer> dial = dials();
        assertThat(answer).isCompletedWithValue(new UpgradeAnswer.Joining(List.of(), dialler, false));
        assertThat(dial).isCompletedWithValue(new UpgradeAnswer.Joining(List.of(), sender, false));
        assertThat(events.heard()).containsExactly("senderWaiting", "senderServed", "met");
    }

    @Test
    void bothHearWhatBothAgreedOn() {
        listens("listener");
        CompletableFuture<UpgradeAnswer> answer =
                meeting(any -> true, DEFLATE).begin(ACCEPT_TIMEOUT).toCompletableFuture();

        CompletableFuture<UpgradeAnswer> dial = dials(DEFLATE);

        assertThat(answer).isCompletedWithValue(new UpgradeAnswer.Joining(List.of(DEFLATE), dialler, true));
        assertThat(dial).isCompletedWithValue(new UpgradeAnswer.Joining(List.of(DEFLATE), sender, true));
    }

    @Test
    void senderIsToldThatNobodyListens() {
        assertThat(begins()).isCompletedWithValue(UpgradeAnswer.Refused.of(Refusal.LISTENER_ABSENT));
        assertIsOver("senderWaiting", "senderServed");
    }

    @Test
    void senderIsToldThatNobodyListensWhomItWillHave() {
        FakePeer listener = listens("listener");

        assertThat(meeting(any -> false).begin(ACCEPT_TIMEOUT).toCompletableFuture())
                .isCompletedWithValue(UpgradeAnswer.Refused.of(Refusal.LISTENERS_EXCLUDED));
        assertThat(listener.sent()).isEmpty();
        assertIsOver("senderWaiting", "senderServed");
    }

    @Test
    void senderIsToldThatTheListenerIsSilentAndItsDialIsTooLate() {
        listens("listener");
        CompletableFuture<UpgradeAnswer> answer = begins();

        time.passes(ACCEPT_TIMEOUT.minusNanos(1));
        assertThat(answer).isNotDone();

        time.passes(Duration.ofNanos(1));
        assertThat(answer).isCompletedWithValue(UpgradeAnswer.Refused.of(Refusal.LISTENER_SILENT));
        assertThat(room.take("id", connection)).isEmpty();
        assertIsOver("senderWaiting", "senderServed");
    }

    @Test
    void senderThatLeavesWaitsNoMore() {
        listens("listener");
        CompletableFuture<UpgradeAnswer> answer = begins();

        sender.leaves();

        assertThat(answer).isNotDone();
        assertIsOver("senderWaiting", "senderServed");
    }

    @Test
    void nobodyIsToldOfASenderThatLeftBeforeItsMeetingBegan() {
        FakePeer listener = listens("listener");
        sender.leaves();

        begins();

        assertThat(listener.sent()).isEmpty();
        assertIsOver("senderWaiting", "senderServed");
    }

    @Test
    void dialIsTurnedAwayWhoseSenderLeavesAtTheSameTime() {
        listens("listener");
        begins();

        sender.isBusy();
        sender.leaves();
        CompletableFuture<UpgradeAnswer> dial = dials();
        assertThat(dial).isNotDone();
        sender.isIdle();

        assertThat(dial).isCompletedWithValue(UpgradeAnswer.Refused.of(Refusal.RENDEZVOUS_UNKNOWN));
        assertIsOver("senderWaiting", "senderServed");
    }

    @Test
    void dialIsTurnedAwayThatCrossesTheDeadline() {
        listens("listener");
        CompletableFuture<UpgradeAnswer> answer = begins();

        sender.isBusy();
        time.passes(ACCEPT_TIMEOUT);
        CompletableFuture<UpgradeAnswer> dial = dials();
        sender.isIdle();

        assertThat(answer).isCompletedWithValue(UpgradeAnswer.Refused.of(Refusal.LISTENER_SILENT));
        assertThat(dial).isCompletedWithValue(UpgradeAnswer.Refused.of(Refusal.RENDEZVOUS_UNKNOWN));
    }

    @Test
    void rejectionReachesTheSenderVerbatimAndTheListenerHearsThatItIsOver() {
        listens("listener");
        CompletableFuture<UpgradeAnswer> answer = begins();

        CompletableFuture<UpgradeAnswer> dial = rejects("/$hc/hyco?sb-hc-action=accept&sb-hc-id=id"
                + "&sb-hc-statusCode=418&sb-hc-statusDescription=I+am+a+teapot");

        assertThat(answer)
                .isCompletedWithValue(new UpgradeAnswer.Refused(Refusal.LISTENER_REJECTED, 418, "I am a teapot"));
        assertThat(dial).isCompletedWithValue(UpgradeAnswer.Refused.of(Refusal.REJECTION_DELIVERED));
        assertIsOver("senderWaiting", "senderServed", "rejected");
    }

    @Test
    void rejectionWithoutWordsReachesTheSenderInTheRelaysOwn() {
        listens("listener");
        CompletableFuture<UpgradeAnswer> answer = begins();

        rejects("/$hc/hyco?sb-hc-action=accept&sb-hc-id=id&sb-hc-statusCode=403");

        assertThat(answer)
                .isCompletedWithValue(
                        new UpgradeAnswer.Refused(Refusal.LISTENER_REJECTED, 403, Refusal.LISTENER_REJECTED.summary()));
    }

    /** A joined socket lives for days, and would keep the meeting with both handshakes as long. */
    @Test
    void meetingThatIsOverWatchesItsSenderNoMore() {
        listens("listener");
        begins();
        assertThat(sender.isWatched()).isTrue();

        dials();
        sender.isIdle();

        assertThat(sender.isWatched()).isFalse();
    }

    @Test
    void rejectionWithAStatusThatIsNoFinalOneReachesTheSenderAs400() {
        listens("listener");
        CompletableFuture<UpgradeAnswer> answer = begins();

        rejects("/$hc/hyco?sb-hc-action=accept&sb-hc-id=id&sb-hc-statusCode=101&sb-hc-statusDescription=Come+in");

        assertThat(answer).isCompletedWithValue(new UpgradeAnswer.Refused(Refusal.LISTENER_REJECTED, 400, "Come in"));
    }

    @Test
    void listenerWhoseChannelBreaksIsReplacedAndTheNextIsToldTheSame() {
        FakePeer first = listens("first");
        CompletableFuture<UpgradeAnswer> answer = begins();
        FakePeer second = listens("second");

        first.leaves();

        assertThat(answer).isNotDone();
        assertThat(second.sent()).containsExactly("meet at ws://second.test");
        dials();
        assertThat(answer).isCompletedWithValueMatching(UpgradeAnswer.Joining.class::isInstance);
    }

    @Test
    void senderIsToldThatNobodyListensAnyMoreWhenTheLastChannelBreaks() {
        FakePeer only = listens("only");
        CompletableFuture<UpgradeAnswer> answer = begins();

        only.leaves();

        assertThat(answer).isCompletedWithValue(UpgradeAnswer.Refused.of(Refusal.LISTENER_ABSENT));
        assertIsOver("senderWaiting", "senderServed");
    }

    @Test
    void channelThatBreaksAfterTheMeetingChangesNothing() {
        FakePeer listener = listens("listener");
        CompletableFuture<UpgradeAnswer> answer = begins();
        dials();
        FakePeer other = listens("other");

        listener.leaves();

        assertThat(answer).isCompletedWithValueMatching(UpgradeAnswer.Joining.class::isInstance);
        assertThat(other.sent()).isEmpty();
    }

    @Test
    void listenerThatIsSentAwayMayStillMeetItsSender() {
        ControlChannel listener = channel(new FakePeer("listener", time));
        CompletableFuture<UpgradeAnswer> answer = begins();

        listener.close(new CloseStatus(CloseStatus.GOING_AWAY, ""));
        assertThat(answer).isNotDone();

        dials();
        assertThat(answer).isCompletedWithValueMatching(UpgradeAnswer.Joining.class::isInstance);
    }

    /** Nothing of the meeting is left anywhere. */
    private void assertIsOver(String... heard) {
        assertThat(events.heard()).containsExactly(heard);
        assertThat(room.size()).isZero();
        assertThat(time.timers()).isEqualTo(connection.online().size()); // each listener's own, for its token
    }

    private FakePeer listens(String id) {
        FakePeer peer = new FakePeer(id, time);
        channel(peer);
        return peer;
    }

    private ControlChannel channel(FakePeer peer) {
        Grant grant = new Grant("root", Secret.of("key"), time.instant().plus(Duration.ofHours(1)));
        ControlChannel channel = ControlChannel.admit(
                        connection,
                        new ControlChannel.Listener(
                                peer.id(), HybridPath.of("hyco"), peer, "ws://" + peer.id() + ".test", grant),
                        token -> new Verdict.Denied(Refusal.TOKEN_MALFORMED, "none was expected"),
                        () -> new ControlChannel.Terms(null, Duration.ofMinutes(5), 256, 3),
                        time,
                        RelayObserver.NONE)
                .orElseThrow();
        channel.onOpen();
        return channel;
    }

    private CompletableFuture<UpgradeAnswer> begins() {
        return meeting(any -> true).begin(ACCEPT_TIMEOUT).toCompletableFuture();
    }

    private Meeting meeting(Predicate<ControlChannel> fits, Header... headers) {
        return new Meeting(
                "id",
                connection,
                request(sender, headers),
                fits,
                base -> "meet at " + base,
                UpgradeAnswer.Refused::of,
                room,
                events);
    }

    private CompletableFuture<UpgradeAnswer> dials(Header... headers) {
        return room.take("id", connection)
                .orElseThrow()
                .dialled(request(dialler, headers), Optional.empty())
                .toCompletableFuture();
    }

    private CompletableFuture<UpgradeAnswer> rejects(String target) {
        return room.take("id", connection)
                .orElseThrow()
                .dialled(request(dialler), RelayTarget.parse(target).rejection())
                .toCompletableFuture();
    }

    private static UpgradeRequest request(FakePeer peer, Header... headers) {
        return new UpgradeRequest(peer, "/$hc/hyco", new Headers(List.of(headers)), "ws://relay.test");
    }
}
