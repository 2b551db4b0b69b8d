// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.edge.http.MemoryShortage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "Joined sockets": what one side sends is what the other side gets. */
class FramePumpTest {

    private static final Duration PING_INTERVAL = Duration.ofSeconds(30);
    private static final int KEY = 0x5A17_C3E9;

    private final EmbeddedChannel sender = new EmbeddedChannel();
    private final EmbeddedChannel listener = new EmbeddedChannel();
    private final List<ByteBuf> seen = new ArrayList<>();
    private final LoopBuffer buffer = new LoopBuffer(new UnpooledByteBufAllocator(true));
    private final ByteArrayOutputStream toSender = new ByteArrayOutputStream();
    private final ByteArrayOutputStream toListener = new ByteArrayOutputStream();
    private EdgeLoop loop;

    @BeforeEach
    void join() {
        join(false, null);
    }

    private void join(boolean reservedBits, Duration idleTimeout) {
        join(reservedBits, idleTimeout, PING_INTERVAL);
    }

    private void join(boolean reservedBits, Duration idleTimeout, Duration pingInterval) {
        sender.freezeTime();
        listener.freezeTime();
        ((DefaultChannelPipeline) sender.pipeline()).removeIfExists(FramePump.class);
        ((DefaultChannelPipeline) listener.pipeline()).removeIfExists(FramePump.class);
        loop = new EdgeLoop(
                sender.eventLoop(),
                buffer,
                new Heartbeats(sender.eventLoop(), pingInterval.dividedBy(2)),
                new LoopTalks(sender.eventLoop()),
                new HashSet<>(),
                new AtomicInteger());
        Pair pair = new Pair(sender, loop, reservedBits, idleTimeout, ConnectionObserver.NONE);
        sender.pipeline().addLast(pair.pump(PairLife.Side.FIRST));
        listener.pipeline().addLast(pair.pump(PairLife.Side.SECOND));
    }

    @AfterEach
    void everyBufferIsReleased() {
        sender.finishAndReleaseAll();
        listener.finishAndReleaseAll();
        loop.close();
        assertThat(seen).allSatisfy(each -> assertThat(each.refCnt()).isZero());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 32_767, 32_768, 32_769, 65_535, 65_536, 100_001, 262_144, 1_000_003})
    void messageOfAnySizeArrivesWholeInFramesOfAtMost32KiB(int size) {
        byte[] message = bytes(size);

        reads(sender, frame(0x82, message));

        List<Frame> frames = frames(listener);
        assertThat(frames)
                .allSatisfy(frame -> assertThat(frame.payload().length).isLessThanOrEqualTo(32 * 1024));
        assertThat(frames.getFirst().opcode()).isEqualTo(Opcode.BINARY);
        assertThat(frames.stream().skip(1))
                .allSatisfy(frame -> assertThat(frame.opcode()).isEqualTo(Opcode.CONTINUATION));
        assertThat(frames.stream().filter(Frame::last)).containsExactly(frames.getLast());
        assertThat(joined(frames)).isEqualTo(message);
    }

    @Test
    void readThatFoundNoMemoryIsTriedAgainAMomentLater() {
        sender.pipeline().fireExceptionCaught(new MemoryShortage.Felt());
        assertThat(sender.config().isAutoRead()).isFalse();

        sender.advanceTimeBy(MemoryShortage.PAUSE.toNanos(), TimeUnit.NANOSECONDS);
        sender.runScheduledPendingTasks();

        assertThat(sender.config().isAutoRead()).isTrue();
        reads(sender, frame(0x82, bytes(10)));
        assertThat(joined(frames(listener))).isEqualTo(bytes(10));
    }

    @Test
    void pairForWhoseWordsThereIsNoMemoryIsCutOff() {
        listener.pipeline().fireExceptionCaught(new OutOfMemoryError("planned"));

        assertThat(sender.isOpen()).isFalse();
        assertThat(listener.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 13, 14, 15, 100, 1000, 32_768, 40_000})
    void manyMessagesArriveInOrderHoweverTheStreamIsCut(int piece) {
        Random random = new Random(piece);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] message = bytes(i % 10 == 9 ? Math.min(50 * piece, 70_000) : random.nextInt(300));
            messages.add(message);
            wire.writeBytes(frame(0x01, message));
            wire.writeBytes(frame(0x8A, new byte[random.nextInt(20)]));
            wire.writeBytes(frame(0x80, new byte[0]));
        }

        byte[] all = wire.toByteArray();
        for (int at = 0; at < all.length; at += piece) {
            reads(sender, Arrays.copyOfRange(all, at, Math.min(all.length, at + piece)));
        }

        List<byte[]> arrived = new ArrayList<>();
        ByteArrayOutputStream current = new ByteArrayOutputStream();
        for (Frame frame : frames(listener)) {
            assertThat(frame.opcode()).isIn(Opcode.TEXT, Opcode.CONTINUATION);
            current.writeBytes(frame.payload());
            if (frame.last()) {
                arrived.add(current.toByteArray());
                current.reset();
            }
        }
        assertThat(arrived).hasSameSizeAs(messages);
        IntStream.range(0, messages.size())
                .forEach(i -> assertThat(arrived.get(i)).isEqualTo(messages.get(i)));
    }

    @Test
    void partOfAFrameIsPassedOnBeforeTheRestIsThere() {
        byte[] frame = frame(0x81, "hello, world".getBytes(StandardCharsets.UTF_8));

        reads(sender, Arrays.copyOf(frame, 11));

        assertThat(frames(listener)).singleElement().satisfies(part -> {
            assertThat(part.last()).isFalse();
            assertThat(part.payload()).asString(StandardCharsets.UTF_8).isEqualTo("hello");
        });
    }

    @Test
    void pingIsAnsweredHereAndNotPassedOn() {
        reads(sender, frame(0x89, "marco".getBytes(StandardCharsets.UTF_8)));

        assertThat(frames(sender)).singleElement().satisfies(pong -> {
            assertThat(pong.opcode()).isEqualTo(Opcode.PONG);
            assertThat(pong.payload()).asString(StandardCharsets.UTF_8).isEqualTo("marco");
        });
        assertThat(frames(listener)).isEmpty();
    }

    @Test
    void closeIsPassedOnBehindWhatCameBeforeItAndIsNotAnswered() {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(frame(0x81, "last".getBytes(StandardCharsets.UTF_8)));
        wire.writeBytes(frame(0x88, CloseStatus.clipped(4001, "done").payload()));
        wire.writeBytes(frame(0x81, "too late".getBytes(StandardCharsets.UTF_8)));

        reads(sender, wire.toByteArray());

        List<Frame> frames = frames(listener);
        assertThat(frames).extracting(Frame::opcode).containsExactly(Opcode.TEXT, Opcode.CLOSE);
        assertThat(CloseStatus.read(ByteBuffer.wrap(frames.getLast().payload())))
                .isEqualTo(new CloseStatus(4001, "done"));
        assertThat(frames(sender)).isEmpty();
        assertThat(sender.isOpen()).isTrue();
    }

    @Test
    void otherSideMayTalkOnAfterAClose() {
        reads(sender, frame(0x88, CloseStatus.clipped(1000, "").payload()));

        reads(listener, frame(0x82, bytes(70_000)));
        assertThat(joined(frames(sender))).isEqualTo(bytes(70_000));

        reads(listener, frame(0x88, CloseStatus.clipped(1000, "").payload()));
        assertThat(frames(sender)).extracting(Frame::opcode).containsExactly(Opcode.CLOSE);
        assertThat(sender.isOpen()).isFalse();
        assertThat(listener.isOpen()).isFalse();
    }

    @Test
    void closeThatIsNotAnsweredWithinAMinuteEndsBoth() {
        reads(sender, frame(0x88, new byte[0]));

        passes(Duration.ofSeconds(59));
        assertThat(listener.isOpen()).isTrue();
        passes(Duration.ofSeconds(1));

        assertThat(sender.isOpen()).isFalse();
        assertThat(listener.isOpen()).isFalse();
    }

    @Test
    void sideThatGoesOnTalkingAfterAnothersCloseIsGivenAnotherMinute() {
        reads(sender, frame(0x88, new byte[0]));

        for (int minute = 0; minute < 5; minute++) {
            passes(Duration.ofSeconds(59));
            reads(listener, frame(0x82, bytes(10)));
            passes(Duration.ofSeconds(1));
            assertThat(joined(frames(sender).stream()
                            .filter(frame -> frame.opcode() == Opcode.BINARY)
                            .toList()))
                    .isEqualTo(bytes(10));
        }
        passes(Duration.ofSeconds(60));

        assertThat(sender.isOpen()).isFalse();
        assertThat(listener.isOpen()).isFalse();
    }

    @Test
    void sideThatTalksToOneWhoHungUpAfterItsCloseIsCutAfterAMinute() {
        reads(listener, frame(0x88, new byte[0]));
        listener.close();

        passes(Duration.ofSeconds(59));
        reads(sender, frame(0x82, bytes(10)));
        assertThat(sender.isOpen()).isTrue();
        passes(Duration.ofSeconds(1));

        assertThat(sender.isOpen()).isFalse();
    }

    @Test
    void sideThatIsLostTakesTheOtherWithItWithoutAClose() {
        sender.close();

        assertThat(listener.isOpen()).isFalse();
        assertThat(frames(listener)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoBreaksARuleIsToldAndTheOtherIsCutOnBothLegs(boolean bySender) {
        EmbeddedChannel offender = bySender ? sender : listener;
        EmbeddedChannel other = bySender ? listener : sender;
        byte[] unmasked = FrameWriter.serverFrame(0x81, new byte[] {'x'});

        reads(offender, unmasked);

        List<Frame> told = frames(offender);
        assertThat(told)
                .singleElement()
                .satisfies(close -> assertThat(CloseStatus.read(ByteBuffer.wrap(close.payload()))
                                .code())
                        .isEqualTo(CloseStatus.PROTOCOL_ERROR));
        assertThat(offender.isOpen()).isFalse();
        assertThat(other.isOpen()).isFalse();
        assertThat(frames(other)).isEmpty();
    }

    @Test
    void whatCameBeforeABrokenRuleInOneReadIsPassedOn() {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(frame(0x81, "fine".getBytes(StandardCharsets.UTF_8)));
        wire.writeBytes(new byte[] {(byte) 0x83, (byte) 0x80, 0, 0, 0, 0});

        reads(sender, wire.toByteArray());

        assertThat(frames(listener))
                .singleElement()
                .satisfies(frame -> assertThat(frame.payload())
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo("fine"));
        assertThat(listener.isOpen()).isFalse();
    }

    @Test
    void reservedBitsPassUntouchedOnlyWhereBothAgreed() {
        join(true, null);
        byte[] compressed = bytes(40_000);

        reads(sender, frame(0xC2, compressed));

        List<Frame> frames = frames(listener);
        assertThat(frames.getFirst().reservedBits()).isEqualTo(0x40);
        assertThat(frames.getLast().reservedBits()).isZero();
        assertThat(joined(frames)).isEqualTo(compressed);
    }

    @Test
    void idleSocketIsPingedAndOneThatMissesTwoIsLostWithinTwoIntervals() {
        passes(PING_INTERVAL);
        assertThat(frames(sender)).extracting(Frame::opcode).containsExactly(Opcode.PING);
        passes(PING_INTERVAL.dividedBy(2));
        assertThat(frames(sender)).extracting(Frame::opcode).containsExactly(Opcode.PING);
        assertThat(sender.isOpen()).isTrue();

        passes(PING_INTERVAL.dividedBy(2));

        assertThat(sender.isOpen()).isFalse();
        assertThat(listener.isOpen()).isFalse();
    }

    @Test
    void idleSocketThatAnswersLives() {
        for (int i = 0; i < 20; i++) {
            passes(PING_INTERVAL);
            reads(sender, frame(0x8A, new byte[0]));
            reads(listener, frame(0x8A, new byte[0]));
        }

        assertThat(sender.isOpen()).isTrue();
        assertThat(listener.isOpen()).isTrue();
    }

    /** One has said its last word, and the other may not read behind it: neither owes an answer to a ping. */
    @Test
    void halfClosedPairIsNotCutForMissingPongs() {
        join(false, null, Duration.ofSeconds(5));
        reads(sender, frame(0x88, CloseStatus.clipped(1000, "").payload()));
        frames(listener);

        passes(Duration.ofSeconds(55));

        assertThat(frames(sender)).isEmpty();
        assertThat(frames(listener))
                .isNotEmpty()
                .allSatisfy(ping -> assertThat(ping.opcode()).isEqualTo(Opcode.PING));
        assertThat(listener.isOpen()).isTrue();
    }

    private void passes(Duration time) {
        for (Duration step = Duration.ZERO; step.compareTo(time) < 0; step = step.plusMillis(500)) {
            sender.advanceTimeBy(500, TimeUnit.MILLISECONDS);
            sender.runScheduledPendingTasks();
            listener.advanceTimeBy(500, TimeUnit.MILLISECONDS);
            listener.runScheduledPendingTasks();
        }
        sender.runPendingTasks();
        listener.runPendingTasks();
    }

    /** As a transport reads: into the loop's buffer, as much as fits at once. */
    private void reads(EmbeddedChannel channel, byte[] bytes) {
        for (int at = 0; at < bytes.length; ) {
            ByteBuf in = buffer.take();
            int count = Math.min(bytes.length - at, in.writableBytes());
            in.writeBytes(bytes, at, count);
            at += count;
            seen.add(in);
            channel.writeInbound(in);
            drain();
        }
        sender.runPendingTasks();
        listener.runPendingTasks();
    }

    /** Takes what was written off the channels at once, as a socket does. */
    private void drain() {
        drain(sender, toSender);
        drain(listener, toListener);
    }

    private static void drain(EmbeddedChannel channel, ByteArrayOutputStream wire) {
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            wire.writeBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by its parts
    private record Frame(boolean last, int reservedBits, int opcode, byte[] payload) {}

    /** What the channel wrote since the last call. */
    private List<Frame> frames(EmbeddedChannel channel) {
        drain();
        ByteArrayOutputStream wire = channel.equals(sender) ? toSender : toListener;
        ByteBuffer bytes = ByteBuffer.wrap(wire.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        wire.reset();
        FrameHeaderReader header = FrameHeaderReader.ofServerFrames();
        header.allowReservedBits();
        List<Frame> frames = new ArrayList<>();
        int at = 0;
        while (at < bytes.limit()) {
            at = header.read(bytes, at, bytes.limit());
            byte[] payload = new byte[(int) header.length()];
            bytes.get(at, payload);
            at += payload.length;
            frames.add(new Frame(header.isFinal(), header.reservedBits(), header.opcode(), payload));
        }
        return frames;
    }

    private static byte[] joined(List<Frame> frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(frame -> all.writeBytes(frame.payload()));
        return all.toByteArray();
    }

    private static byte[] frame(int first, byte[] payload) {
        return FrameWriter.clientFrame(first, payload, 0, payload.length, KEY);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 7 + i / 251);
        }
        return bytes;
    }
}
