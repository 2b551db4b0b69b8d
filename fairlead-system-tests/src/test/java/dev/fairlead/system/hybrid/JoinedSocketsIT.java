// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 5: joined sockets. */
@ExtendWith(RelayUnderTest.Extension.class)
class JoinedSocketsIT {

    private static final int LONGEST_FRAME = 32 * 1024;
    private static final long MEBIBYTE = 1 << 20;

    /** 32 MiB: what the kernel's buffers of two connections hold together is less. */
    private static final int MORE_THAN_KERNELS_HOLD = 32 << 20;

    /** What the event loops share, and what the allocator keeps beside what is in use. */
    private static final long LOOP_BUFFERS = 8 * MEBIBYTE;

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
    void textStaysTextAndBinaryStaysBinary() {
        join();

        sender.sends("ä€😀").sends(WireFrame.binary((byte) 0, (byte) -1)).sends("");

        listener.receives("ä€😀");
        WireFrame binary = listener.receivesMessage();
        assertThat(binary.opcode()).isEqualTo(WireFrame.BINARY);
        assertThat(binary.payload()).containsExactly(0, -1);
        listener.receives("");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 32_767, 32_768, 32_769, 65_535, 65_536, 100_001, 1_048_577})
    void bytesOfEveryLengthArriveAsTheyWere(int length) {
        join();
        byte[] bytes = randomBytes(length);

        CompletableFuture<Void> sent =
                sender.socket().writesInBackground(WireFrame.binary(bytes).bytes());

        assertThat(listener.receivesMessage().payload()).isEqualTo(bytes);
        sent.join();
        CompletableFuture<Void> answered =
                listener.socket().writesInBackground(WireFrame.binary(bytes).bytes());
        assertThat(sender.receivesMessage().payload()).isEqualTo(bytes);
        answered.join();
    }

    @Test
    void framesThatGoOutAreUnmaskedAndAtMost32KiB() {
        join();

        sender.sends(WireFrame.text("x".repeat(100_000)));

        WireFrame frame = listener.socket().receives();
        assertThat(frame.opcode()).isEqualTo(WireFrame.TEXT);
        int length = 0;
        while (true) {
            assertThat(frame.isMasked()).isFalse();
            assertThat(frame.reserved()).isZero();
            assertThat(frame.length()).isBetween(1, LONGEST_FRAME);
            length += frame.length();
            if (frame.isFinal()) {
                break;
            }
            frame = listener.socket().receives();
            assertThat(frame.opcode()).isEqualTo(WireFrame.CONTINUATION);
        }
        assertThat(length).isEqualTo(100_000);
    }

    @Test
    void fragmentsOfAMessageWithoutEndArriveAsTheyCome() {
        join();
        sender.sends(WireFrame.text("begun").notFinal());
        assertThat(listener.socket().receives().text()).isEqualTo("begun");

        for (int i = 0; i < 100; i++) {
            sender.sends(fragment("part " + i).notFinal());

            WireFrame part = listener.socket().receives();
            assertThat(part.text()).isEqualTo("part " + i);
            assertThat(part.opcode()).isEqualTo(WireFrame.CONTINUATION);
            assertThat(part.isFinal()).isFalse();
        }
    }

    @Test
    void emptyFragmentsEndMessagesAsOthersDo() {
        join();

        sender.sends(WireFrame.text("").notFinal())
                .sends(fragment("").notFinal())
                .sends(fragment("a").notFinal())
                .sends(fragment(""))
                .sends("b");

        listener.receives("a").receives("b");
    }

    @Test
    void characterCutByAFragmentArrivesWhole() {
        join();
        byte[] letters = "ä€😀".getBytes(StandardCharsets.UTF_8);

        for (int i = 0; i < letters.length; i++) {
            WireFrame frame = WireFrame.of(
                    i == 0 ? WireFrame.TEXT : WireFrame.CONTINUATION, Arrays.copyOfRange(letters, i, i + 1));
            sender.sends(i == letters.length - 1 ? frame : frame.notFinal());
        }

        listener.receives("ä€😀");
    }

    /** Whether a text is well-formed is for the listener to judge. */
    @Test
    void textThatIsNoUtf8IsPassedOn() {
        join();

        sender.sends(WireFrame.of(WireFrame.TEXT, new byte[] {(byte) 0xC3, (byte) 0x28}));

        assertThat(listener.receivesMessage().payload()).containsExactly(0xC3, 0x28);
    }

    @Test
    void pingIsAnsweredByTheRelayAndNotPassedOn() {
        join();

        sender.sends(WireFrame.text("one ").notFinal())
                .sends(WireFrame.ping("there?"))
                .sends(WireFrame.pong("unasked"))
                .sends(fragment("two"));

        WireFrame pong = sender.socket().receives();
        assertThat(pong.opcode()).isEqualTo(WireFrame.PONG);
        assertThat(pong.text()).isEqualTo("there?");
        StringBuilder text = new StringBuilder();
        WireFrame frame;
        do {
            frame = listener.socket().receives();
            assertThat(frame.opcode()).isIn(WireFrame.TEXT, WireFrame.CONTINUATION);
            text.append(frame.text());
        } while (!frame.isFinal());
        assertThat(text).hasToString("one two");
    }

    @Test
    void idlePairIsPingedAndStays() {
        relay.with("relay.pingInterval=1s");
        join();

        for (int i = 0; i < 3; i++) {
            WireFrame toSender = sender.socket().receives();
            WireFrame toListener = listener.socket().receives();
            assertThat(toSender.opcode()).isEqualTo(WireFrame.PING);
            assertThat(toListener.opcode()).isEqualTo(WireFrame.PING);
            sender.sends(WireFrame.of(WireFrame.PONG, toSender.payload()));
            listener.sends(WireFrame.of(WireFrame.PONG, toListener.payload()));
        }
        sender.sends("still here");
        listener.receives("still here");
    }

    @Test
    void pairWithASilentSideIsCutOff() {
        relay.with("relay.pingInterval=1s");
        join();

        listener.socket().answersPingsUntilTheEnd();

        relay.untilMeter("fairlead_relay_pairs", 0);
    }

    @Test
    void closeIsPassedOnAndNotAnswered() {
        join();

        sender.closes(4001, "done, thank you");

        listener.isClosedWith(4001, "done, thank you");
        sender.socket().hearsNothing();
    }

    @Test
    void listenerMayStillTalkAfterTheSendersClose() {
        join();
        sender.closes(1000, "Shutdown");
        listener.isClosedWith(1000, "Shutdown");

        listener.sends("one more thing").closes(1000, "Shutdown, too");

        sender.receives("one more thing").isClosedWith(1000, "Shutdown, too").isCutOff();
        listener.isCutOff();
    }

    @Test
    void senderMayStillTalkAfterTheListenersClose() {
        join();
        listener.closes(1000, "Shutdown");
        sender.isClosedWith(1000, "Shutdown");

        sender.sends("one more thing").closes(4000, "");

        listener.receives("one more thing").isClosedWith(4000, "").isCutOff();
        sender.isCutOff();
    }

    @Test
    void closeWithoutACodeStaysWithoutOne() {
        join();

        sender.sends(WireFrame.emptyClose());

        listener.isClosedWith(1005, "");
    }

    @Test
    void bothConnectionsEndInOrderWhenBothHaveClosed() {
        join();

        sender.closes(1000, "");
        listener.isClosedWith(1000, "").closes(1000, "");

        sender.isClosedWith(1000, "");
        assertThat(sender.socket().readsEnd()).isEqualTo(RawWebSocket.End.FINISHED);
        assertThat(listener.socket().readsEnd()).isEqualTo(RawWebSocket.End.FINISHED);
        relay.untilMeter("fairlead_relay_pairs", 0);
    }

    @Test
    void listenerOfALostSenderIsCutOffWithoutAClose() {
        join();

        sender.isLost();

        listener.isCutOff();
    }

    @Test
    void senderOfALostListenerIsCutOffWithoutAClose() {
        join();

        listener.isLost();

        sender.isCutOff();
    }

    @Test
    void whoHangsUpWithoutACloseIsLost() {
        join();

        sender.sends("last words");
        sender.socket().hangsUp();

        listener.receives("last words").isCutOff();
    }

    @Test
    void listenerThatIsLostAfterTheSendersCloseCutsTheSenderOff() {
        join();
        sender.closes(1000, "");
        listener.isClosedWith(1000, "");

        listener.isLost();

        sender.isCutOff();
    }

    @Test
    void idlePairIsDismissedWhereAnIdleTimeoutIsSet() {
        relay.with("relay.idleTimeout=1s");
        join();

        WireFrame close = listener.socket().receivesButNoPings();

        assertThat(close.opcode()).isEqualTo(WireFrame.CLOSE);
        assertThat(sender.socket().receivesButNoPings().opcode()).isEqualTo(WireFrame.CLOSE);
    }

    @Test
    void bothDirectionsFlowAtOnce() {
        join();
        byte[] there = randomBytes(3_000_001);
        byte[] back = randomBytes(2_000_003);

        CompletableFuture<Void> sent =
                sender.socket().writesInBackground(WireFrame.binary(there).bytes());
        CompletableFuture<Void> answered =
                listener.socket().writesInBackground(WireFrame.binary(back).bytes());
        CompletableFuture<byte[]> arrivedBack =
                CompletableFuture.supplyAsync(() -> sender.receivesMessage().payload());

        assertThat(listener.receivesMessage().payload()).isEqualTo(there);
        assertThat(arrivedBack.join()).isEqualTo(back);
        CompletableFuture.allOf(sent, answered).join();
    }

    @Test
    void stoppedReaderStopsTheWriterAndLosesNothing() {
        join();
        byte[] bytes = randomBytes(MORE_THAN_KERNELS_HOLD);

        CompletableFuture<Void> sent =
                sender.socket().writesInBackground(WireFrame.binary(bytes).bytes());

        assertThat(sent).failsWithin(Patience.WATCH).withThrowableOfType(TimeoutException.class);
        assertThat(listener.receivesMessage().payload()).isEqualTo(bytes);
        sent.join();
    }

    @Test
    void stoppedReadersCostAMebibyteEachAndNoMore() {
        listener = relay.listener("orders").online();
        byte[] frame = WireFrame.binary(randomBytes(MORE_THAN_KERNELS_HOLD)).bytes();
        int pairs = 16;
        long before = directMemory();
        List<CompletableFuture<Void>> writers = new ArrayList<>();

        for (int i = 0; i < pairs; i++) {
            SenderDriver writer = relay.sender("orders").startsConnecting();
            listener.isOffered(writer);
            listener.dials();
            writers.add(writer.isConnected().socket().writesInBackground(frame));
        }

        // What all pairs have passed stops growing when the kernels' buffers are full.
        relay.untilMeterRests("fairlead_relay_bytes_total");
        assertThat(writers).noneMatch(CompletableFuture::isDone);
        assertThat(directMemory() - before).isLessThan(pairs * MEBIBYTE + LOOP_BUFFERS);
    }

    /** What both allocators of the server hold: that of ordinary buffers, and that of the loops' large ones. */
    private static long directMemory() {
        long large = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        return ByteBufAllocator.DEFAULT.equals(PooledByteBufAllocator.DEFAULT)
                ? large
                : large
                        + ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                                .metric()
                                .usedDirectMemory();
    }

    private static WireFrame fragment(String text) {
        return WireFrame.of(WireFrame.CONTINUATION, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
