// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.server.connection.ConversationTerms;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a conversation may be silent or idle, and how much may wait for its peer. */
class TalkTermsTest {

    private static final Duration PING_INTERVAL = Duration.ofSeconds(20);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(160);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final String TOO_SLOW = "close 1013 What was sent was not read fast enough";

    private TestedTalk peer = new TestedTalk(TestedTalk.TERMS);

    private void has(ConversationTerms terms) {
        peer.close();
        peer = new TestedTalk(terms);
    }

    @AfterEach
    void everyBufferIsReleased() {
        peer.close();
        assertThat(peer.unreleased()).isZero();
    }

    private List<Integer> opcodes() {
        return peer.frames().stream().map(TestedTalk.Frame::opcode).toList();
    }

    @Test
    void messageThatWouldExceedTheQueueEndsTheConversation() {
        peer.socket.isNotRead();
        peer.talk.send("x".repeat(9_000));
        peer.talk.send("y".repeat(800));
        assertThat(peer.heard).isEmpty();

        peer.talk.send("z".repeat(1_000));
        peer.talk.send("too late");
        assertThat(peer.heard).as("whoever sends is told later").isEmpty();
        peer.socket.runPendingTasks();
        peer.talk.send("too late");

        assertThat(peer.heard).containsExactly(TOO_SLOW);
        assertThat(peer.socket.isOpen()).isTrue();
        peer.socket.isReadAgain();
        List<TestedTalk.Frame> frames = peer.frames();
        assertThat(frames).extracting(TestedTalk.Frame::opcode).containsExactly(1, 1, Opcode.CLOSE);
        assertThat(frames.getLast().status().code()).isEqualTo(1013);
        assertThat(peer.heard).containsExactly(TOO_SLOW, "gone");
    }

    @Test
    void whoNeverReadsIsCutOffAWhileAfterThat() {
        peer.socket.isNotRead();
        peer.talk.send("x".repeat(9_000));
        peer.talk.send("y".repeat(9_000));

        peer.socket.runPendingTasks();
        peer.socket.passes(CLOSE_PATIENCE.minusNanos(1));
        assertThat(peer.socket.isOpen()).isTrue();
        peer.socket.passes(Duration.ofNanos(1));

        assertThat(peer.heard).containsExactly(TOO_SLOW, "gone");
    }

    @Test
    void oneMessageAlwaysGoesWhereNoneWaits() {
        peer.talk.send("x".repeat(50_000));
        peer.talk.sendBinary(Unpooled.directBuffer().writeZero(50_000));
        peer.socket.runPendingTasks();
        peer.talk.send("head", Unpooled.directBuffer().writeZero(50_000));
        peer.socket.runPendingTasks();

        assertThat(peer.heard).isEmpty();
        assertThat(peer.frames()).filteredOn(TestedTalk.Frame::last).hasSize(4);
    }

    @Test
    void whatOneTurnOfTheLoopSaysIsNoQueueIfThePeerTakesIt() {
        for (int i = 0; i < 100; i++) {
            peer.talk.send("x".repeat(1_000));
        }

        assertThat(peer.frames()).hasSize(100);
        assertThat(peer.heard).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 511, 5_000, 100_000})
    void binaryThatFindsNoRoomIsReleased(int length) {
        peer.socket.isNotRead();
        peer.talk.send("x".repeat(20_000));
        ByteBuf alone = Unpooled.directBuffer().writeZero(length);
        ByteBuf behindText = Unpooled.directBuffer().writeZero(length);

        peer.talk.sendBinary(alone);
        peer.talk.send("head", behindText);
        peer.socket.runPendingTasks();

        assertThat(alone.refCnt()).isZero();
        assertThat(behindText.refCnt()).isZero();
        assertThat(peer.heard).containsExactly(TOO_SLOW);
    }

    @Test
    void messagesThatComeAfterTheEndAreNotTold() {
        peer.socket.isNotRead();
        peer.talk.send("x".repeat(9_000));
        peer.talk.send("y".repeat(9_000));
        peer.socket.runPendingTasks();

        peer.says("too late");
        peer.sends(0x88, new byte[0]);

        assertThat(peer.heard).containsExactly(TOO_SLOW);
    }

    @Test
    void silentPeerIsAskedInItsOwnIntervalAndToldBeforeItIsCutOff() {
        has(new ConversationTerms(1000, 10_000, PING_INTERVAL, true, null, false));

        peer.socket.passes(PING_INTERVAL);
        assertThat(opcodes()).containsExactly(Opcode.PING);
        peer.socket.passes(PING_INTERVAL.minusMillis(1));
        assertThat(opcodes()).containsExactly(Opcode.PING);
        assertThat(peer.heard).isEmpty();
        peer.socket.passes(Duration.ofMillis(1));

        assertThat(peer.heard).containsExactly("close 1011 keepalive ping timeout", "gone");
        assertThat(opcodes()).containsExactly(Opcode.CLOSE);
        assertThat(peer.events.heard()).containsExactly("fellSilent");
    }

    @Test
    void silentPeerThatTakesNothingIsCutOffAWhileAfterThat() {
        has(new ConversationTerms(1000, 10_000, PING_INTERVAL, true, null, false));
        peer.socket.isNotRead();

        peer.socket.passes(PING_INTERVAL.multipliedBy(2));
        assertThat(peer.heard).containsExactly("close 1011 keepalive ping timeout");
        peer.socket.passes(CLOSE_PATIENCE);

        assertThat(peer.socket.isOpen()).isFalse();
    }

    @Test
    void pongKeepsAPeerAlive() {
        has(new ConversationTerms(1000, 10_000, PING_INTERVAL, true, null, false));

        for (int i = 0; i < 20; i++) {
            peer.socket.passes(PING_INTERVAL);
            peer.sends(0x8A, new byte[0]);
        }

        assertThat(peer.heard).isEmpty();
    }

    @Test
    void conversationsOfOneIntervalShareATimer() {
        LoopTalks talks = peer.loop.talks();

        assertThat(talks.pings(Duration.ofSeconds(20))).isSameAs(talks.pings(Duration.ofSeconds(20)));
        assertThat(talks.looks(Duration.ofSeconds(20))).isSameAs(talks.looks(Duration.ofSeconds(20)));
        assertThat(talks.pings(Duration.ofSeconds(20)).interval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(talks.pings(Duration.ofSeconds(30)).interval()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void conversationWithoutMessagesIsIdleAtTheEarliestAfterTheTimeoutAndAtTheLatestASixteenthLater() {
        has(new ConversationTerms(1000, 10_000, PING_INTERVAL, true, IDLE_TIMEOUT, false));
        for (int i = 0; i < 40; i++) {
            peer.socket.passes(Duration.ofSeconds(4));
            peer.sends(0x8A, new byte[0]); // no message
        }
        assertThat(peer.heard).isEmpty();
        peer.socket.written();

        peer.socket.passes(IDLE_TIMEOUT.dividedBy(16));

        assertThat(peer.heard).containsExactly("close 1000 Idle");
        assertThat(peer.frames().getLast().status().reason()).isEqualTo("Idle");
        assertThat(peer.socket.isOpen()).as("the peer may return the Close").isTrue();
        peer.says("too late");
        peer.sends(0x88, new byte[0]);
        assertThat(peer.heard).containsExactly("close 1000 Idle", "gone");
    }

    @Test
    void peerThatDoesNotReturnTheCloseOfAnIdleConversationIsCutOffAWhileAfter() {
        has(new ConversationTerms(1000, 10_000, null, true, IDLE_TIMEOUT, false));

        peer.socket.passes(IDLE_TIMEOUT.plus(IDLE_TIMEOUT.dividedBy(16)).plus(CLOSE_PATIENCE));

        assertThat(peer.heard).containsExactly("close 1000 Idle", "gone");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messageInEitherDirectionKeepsAConversationFromBeingIdle(boolean incoming) {
        has(new ConversationTerms(1000, 10_000, null, true, IDLE_TIMEOUT, false));

        for (int i = 0; i < 10; i++) {
            peer.socket.passes(IDLE_TIMEOUT.minusMillis(1));
            if (incoming) {
                peer.says("here");
            } else {
                peer.talk.send("there");
            }
        }
        assertThat(peer.heard).doesNotContain("close 1000 Idle");
        peer.socket.passes(IDLE_TIMEOUT.minusMillis(1));
        assertThat(peer.heard).doesNotContain("close 1000 Idle");
        peer.socket.passes(IDLE_TIMEOUT.dividedBy(16).plusMillis(1));

        assertThat(peer.heard).contains("close 1000 Idle");
    }

    @Test
    void nothingIsLookedAtForAConversationThatIsGone() {
        has(new ConversationTerms(1000, 10_000, PING_INTERVAL, true, IDLE_TIMEOUT, false));
        peer.socket.close();

        peer.socket.passes(IDLE_TIMEOUT.multipliedBy(2));

        assertThat(peer.heard).containsExactly("gone");
    }
}
