// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Chapter 5, one side of a pair that stands still: what the other may do meanwhile, and what becomes of its words. */
@ExtendWith(RelayUnderTest.Extension.class)
class StoppedReaderIT {

    private static final int MESSAGE = 64 * 1024;

    /** What the server may hold of one read, and of the next, before it reads no more. */
    private static final int FELT = 512 * 1024;

    private RelayUnderTest relay;
    private ListenerDriver listener;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared;
    }

    private SenderDriver joined() {
        if (listener == null) {
            listener = relay.listener("orders").online();
        }
        SenderDriver sender = relay.sender("orders").withReceiveBuffer(4096).startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        return sender.isConnected();
    }

    /** {@return how many messages were sent until the server stopped to read the listener, which it had to} */
    private int listenerTalksUntilItIsNotReadAnyMore() {
        byte[] payload = new byte[MESSAGE];
        double before = relayedBytes();
        int messages = 0;
        while (messages * (double) MESSAGE - (relayedBytes() - before) < FELT) {
            Arrays.fill(payload, (byte) messages++);
            listener.sends(WireFrame.binary(payload));
        }
        return messages;
    }

    private double relayedBytes() {
        return relay.meter("fairlead_relay_bytes_total");
    }

    private static void hears(SenderDriver sender, int messages) {
        byte[] payload = new byte[MESSAGE];
        for (int i = 0; i < messages; i++) {
            Arrays.fill(payload, (byte) i);
            assertThat(sender.receivesMessage().payload()).isEqualTo(payload);
        }
    }

    @Test
    void wordsOfOneWhoHangsUpMeanwhileArrive() {
        SenderDriver sender = joined();
        int messages = listenerTalksUntilItIsNotReadAnyMore();

        listener.socket().hangsUp();

        hears(sender, messages);
        sender.isCutOff();
    }

    @Test
    void closeOfOneWhoHangsUpMeanwhileArrivesBehindItsWords() {
        SenderDriver sender = joined();
        int messages = listenerTalksUntilItIsNotReadAnyMore();

        listener.closes(4000, "done").socket().hangsUp();

        hears(sender, messages);
        sender.isClosedWith(4000, "done");
    }

    @Test
    void bothClosesComeBehindWhatWasSaid() {
        SenderDriver sender = joined();
        int messages = listenerTalksUntilItIsNotReadAnyMore();
        sender.closes(1000, "enough");
        listener.isClosedWith(1000, "enough").closes(1000, "as you wish");

        hears(sender, messages);
        sender.isClosedWith(1000, "as you wish").isCutOff();
        listener.isCutOff();
    }

    @Test
    void oneWhoHangsUpMeanwhileCostsTheServerNoTime() {
        joined();
        listenerTalksUntilItIsNotReadAnyMore();
        listener.socket().hangsUp();
        long before = loopNanos();

        relay.socket().hearsNothing();

        assertThat(Duration.ofNanos(loopNanos() - before)).isLessThan(Patience.WATCH.dividedBy(4));
    }

    private static long loopNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (long id : threads.getAllThreadIds()) {
            var thread = threads.getThreadInfo(id);
            if (thread != null && thread.getThreadName().startsWith("fairlead-loop")) {
                nanos += threads.getThreadCpuTime(id);
            }
        }
        return nanos;
    }

    @Test
    void lossOfOneIsNoticedAtOnce() {
        joined();
        listenerTalksUntilItIsNotReadAnyMore();

        listener.isLost();

        relay.untilMeter("fairlead_relay_pairs", 0);
    }

    @Test
    void lossOfTheStoppedOneCutsTheOtherOff() {
        SenderDriver sender = joined();
        listenerTalksUntilItIsNotReadAnyMore();

        sender.isLost();

        assertThat(listener.socket().readsToTheEnd()).isIn((Object[]) RawWebSocket.End.values());
    }

    @Test
    void stoppedReaderMayTalk() {
        SenderDriver sender = joined();
        listenerTalksUntilItIsNotReadAnyMore();

        for (int i = 0; i < 1000; i++) {
            sender.sends("message " + i);
        }

        for (int i = 0; i < 1000; i++) {
            listener.receives("message " + i);
        }
    }

    /** A client that is sent much would take a missing pong for a lost connection, and cut it. */
    @Test
    void pingOfAStoppedReaderIsAnsweredOnceItReads() {
        SenderDriver sender = joined();
        listenerTalksUntilItIsNotReadAnyMore();

        sender.sends(WireFrame.ping("first")).sends(WireFrame.ping("are you there?"));
        sender.sends("seen");
        listener.receives("seen");

        WireFrame frame;
        List<String> pongs = new ArrayList<>();
        do {
            frame = sender.socket().receives();
            if (frame.opcode() == WireFrame.PONG) {
                pongs.add(frame.text());
            }
        } while (!pongs.contains("are you there?"));
    }

    @Test
    void pingOfOneWhoIsNotReadIsAnsweredOnceTheOtherReads() {
        SenderDriver sender = joined();
        int messages = listenerTalksUntilItIsNotReadAnyMore();
        listener.sends(WireFrame.ping("are you there?"));

        hears(sender, messages);

        WireFrame pong = listener.socket().receives();
        assertThat(pong.opcode()).isEqualTo(WireFrame.PONG);
        assertThat(pong.text()).isEqualTo("are you there?");
    }

    @Test
    void othersAreNotHeldUp() {
        for (int i = 0; i < 4; i++) {
            joined();
            listenerTalksUntilItIsNotReadAnyMore();
        }
        SenderDriver lively = joined();

        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            lively.sends("question " + i);
            listener.receives("question " + i).sends("answer " + i);
            lively.receives("answer " + i);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
}
