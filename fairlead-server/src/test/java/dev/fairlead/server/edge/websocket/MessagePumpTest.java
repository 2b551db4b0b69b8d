// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.connection.MessageStream;
import dev.fairlead.server.connection.PlannedFault;
import dev.fairlead.server.edge.EmbeddedSocket;
import dev.fairlead.server.edge.http.MemoryShortage;
import dev.fairlead.server.edge.socket.Unsent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes part by part between a peer and a part of the server. */
class MessagePumpTest {

    private static final Duration PING_INTERVAL = Duration.ofSeconds(30);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final Duration PARTING = Duration.ofSeconds(10);
    private static final int LONGEST_TEXT = 1000;
    private static final int KEY = 0x5A17_C3E9;

    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final EdgeLoop loop = EdgeLoop.of(socket.eventLoop(), new UnpooledByteBufAllocator(true), PING_INTERVAL);
    private final ConnectionEvents events = new ConnectionEvents();
    private final Heard heard = new Heard();
    private final List<ByteBuf> read = new ArrayList<>();
    private final List<ByteBuf> sent = new ArrayList<>();
    private final MessagePump pump = new MessagePump(heard, LONGEST_TEXT, loop, events);

    /** Keeps what it is told, parts as their bytes. */
    private static class Heard implements MessageStream {

        private final List<String> all = new ArrayList<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private String failsAt = "";

        private void add(String what) {
            if (what.equals(failsAt)) {
                throw new PlannedFault();
            }
            all.add(what);
        }

        @Override
        public void onOpen() {
            add("open");
        }

        @Override
        public void onText(String text) {
            add("text " + text);
        }

        @Override
        public void onBinary(ByteBuf part, boolean last) {
            try {
                bytes.writeBytes(ByteBufUtil.getBytes(part));
                add((last ? "last " : "part ") + part.readableBytes());
            } finally {
                part.release();
            }
        }

        @Override
        public void onRead() {
            add("read");
        }

        @Override
        public void onDrained() {
            add("drained");
        }

        @Override
        public void onClose(CloseStatus status, boolean clean) {
            add((clean ? "close " : "broken ") + status.code());
        }

        @Override
        public void onLost() {
            add("lost");
        }
    }

    @BeforeEach
    void upgrade() {
        socket.pipeline().addLast(pump);
    }

    @AfterEach
    void everyBufferIsReleased() {
        socket.finishAndReleaseAll();
        loop.close();
        assertThat(read).allSatisfy(each -> assertThat(each.refCnt()).isZero());
        assertThat(sent).allSatisfy(each -> assertThat(each.refCnt()).isZero());
    }

    @Test
    void partOfAFrameIsToldBeforeTheRestIsThere() {
        byte[] frame = masked(0x82, "hello, world");

        reads(Arrays.copyOf(frame, 11));
        assertThat(heard.all).containsExactly("part 5", "read");
        reads(Arrays.copyOfRange(frame, 11, frame.length));

        assertThat(heard.all).containsExactly("part 5", "read", "last 7", "read");
        assertThat(heard.bytes.toString(StandardCharsets.UTF_8)).isEqualTo("hello, world");
    }

    @Test
    void messageThatEndsWithAnEmptyFrameIsToldToEnd() {
        reads(concat(masked(0x02, "body"), masked(0x00, ""), masked(0x80, "")));

        assertThat(heard.all).containsExactly("part 4", "last 0", "read");
    }

    @Test
    void emptyMessageIsTold() {
        reads(masked(0x82, ""));

        assertThat(heard.all).containsExactly("last 0", "read");
    }

    @Test
    void textsAreToldWholeAndInOrderWithBinaryMessages() {
        reads(concat(masked(0x01, "he"), masked(0x80, "ad"), masked(0x82, "body")));
        reads(masked(0x81, "next"));

        assertThat(heard.all).containsExactly("text head", "last 4", "read", "text next", "read");
    }

    @Test
    void partIsReadWhereItLiesAndFreesTheLoopsBufferWhenItIsReleased() {
        List<ByteBuf> kept = new ArrayList<>();
        EmbeddedSocket other = new EmbeddedSocket();
        other.pipeline()
                .addLast(new MessagePump(
                        new Heard() {
                            @Override
                            public void onBinary(ByteBuf part, boolean last) {
                                kept.add(part);
                            }
                        },
                        LONGEST_TEXT,
                        loop,
                        events));
        other.writeInbound(loop.buffer().take().writeBytes(masked(0x82, "body")));

        assertThat(kept).hasSize(1);
        assertThat(loop.buffer().isReady()).isFalse();
        kept.forEach(ByteBuf::release);
        assertThat(loop.buffer().isReady()).isTrue();
        other.finishAndReleaseAll();
    }

    @Test
    void pingWithinAMessageIsAnsweredAndNotToldOf() {
        reads(concat(masked(0x02, "one"), masked(0x89, "marco"), masked(0x8A, "polo"), masked(0x80, "two")));

        assertThat(heard.all).containsExactly("part 3", "last 3", "read");
        assertThat(frames()).singleElement().satisfies(pong -> {
            assertThat(pong.opcode()).isEqualTo(Opcode.PONG);
            assertThat(pong.payload()).asString(StandardCharsets.UTF_8).isEqualTo("marco");
        });
    }

    @Test
    void whoPingsAndDoesNotReadGetsOneAnswerWhenThereIsRoom() {
        socket.isNotRead();
        pump.write(part(100_000), true);
        assertThat(pump.flush()).isFalse();
        long before = Unsent.bytes(socket);
        for (int i = 0; i < 1000; i++) {
            reads(masked(0x89, "ping " + i));
        }
        assertThat(Unsent.bytes(socket)).isEqualTo(before);

        socket.isReadAgain();

        assertThat(frames().stream().filter(frame -> frame.opcode() == Opcode.PONG))
                .singleElement()
                .satisfies(pong -> assertThat(pong.payload())
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo("ping 999"));
        assertThat(heard.all).containsExactly("drained");
    }

    @Test
    void closeIsReturnedAtOnceAlsoWithinAMessage() {
        reads(concat(
                masked(0x02, "begun"),
                masked(0x88, new CloseStatus(1000, "done").payload()),
                masked(0x80, "too late")));

        assertThat(heard.all).containsExactly("part 5", "close 1000");
        assertThat(frames())
                .singleElement()
                .satisfies(close -> assertThat(status(close)).isEqualTo(new CloseStatus(1000, "done")));
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void closeWithoutACodeIsReturnedWithoutOne() {
        reads(masked(0x88, ""));

        assertThat(heard.all).containsExactly("close 1005");
        assertThat(frames())
                .singleElement()
                .satisfies(close -> assertThat(close.payload()).isEmpty());
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                Arguments.of("not masked", FrameWriter.serverFrame(0x82, new byte[] {'x'}), 1002),
                Arguments.of("a reserved bit", masked(0xC2, "x"), 1002),
                Arguments.of("a reserved opcode", masked(0x83, "x"), 1002),
                Arguments.of("a continuation of nothing", masked(0x80, "x"), 1002),
                Arguments.of("a fragmented ping", masked(0x09, "x"), 1002),
                Arguments.of("a Close of one byte", masked(0x88, "x"), 1002),
                Arguments.of("a close code that may not be sent", masked(0x88, new byte[] {3, (byte) 0xED}), 1002),
                Arguments.of("no UTF-8", masked(0x81, new byte[] {(byte) 0xFF}), 1007),
                Arguments.of("half a character", masked(0x81, new byte[] {(byte) 0xC3}), 1007),
                Arguments.of("a text that is too long", masked(0x81, "x".repeat(LONGEST_TEXT + 1)), 1009),
                Arguments.of(
                        "fragments of text that are too long together",
                        concat(masked(0x01, "x".repeat(LONGEST_TEXT)), masked(0x80, "x")),
                        1009));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void whoBreaksARuleIsToldWhichAndCutOff(String what, byte[] wire, int code) {
        reads(wire);

        assertThat(heard.all).as(what).containsExactly("broken " + code);
        assertThat(frames())
                .singleElement()
                .satisfies(close -> assertThat(status(close).code()).isEqualTo(code));
        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("violated " + code);
    }

    @Test
    void whatCameBeforeABrokenRuleIsToldAndNothingBehindIt() {
        reads(concat(masked(0x02, "fine"), masked(0x82, "x"), masked(0x80, "x")));

        assertThat(heard.all).containsExactly("part 4", "broken 1002");
    }

    @Test
    void textOfTheLongestLengthAndABinaryOfAnyArrive() {
        reads(masked(0x81, "x".repeat(LONGEST_TEXT)));
        reads(masked(0x82, "x".repeat(200_000)));

        assertThat(heard.all).containsExactly("text " + "x".repeat(LONGEST_TEXT), "read", "last 200000", "read");
    }

    @Test
    void socketThatIsLostIsToldOnce() {
        reads(masked(0x02, "begun"));

        socket.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        socket.runPendingTasks();

        assertThat(heard.all).containsExactly("part 5", "read", "lost");
        assertThat(frames()).isEmpty();
    }

    @Test
    void oneForWhomThereIsNoMemoryIsLost() {
        socket.pipeline().fireExceptionCaught(new OutOfMemoryError("planned"));
        socket.runPendingTasks();

        assertThat(heard.all).containsExactly("lost");
        assertThat(events.heard()).containsExactly("memoryShort");
    }

    @Test
    void readThatFoundNoMemoryIsTriedAgainAMomentLaterIfNobodyPaused() {
        socket.pipeline().fireExceptionCaught(new MemoryShortage.Felt());
        assertThat(socket.config().isAutoRead()).isFalse();
        pump.pause();
        socket.passes(MemoryShortage.PAUSE);
        assertThat(socket.config().isAutoRead()).isFalse();
        socket.pipeline().fireExceptionCaught(new MemoryShortage.Felt());
        pump.resume();
        assertThat(socket.config().isAutoRead()).isFalse();

        socket.passes(MemoryShortage.PAUSE);

        assertThat(socket.config().isAutoRead()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "text x", "last 4", "read", "drained"})
    void faultOfTheStreamIsToldAs1011AndNothingOfItsText(String where) {
        heard.failsAt = where;
        socket.isNotRead();
        pump.open();
        pump.write(part(10), true);
        pump.flush();
        socket.isReadAgain();
        socket.runPendingTasks();
        if (socket.isOpen()) {
            reads(concat(masked(0x81, "x"), masked(0x82, "body")));
        }

        assertThat(status(frames().getLast())).isEqualTo(new CloseStatus(1011, "Internal error"));
        assertThat(heard.all).endsWith("broken 1011");
        assertThat(socket.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 512, 513, 32_767, 32_768, 32_769, 65_536, 200_001})
    void messageLeavesInFramesOfAtMost32KiB(int size) {
        pump.write(part(size), false);
        pump.write(part(size), true);
        assertThat(pump.flush()).isTrue();

        List<Frame> frames = frames();
        assertThat(frames)
                .allSatisfy(frame -> assertThat(frame.payload().length).isLessThanOrEqualTo(32 * 1024));
        assertThat(frames.getFirst().opcode()).isEqualTo(Opcode.BINARY);
        assertThat(frames.stream().skip(1))
                .allSatisfy(frame -> assertThat(frame.opcode()).isEqualTo(Opcode.CONTINUATION));
        assertThat(frames.stream().filter(Frame::last)).containsExactly(frames.getLast());
        assertThat(joined(frames)).isEqualTo(concat(bytes(size), bytes(size)));
    }

    @Test
    void nextMessageBeginsAnew() {
        pump.write(part(3), true);
        pump.send("between");
        pump.write(part(4), false);
        pump.write(part(0), false);
        pump.write(part(0), true);
        pump.flush();

        assertThat(frames())
                .extracting(frame -> (frame.last() ? "last " : "") + frame.opcode() + " " + frame.payload().length)
                .containsExactly("last 2 3", "last 1 7", "2 4", "last 0 0");
    }

    @Test
    void pingMayComeBetweenTheParts() {
        pump.write(part(3), false);
        pump.flush();
        socket.passes(PING_INTERVAL);
        pump.write(part(3), true);
        pump.flush();

        assertThat(opcodes()).containsExactly(Opcode.BINARY, Opcode.PING, Opcode.CONTINUATION);
    }

    @Test
    void longPartThatIsTakenAtOnceIsNotCopied() {
        ByteBuf part = part(65_536);

        pump.write(part, true);

        assertThat(part.refCnt()).isEqualTo(2);
    }

    @Test
    void whatIsLeftOfTheLoopsBufferIsCopiedSoThatItIsFreeAgain() {
        socket.isNotRead();
        ByteBuf in = loop.buffer().take().writeBytes(bytes(200_000));
        sent.add(in);
        pump.write(in, false);
        assertThat(loop.buffer().isReady()).isFalse();
        assertThat(pump.flush()).isFalse();
        assertThat(loop.buffer().isReady()).isTrue();
        ByteBuf behind = loop.buffer().take().writeBytes(bytes(100_000));
        pump.write(behind, true);
        assertThat(loop.buffer().isReady()).isTrue();
        assertThat(pump.flush()).isFalse();
        assertThat(heard.all).isEmpty();

        socket.isReadAgain();
        socket.runPendingTasks();

        assertThat(heard.all).containsExactly("drained");
        assertThat(joined(frames())).isEqualTo(concat(bytes(200_000), bytes(100_000)));
        assertThat(pump.flush()).isTrue();
    }

    @Test
    void whoWasNotToldToWaitIsNotToldThatAllHasLeft() {
        socket.isNotRead();
        pump.send("x".repeat(100_000));

        socket.isReadAgain();
        socket.runPendingTasks();

        assertThat(heard.all).isEmpty();
    }

    @Test
    void oneThatIsLostIsNotToldThatAllHasLeft() {
        socket.isNotRead();
        pump.write(part(100_000), false);
        assertThat(pump.flush()).isFalse();

        socket.close();
        socket.runPendingTasks();

        assertThat(heard.all).containsExactly("lost");
    }

    @Test
    void partForOneWhoIsToldNothingMoreIsReleased() {
        pump.close(new CloseStatus(1000, ""));
        pump.write(part(100_000), true);
        socket.close();
        pump.write(part(100_000), true);
        pump.send("too late");

        assertThat(pump.flush()).isTrue();
        assertThat(opcodes()).containsExactly(Opcode.CLOSE);
    }

    @Test
    void serverThatClosesDropsWhatComesAndWaitsForTheAnswer() {
        pump.pause();
        pump.close(new CloseStatus(1001, "Gone"));
        pump.close(new CloseStatus(1011, "again"));
        assertThat(socket.config().isAutoRead()).as("read on for the answer").isTrue();
        reads(concat(masked(0x81, "too late"), masked(0x82, "too late"), masked(0x89, "too late")));

        assertThat(frames())
                .singleElement()
                .satisfies(close -> assertThat(status(close)).isEqualTo(new CloseStatus(1001, "Gone")));
        assertThat(socket.isOpen()).isTrue();
        assertThat(heard.all).isEmpty();

        reads(masked(0x88, new CloseStatus(1001, "").payload()));
        assertThat(socket.isOpen()).isFalse();
        assertThat(frames()).isEmpty();
        assertThat(heard.all).containsExactly("close 1001");
    }

    @Test
    void peerThatDoesNotReturnACloseIsCutOffAfterAWhile() {
        pump.close(new CloseStatus(1000, ""));

        socket.passes(CLOSE_PATIENCE.minusNanos(1));
        assertThat(socket.isOpen()).isTrue();
        socket.passes(Duration.ofNanos(1));

        assertThat(socket.isOpen()).isFalse();
        assertThat(heard.all).containsExactly("lost");
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void oneWhoIsSlowToTakeWhatWasWrittenBeforeACloseGetsItAll() {
        socket.isNotRead();
        pump.write(part(100_000), true);
        pump.close(new CloseStatus(1000, ""));
        socket.passes(PARTING.minusNanos(1));
        assertThat(socket.isOpen()).isTrue();

        socket.isReadAgain();
        socket.passes(CLOSE_PATIENCE.minusNanos(1));
        assertThat(socket.isOpen()).isTrue();

        assertThat(opcodes()).endsWith(Opcode.CLOSE);
    }

    @Test
    void oneWhoTakesNothingMoreIsCutOff() {
        socket.isNotRead();
        pump.write(part(100_000), true);
        pump.close(new CloseStatus(1000, ""));

        socket.passes(PARTING);

        assertThat(socket.isOpen()).isFalse();
        assertThat(heard.all).containsExactly("lost");
    }

    @Test
    void pausedSocketIsNotReadUntilItIsResumed() {
        pump.pause();
        assertThat(socket.config().isAutoRead()).isFalse();

        pump.resume();
        pump.resume();

        assertThat(socket.config().isAutoRead()).isTrue();
    }

    @Test
    void peerThatMissesTwoPingsIsLostWithinTwoIntervals() {
        socket.passes(PING_INTERVAL);
        assertThat(opcodes()).containsExactly(Opcode.PING);
        socket.passes(PING_INTERVAL.dividedBy(2));
        assertThat(opcodes()).containsExactly(Opcode.PING);
        assertThat(socket.isOpen()).isTrue();

        socket.passes(PING_INTERVAL.dividedBy(2));

        assertThat(heard.all).containsExactly("lost");
        assertThat(events.heard()).containsExactly("fellSilent");
    }

    @Test
    void peerThatAnswersLives() {
        for (int i = 0; i < 20; i++) {
            socket.passes(PING_INTERVAL);
            reads(masked(0x8A, ""));
        }

        assertThat(socket.isOpen()).isTrue();
    }

    @Test
    void peerThatIsNotReadOwesNoPong() {
        pump.pause();
        socket.passes(PING_INTERVAL.multipliedBy(10));

        assertThat(socket.isOpen()).isTrue();
        assertThat(frames()).isEmpty();
    }

    @Test
    void peerThatDoesNotReadOwesNoPong() {
        socket.isNotRead();
        pump.write(part(100_000), false);
        pump.flush();
        socket.passes(PING_INTERVAL.multipliedBy(10));

        assertThat(socket.isOpen()).isTrue();
    }

    @Test
    void nothingBeatsForAConnectionThatIsGone() {
        socket.close();
        socket.passes(PING_INTERVAL.multipliedBy(5));

        assertThat(events.heard()).isEmpty();
    }

    @Test
    void whatWasReadBeforeThePumpStoodIsGatheredAndTold() {
        ByteBuf early = socket.alloc().buffer().writeBytes(masked(0x82, "early"));
        socket.pipeline().fireChannelRead(early);
        assertThat(heard.all).isEmpty();
        socket.pipeline().fireChannelReadComplete();

        assertThat(heard.all).containsExactly("last 5", "read");
        assertThat(early.refCnt()).isZero();
    }

    @Test
    void whatIsGatheredIsToldThoughOthersReadMeanwhile() {
        socket.pipeline().fireChannelRead(socket.alloc().buffer().writeBytes(masked(0x82, "sealed")));
        loop.buffer().take().writeBytes(bytes(1000)).release();
        socket.pipeline().fireChannelReadComplete();

        assertThat(heard.bytes.toString(StandardCharsets.UTF_8)).isEqualTo("sealed");
    }

    @Test
    void whatIsGatheredIsReleasedWithTheSocket() {
        socket.pipeline().fireChannelRead(socket.alloc().buffer().writeBytes(masked(0x82, "sealed")));

        socket.pipeline().remove(pump);

        assertThat(loop.buffer().isReady()).isTrue();
    }

    /** As a transport reads: into the loop's buffer, as much as fits at once. */
    private void reads(byte[] bytes) {
        ByteBuf in = loop.buffer().take().writeBytes(bytes);
        read.add(in);
        socket.writeInbound(in);
        socket.runPendingTasks();
    }

    private ByteBuf part(int size) {
        ByteBuf part =
                UnpooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, size)).writeBytes(bytes(size));
        sent.add(part);
        return part;
    }

    private static byte[] masked(int first, String payload) {
        return masked(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] masked(int first, byte[] payload) {
        return FrameWriter.clientFrame(first, payload, 0, payload.length, KEY);
    }

    private static byte[] concat(byte[]... all) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (byte[] one : all) {
            wire.writeBytes(one);
        }
        return wire.toByteArray();
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by its parts
    private record Frame(boolean last, int opcode, byte[] payload) {}

    private List<Integer> opcodes() {
        return frames().stream().map(Frame::opcode).toList();
    }

    /** What the server wrote since the last call. */
    private List<Frame> frames() {
        ByteBuffer bytes = ByteBuffer.wrap(socket.written()).order(ByteOrder.LITTLE_ENDIAN);
        FrameHeaderReader header = FrameHeaderReader.ofServerFrames();
        List<Frame> frames = new ArrayList<>();
        int at = 0;
        while (at < bytes.limit()) {
            at = header.read(bytes, at, bytes.limit());
            byte[] payload = new byte[(int) header.length()];
            bytes.get(at, payload);
            at += payload.length;
            frames.add(new Frame(header.isFinal(), header.opcode(), payload));
        }
        return frames;
    }

    private static CloseStatus status(Frame close) {
        return CloseStatus.read(ByteBuffer.wrap(close.payload()));
    }

    private static byte[] joined(List<Frame> frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(frame -> all.writeBytes(frame.payload()));
        return all.toByteArray();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 7 + i / 251);
        }
        return bytes;
    }
}
