// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small parts of the framing: masks, UTF-8, close statuses, written headers, the upgrade's proof. */
class FramePartsTest {

    @Test
    void acceptValueIsTheOneOfTheStandardsExample() {
        assertThat(UpgradeKey.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void maskOfTheStandardsExampleGivesHello() {
        byte[] bytes = HexFormat.of().parseHex("7f9f4d5158");

        Mask.apply(bytes, 0x3d21fa37);

        assertThat(bytes).asString(StandardCharsets.US_ASCII).isEqualTo("Hello");
    }

    @Test
    void maskIsTheSameHoweverThePayloadIsCut() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            byte[] plain = new byte[random.nextInt(100)];
            random.nextBytes(plain);
            int key = random.nextInt();
            byte[] byHand = plain.clone();
            for (int i = 0; i < byHand.length; i++) {
                byHand[i] ^= (byte) (key >>> (8 * (i % 4)));
            }
            ByteBuffer cut = ByteBuffer.allocateDirect(plain.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(0, plain);
            int at = 0;
            while (at < plain.length) {
                int to = at + 1 + random.nextInt(plain.length - at);
                Mask.apply(cut, at, to, key, at);
                at = to;
            }
            byte[] result = new byte[plain.length];
            cut.get(0, result);
            assertThat(result).isEqualTo(byHand);
        }
    }

    @Test
    void utf8IsJudgedAsThePlatformJudgesIt() {
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[1 + random.nextInt(6)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(128) : 0x80 + random.nextInt(128));
            }
            assertThat(isUtf8(bytes)).as(HexFormat.of().formatHex(bytes)).isEqualTo(platformTakes(bytes));
        }
    }

    @Test
    void everyCharacterIsUtf8WhereverItIsCut() {
        for (int character : new int[] {0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF}) {
            byte[] bytes = Character.toString(character).getBytes(StandardCharsets.UTF_8);
            for (int cut = 0; cut <= bytes.length; cut++) {
                Utf8Check check = new Utf8Check();
                check.take(bytes, 0, cut);
                check.take(bytes, cut, bytes.length);
                assertThatCode(check::end).doesNotThrowAnyException();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "125, 2", "126, 4", "65535, 4", "65536, 10", "4294967296, 10"})
    void writtenHeaderIsTheShortestAndReadsBack(long length, int bytes) {
        ByteBuffer out = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        FrameHeaderReader reader = FrameHeaderReader.ofServerFrames();

        int end = FrameWriter.header(out, 0, FrameWriter.FINAL | Opcode.BINARY, length);

        assertThat(end).isEqualTo(bytes).isEqualTo(FrameWriter.headerBytes(length));
        assertThat(reader.read(out, 0, 20)).isEqualTo(end);
        assertThat(reader.length()).isEqualTo(length);
    }

    @Test
    void longestReasonFitsAndOneByteMoreIsRefused() {
        assertThat(new CloseStatus(1000, "x".repeat(123)).payload()).hasSize(125);
        assertThatThrownBy(() -> new CloseStatus(1000, "x".repeat(124)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("124 bytes (expected: at most 123)");
    }

    @Test
    void tooLongAReasonIsCutAfterAWholeCharacter() {
        CloseStatus cut = CloseStatus.clipped(1011, "x".repeat(121) + "€€");

        assertThat(cut.reason()).isEqualTo("x".repeat(121));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1004, 1006, 1015, 2000, 5000})
    void codeThatMayNotBeSentIsNoStatus(int code) {
        assertThatThrownBy(() -> new CloseStatus(code, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closePayloadReadsBack() {
        CloseStatus status = new CloseStatus(4401, "grüß dich");

        assertThat(CloseStatus.read(ByteBuffer.wrap(status.payload()))).isEqualTo(status);
        assertThat(CloseStatus.read(ByteBuffer.wrap(CloseStatus.NONE.payload())))
                .isEqualTo(CloseStatus.NONE);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            Utf8Check check = new Utf8Check();
            check.take(bytes, 0, bytes.length);
            check.end();
            return true;
        } catch (ProtocolViolation e) {
            return false;
        }
    }

    private static boolean platformTakes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
