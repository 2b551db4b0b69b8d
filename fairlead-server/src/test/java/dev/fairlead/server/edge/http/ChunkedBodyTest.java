// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.trials.Trials;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112, section 7.1, to the letter. A tilde stands for the end of a line. */
class ChunkedBodyTest {

    private static final int MOST_ASIDE = 40;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

    /** What became of a body: its bytes, whether it was whole, malformed, and what was left behind it. */
    private record Outcome(String body, boolean whole, boolean malformed, String behind) {}

    @AfterEach
    void everyBufferIsReleased() {
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0~~ | ''",
                "000~~ | ''",
                "3~abc~0~~ | abc",
                "03~abc~0~~ | abc",
                "3~abc~1~d~0~~ | abcd",
                "A~0123456789~0~~ | 0123456789",
                "a~0123456789~0~~ | 0123456789",
                "000000000000003~abc~0~~ | abc",
                "3;x~abc~0;y~~ | abc",
                "3;x=y;z~abc~0~~ | abc",
                "3;x=\"a;b \\\" 5\"~abc~0~~ | abc",
                "3;x=\"\";y~abc~0~~ | abc",
                "3~abc~0~X: y~~ | abc",
                "3~abc~0~X:~Y: a b~~ | abc"
            })
    void bodyIsReadHoweverItIsCutAndNothingBehindIt(String wire, String body) {
        for (int piece = 1; piece <= 40; piece++) {
            assertThat(outcome(wire.replace("~", "\r\n") + "GET ", piece))
                    .isEqualTo(new Outcome(body, true, false, "GET "));
        }
    }

    @Test
    void whatLooksLikeAnEndWithinAChunkIsData() {
        assertThat(outcome("5\r\n0\r\n\r\n\r\n0\r\n\r\n", 1).body()).isEqualTo("0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "~",
                ";x~a~",
                "x~",
                " 1~a~",
                "1 ~a~",
                "1\t~a~",
                "1 ;x~a~",
                "1; x~a~",
                "+1~a~",
                "-1~a~",
                "0x1~a~",
                "1,1~a~",
                "1_0~",
                "0000000000000001~a~",
                "ffffffffffffffff~",
                "1;~a~",
                "1;;x~a~",
                "1;=x~a~",
                "1;x=~a~",
                "1;x=\"a~a~",
                "1;x=\"a\"b~a~",
                "1;x=\"\n\"~a~",
                "1;x y~a~",
                "1;x\n1~a~",
                "1\na~",
                "1\ra~",
                "1\r\ra~",
                "1~ab~",
                "2~a~0~~",
                "1~a\n0~~",
                "1~a\r\r0~~",
                "0~ X: y~~",
                "0~X : y~~",
                "0~X~~",
                "0~: y~~",
                "0~X: y~ folded~~",
                "0~X: a\u0000b~~",
                "0~X: a\rb~~",
                "0~X: a\n~~",
                "0~\n",
                "0\n\n",
                "1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa~a~",
                "1;aaaaaaaaaaaaaaaaaaaa~a~1;aaaaaaaaaaaaaaaaaaaaa~a~0~~",
                "0~X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa~~"
            })
    void whatIsNotToTheLetterIsMalformedHoweverItIsCut(String wire) {
        Outcome whole = outcome(wire.replace("~", "\r\n"), 1000);

        assertThat(whole.malformed()).isTrue();
        for (int piece = 1; piece < 20; piece++) {
            Outcome cut = outcome(wire.replace("~", "\r\n"), piece);
            assertThat(cut.malformed()).isTrue();
            assertThat(cut.body()).isEqualTo(whole.body());
        }
    }

    @Test
    void largePiecesAreSlicesAndSmallOnesArePutTogether() throws Exception {
        String small = "1\r\na\r\n".repeat(100);
        String large = "1000\r\n" + "b".repeat(4096) + "\r\n";
        ByteBuf in = allocator.directBuffer();
        in.writeCharSequence(small + large + small, StandardCharsets.US_ASCII);
        List<ByteBuf> parts = new ArrayList<>();

        new ChunkedBody(MOST_ASIDE).read(in, allocator, parts);

        assertThat(parts).extracting(ByteBuf::readableBytes).containsExactly(100, 4096, 100);
        assertThat(in.refCnt()).isEqualTo(2);
        parts.forEach(ByteBuf::release);
        in.release();
    }

    @Test
    void anyChunksAreReadBack() {
        Trials.of(200, random -> {
            StringBuilder wire = new StringBuilder();
            StringBuilder body = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                String chunk = "x".repeat(1 + random.nextInt(random.nextBoolean() ? 3 : 3000));
                wire.append(Integer.toHexString(chunk.length()))
                        .append("\r\n")
                        .append(chunk)
                        .append("\r\n");
                body.append(chunk);
            }
            wire.append("0\r\n\r\n");

            assertThat(outcome(wire.toString(), 1 + random.nextInt(wire.length())))
                    .isEqualTo(new Outcome(body.toString(), true, false, ""));
        });
    }

    private Outcome outcome(String text, int piece) {
        byte[] wire = text.getBytes(StandardCharsets.ISO_8859_1);
        ChunkedBody chunks = new ChunkedBody(MOST_ASIDE);
        StringBuilder body = new StringBuilder();
        boolean whole = false;
        boolean malformed = false;
        int at = 0;
        while (at < wire.length && !whole && !malformed) {
            int length = Math.min(piece, wire.length - at);
            ByteBuf in = Unpooled.copiedBuffer(wire, at, length);
            List<ByteBuf> parts = new ArrayList<>();
            try {
                whole = chunks.read(in, allocator, parts);
            } catch (ChunkedBody.Malformed found) {
                malformed = true;
            }
            at += length - in.readableBytes();
            parts.forEach(part -> {
                body.append(part.toString(StandardCharsets.ISO_8859_1));
                part.release();
            });
            in.release();
        }
        return new Outcome(body.toString(), whole, malformed, whole ? text.substring(at) : "");
    }
}
