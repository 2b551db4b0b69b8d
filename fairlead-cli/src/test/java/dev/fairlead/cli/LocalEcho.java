// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.MessageReader;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.UpgradeKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A local server that takes one WebSocket and sends back what comes. */
final class LocalEcho implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<String> asked = new CompletableFuture<>();

    LocalEcho() throws IOException {
        Thread.ofVirtual().start(this::serve);
    }

    String address() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** {@return the first line of the request} */
    String asked() throws Exception {
        return asked.get(10, TimeUnit.SECONDS);
    }

    private void serve() {
        try (Socket socket = server.accept()) {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) in.read());
            }
            asked.complete(head.substring(0, head.indexOf("\r")));
            String key = head.toString().replaceFirst("(?s).*Sec-WebSocket-Key: (\\S+).*", "$1");
            OutputStream out = socket.getOutputStream();
            out.write(("HTTP/1.1 101 Yes\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                            + UpgradeKey.accept(key) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            MessageReader messages = new MessageReader(FrameHeaderReader.ofClientFrames(), 1 << 20, new Back(out));
            byte[] bytes = new byte[8192];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                messages.read(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, count);
            }
        } catch (IOException closed) {
            asked.completeExceptionally(closed);
        }
    }

    private record Back(OutputStream out) implements MessageReader.Sink {

        private void send(int opcode, byte[] payload) {
            try {
                out.write(FrameWriter.serverFrame(FrameWriter.FINAL | opcode, payload));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void onText(String text) {
            send(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void onBinary(byte[] message) {
            send(Opcode.BINARY, message);
        }

        @Override
        public void onPing(byte[] payload) {
            send(Opcode.PONG, payload);
        }

        @Override
        public void onClose(CloseStatus status) {
            send(Opcode.CLOSE, status.payload());
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
