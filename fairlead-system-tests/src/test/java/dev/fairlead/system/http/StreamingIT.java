// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.Reply;
import dev.fairlead.testkit.WireFrame;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies pass as they come, both ways, and whoever does not read stops whoever writes. */
@ExtendWith(RelayUnderTest.Extension.class)
class StreamingIT {

    /** More than all buffers between two sockets of the loopback hold. */
    private static final int MUCH = 64 * 1024 * 1024;

    private static final Duration SOON = Duration.ofMillis(10);

    private RelayUnderTest relay;
    private ListenerDriver listener;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared;
        listener = relay.listener("orders").online();
    }

    /** {@return the usual one of many times, so that a busy machine does not count} */
    private static Duration usual(long[] nanos) {
        Arrays.sort(nanos);
        return Duration.ofNanos(nanos[nanos.length / 2]);
    }

    @Test
    void eventsReachTheSenderOneByOneAndAtOnce() {
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked()
                .dials()
                .answers(Reply.of(200).with("Content-Type", "text/event-stream").announcingBody())
                .begins("data: begin\n\n");
        assertThat(sender.receivesHead().header("Content-Type")).hasValue("text/event-stream");
        sender.receives("data: begin\n\n");
        long[] nanos = new long[300];

        for (int i = 0; i < nanos.length; i++) {
            String event = "data: " + i + "\n\n";
            long start = System.nanoTime();
            asked.goesOn(event);
            sender.receives(event);
            nanos[i] = System.nanoTime() - start;
        }

        assertThat(usual(nanos)).isLessThan(SOON);
        asked.ends("");
        sender.receivesEnd();
    }

    @Test
    void firstByteOfAnAnswerReachesTheSenderAtOnce() {
        HttpSenderDriver sender = relay.http("orders");
        long[] nanos = new long[60];

        for (int i = 0; i < nanos.length; i++) {
            sender.gets();
            Asked asked = listener.isAsked().dials();
            long start = System.nanoTime();
            asked.answers(Reply.of(200).announcingBody()).begins("first");
            sender.receivesHead();
            sender.receives("first");
            nanos[i] = System.nanoTime() - start;
            asked.ends("last");
            sender.receives("last").receivesEnd();
        }

        assertThat(usual(nanos)).isLessThan(SOON);
    }

    /** The listener's first words may be long before its first bytes. */
    @Test
    void headOfAnAnswerDoesNotWaitForItsBody() {
        HttpSenderDriver sender = relay.http("orders").gets();

        Asked asked = listener.isAsked().dials().answers(Reply.of(202).announcingBody());

        assertThat(sender.receivesHead().status()).isEqualTo(202);
        asked.begins("and ").ends("now");
        sender.receives("and ").receives("now").receivesEnd();
    }

    @Test
    void chunksReachTheListenerOneByOneAndAtOnce() {
        HttpSenderDriver sender = relay.http("orders").startsPostingChunks();
        Asked asked = listener.fetches();
        long[] nanos = new long[300];

        for (int i = 0; i < nanos.length; i++) {
            String chunk = "chunk " + i;
            long start = System.nanoTime();
            sender.sendsChunk(chunk);
            WireFrame frame = asked.channel().receivesButNoPings();
            nanos[i] = System.nanoTime() - start;
            assertThat(frame.text()).isEqualTo(chunk);
            assertThat(frame.isFinal()).isFalse();
        }

        assertThat(usual(nanos)).isLessThan(SOON);
        sender.endsChunks();
        assertThat(asked.channel().receivesButNoPings().isFinal()).isTrue();
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
    }

    @Test
    void bothMaySpeakAtOnce() {
        HttpSenderDriver sender = relay.http("orders").startsPostingChunks().sendsChunk("question 0");
        Asked asked = listener.fetches();
        assertThat(asked.channel().receivesButNoPings().text()).isEqualTo("question 0");
        asked.answers(Reply.of(200).announcingBody()).begins("answer 0");
        sender.receivesHead();
        sender.receives("answer 0");

        for (int i = 1; i < 50; i++) {
            sender.sendsChunk("question " + i);
            assertThat(asked.channel().receivesButNoPings().text()).isEqualTo("question " + i);
            asked.goesOn("answer " + i);
            sender.receives("answer " + i);
        }

        sender.endsChunks();
        assertThat(asked.channel().receivesButNoPings().isFinal()).isTrue();
        asked.ends("");
        sender.receivesEnd();
    }

    @Test
    void frameOfAnyLengthPasses() {
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked().dials().answers(Reply.of(200).announcingBody());
        byte[] body = Bytes.of(8 * 1024 * 1024);

        asked.channel().writesInBackground(WireFrame.binary(body).bytes());

        assertThat(sender.isAnswered().body()).isEqualTo(body);
    }

    @Test
    void senderThatDoesNotReadStopsTheListener() {
        HttpSenderDriver sender =
                relay.http("orders").withReceiveBuffer(16 * 1024).gets();
        Asked asked = listener.isAsked().dials().answers(Reply.of(200).announcingBody());

        CompletableFuture<Void> written = asked.channel()
                .writesInBackground(WireFrame.binary(Bytes.of(MUCH)).bytes());

        assertThat(written).failsWithin(Patience.WATCH.multipliedBy(5)).withThrowableOfType(TimeoutException.class);
        assertThat(sender.isAnswered().body()).hasSize(MUCH).isEqualTo(Bytes.of(MUCH));
        assertThat(written).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void listenerThatDoesNotReadStopsTheSender() {
        HttpSenderDriver sender = relay.http("orders").startsPosting(MUCH);
        CompletableFuture<Void> written = sender.socket().writesInBackground(Bytes.of(MUCH));
        Asked asked = listener.fetches();

        assertThat(written).failsWithin(Patience.WATCH.multipliedBy(5)).withThrowableOfType(TimeoutException.class);
        assertThat(asked.receivesBody()).hasSize(MUCH).isEqualTo(Bytes.of(MUCH));
        assertThat(written).succeedsWithin(Patience.LIMIT);
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
    }

    /** It has one control channel for all of them. */
    @Test
    void senderThatDoesNotReadDoesNotHoldUpOthersOfItsListener() {
        HttpSenderDriver stopped =
                relay.http("orders").withReceiveBuffer(16 * 1024).gets();
        Asked asked = listener.isAsked().dials().answers(Reply.of(200).announcingBody());
        asked.channel().writesInBackground(WireFrame.binary(Bytes.of(MUCH)).bytes());
        stopped.receivesHead();

        for (int i = 0; i < 20; i++) {
            HttpSenderDriver lively = relay.http("orders").gets();
            listener.isAsked().answers(Reply.of(200).body(Bytes.of(65_536)));
            assertThat(lively.isAnswered().body()).hasSize(65_536);
        }
    }

    /** Bodies of answers by the control channel are held for them; there are not endlessly many. */
    @Test
    void sendersThatDoNotReadAnswersOfTheControlChannelDoNotHoldUpOthers() {
        for (int i = 0; i < 20; i++) {
            relay.http("orders").withReceiveBuffer(4 * 1024).gets();
            listener.isAsked().answers(Reply.of(200).body(Bytes.of(65_536)));
        }

        HttpSenderDriver lively = relay.http("orders").gets();
        listener.isAsked().answers(200, "lively");
        lively.isAnsweredWith(200, "lively");
    }
}
