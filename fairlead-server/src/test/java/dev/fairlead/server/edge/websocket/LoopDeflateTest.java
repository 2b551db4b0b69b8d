// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairlead.protocol.websocket.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7692, section 7.2: messages are compressed and decompressed, each by itself. */
class LoopDeflateTest {

    private static final int LIMIT = 1 << 20;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final LoopDeflate deflate = new LoopDeflate();

    @AfterEach
    void end() {
        deflate.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    /** As a client does it. */
    static byte[] compressed(byte[] message, int level) {
        Deflater deflater = new Deflater(level, true);
        deflater.setInput(message);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] some = new byte[8192];
        for (int more = some.length; more == some.length; ) {
            more = deflater.deflate(some, 0, some.length, Deflater.SYNC_FLUSH);
            out.write(some, 0, more);
        }
        deflater.end();
        return Arrays.copyOf(out.toByteArray(), out.size() - 4);
    }

    private byte[] inflated(byte[] compressed, int limit) {
        return deflate.inflate(ByteBuffer.wrap(compressed), limit);
    }

    private static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "f248cdc9c90700, Hello", // section 7.2.3.1
        "000500faff48656c6c6f00, Hello", // 7.2.3.3
        "f348cdc9c9070000, Hello", // 7.2.3.4
        "f24805000000ffffcac9c90700, Hello", // 7.2.3.5
        "00, ''", // 7.2.3.6
    })
    void examplesOfTheStandardAreRead(String compressed, String message) {
        assertThat(inflated(hex(compressed), LIMIT))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(message);
    }

    @Test
    void messageThatNeedsTheWindowOfTheOneBeforeIsRefused() {
        assertThat(inflated(hex("f248cdc9c90700"), LIMIT)).hasSize(5);

        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> inflated(hex("f200110000"), LIMIT)) // section 7.2.3.2
                .satisfies(broken -> assertThat(broken.status().code()).isEqualTo(1007));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 16_383, 16_384, 16_385, 32_768, 300_000, LIMIT})
    void messageOfAnyLengthUpToTheLimitIsRead(int length) {
        byte[] zeros = new byte[length];
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);

        for (byte[] message : new byte[][] {zeros, noise}) {
            for (int level : new int[] {0, 1, 6, 9}) {
                byte[] compressed = compressed(message, level);
                assertThat(compressed.length).isLessThanOrEqualTo((int) LoopDeflate.longestCompressed(LIMIT));
                assertThat(inflated(compressed, LIMIT)).isEqualTo(message);
                assertThat(inflated(compressed, Math.max(1, length))).isEqualTo(message);
            }
        }
    }

    @Test
    void tenMegabytesOfZerosAreNotDecompressedBeyondTheLimit() {
        byte[] bomb = compressed(new byte[10 << 20], 9);
        assertThat(bomb.length).isLessThan(12_000);
        ByteBuffer message = ByteBuffer.wrap(bomb);

        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> deflate.inflate(message, LIMIT))
                .satisfies(tooLong -> {
                    assertThat(tooLong.status().code()).isEqualTo(1009);
                    assertThat(tooLong.status().reason()).isEqualTo("over size limit (? > 1048576 bytes)");
                });

        assertThat(message.position()).as("bytes that were looked at").isLessThan(bomb.length / 5);
        assertThat(inflated(compressed(new byte[5], 9), LIMIT))
                .as("the next one's")
                .hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // even an empty message has a byte
                "ff",
                "07", // a kind of block that does not exist
                "f248cd", // cut within a block
                "000500faff4865", // cut within a block that is not compressed
                "000500fbff48656c6c6f00", // a length that is not what its complement says
                "f348cdc9c907", // cut within a last block
            })
    void whatIsNotCompressedAsAgreedIsRefused(String compressed) {
        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> inflated(hex(compressed), LIMIT))
                .satisfies(broken -> assertThat(broken.status().code()).isEqualTo(1007));
        assertThat(inflated(hex("f248cdc9c90700"), LIMIT)).as("the next one's").hasSize(5);
    }

    @Test
    void lastBlocksMayBeFollowedByOthersButNotByThousands() {
        String last = "f348cdc9c90700";

        assertThat(inflated(hex(last.repeat(10)), LIMIT)).hasSize(50);
        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> inflated(hex(last.repeat(1000)), LIMIT))
                .satisfies(broken -> assertThat(broken.status().code()).isEqualTo(1007));
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 1000, 16_384, 100_000, LoopDeflate.MOST})
    void whatIsCompressedIsReadBackAndTakesNoMoreThanItIsLong(int length) {
        byte[] message = "{\"member\": \"value\", \"number\": 4711}, "
                .repeat(length / 30 + 1)
                .getBytes(StandardCharsets.UTF_8);
        message = Arrays.copyOf(message, length);

        ByteBuf compressed = deflate.deflate(ByteBuffer.wrap(message), allocator);

        assertThat(compressed).isNotNull();
        assertThat(compressed.readableBytes()).isLessThan(length / 3);
        assertThat(compressed.capacity()).isLessThanOrEqualTo(Math.max(16 * 1024, 2 * compressed.readableBytes()));
        assertThat(inflated(ByteBufUtil.getBytes(compressed), LIMIT)).isEqualTo(message);
        compressed.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 256, 5_000, 16_384, 100_000})
    void whatWouldNotBeShorterIsLeftAsItIs(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);

        assertThat(deflate.deflate(ByteBuffer.wrap(noise), allocator)).isNull();
    }
}
