// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.server.connection.ConversationTerms;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7692: conversations whose messages are compressed. */
class TalkDeflateTest {

    private static final int LONGEST = 1 << 20;
    private static final int COMPRESSED_TEXT = FrameWriter.FINAL | 0x40 | Opcode.TEXT;
    private static final int COMPRESSED_BINARY = FrameWriter.FINAL | 0x40 | Opcode.BINARY;

    private final TestedTalk peer = new TestedTalk(new ConversationTerms(LONGEST, 100_000, null, true, null, true));

    @AfterEach
    void everyBufferIsReleased() {
        peer.close();
        assertThat(peer.unreleased()).isZero();
    }

    private static byte[] compressed(String text) {
        return LoopDeflateTest.compressed(text.getBytes(StandardCharsets.UTF_8), 6);
    }

    /** As a client does it. */
    private static byte[] inflated(byte[] payload) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        byte[] whole = Arrays.copyOf(payload, payload.length + 4);
        whole[whole.length - 2] = (byte) 0xFF;
        whole[whole.length - 1] = (byte) 0xFF;
        inflater.setInput(whole);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] some = new byte[8192];
        for (int more = inflater.inflate(some); more > 0; more = inflater.inflate(some)) {
            out.write(some, 0, more);
        }
        inflater.end();
        return out.toByteArray();
    }

    private static byte[] payload(List<TestedTalk.Frame> frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(frame -> all.writeBytes(frame.payload()));
        return all.toByteArray();
    }

    @Test
    void compressedAndPlainMessagesMayFollowEachOther() {
        peer.sends(COMPRESSED_TEXT, compressed("one"));
        peer.says("two");
        peer.sends(COMPRESSED_BINARY, compressed("three"));
        peer.sends(COMPRESSED_TEXT, compressed(""));
        peer.sends(FrameWriter.FINAL | Opcode.TEXT, new byte[0]);

        assertThat(peer.heard).containsExactly("text one", "text two", "binary 5", "text ", "text ");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1000})
    void fragmentsOfACompressedMessageAreOneWhereverTheyAreCut(int piece) {
        byte[] whole = compressed("\u20ac and a long way to go, ".repeat(20));
        int first = 0x40 | Opcode.TEXT;
        for (int at = 0; at < whole.length; at += piece) {
            int end = Math.min(whole.length, at + piece);
            peer.sends(first | (end == whole.length ? FrameWriter.FINAL : 0), Arrays.copyOfRange(whole, at, end));
            peer.sends(0x89, new byte[0]);
            first = Opcode.CONTINUATION;
        }

        assertThat(peer.heard).containsExactly("text " + "\u20ac and a long way to go, ".repeat(20));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC9, 0xA1, 0x91, 0xE1, 0xC8})
    void reservedBitsThatNobodyAgreedToEndTheConversation(int first) {
        peer.sends(first, new byte[0]);

        assertThat(peer.heard.getFirst()).startsWith("close 1002");
    }

    @Test
    void reservedBitOnAContinuationEndsTheConversation() {
        peer.sends(0x41, compressed("one"));
        peer.sends(0xC0, compressed("two"));

        assertThat(peer.heard.getFirst()).startsWith("close 1002");
    }

    @Test
    void compressedMessageThatNobodyAgreedToEndsTheConversation() {
        try (TestedTalk plain = new TestedTalk(TestedTalk.TERMS)) {
            plain.sends(COMPRESSED_TEXT, compressed("one"));

            assertThat(plain.heard.getFirst()).startsWith("close 1002");
        }
    }

    @Test
    void brokenMessageEndsTheConversation() {
        peer.sends(COMPRESSED_TEXT, new byte[] {7});

        assertThat(peer.heard.getFirst()).startsWith("close 1007");
        assertThat(peer.events.heard()).containsExactly("violated 1007");
    }

    @Test
    void compressedTextThatIsNotUtf8EndsTheConversation() {
        peer.sends(COMPRESSED_TEXT, LoopDeflateTest.compressed(new byte[] {'a', (byte) 0xC3}, 6));

        assertThat(peer.heard).containsExactly("close 1007 the text is not UTF-8", "gone");
    }

    @Test
    void messageThatIsTooLongOnceItIsDecompressedEndsTheConversation() {
        byte[] bomb = LoopDeflateTest.compressed(new byte[10 << 20], 9);

        peer.sends(COMPRESSED_BINARY, bomb);

        assertThat(peer.heard).containsExactly("close 1009 over size limit (? > 1048576 bytes)", "gone");
    }

    @Test
    void longestMessageArrivesEvenIfCompressionMadeItLonger() {
        byte[] noise = new byte[LONGEST];
        new Random(7).nextBytes(noise);
        byte[] whole = LoopDeflateTest.compressed(noise, 1);
        assertThat(whole.length).isGreaterThan(LONGEST);

        peer.sends(COMPRESSED_BINARY, whole);

        assertThat(peer.heard).containsExactly("binary " + LONGEST);
    }

    @Test
    void textThatIsWorthItIsCompressed() throws DataFormatException {
        String text = "\u00e4 long way to go, ".repeat(1_000);

        peer.talk.send(text);

        assertThat(peer.frames()).singleElement().satisfies(frame -> {
            assertThat(frame.opcode()).isEqualTo(Opcode.TEXT);
            assertThat(frame.reservedBits()).isEqualTo(0x40);
            assertThat(frame.payload().length).isLessThan(1_000);
            assertThat(inflated(frame.payload()))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(text);
        });
    }

    @Test
    void bitStandsOnTheFirstFrameAlone() throws DataFormatException {
        byte[] message = new byte[200_000];
        Random random = new Random(1);
        for (int i = 0; i < message.length; i++) {
            message[i] = (byte) random.nextInt(64);
        }
        ByteBuf binary = Unpooled.directBuffer().writeBytes(message);

        peer.talk.sendBinary(binary);

        List<TestedTalk.Frame> frames = peer.frames();
        assertThat(frames.size()).isGreaterThan(2);
        assertThat(frames.getFirst().opcode()).isEqualTo(Opcode.BINARY);
        assertThat(frames)
                .extracting(TestedTalk.Frame::reservedBits)
                .startsWith(0x40)
                .containsOnlyOnce(0x40);
        assertThat(inflated(payload(frames))).isEqualTo(message);
        assertThat(binary.refCnt()).isZero();
    }

    @Test
    void shortMessagesAndThoseThatWouldNotBeShorterGoAsTheyAre() {
        byte[] noise = new byte[5_000];
        new Random(1).nextBytes(noise);

        peer.talk.send("x".repeat(LoopDeflate.LEAST - 1));
        peer.talk.send("");
        peer.talk.sendBinary(Unpooled.copiedBuffer(noise));
        peer.socket.runPendingTasks();
        peer.talk.send("x".repeat(LoopDeflate.MOST + 1));

        assertThat(peer.frames())
                .extracting(TestedTalk.Frame::reservedBits)
                .containsOnly(0)
                .hasSizeGreaterThan(4);
    }

    @Test
    void whatCountsInTheQueueIsWhatGoesOverTheWire() {
        peer.socket.isNotRead();
        for (int i = 0; i < 20; i++) {
            peer.talk.send("x".repeat(50_000));
        }
        peer.socket.runPendingTasks();

        assertThat(peer.heard).isEmpty();
    }
}
