// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A client that writes whatever bytes it is told to and reads what comes exactly as it comes: the one for the odd cases.
 * It answers nothing by itself, neither a ping nor a close.
 *
 * <p>Every read waits at most {@link Patience#LIMIT} and then fails the test with what came before. Belongs to the
 * test's thread.
 */
public final class RawWebSocket implements AutoCloseable {

    /** How a connection ended. */
    public enum End {
        /** In order: everything sent was read, then nothing more came. */
        FINISHED,
        /** The TCP connection ended in order, but TLS did not: more may have been meant to come. */
        CUT_SHORT,
        /** Reset by the other side. */
        RESET
    }

    private static final int REMEMBERED = 8;

    private final Socket tcp;
    private final Socket socket;
    private final InputStream in;
    private final String host;
    private final Deque<String> seen = new ArrayDeque<>();

    private RawWebSocket(Socket tcp, Socket socket, String host) throws IOException {
        this.tcp = tcp;
        this.socket = socket;
        this.host = host;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * Connects without TLS, and says nothing yet.
     *
     * @param address host and port; the rest is not looked at
     */
    public static RawWebSocket dial(URI address) {
        return dial(address, 0);
    }

    /**
     * Connects without TLS and with a receive buffer of its own size, so that a reader that stops is felt soon.
     *
     * @param receiveBuffer in bytes; 0 leaves it to the system
     */
    public static RawWebSocket dial(URI address, int receiveBuffer) {
        try {
            Socket tcp = connect(address, receiveBuffer);
            return new RawWebSocket(tcp, tcp, authority(address));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + address, e);
        }
    }

    /**
     * Connects, does the handshake of TLS, and says nothing more yet. The certificate has to be for the address's host.
     *
     * @param receiveBuffer in bytes; 0 leaves it to the system
     * @param tls whom to trust, and what to show
     * @throws UncheckedIOException if there is no agreement
     */
    public static RawWebSocket dial(URI address, int receiveBuffer, SSLContext tls) {
        try {
            Socket tcp = connect(address, receiveBuffer);
            SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(tcp, address.getHost(), address.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new RawWebSocket(tcp, socket, authority(address));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + address, e);
        }
    }

    private static Socket connect(URI address, int receiveBuffer) throws IOException {
        Socket tcp = new Socket();
        if (receiveBuffer > 0) {
            tcp.setReceiveBufferSize(receiveBuffer);
        }
        tcp.setTcpNoDelay(true);
        tcp.setSoTimeout((int) Patience.LIMIT.toMillis());
        tcp.connect(new InetSocketAddress(address.getHost(), address.getPort()), (int) Patience.LIMIT.toMillis());
        return tcp;
    }

    private static String authority(URI address) {
        return address.getHost() + ":" + address.getPort();
    }

    /** {@return the port of this end of the connection} */
    public int localPort() {
        return socket.getLocalPort();
    }

    /** Writes bytes as they are. */
    public RawWebSocket writes(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new AssertionError(
                    "the relay hung up while " + bytes.length + " bytes were written; " + lastWords() + story(), e);
        }
    }

    /** Writes a text as it is, in Latin-1. */
    public RawWebSocket writes(String text) {
        return writes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Writes without waiting until all is taken, for what the other side may not read at once. */
    public CompletableFuture<Void> writesInBackground(byte[] bytes) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        Thread.ofVirtual().name("raw-websocket-writer").start(() -> {
            try {
                socket.getOutputStream().write(bytes);
                written.complete(null);
            } catch (IOException e) {
                written.completeExceptionally(e);
            }
        });
        return written;
    }

    /** Writes the head of a request, and waits for no answer. */
    public RawWebSocket starts(Handshake handshake) {
        return writes(handshake.bytes(host));
    }

    /** Writes the head of a request, and reads the head of the response. */
    public ResponseHead asks(Handshake handshake) {
        return starts(handshake).readsHead();
    }

    /** Asks to upgrade, and fails unless it is granted properly (RFC 6455, section 4.2.2). */
    public RawWebSocket upgrades(Handshake handshake) {
        starts(handshake).readsUpgrade();
        return this;
    }

    /**
     * Takes what comes next, for what is neither a head nor a frame.
     *
     * @return how many bytes it took; a negative number at the end of the connection, be it in order or not
     */
    int takes(byte[] into, int from, int most) {
        try {
            return in.read(into, from, most);
        } catch (SocketTimeoutException e) {
            throw tooLate("a part of a body", e);
        } catch (IOException e) {
            return -1;
        }
    }

    /** Reads the head of a response that grants the upgrade, and fails on any other. */
    public ResponseHead readsUpgrade() {
        ResponseHead head = readsHead();
        assertThat(head.status()).as("%s", head).isEqualTo(101);
        assertThat(head.all("Upgrade")).as("%s", head).containsExactly("websocket");
        assertThat(head.all("Connection")).as("%s", head).containsExactly("Upgrade");
        assertThat(head.all("Sec-WebSocket-Accept")).as("%s", head).hasSize(1);
        return head;
    }

    /** Reads the head of a response. */
    public ResponseHead readsHead() {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 4) {
            int b = read("the head of a response");
            if (b < 0) {
                throw new AssertionError("the relay hung up instead of answering; came: " + head + "; " + story());
            }
            head.write(b);
            ends = b == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : b == '\r' ? 1 : 0;
        }
        byte[] bytes = head.toByteArray();
        ResponseHead parsed = ResponseHead.parse(new String(bytes, 0, bytes.length - 4, StandardCharsets.ISO_8859_1));
        remember(parsed.toString());
        return parsed;
    }

    /** Reads the body that a {@code Content-Length} announced. */
    public String readsBody(ResponseHead head) {
        int length = Integer.parseInt(head.header("Content-Length").orElse("0"));
        return new String(readBytes(length, "a body"), StandardCharsets.UTF_8);
    }

    /** Writes one frame. */
    public RawWebSocket sends(WireFrame frame) {
        return writes(frame.bytes());
    }

    /**
     * Writes one frame in two pieces.
     *
     * @param split how many bytes the first piece has
     */
    public RawWebSocket sendsSplit(WireFrame frame, int split) {
        byte[] bytes = frame.bytes();
        return writes(Arrays.copyOf(bytes, split)).writes(Arrays.copyOfRange(bytes, split, bytes.length));
    }

    /** Reads the next frame, whatever it is. */
    public WireFrame receives() {
        int first = read("a frame");
        if (first < 0) {
            throw new AssertionError("the relay hung up instead of sending a frame; " + story());
        }
        int second = readBytes(1, "a frame's second byte")[0] & 0xFF;
        boolean masked = (second & 0x80) != 0;
        int lengthBytes = (second & 0x7F) == 126 ? 2 : (second & 0x7F) == 127 ? 8 : 0;
        long length = second & 0x7F;
        if (lengthBytes > 0) {
            length = 0;
            for (byte b : readBytes(lengthBytes, "a frame's length")) {
                length = (length << 8) | (b & 0xFF);
            }
        }
        byte[] mask = masked ? readBytes(4, "a frame's mask") : new byte[4];
        byte[] payload = readBytes(Math.toIntExact(length), "a frame's payload");
        for (int i = 0; masked && i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        WireFrame frame =
                new WireFrame((first & 0x80) != 0, first >> 4 & 7, first & 15, masked, lengthBytes, length, payload);
        remember(frame.toString());
        return frame;
    }

    /** Reads up to this many bytes, whatever they are, and forgets them; at the end of the connection it fails. */
    public RawWebSocket skips(int most) {
        try {
            int count = in.read(new byte[most]);
            if (count < 0) {
                throw new AssertionError("the relay hung up while its bytes were skipped; " + story());
            }
            return this;
        } catch (SocketTimeoutException e) {
            throw tooLate("anything", e);
        } catch (IOException e) {
            throw new AssertionError("the connection broke while bytes were skipped; " + story(), e);
        }
    }

    /** Reads the next message, its fragments joined. Pings on the way are answered, pongs passed over. */
    public WireFrame receivesMessage() {
        WireFrame first = receivesButNoPings();
        if (first.isControl()) {
            throw new AssertionError("a message was expected, but this came: " + first + "; " + story());
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(first.payload());
        WireFrame last = first;
        while (!last.isFinal()) {
            last = receivesButNoPings();
            if (last.opcode() != WireFrame.CONTINUATION) {
                throw new AssertionError("a fragment was expected, but this came: " + last + "; " + story());
            }
            whole.writeBytes(last.payload());
        }
        return WireFrame.of(first.opcode(), whole.toByteArray()).unmasked();
    }

    /** Reads the next frame that is neither ping nor pong; pings are answered. */
    public WireFrame receivesButNoPings() {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        while (true) {
            WireFrame frame = receives();
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "nothing but pings came within " + Patience.LIMIT.toSeconds() + "s; " + story());
            }
            switch (frame.opcode()) {
                case WireFrame.PING -> sends(WireFrame.of(WireFrame.PONG, frame.payload()));
                case WireFrame.PONG -> {}
                default -> {
                    return frame;
                }
            }
        }
    }

    /** Answers pings until the connection ends, and fails if anything but pings comes before. */
    public RawWebSocket answersPingsUntilTheEnd() {
        while (true) {
            int next;
            try {
                in.mark(1);
                next = in.read();
                in.reset();
            } catch (SocketTimeoutException e) {
                throw tooLate("a ping, or the end of the connection", e);
            } catch (IOException e) {
                return this;
            }
            if (next < 0) {
                return this;
            }
            WireFrame ping = receives();
            if (ping.opcode() != WireFrame.PING) {
                throw new AssertionError("pings were expected, but this came: " + ping + "; " + story());
            }
            sends(WireFrame.of(WireFrame.PONG, ping.payload()));
        }
    }

    /** Reads the end of the connection, and fails if a byte comes before it. */
    public End readsEnd() {
        try {
            int b = in.read();
            if (b >= 0) {
                throw new AssertionError(
                        "the end was expected, but a byte came: 0x" + Integer.toHexString(b) + "; " + story());
            }
            return End.FINISHED;
        } catch (SocketTimeoutException e) {
            throw tooLate("the end of the connection", e);
        } catch (IOException e) {
            return endOf(e);
        }
    }

    private static End endOf(IOException broken) {
        return broken instanceof SocketException || broken.getCause() instanceof SocketException
                ? End.RESET
                : End.CUT_SHORT;
    }

    /** Watches for {@link Patience#WATCH}, and fails if a byte comes, or the end. */
    public RawWebSocket hearsNothing() {
        try {
            tcp.setSoTimeout((int) Patience.WATCH.toMillis());
            int b = in.read();
            throw new AssertionError(
                    b < 0
                            ? "nothing was expected, but the relay hung up; " + story()
                            : "nothing was expected, but a byte came: 0x" + Integer.toHexString(b) + "; " + story());
        } catch (SocketTimeoutException e) {
            return this;
        } catch (IOException e) {
            throw new AssertionError("nothing was expected, but the connection broke; " + story(), e);
        } finally {
            restoreTimeout();
        }
    }

    /** Reads what comes to the end of the connection, and fails if a close frame is among it. */
    public End readsToTheEnd() {
        while (true) {
            int next;
            try {
                in.mark(1);
                next = in.read();
                in.reset();
            } catch (SocketTimeoutException e) {
                throw tooLate("the end of the connection", e);
            } catch (IOException e) {
                return endOf(e);
            }
            if (next < 0) {
                return End.FINISHED;
            }
            WireFrame frame = receives();
            if (frame.opcode() == WireFrame.CLOSE) {
                throw new AssertionError("the end was expected, but this came: " + frame + "; " + story());
            }
        }
    }

    /** Ends this side's half of the connection, that of TLS before that of TCP; what comes can still be read. */
    public RawWebSocket hangsUp() {
        try {
            socket.shutdownOutput(); // one of TLS ends that of TCP as well
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resets the TCP connection, as a process that is killed or a host that is lost. */
    public void aborts() {
        try {
            tcp.setSoLinger(true, 0);
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the TCP connection, without a close frame, and without an end of TLS: that may have to wait to be written. */
    @Override
    public void close() {
        try {
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int read(String expected) {
        try {
            return in.read();
        } catch (SocketTimeoutException e) {
            throw tooLate(expected, e);
        } catch (IOException e) {
            throw new AssertionError("the connection broke instead of bringing " + expected + "; " + story(), e);
        }
    }

    private byte[] readBytes(int count, String expected) {
        try {
            byte[] bytes = in.readNBytes(count);
            if (bytes.length < count) {
                throw new AssertionError("the relay hung up after " + bytes.length + " of " + count + " bytes of "
                        + expected + "; " + story());
            }
            return bytes;
        } catch (SocketTimeoutException e) {
            throw tooLate(expected, e);
        } catch (IOException e) {
            throw new AssertionError("the connection broke within " + expected + "; " + story(), e);
        }
    }

    private AssertionError tooLate(String expected, IOException cause) {
        return new AssertionError(
                expected + " did not come within " + Patience.LIMIT.toSeconds() + "s; " + story(), cause);
    }

    /** {@return what the relay said when it hung up, if that can still be read} */
    private String lastWords() {
        try {
            tcp.setSoTimeout((int) Patience.WATCH.toMillis());
            String words = new String(in.readNBytes(500), StandardCharsets.ISO_8859_1);
            return words.isEmpty() ? "" : "it said: " + words + "; ";
        } catch (IOException e) {
            return "";
        } finally {
            restoreTimeout();
        }
    }

    private void restoreTimeout() {
        try {
            if (!tcp.isClosed()) {
                tcp.setSoTimeout((int) Patience.LIMIT.toMillis());
            }
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void remember(String event) {
        if (seen.size() == REMEMBERED) {
            seen.removeFirst();
        }
        seen.addLast(event);
    }

    private String story() {
        return seen.isEmpty() ? "nothing came before" : "before came: " + seen;
    }
}
