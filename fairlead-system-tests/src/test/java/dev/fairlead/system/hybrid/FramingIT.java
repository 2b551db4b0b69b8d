// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, section 5, on both legs of a pair and on a control channel. */
@ExtendWith(RelayUnderTest.Extension.class)
class FramingIT {

    private RelayUnderTest relay;
    private ListenerDriver listener;
    private SenderDriver sender;

    @BeforeEach
    void join(RelayUnderTest prepared) {
        relay = prepared;
        listener = relay.listener("orders").online();
        sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        sender.isConnected();
    }

    static Stream<Arguments> violations() {
        WireFrame text = WireFrame.text("x");
        return Stream.of(
                argumentSet("unmasked", List.of(text.unmasked())),
                argumentSet("RSV1", List.of(text.withReserved(4))),
                argumentSet("RSV2", List.of(text.withReserved(2))),
                argumentSet("RSV3", List.of(text.withReserved(1))),
                argumentSet("RSV1 of a ping", List.of(WireFrame.ping("").withReserved(4))),
                argumentSet("opcode 3", List.of(WireFrame.of(3, new byte[1]))),
                argumentSet("opcode 7", List.of(WireFrame.of(7, new byte[1]))),
                argumentSet("opcode 11", List.of(WireFrame.of(11, new byte[1]))),
                argumentSet("opcode 15", List.of(WireFrame.of(15, new byte[1]))),
                argumentSet("ping of 126 bytes", List.of(WireFrame.of(WireFrame.PING, new byte[126]))),
                argumentSet("close of 126 bytes", List.of(WireFrame.of(WireFrame.CLOSE, new byte[126]))),
                argumentSet("ping in fragments", List.of(WireFrame.ping("x").notFinal())),
                argumentSet(
                        "close in fragments", List.of(WireFrame.close(1000, "").notFinal())),
                argumentSet("continuation of nothing", List.of(WireFrame.of(WireFrame.CONTINUATION, new byte[1]))),
                argumentSet("message within a message", List.of(text.notFinal(), text)),
                argumentSet("length 2^63", List.of(WireFrame.text("").declaring(Long.MIN_VALUE))),
                argumentSet("length -1", List.of(WireFrame.text("").declaring(-1))),
                argumentSet("length in two bytes too many", List.of(text.withLengthBytes(2))),
                argumentSet("length in eight bytes too many", List.of(text.withLengthBytes(8))),
                argumentSet("close of one byte", List.of(WireFrame.of(WireFrame.CLOSE, new byte[1]))),
                argumentSet("close with 1005", List.of(WireFrame.close(1005, ""))),
                argumentSet("close with 1006", List.of(WireFrame.close(1006, ""))),
                argumentSet("close with 999", List.of(WireFrame.close(999, ""))),
                argumentSet("close with 5000", List.of(WireFrame.close(5000, ""))));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void violationOfASenderIsClosedWith1002AndCutsTheListenerOff(List<WireFrame> frames) {
        frames.forEach(sender::sends);

        assertThat(sender.socket().receivesButNoPings().closeCode()).isEqualTo(1002);
        sender.isCutOff();
        listener.socket().readsToTheEnd();
    }

    @ParameterizedTest
    @MethodSource("violations")
    void violationOfAListenerIsClosedWith1002AndCutsTheSenderOff(List<WireFrame> frames) {
        frames.forEach(listener::sends);

        assertThat(listener.socket().receivesButNoPings().closeCode()).isEqualTo(1002);
        listener.isCutOff();
        sender.socket().readsToTheEnd();
    }

    @ParameterizedTest
    @MethodSource("violations")
    void violationOnAControlChannelIsClosedWith1002AndLeavesPairsAlone(List<WireFrame> frames) {
        frames.forEach(listener.control()::sends);

        listener.isSentAwayWith(1002);
        listener.control().readsEnd();
        sender.sends("not disturbed");
        listener.receives("not disturbed");
    }

    @Test
    void reasonThatIsNoUtf8IsAViolation() {
        sender.sends(WireFrame.of(WireFrame.CLOSE, new byte[] {0x03, (byte) 0xE8, (byte) 0xC3, 0x28}));

        assertThat(sender.socket().receivesButNoPings().closeCode()).isIn(1002, 1007);
        listener.isCutOff();
    }

    @Test
    void longestControlFramesAreNone() {
        String longest = "p".repeat(125);
        String longestReason = "r".repeat(123);

        sender.sends(WireFrame.ping(longest)).closes(4999, longestReason);

        assertThat(sender.socket().receives().text()).isEqualTo(longest);
        listener.isClosedWith(4999, longestReason);
    }

    @Test
    void whatCameBeforeAViolationIsPassedOn() {
        sender.socket()
                .writes(join(
                        WireFrame.text("good").bytes(),
                        WireFrame.text("bad").unmasked().bytes()));

        listener.receives("good").isCutOff();
    }

    static IntStream everySplit() {
        return IntStream.rangeClosed(
                1, WireFrame.of(WireFrame.BINARY, new byte[65_536]).bytes().length - 65_536 + 2);
    }

    @ParameterizedTest
    @MethodSource("everySplit")
    void headerMayArriveInTwoPieces(int split) {
        byte[] payload = new byte[65_536];
        payload[0] = 1;
        payload[65_535] = 2;

        sender.socket().sendsSplit(WireFrame.binary(payload), split);

        assertThat(listener.receivesMessage().payload()).isEqualTo(payload);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void framesMayArriveInPiecesOfAFewBytes(int size) {
        byte[] frames = join(
                WireFrame.text("one").bytes(),
                WireFrame.ping("?").bytes(),
                WireFrame.text("t").notFinal().bytes(),
                WireFrame.of(WireFrame.CONTINUATION, "wo".getBytes(StandardCharsets.UTF_8))
                        .bytes(),
                WireFrame.text("x".repeat(300)).bytes(),
                WireFrame.close(4000, "end").bytes());

        for (int at = 0; at < frames.length; at += size) {
            sender.socket().writes(Arrays.copyOfRange(frames, at, Math.min(frames.length, at + size)));
        }

        listener.receives("one").receives("two").receives("x".repeat(300)).isClosedWith(4000, "end");
    }

    @Test
    void thousandsOfSmallFramesInOneReadArriveInOrder() {
        byte[] frames = join(IntStream.range(0, 20_000)
                .mapToObj(i -> WireFrame.text("message " + i).bytes())
                .toArray(byte[][]::new));

        sender.socket().writesInBackground(frames);

        for (int i = 0; i < 20_000; i++) {
            listener.receives("message " + i);
        }
    }

    @Test
    void floodOfPingsIsNoFloodOfMemory() {
        byte[] pings = join(IntStream.range(0, 50_000)
                .mapToObj(i -> WireFrame.ping("p".repeat(125)).bytes())
                .toArray(byte[][]::new));

        sender.socket().writesInBackground(pings).join();

        sender.sends("still here");
        listener.receives("still here");
    }

    @Test
    void endInsideAFrameCutsTheOtherOff() {
        byte[] frame = WireFrame.text("cut short").bytes();

        sender.socket().writes(Arrays.copyOf(frame, frame.length - 3)).hangsUp();

        listener.socket().readsToTheEnd();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
