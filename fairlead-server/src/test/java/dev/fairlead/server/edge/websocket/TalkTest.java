// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.ConversationTerms;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.PlannedFault;
import dev.fairlead.server.edge.EmbeddedSocket;
import dev.fairlead.server.edge.http.MemoryShortage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "The control channel": messages, pings and Close frames of a peer that the server itself talks with. */
class TalkTest {

    private static final Duration PING_INTERVAL = Duration.ofSeconds(30);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final int LONGEST_MESSAGE = 1000;
    private static final int KEY = 0x5A17_C3E9;

    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final EdgeLoop loop = EdgeLoop.of(socket.eventLoop(), socket.alloc(), PING_INTERVAL);
    private final ConnectionEvents events = new ConnectionEvents();
    private final Heard heard = new Heard();
    private final Talk talk = new Talk(heard, ConversationTerms.of(LONGEST_MESSAGE), false, loop, events);

    /** Keeps what it is told. */
    private static final class Heard implements Conversation {

        private final List<String> all = new ArrayList<>();
        private boolean failsWhenWritable;

        @Override
        public void onOpen() {
            all.add("open");
        }

        @Override
        public void onText(String text) {
            if (text.equals("fail")) {
                throw new PlannedFault();
            }
            all.add("text " + text);
        }

        @Override
        public void onBinary(byte[] message) {
            all.add("binary " + message.length);
        }

        @Override
        public void onWritable() {
            if (failsWhenWritable) {
                throw new PlannedFault();
            }
            all.add("writable");
        }

        @Override
        public void onClose(CloseStatus status) {
            all.add("close " + status.code());
        }
    }

    @BeforeEach
    void upgrade() {
        socket.pipeline().addLast(talk);
    }

    @AfterEach
    void end() {
        socket.finishAndReleaseAll();
        loop.close();
    }

    @Test
    void messagesArriveWholeHoweverTheyAreFragmented() {
        says(0x01, "hel");
        says(0x89, "ping in between");
        says(0x80, "lo");
        says(0x82, "binary");

        assertThat(heard.all).containsExactly("text hello", "binary 6");
        assertThat(opcodes()).containsExactly(Opcode.PONG);
    }

    @Test
    void bufferThatWasReadIsReleased() {
        ByteBuf fine = Unpooled.copiedBuffer(masked(0x81, "fine"));
        ByteBuf broken = Unpooled.copiedBuffer(FrameWriter.serverFrame(0x81, new byte[] {'x'}));

        socket.writeInbound(fine);
        socket.writeInbound(broken);

        assertThat(fine.refCnt()).isZero();
        assertThat(broken.refCnt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_767, 32_768, 32_769, 65_536, 100_001})
    void textGoesOutInFramesOfAtMost32KiB(int size) {
        String text = "x".repeat(size);

        talk.send(text);

        List<Frame> frames = frames();
        assertThat(frames)
                .allSatisfy(frame -> assertThat(frame.payload().length).isLessThanOrEqualTo(32 * 1024));
        assertThat(frames.getFirst().opcode()).isEqualTo(Opcode.TEXT);
        assertThat(frames.stream().skip(1))
                .allSatisfy(frame -> assertThat(frame.opcode()).isEqualTo(Opcode.CONTINUATION));
        assertThat(frames.stream().filter(Frame::last)).containsExactly(frames.getLast());
        assertThat(joined(frames)).isEqualTo(text);
    }

    @Test
    void characterThatAFrameCutsArrivesWhole() {
        String text = "\u20ac".repeat(20_000);

        talk.send(text);

        assertThat(joined(frames())).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 511, 512, 513, 32_767, 32_768, 32_769, 65_536, 65_537})
    void textAndBinaryLeaveDirectlyBehindEachOther(int size) {
        byte[] body = new byte[size];
        new Random(size).nextBytes(body);
        ByteBuf binary = Unpooled.directBuffer().writeBytes(body);

        talk.send("head", binary);

        List<Frame> frames = frames();
        assertThat(joined(frames.subList(0, 1))).isEqualTo("head");
        List<Frame> behind = frames.subList(1, frames.size());
        assertThat(behind)
                .allSatisfy(frame -> assertThat(frame.payload().length).isLessThanOrEqualTo(32 * 1024));
        assertThat(behind.getFirst().opcode()).isEqualTo(Opcode.BINARY);
        assertThat(behind.stream().skip(1))
                .allSatisfy(frame -> assertThat(frame.opcode()).isEqualTo(Opcode.CONTINUATION));
        assertThat(behind.stream().filter(Frame::last)).containsExactly(behind.getLast());
        assertThat(bytes(behind)).isEqualTo(body);
        assertThat(binary.refCnt()).isZero();
    }

    @Test
    void longBinaryIsNotCopied() {
        socket.isNotRead();
        ByteBuf binary = Unpooled.directBuffer().writeZero(65_536);

        talk.send("head", binary);

        assertThat(binary.refCnt()).isEqualTo(2);
        socket.isReadAgain();
        socket.written();
        assertThat(binary.refCnt()).isZero();
    }

    @Test
    void binaryForOneWhoIsToldNothingMoreIsReleased() {
        ByteBuf behindAClose = Unpooled.directBuffer().writeZero(100);
        ByteBuf forNobody = Unpooled.directBuffer().writeZero(100);

        talk.close(new CloseStatus(1001, ""));
        talk.send("too late", behindAClose);
        socket.close();
        talk.send("too late", forNobody);

        assertThat(behindAClose.refCnt()).isZero();
        assertThat(forNobody.refCnt()).isZero();
        assertThat(opcodes()).containsExactly(Opcode.CLOSE);
    }

    @Test
    void whoAskedInVainWhetherToSendMoreIsToldOnceWhenToDoSo() {
        assertThat(talk.isWritable()).isTrue();
        socket.isNotRead();
        talk.send("head", Unpooled.directBuffer().writeZero(65_536));
        assertThat(talk.isWritable()).isFalse();
        assertThat(talk.isWritable()).isFalse();
        socket.runPendingTasks();
        assertThat(heard.all).isEmpty();

        socket.isReadAgain();
        socket.runPendingTasks();

        assertThat(heard.all).containsExactly("writable");
        assertThat(talk.isWritable()).isTrue();
    }

    @Test
    void whoNeverAskedWhetherToSendMoreIsNotToldWhen() {
        socket.isNotRead();
        talk.send("head", Unpooled.directBuffer().writeZero(65_536));
        socket.isReadAgain();
        socket.runPendingTasks();

        assertThat(heard.all).isEmpty();
    }

    @Test
    void faultOfOneWhoMaySendMoreIsToldAs1011() {
        heard.failsWhenWritable = true;
        socket.isNotRead();
        talk.send("head", Unpooled.directBuffer().writeZero(65_536));
        assertThat(talk.isWritable()).isFalse();

        socket.isReadAgain();
        socket.runPendingTasks();

        assertThat(status(frames().getLast())).isEqualTo(new CloseStatus(1011, "Internal error"));
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void pingIsAnsweredWithItsPayloadAndAPongWithNothing() {
        says(0x89, "marco");
        says(0x8A, "polo");

        assertThat(frames()).singleElement().satisfies(pong -> {
            assertThat(pong.opcode()).isEqualTo(Opcode.PONG);
            assertThat(pong.payload()).asString(StandardCharsets.UTF_8).isEqualTo("marco");
        });
        assertThat(heard.all).isEmpty();
    }

    @Test
    void whoPingsAndDoesNotReadGetsNoPongsToPileUp() {
        socket.isNotRead();
        talk.send("x".repeat(100_000));
        long before = waiting();

        for (int i = 0; i < 1000; i++) {
            says(0x89, "x".repeat(125));
        }

        assertThat(waiting()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 3000, 4999})
    void closeIsReturnedAndEndsTheConnection(int code) {
        socket.receives(concat(masked(0x88, new CloseStatus(code, "done").payload()), masked(0x81, "too late")));

        assertThat(frames()).singleElement().satisfies(close -> {
            assertThat(close.opcode()).isEqualTo(Opcode.CLOSE);
            assertThat(status(close)).isEqualTo(new CloseStatus(code, "done"));
        });
        assertThat(socket.isOpen()).isFalse();
        assertThat(heard.all).containsExactly("close " + code);
    }

    @Test
    void closeWithoutACodeIsReturnedWithoutOne() {
        says(0x88, new byte[0]);

        assertThat(frames())
                .singleElement()
                .satisfies(close -> assertThat(close.payload()).isEmpty());
        assertThat(heard.all).containsExactly("close 1005");
    }

    @Test
    void serverThatClosesWaitsForTheAnswerAndTakesNothingElse() {
        talk.close(new CloseStatus(1001, "The relay is stopping"));
        talk.close(new CloseStatus(1011, "again"));
        talk.send("too late");
        says(0x81, "too late");

        assertThat(frames())
                .singleElement()
                .satisfies(
                        close -> assertThat(status(close)).isEqualTo(new CloseStatus(1001, "The relay is stopping")));
        assertThat(socket.isOpen()).isTrue();

        says(0x88, new CloseStatus(1001, "").payload());
        assertThat(socket.isOpen()).isFalse();
        assertThat(frames()).isEmpty();
        assertThat(heard.all).containsExactly("close 1001");
    }

    @Test
    void peerThatDoesNotReturnACloseIsCutOffAfterAWhile() {
        talk.close(new CloseStatus(1001, ""));

        socket.passes(CLOSE_PATIENCE.minusNanos(1));
        assertThat(socket.isOpen()).isTrue();
        socket.passes(Duration.ofNanos(1));

        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).isEmpty();
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                Arguments.of("not masked", FrameWriter.serverFrame(0x81, new byte[] {'x'}), 1002),
                Arguments.of("a reserved bit", masked(0xC1, "x"), 1002),
                Arguments.of("a reserved opcode", masked(0x83, "x"), 1002),
                Arguments.of("a continuation of nothing", masked(0x80, "x"), 1002),
                Arguments.of("a fragmented ping", masked(0x09, "x"), 1002),
                Arguments.of("a ping that is too long", masked(0x89, "x".repeat(126)), 1002),
                Arguments.of("a Close of one byte", masked(0x88, "x"), 1002),
                Arguments.of("a close code that may not be sent", masked(0x88, new byte[] {3, (byte) 0xED}), 1002),
                Arguments.of("no UTF-8", masked(0x81, new byte[] {(byte) 0xFF}), 1007),
                Arguments.of("half a character", masked(0x81, new byte[] {(byte) 0xC3}), 1007),
                Arguments.of("a message that is too long", masked(0x82, "x".repeat(LONGEST_MESSAGE + 1)), 1009),
                Arguments.of(
                        "fragments that are too long together",
                        concat(masked(0x02, "x".repeat(LONGEST_MESSAGE)), masked(0x80, "x")),
                        1009));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void whoBreaksARuleIsToldWhichAndCutOff(String what, byte[] wire, int code) {
        socket.receives(wire);

        assertThat(frames()).as(what).singleElement().satisfies(close -> {
            assertThat(close.opcode()).isEqualTo(Opcode.CLOSE);
            assertThat(status(close).code()).isEqualTo(code);
        });
        assertThat(socket.isOpen()).isFalse();
        assertThat(heard.all).singleElement().asString().startsWith("close " + code);
        assertThat(events.heard()).containsExactly("violated " + code);
    }

    @Test
    void whatCameBeforeABrokenRuleCounts() {
        socket.receives(concat(masked(0x81, "fine"), FrameWriter.serverFrame(0x81, new byte[0])));

        assertThat(heard.all).containsExactly("text fine", "close 1002");
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void messageOfTheLongestLengthArrives() {
        says(0x82, "x".repeat(LONGEST_MESSAGE));

        assertThat(heard.all).containsExactly("binary 1000");
    }

    @Test
    void faultOfTheConversationIsToldAs1011AndNothingOfItsText() {
        says(0x81, "fail");

        assertThat(frames())
                .singleElement()
                .satisfies(close -> assertThat(status(close)).isEqualTo(new CloseStatus(1011, "Internal error")));
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void socketThatFailsIsClosedWithoutAWord() {
        socket.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));

        assertThat(frames()).isEmpty();
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void readThatFoundNoMemoryIsNoFault() {
        socket.pipeline().fireExceptionCaught(new MemoryShortage.Felt());

        assertThat(frames()).isEmpty();
        assertThat(socket.isOpen()).isTrue();
    }

    @Test
    void oneForWhomThereIsNoMemoryIsCutOff() {
        socket.pipeline().fireExceptionCaught(new OutOfMemoryError("planned"));

        assertThat(frames()).isEmpty();
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void whoDoesNotReadIsCutOffWhenAMegabyteWaits() {
        socket.isNotRead();
        String text = "x".repeat(32 * 1024 - 4 - 100);
        int sent = 0;
        while (socket.isOpen() && sent < 100) {
            assertThat(waiting()).isLessThanOrEqualTo(Peer.MAX_UNREAD_BYTES + 64 * 1024);
            talk.send(text);
            sent++;
        }

        assertThat(socket.isOpen()).isFalse();
        assertThat(sent).isBetween(30, 34);
    }

    @Test
    void whoBreaksARuleAndDoesNotReadWhyIsCutOffAfterAWhileAndCountedOnce() {
        socket.isNotRead();
        socket.receives(FrameWriter.serverFrame(0x81, new byte[] {'x'}));
        socket.receives(FrameWriter.serverFrame(0x81, new byte[] {'y'}));
        socket.receives(masked(0x81, "fine"));
        assertThat(heard.all).as("told at once, and not when the socket closes").containsExactly("close 1002");

        socket.passes(CLOSE_PATIENCE.minusNanos(1));
        assertThat(socket.isOpen()).isTrue();
        socket.passes(Duration.ofNanos(1));

        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("violated 1002");
        assertThat(heard.all).hasSize(1);
    }

    @Test
    void whoClosesAndDoesNotReadTheAnswerIsCutOffAfterAWhile() {
        socket.isNotRead();
        says(0x88, new byte[0]);

        socket.passes(CLOSE_PATIENCE);

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void peerIsPingedInEachIntervalAndLivesAsLongAsItAnswers() {
        for (int i = 0; i < 20; i++) {
            socket.passes(PING_INTERVAL);
            assertThat(opcodes()).containsExactly(Opcode.PING);
            says(0x8A, "");
        }

        assertThat(socket.isOpen()).isTrue();
        assertThat(events.heard()).isEmpty();
    }

    @Test
    void anyBytesAtAllAreASignOfLife() {
        for (int i = 0; i < 10; i++) {
            socket.passes(PING_INTERVAL);
            socket.receives(new byte[] {i == 0 ? (byte) 0x82 : i == 1 ? (byte) 0xFE : (byte) 1});
        }

        assertThat(socket.isOpen()).isTrue();
    }

    @Test
    void peerThatMissesTwoPingsIsCutOffWithinTwoIntervals() {
        socket.passes(PING_INTERVAL);
        assertThat(opcodes()).containsExactly(Opcode.PING);
        socket.passes(PING_INTERVAL.dividedBy(2));
        assertThat(opcodes()).containsExactly(Opcode.PING);
        assertThat(socket.isOpen()).isTrue();

        socket.passes(PING_INTERVAL.dividedBy(2));

        assertThat(socket.isOpen()).isFalse();
        assertThat(events.heard()).containsExactly("fellSilent");
        assertThat(frames()).isEmpty();
    }

    @Test
    void nothingBeatsForAConnectionThatIsGone() {
        socket.close();

        socket.passes(PING_INTERVAL.multipliedBy(5));

        assertThat(events.heard()).isEmpty();
    }

    private void says(int first, String payload) {
        socket.receives(masked(first, payload));
    }

    private void says(int first, byte[] payload) {
        socket.receives(masked(first, payload));
    }

    private static byte[] masked(int first, String payload) {
        return masked(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] masked(int first, byte[] payload) {
        return FrameWriter.clientFrame(first, payload, 0, payload.length, KEY);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        return both.toByteArray();
    }

    private long waiting() {
        var out = socket.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
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

    private static String joined(List<Frame> frames) {
        return new String(bytes(frames), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(List<Frame> frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(frame -> all.writeBytes(frame.payload()));
        return all.toByteArray();
    }
}
