// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.server.connection.ConversationTerms;
import dev.fairlead.server.connection.PlannedFault;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A conversation that is paused is told nothing, and then all, in order. */
class TalkPauseTest {

    private final TestedTalk peer = new TestedTalk(TestedTalk.TERMS);

    @AfterEach
    void everyBufferIsReleased() {
        peer.close();
        assertThat(peer.unreleased()).isZero();
    }

    private boolean isRead() {
        return peer.socket.config().isAutoRead();
    }

    private void resumes() {
        peer.talk.resume();
        peer.socket.runPendingTasks();
    }

    @Test
    void pauseWithinAMessageHoldsTheRestOfWhatWasRead() {
        peer.when("two", peer.talk::pause);
        peer.when("four", peer.talk::pause);

        peer.says("one", "two", "three", "four", "five");
        assertThat(peer.heard).containsExactly("text one", "text two");
        assertThat(isRead()).isFalse();

        resumes();
        assertThat(peer.heard).containsExactly("text one", "text two", "text three", "text four");
        assertThat(isRead()).isFalse();

        resumes();
        assertThat(peer.heard).endsWith("text four", "text five");
        assertThat(isRead()).isTrue();
    }

    @Test
    void whoResumesIsToldOfMessagesLater() {
        peer.when("one", peer.talk::pause);
        peer.says("one", "two");

        peer.talk.resume();
        assertThat(peer.heard).containsExactly("text one");

        peer.socket.runPendingTasks();
        assertThat(peer.heard).containsExactly("text one", "text two");
    }

    @Test
    void whoPausesAnewBeforeThatIsToldNothing() {
        peer.when("one", peer.talk::pause);
        peer.says("one", "two");

        peer.talk.resume();
        peer.talk.pause();
        peer.socket.runPendingTasks();
        assertThat(peer.heard).containsExactly("text one");

        resumes();
        assertThat(peer.heard).containsExactly("text one", "text two");
    }

    @Test
    void whoPausesAndGoesOnWithinAMessageLosesNothing() {
        peer.when("one", () -> {
            peer.talk.pause();
            peer.talk.resume();
        });

        peer.says("one", "two", "three");

        assertThat(peer.heard).containsExactly("text one", "text two", "text three");
        assertThat(isRead()).isTrue();
    }

    @Test
    void socketIsReadUntilSomethingWaits() {
        peer.talk.pause();
        assertThat(isRead())
                .as("a peer that hangs up is heard, and a pause alone costs no system call")
                .isTrue();

        peer.says("one");
        assertThat(isRead()).isFalse();
        assertThat(peer.heard).isEmpty();

        resumes();
        assertThat(peer.heard).containsExactly("text one");
        assertThat(isRead()).isTrue();
    }

    @Test
    void whatStillComesOutOfTlsWaitsBehindTheRest() {
        peer.when("one", peer.talk::pause);
        peer.says("one", "two");
        peer.says("three", "four");
        byte[] five = TestedTalk.masked(0x81, new byte[] {'5'});
        peer.socket.receives(Arrays.copyOf(five, 3));

        resumes();
        peer.socket.receives(Arrays.copyOfRange(five, 3, five.length));

        assertThat(peer.heard).containsExactly("text one", "text two", "text three", "text four", "text 5");
    }

    @Test
    void pingAndCloseBehindAMessageThatWaitsWaitToo() {
        peer.talk.pause();
        peer.says("one");
        peer.sends(0x89, new byte[] {'p'});
        peer.sends(0x88, new CloseStatus(3001, "bye").payload());
        assertThat(peer.frames()).isEmpty();
        assertThat(peer.heard).isEmpty();

        resumes();

        assertThat(peer.heard).containsExactly("text one", "close 3001 bye", "gone");
        assertThat(peer.frames()).extracting(TestedTalk.Frame::opcode).containsExactly(Opcode.PONG, Opcode.CLOSE);
    }

    @Test
    void brokenRuleBehindAMessageThatWaitsIsFoundInItsTurn() {
        peer.talk.pause();
        peer.says("one");
        peer.sends(0x83, new byte[0]);

        resumes();

        assertThat(peer.heard).containsExactly("text one", "close 1002 the opcode is reserved", "gone");
    }

    @Test
    void faultInAMessageThatWaitedEndsTheConversation() {
        peer.when("one", () -> {
            throw new PlannedFault();
        });
        peer.talk.pause();
        peer.says("one", "two");

        resumes();

        assertThat(peer.heard).containsExactly("text one", "close 1011 Internal error", "gone");
    }

    @Test
    void closeOfAPausedPeerFindsItsReturnBehindWhatWaits() {
        peer.talk.pause();
        peer.says("one", "two");

        peer.talk.close(new CloseStatus(1001, "over"));
        peer.socket.runPendingTasks();
        assertThat(isRead()).isTrue();
        peer.sends(0x88, new CloseStatus(1001, "over").payload());

        assertThat(peer.heard).containsExactly("close 1001 over", "gone");
    }

    @Test
    void pauseAfterAnEndIsNone() {
        peer.talk.close(new CloseStatus(1001, ""));
        peer.talk.pause();

        peer.sends(0x88, new byte[0]);

        assertThat(peer.heard).containsExactly("close 1005 ", "gone");
    }

    @Test
    void peerThatIsLostTakesAlongWhatWaited() {
        peer.talk.pause();
        peer.says("one");
        assertThat(peer.unreleased()).isPositive();

        peer.socket.close();
        resumes();

        assertThat(peer.heard).containsExactly("gone");
        assertThat(peer.unreleased()).isZero();
    }

    @Test
    void onlyWhatWasReadIsHeldAndNotTheBufferThatItWasReadInto() {
        peer.when("one", peer.talk::pause);
        ByteBuf read = peer.loop.buffer().take(16 * 1024);
        read.writeBytes(TestedTalk.masked(0x81, "one".getBytes(StandardCharsets.US_ASCII)));
        read.writeBytes(TestedTalk.masked(0x81, "two".getBytes(StandardCharsets.US_ASCII)));

        peer.socket.writeInbound(read);

        assertThat(peer.heard).containsExactly("text one");
        assertThat(peer.loop.buffer().isReady()).isTrue();
        resumes();
        assertThat(peer.heard).containsExactly("text one", "text two");
    }

    @Test
    void thousandPausesLoseNothing() {
        String[] texts = IntStream.range(0, 1000).mapToObj(i -> "m" + i).toArray(String[]::new);
        for (String text : texts) {
            peer.when(text, () -> {
                peer.talk.pause();
                peer.socket.eventLoop().execute(peer.talk::resume);
            });
        }

        peer.says(texts);
        peer.socket.runPendingTasks();

        assertThat(peer.heard).hasSize(1000).startsWith("text m0", "text m1").endsWith("text m999");
    }

    @Test
    void pausedPeerIsNeitherPingedNorIdle() {
        try (TestedTalk asked = new TestedTalk(
                new ConversationTerms(1000, 10_000, Duration.ofSeconds(20), true, Duration.ofSeconds(60), false))) {
            asked.talk.pause();

            asked.socket.passes(Duration.ofMinutes(5));
            assertThat(asked.frames()).isEmpty();

            asked.talk.resume();
            asked.socket.passes(Duration.ofSeconds(20));
            assertThat(asked.frames()).extracting(TestedTalk.Frame::opcode).contains(Opcode.PING);
        }
    }
}
