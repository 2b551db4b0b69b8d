// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.server.connection.CallOutcome.Answered;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes are an answer, wherever they are cut. */
class AnswerReaderTest {

    private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);

    @AfterEach
    void everyBufferIsReleased() {
        assertThat(alloc.metric().usedHeapMemory() + alloc.metric().usedDirectMemory())
                .isZero();
    }

    private static byte[] bytes(String wire) {
        return wire.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static AnswerReader reader(boolean headAlone, int longest) {
        return new AnswerReader(headAlone, longest, new byte[AnswerReader.MOST_HEAD_BYTES]);
    }

    /** Reads pieces of that length, and says what came of it and what was left. */
    private String read(AnswerReader reader, byte[] wire, int piece) throws AnswerReader.Unusable {
        for (int from = 0; from < wire.length; from += piece) {
            ByteBuf in = Unpooled.wrappedBuffer(wire, from, Math.min(piece, wire.length - from));
            if (reader.read(in, alloc)) {
                int left = Math.max(0, wire.length - from - piece) + in.readableBytes();
                return print(reader) + (reader.isLasting() ? " lasting" : "") + (left > 0 ? " and " + left : "");
            }
            assertThat(in.isReadable()).isFalse();
        }
        return reader.end() ? print(reader) + " ended" : "incomplete";
    }

    private static String print(AnswerReader reader) {
        Answered answer = reader.answer();
        return answer.status() + " " + new String(answer.body(), StandardCharsets.ISO_8859_1);
    }

    private String read(String wire) throws AnswerReader.Unusable {
        byte[] all = bytes(wire);
        String whole = read(reader(false, 100), all, all.length);
        for (int piece = 1; piece < Math.min(all.length, 70); piece++) {
            assertThat(read(reader(false, 100), all, piece))
                    .as("in pieces of " + piece)
                    .isEqualTo(whole);
        }
        return whole;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "HTTP/1.1 200 OK~Content-Length: 2~~ok > 200 ok lasting",
                "HTTP/1.1 200~content-length:2~~ok > 200 ok lasting",
                "HTTP/1.1 200 ~Content-Length: 0~~ > '200  lasting'",
                "HTTP/1.1 503 Nicht verfügbar~Content-Length: 2~Connection: close~~no > 503 no",
                "HTTP/1.0 200 OK~Content-Length: 2~~ok > 200 ok",
                "HTTP/1.0 200 OK~Connection: keep-alive~Content-Length: 2~~ok > 200 ok lasting",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1~o~1;x=y~k~0~Trailer: t~~ > 200 ok lasting",
                "HTTP/1.1 200 OK~~until the end > 200 until the end ended",
                "HTTP/1.1 204 No Content~~ > '204  lasting'",
                "HTTP/1.1 304 Not Modified~Content-Length: 9~~ > '304  lasting'",
                "HTTP/1.1 100 Continue~~HTTP/1.1 103 Early Hints~Link: x~~HTTP/1.1 200 OK~Content-Length: 2~~ok"
                        + " > 200 ok lasting",
                "HTTP/1.1 200 OK~Content-Length: 9~~ok > incomplete",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~ok~0~ > incomplete",
                "HTTP/1.1 200 OK~Content-Length: 2~ > incomplete"
            })
    void answerIsReadWhereverItIsCut(String wire, String read) throws AnswerReader.Unusable {
        assertThat(read(wire)).isEqualTo(read);
    }

    @Test
    void bytesBehindTheAnswerAreLeft() throws AnswerReader.Unusable {
        assertThat(read("HTTP/1.1 200 OK~Content-Length: 2~~ok!!!")).isEqualTo("200 ok lasting and 3");
        assertThat(read("HTTP/1.1 204 No Content~~!!!")).isEqualTo("204  lasting and 3");
        assertThat(read("HTTP/1.1 200 OK~Transfer-Encoding: chunked~~0~~!!!")).isEqualTo("200  lasting and 3");
    }

    @Test
    void answerToAHeadHasNoBody() throws AnswerReader.Unusable {
        byte[] wire = bytes("HTTP/1.1 200 OK~Content-Length: 999~~");

        assertThat(read(reader(true, 0), wire, wire.length)).isEqualTo("200  lasting");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "~HTTP/1.1 200 OK~~",
                "HTTP/2 200 OK~~",
                "HTTP/1.1  200 OK~~",
                "http/1.1 200 OK~~",
                "HTTP/1.1 2000 OK~~",
                "HTTP/1.1 20 OK~~",
                "HTTP/1.1 600 OK~~",
                "HTTP/1.1 099 OK~~",
                "HTTP/1.1 200\tOK~~",
                "HTTP/1.1 200 O\u0001K~~",
                "HTTP/1.1 101 Switching Protocols~~",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/1.1 200 OK~Content-Length: 0\n~",
                "HTTP/1.1 200 OK~A: b\rContent-Length: 5~~",
                "HTTP/1.1 200 OK~A: b~ folded~~",
                "HTTP/1.1 200 OK~A : b~~",
                "HTTP/1.1 200 OK~: b~~",
                "HTTP/1.1 200 OK~no colon~~",
                "HTTP/1.1 200 OK~A: \0~~",
                "HTTP/1.1 200 OK~Content-Length: 1~Content-Length: 1~~a",
                "HTTP/1.1 200 OK~Content-Length: 1, 1~~a",
                "HTTP/1.1 200 OK~Content-Length: +1~~a",
                "HTTP/1.1 200 OK~Content-Length: -1~~",
                "HTTP/1.1 200 OK~Content-Length:~~",
                "HTTP/1.1 200 OK~Content-Length: 0x1~~",
                "HTTP/1.1 200 OK~Content-Length: 9999999999999999999~~",
                "HTTP/1.1 200 OK~Content-Length: 2~Transfer-Encoding: chunked~~0~~",
                "HTTP/1.0 200 OK~Transfer-Encoding: chunked~~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: gzip, chunked~~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2 ~ok~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~okay~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~-1~ok~0~~"
            })
    void whatCouldBeReadInTwoWaysIsNoAnswer(String wire) {
        byte[] all = bytes(wire);
        for (int piece : new int[] {1, 7, all.length}) {
            assertThatThrownBy(() -> read(reader(false, 100), all, piece)).isInstanceOf(AnswerReader.Unusable.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK~Content-Length: 101~~",
                "HTTP/1.1 200 OK~~%",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~65~%~0~~"
            })
    void bodyLongerThanWantedIsRefused(String wire) {
        byte[] all = bytes(wire.replace("%", "x".repeat(101)));

        for (int piece : new int[] {1, all.length}) {
            assertThatThrownBy(() -> read(reader(false, 100), all, piece))
                    .isInstanceOf(AnswerReader.Unusable.class)
                    .hasMessage("a body of more than 100 bytes");
        }
    }

    @Test
    void bodyOfExactlyTheLengthWantedIsRead() throws AnswerReader.Unusable {
        String body = "x".repeat(100);

        assertThat(read("HTTP/1.1 200 OK~Content-Length: 100~~" + body)).isEqualTo("200 " + body + " lasting");
        assertThat(read("HTTP/1.1 200 OK~~" + body)).isEqualTo("200 " + body + " ended");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK~A: %", "HTTP/1.1 100 Continue~A: %~~"})
    void headWithoutAnEndIsRefused(String wire) {
        byte[] all = bytes(wire.replace("%", "x".repeat(20_000))
                .repeat(wire.endsWith("~~") ? 2 : 1)
                .concat("x".repeat(20_000)));

        for (int piece : new int[] {100, all.length}) {
            assertThatThrownBy(() -> read(reader(false, 100), all, piece))
                    .isInstanceOf(AnswerReader.Unusable.class)
                    .hasMessage("a head longer than 32768 bytes");
        }
    }
}
