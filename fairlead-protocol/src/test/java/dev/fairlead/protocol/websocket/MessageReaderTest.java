// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, sections 5.4 to 5.6 and 8.1: fragments become messages. */
class MessageReaderTest {

    private static final int LIMIT = 1000;

    private final List<String> heard = new ArrayList<>();
    private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
    private final MessageReader reader = newReader();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 14, 64, 100_000})
    void messagesAndControlFramesComeInOrderHoweverTheStreamIsCut(int piece) {
        frame(0x01, "Grü");
        frame(0x89, "are you there");
        frame(0x00, "ße, ");
        frame(0x8A, "");
        frame(0x80, "Welt");
        frame(0x82, "bytes");
        frame(0x81, "");
        frame(0x88, CloseStatus.clipped(1000, "bye").payload());
        frame(0x81, "after the close");

        readsInPiecesOf(piece);

        assertThat(heard)
                .containsExactly(
                        "ping are you there", "pong ", "text Grüße, Welt", "binary bytes", "text ", "close 1000 bye");
    }

    @Test
    void characterCutByAFragmentArrivesWhole() {
        byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
        frame(0x01, new byte[] {euro[0]});
        frame(0x00, new byte[] {euro[1]});
        frame(0x80, new byte[] {euro[2]});

        readsInPiecesOf(5);

        assertThat(heard).containsExactly("text €");
    }

    @Test
    void textThatIsNotUtf8IsRefusedAtTheFirstBadByte() {
        frame(0x01, new byte[] {'a', (byte) 0xC0});

        violates(CloseStatus.INVALID_DATA);
    }

    @Test
    void textThatEndsInsideACharacterIsRefused() {
        frame(0x81, new byte[] {(byte) 0xE2, (byte) 0x82});

        violates(CloseStatus.INVALID_DATA);
    }

    @Test
    void bytesNeedNotBeUtf8() {
        frame(0x82, new byte[] {(byte) 0xFF});

        readsInPiecesOf(100);

        assertThat(heard).hasSize(1);
    }

    @Test
    void messageOfTheLimitIsTakenAndOneByteMoreIsRefusedBeforeItArrives() {
        frame(0x02, "x".repeat(LIMIT - 1));
        frame(0x80, "x");
        readsInPiecesOf(77);
        assertThat(heard).hasSize(1);

        frame(0x02, "x".repeat(LIMIT));
        readsInPiecesOf(5000);
        wire.writeBytes(new byte[] {(byte) 0x80, (byte) 0x81, 0, 0, 0, 0});

        violates(CloseStatus.TOO_BIG);
    }

    @Test
    void closeWithOneByteIsRefused() {
        frame(0x88, new byte[] {3});

        violates(CloseStatus.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535})
    void closeCodeThatMayNotBeSentIsRefused(int code) {
        frame(0x88, new byte[] {(byte) (code >> 8), (byte) code});

        violates(CloseStatus.PROTOCOL_ERROR);
    }

    @Test
    void closeReasonThatIsNotUtf8IsRefused() {
        frame(0x88, new byte[] {3, (byte) 0xE8, (byte) 0xFF});

        violates(CloseStatus.INVALID_DATA);
    }

    @Test
    void closeWithoutACodeIsUnderstood() {
        frame(0x88, "");

        readsInPiecesOf(100);

        assertThat(heard).containsExactly("close 1005 ");
    }

    private void violates(int code) {
        assertThatThrownBy(() -> readsInPiecesOf(100_000))
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.status().code()).isEqualTo(code));
    }

    private void frame(int first, String payload) {
        frame(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    private void frame(int first, byte[] payload) {
        wire.writeBytes(FrameWriter.clientFrame(first, payload, 0, payload.length, 0x7F11_A3C9));
    }

    private void readsInPiecesOf(int piece) {
        byte[] bytes = wire.toByteArray();
        wire.reset();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes.length; at += piece) {
            reader.read(in, at, Math.min(bytes.length, at + piece));
        }
    }

    private MessageReader newReader() {
        return new MessageReader(FrameHeaderReader.ofClientFrames(), LIMIT, new MessageReader.Sink() {
            @Override
            public void onText(String text) {
                heard.add("text " + text);
            }

            @Override
            public void onBinary(byte[] message) {
                heard.add("binary " + new String(message, StandardCharsets.UTF_8));
            }

            @Override
            public void onPing(byte[] payload) {
                heard.add("ping " + new String(payload, StandardCharsets.UTF_8));
            }

            @Override
            public void onPong(byte[] payload) {
                heard.add("pong " + new String(payload, StandardCharsets.UTF_8));
            }

            @Override
            public void onClose(CloseStatus status) {
                heard.add("close " + status.code() + " " + status.reason());
            }
        });
    }
}
