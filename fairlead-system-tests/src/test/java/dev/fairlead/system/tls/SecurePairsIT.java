// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Chapters 5 and 8: pairs with TLS on either leg, or on both. */
@ParameterizedClass
@EnumSource(SecurePairsIT.Legs.class)
@ExtendWith(RelayUnderTest.Extension.class)
class SecurePairsIT {

    /** 32 MiB: what the kernel's buffers of two connections hold together is less. */
    private static final int MORE_THAN_KERNELS_HOLD = 32 << 20;

    private static final int MEBIBYTE = 1 << 20;

    /** Who speaks TLS; of old means version 1.2. */
    enum Legs {
        BOTH,
        BOTH_AS_OF_OLD,
        SENDER,
        LISTENER
    }

    @Parameter
    Legs legs;

    private RelayUnderTest relay;
    private ListenerDriver listener;
    private SenderDriver sender;

    @BeforeEach
    void join(RelayUnderTest prepared) {
        relay = prepared.withTls();
        listener = by(legs != Legs.SENDER).listener("orders").online();
        sender = by(legs != Legs.LISTENER).sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();
    }

    private RelayUnderTest by(boolean tls) {
        return tls ? relay.overTls(legs == Legs.BOTH_AS_OF_OLD ? "TLSv1.2" : "TLSv1.3") : relay.inPlain();
    }

    @Test
    void messagesOfOddSizesArriveAsTheyWere() {
        Random random = new Random(1);
        for (int size : new int[] {
            0, 1, 125, 126, 4_095, 16_383, 16_384, 16_385, 32_767, 32_769, 65_535, 65_537, 99_991, 262_147
        }) {
            byte[] there = new byte[size];
            byte[] back = new byte[size + 1];
            random.nextBytes(there);
            random.nextBytes(back);

            sender.sends(WireFrame.binary(there));
            assertThat(listener.receivesMessage().payload()).isEqualTo(there);
            listener.sends(WireFrame.binary(back));
            assertThat(sender.receivesMessage().payload()).isEqualTo(back);
        }
    }

    @Test
    void thousandsOfSmallMessagesArriveInOrder() {
        int count = 20_000;
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            frames.writeBytes(WireFrame.text("message " + i).bytes());
        }
        CompletableFuture<Void> sent = sender.socket().writesInBackground(frames.toByteArray());

        for (int i = 0; i < count; i++) {
            listener.receives("message " + i);
        }
        sent.join();
    }

    @Test
    void mebibytesFlowBothWaysAtOnce() {
        byte[] message = randomBytes(MEBIBYTE);
        byte[] frame = WireFrame.binary(message).bytes();
        int count = 8;

        CompletableFuture<Void> there =
                aside(() -> times(count, () -> sender.socket().writes(frame)));
        CompletableFuture<Void> back =
                aside(() -> times(count, () -> listener.socket().writes(frame)));
        CompletableFuture<Void> heard = aside(() -> times(
                count, () -> assertThat(sender.receivesMessage().payload()).isEqualTo(message)));

        times(count, () -> assertThat(listener.receivesMessage().payload()).isEqualTo(message));
        CompletableFuture.allOf(there, back, heard).join();
    }

    private static CompletableFuture<Void> aside(Runnable task) {
        return CompletableFuture.runAsync(task, work -> Thread.ofVirtual().start(work));
    }

    private static void times(int count, Runnable action) {
        for (int i = 0; i < count; i++) {
            action.run();
        }
    }

    @Test
    void stoppedListenerStopsTheSenderAndLosesNothing() {
        stoppedReaderStopsTheWriter(sender.socket(), listener.socket());
    }

    @Test
    void stoppedSenderStopsTheListenerAndLosesNothing() {
        stoppedReaderStopsTheWriter(listener.socket(), sender.socket());
    }

    private static void stoppedReaderStopsTheWriter(RawWebSocket writer, RawWebSocket reader) {
        byte[] bytes = randomBytes(MORE_THAN_KERNELS_HOLD);

        CompletableFuture<Void> sent =
                writer.writesInBackground(WireFrame.binary(bytes).bytes());

        assertThat(sent).failsWithin(Patience.WATCH).withThrowableOfType(TimeoutException.class);
        assertThat(reader.receivesMessage().payload()).isEqualTo(bytes);
        sent.join();
    }

    @Test
    void wordsOfASenderThatHangsUpWhileItIsNotReadArrive() {
        byte[] bytes = randomBytes(3 * MEBIBYTE);
        CompletableFuture<Void> sent =
                sender.socket().writesInBackground(WireFrame.binary(bytes).bytes());
        relay.untilMeterRests("fairlead_relay_bytes_total");
        CompletableFuture<Void> gone = sent.thenRun(() -> sender.socket().hangsUp());

        assertThat(listener.receivesMessage().payload()).isEqualTo(bytes);
        gone.join();
        listener.isCutOff();
    }

    @Test
    void oneDirectionMayEndLongBeforeTheOther() {
        sender.closes(1000, "Shutdown");
        listener.isClosedWith(1000, "Shutdown");

        byte[] much = randomBytes(MEBIBYTE);
        CompletableFuture<Void> sent =
                listener.socket().writesInBackground(WireFrame.binary(much).bytes());
        assertThat(sender.receivesMessage().payload()).isEqualTo(much);
        sent.join();
        listener.closes(1000, "");

        sender.isClosedWith(1000, "");
        assertThat(sender.socket().readsEnd()).isEqualTo(RawWebSocket.End.FINISHED);
        assertThat(listener.socket().readsEnd()).isEqualTo(RawWebSocket.End.FINISHED);
    }

    @Test
    void listenerOfASenderThatIsLostWhileItTalksIsCutOff() {
        CompletableFuture<Void> talk = listener.socket()
                .writesInBackground(
                        WireFrame.binary(randomBytes(MORE_THAN_KERNELS_HOLD)).bytes());

        sender.isLost();

        relay.untilMeter("fairlead_relay_pairs", 0);
        assertThat(talk).failsWithin(Patience.LIMIT);
    }

    @Test
    void listenerOfASenderThatHangsUpWhileItTalksIsCutOff() {
        CompletableFuture<Void> talk = listener.socket()
                .writesInBackground(
                        WireFrame.binary(randomBytes(MORE_THAN_KERNELS_HOLD)).bytes());

        sender.socket().hangsUp();

        relay.untilMeter("fairlead_relay_pairs", 0);
        assertThat(talk).failsWithin(Patience.LIMIT);
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
