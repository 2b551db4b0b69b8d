// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An endpoint that speaks permessage-deflate (RFC 7692), and what a client may do with it. */
@ExtendWith(RelayUnderTest.Extension.class)
class CompressionIT {

    private static final int COMPRESSED = 4;
    private static final int LONGEST = 1 << 20;

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.offers("path: /ws, compression: true, maxMessageSize: 1MiB");
    }

    private RawWebSocket client() {
        RawWebSocket client = relay.socket();
        assertThat(client.starts(Handshake.to("/ws").with("Sec-WebSocket-Extensions", "permessage-deflate"))
                        .readsUpgrade()
                        .header("Sec-WebSocket-Extensions")
                        .orElseThrow())
                .startsWith("permessage-deflate");
        return client;
    }

    /** {@return the bytes as RFC 7692, section 7.2.1, compresses them} */
    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        for (int count = piece.length; count == piece.length; ) {
            count = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
            out.write(piece, 0, count);
        }
        deflater.end();
        byte[] all = out.toByteArray();
        return Arrays.copyOf(all, all.length - 4);
    }

    private static String inflated(byte[] bytes, int length) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        byte[] tailed = Arrays.copyOf(bytes, bytes.length + 4);
        tailed[bytes.length + 2] = (byte) 0xFF;
        tailed[bytes.length + 3] = (byte) 0xFF;
        inflater.setInput(tailed);
        byte[] out = new byte[length + 1];
        int count = inflater.inflate(out);
        inflater.end();
        return new String(out, 0, count, StandardCharsets.UTF_8);
    }

    @Test
    void compressedMessageComesBackCompressed() throws DataFormatException {
        String text = "again and ".repeat(1000);
        RawWebSocket client = client().sends(
                        WireFrame.of(WireFrame.TEXT, deflated(text.getBytes(StandardCharsets.UTF_8)))
                                .withReserved(COMPRESSED));

        WireFrame echo = client.receives();

        assertThat(echo.reserved()).isEqualTo(COMPRESSED);
        assertThat(inflated(echo.payload(), text.length())).isEqualTo(text);
    }

    @Test
    void messageThatIsNotCompressedIsFineToo() {
        assertThat(client().sends(WireFrame.text("plain")).receivesMessage().text())
                .isEqualTo("plain");
    }

    @Test
    void messageThatBecomesTooLongIs1009WithoutBecomingIt() {
        byte[] bomb = deflated(new byte[256 << 20]);
        assertThat(bomb.length).isLessThan(LONGEST);
        RawWebSocket other = client();
        RawWebSocket client =
                client().sends(WireFrame.of(WireFrame.BINARY, bomb).withReserved(COMPRESSED));

        assertThat(client.receives().closeCode()).isEqualTo(1009);
        client.readsEnd();
        assertThat(other.sends(WireFrame.text("undisturbed")).receives().text()).isEqualTo("undisturbed");
    }

    @Test
    void messageInFragmentsThatBecomesTooLongIs1009() {
        byte[] bomb = deflated(new byte[LONGEST + 1]);
        RawWebSocket client = client().sends(WireFrame.of(WireFrame.BINARY, Arrays.copyOf(bomb, 10))
                        .withReserved(COMPRESSED)
                        .notFinal())
                .sends(WireFrame.of(WireFrame.CONTINUATION, Arrays.copyOfRange(bomb, 10, bomb.length)));

        assertThat(client.receives().closeCode()).isEqualTo(1009);
    }

    @Test
    void whatIsNoDeflateEndsTheSession() {
        RawWebSocket client = client().sends(
                        WireFrame.binary((byte) 0xFF, (byte) 0xFF, (byte) 0xFF).withReserved(COMPRESSED));

        assertThat(client.receives().closeCode()).isEqualTo(1007);
    }

    @Test
    void compressedTextThatIsNoneIs1007() {
        RawWebSocket client = client().sends(WireFrame.of(
                        WireFrame.TEXT, deflated(new byte[] {(byte) 0xC0, (byte) 0xAF}))
                .withReserved(COMPRESSED));

        assertThat(client.receives().closeCode()).isEqualTo(1007);
    }

    @Test
    void reservedBitOfAContinuationIsAViolation() {
        RawWebSocket client = client().sends(WireFrame.text("a").notFinal())
                .sends(WireFrame.of(WireFrame.CONTINUATION, new byte[1]).withReserved(COMPRESSED));

        assertThat(client.receives().closeCode()).isEqualTo(1002);
    }
}
