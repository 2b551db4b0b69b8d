// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Chapter 5, how pairs end: in order, one direction after the other, or by loss. */
@ExtendWith(RelayUnderTest.Extension.class)
class FarewellIT {

    /** Tests of Azure Relay's Java client wait that long for a Close. */
    private static final Duration SOON = Duration.ofMillis(500);

    private RelayUnderTest relay;
    private ListenerDriver listener;
    private SenderDriver sender;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared;
    }

    private void join() {
        listener = relay.listener("orders").online();
        sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();
    }

    @Test
    void listenerMaySayALotAfterTheSendersClose() {
        join();
        byte[] much = randomBytes(1 << 20);
        sender.closes(1000, "Shutdown");
        listener.isClosedWith(1000, "Shutdown");

        CompletableFuture<Void> sent = listener.socket()
                .writesInBackground(join(
                        WireFrame.binary(much).bytes(),
                        WireFrame.close(1000, "").bytes()));

        assertThat(sender.receivesMessage().payload()).isEqualTo(much);
        sender.isClosedWith(1000, "").isCutOff();
        sent.join();
        listener.isCutOff();
    }

    @Test
    void senderMaySayALotAfterTheListenersClose() {
        join();
        byte[] much = randomBytes(1 << 20);
        listener.closes(1000, "Shutdown");
        sender.isClosedWith(1000, "Shutdown");

        CompletableFuture<Void> sent = sender.socket()
                .writesInBackground(join(
                        WireFrame.binary(much).bytes(),
                        WireFrame.close(1000, "").bytes()));

        assertThat(listener.receivesMessage().payload()).isEqualTo(much);
        listener.isClosedWith(1000, "").isCutOff();
        sent.join();
        sender.isCutOff();
    }

    @Test
    void closeThatIsFollowedByAHangUpArrives() {
        join();

        sender.closes(4000, "no time").socket().hangsUp();

        listener.isClosedWith(4000, "no time").closes(1000, "").isCutOff();
        relay.untilMeter("fairlead_relay_pairs", 0);
    }

    @Test
    void closesThatCrossReachBoth() {
        join();

        sender.closes(4001, "from the sender");
        listener.closes(4002, "from the listener");

        sender.isClosedWith(4002, "from the listener").isCutOff();
        listener.isClosedWith(4001, "from the sender").isCutOff();
    }

    @Test
    void closeAndItsAnswerArriveSoon() {
        join();
        long start = System.nanoTime();

        sender.closes(1000, "");
        listener.isClosedWith(1000, "").closes(1000, "");
        sender.isClosedWith(1000, "").isCutOff();

        assertThat(since(start)).isLessThan(SOON);
    }

    @Test
    void lossOfTheSenderIsToldSoon() {
        join();
        long start = System.nanoTime();

        sender.isLost();

        listener.isCutOff();
        assertThat(since(start)).isLessThan(SOON);
    }

    @Test
    void lossOfTheListenerIsToldSoon() {
        join();
        long start = System.nanoTime();

        listener.isLost();

        sender.isCutOff();
        assertThat(since(start)).isLessThan(SOON);
    }

    @Test
    void wordsBehindACloseArePassedToNobody() {
        join();

        sender.closes(1000, "")
                .sends("one more thing")
                .sends(WireFrame.ping("?"))
                .closes(1001, "");

        listener.isClosedWith(1000, "").socket().hearsNothing();
        sender.socket().hearsNothing();
        listener.closes(1000, "").isCutOff();
    }

    /** It is the other one whose Close has not come, and who has to be kept from what is in between. */
    @Test
    void oneWhoWasToldOfACloseIsStillPinged() {
        relay.with("relay.pingInterval=1s");
        join();
        sender.closes(1000, "");
        listener.isClosedWith(1000, "");

        assertThat(listener.socket().receives().opcode()).isEqualTo(WireFrame.PING);
    }

    @Test
    void closeInTheMiddleOfAMessageIsPassedOn() {
        join();

        sender.sends(WireFrame.text("begun, and").notFinal()).closes(1000, "changed my mind");

        assertThat(listener.socket().receives().text()).isEqualTo("begun, and");
        listener.isClosedWith(1000, "changed my mind");
    }

    @Test
    void pongsAreNoTalk() {
        relay.with("relay.pingInterval=1s", "relay.idleTimeout=3s");
        join();
        long start = System.nanoTime();

        CompletableFuture<WireFrame> toListener =
                CompletableFuture.supplyAsync(() -> listener.socket().receivesButNoPings());
        WireFrame toSender = sender.socket().receivesButNoPings();

        assertThat(toSender.closeCode()).isEqualTo(1001);
        assertThat(toListener.join().closeCode()).isEqualTo(1001);
        assertThat(since(start)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(7));
    }

    @Test
    void oneWhoListensAllTheTimeIsNotIdle() {
        relay.with("relay.idleTimeout=1s");
        join();
        long start = System.nanoTime();

        for (int i = 0; since(start).compareTo(Duration.ofMillis(1500)) < 0; i++) {
            listener.sends("tick " + i);
            sender.receives("tick " + i);
        }

        sender.sends("still here");
        listener.receives("still here");
    }

    @Test
    void dismissedPairEndsOnBothSides() {
        relay.with("relay.idleTimeout=1s");
        join();

        assertThat(sender.socket().receivesButNoPings().closeCode()).isEqualTo(1001);
        assertThat(sender.socket().readsEnd()).isEqualTo(RawWebSocket.End.FINISHED);
        assertThat(listener.socket().receivesButNoPings().closeCode()).isEqualTo(1001);
        assertThat(listener.socket().readsEnd()).isEqualTo(RawWebSocket.End.FINISHED);
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
