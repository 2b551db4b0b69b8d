// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.control.RemoteEndpoint;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.UpgradeKey;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A relay that does what a test says, byte for byte. Whatever it waits for it waits ten seconds. */
final class FakeRelay implements Closeable {

    static final int PATIENCE_MILLIS = 10_000;
    static final String ID = "5b0ea7a9-5a6e-4c9b-8a3c-0d3a1f9f7a10";

    private final ServerSocket server;
    private final List<Socket> accepted = new ArrayList<>();

    FakeRelay() throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    FakeRelay(ServerSocket server) throws IOException {
        this.server = server;
        server.setSoTimeout(PATIENCE_MILLIS);
    }

    /** Runs something on a thread of its own. */
    static CompletableFuture<Void> meanwhile(Runnable task) {
        return CompletableFuture.runAsync(task, run -> {
            Thread thread = new Thread(run, "meanwhile");
            thread.setDaemon(true);
            thread.start();
        });
    }

    String authority() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    int port() {
        return server.getLocalPort();
    }

    ConnectionString connectionString() {
        return ConnectionString.parse(
                "Endpoint=http://" + authority() + "/;SharedAccessKeyName=k;SharedAccessKey=c2VjcmV0;EntityPath=hyco");
    }

    /** Waits for somebody to connect, and reads the upgrade request. */
    Peer awaits() throws IOException {
        Socket socket = server.accept();
        accepted.add(socket);
        return new Peer(socket);
    }

    /** Lets the next connection in as the control channel. */
    Peer letsListen() throws IOException {
        Peer control = awaits();
        assertThat(control.target).contains("sb-hc-action=listen");
        return control.upgrades();
    }

    /** Tells a listener of a sender. */
    void offers(Peer control, String pathAndQuery, Map<String, String> headers) throws IOException {
        control.says(ControlMessages.encode(new ControlMessage.Accept(
                "ws://" + authority() + "/$hc/" + pathAndQuery + (pathAndQuery.contains("?") ? "&" : "?")
                        + "sb-hc-action=accept&sb-hc-id=" + ID,
                ID,
                headers,
                new RemoteEndpoint("203.0.113.9", 51_000))));
    }

    private String requestAddress() {
        return "ws://" + authority() + "/$hc/hyco?sb-hc-action=request&sb-hc-id=" + ID;
    }

    ControlMessage.Request request(String method, String target, Map<String, String> headers, boolean body) {
        return new ControlMessage.Request(
                requestAddress(), ID, target, method, new RemoteEndpoint("203.0.113.9", 51_000), headers, body);
    }

    /** Tells a listener of a request without a body. */
    void asks(Peer control, String method, String target, String... headers) throws IOException {
        control.says(ControlMessages.encode(request(method, target, headers(headers), false)));
    }

    /** Tells a listener of a request with a body, which goes along. */
    void asks(Peer control, String method, String target, byte[] body, String... headers) throws IOException {
        control.says(ControlMessages.encode(request(method, target, headers(headers), true)));
        control.sends(FrameWriter.FINAL | Opcode.BINARY, body);
    }

    /** Tells a listener to fetch a request, lets it come, and tells it there. */
    Peer hasFetched(Peer control, String method, String target, boolean body, String... headers) throws IOException {
        control.says(ControlMessages.encode(new ControlMessage.RequestAt(requestAddress())));
        Peer fetching = awaits().upgrades();
        fetching.says(ControlMessages.encode(request(method, target, headers(headers), body)));
        return fetching;
    }

    /** Waits for the listener to dial for an answer. */
    Peer letsAnswer() throws IOException {
        Peer answering = awaits();
        assertThat(answering.target).isEqualTo("/$hc/hyco?sb-hc-action=request&sb-hc-id=" + ID);
        return answering.upgrades();
    }

    private static Map<String, String> headers(String... namesAndValues) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    /** Tells a listener of a sender, and lets the listener meet it. */
    Peer joins(Peer control) throws IOException {
        offers(control, "hyco", Map.of());
        return awaits().upgrades();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : accepted) {
            socket.close();
        }
    }

    /** A frame as it came in, unmasked. */
    static final class Frame {

        private final boolean last;
        private final int opcode;
        private final byte[] payload;

        Frame(boolean last, int opcode, byte[] payload) {
            this.last = last;
            this.opcode = opcode;
            this.payload = payload;
        }

        boolean isFinal() {
            return last;
        }

        int opcode() {
            return opcode;
        }

        byte[] payload() {
            return payload;
        }

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        CloseStatus close() {
            assertThat(opcode).isEqualTo(Opcode.CLOSE);
            return CloseStatus.read(ByteBuffer.wrap(payload));
        }
    }

    /** One connection to the relay. */
    static final class Peer {

        final Socket socket;
        final String target;
        final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private final InputStream in;

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            this.in = socket.getInputStream();
            String request = line();
            assertThat(request).matches("GET \\S+ HTTP/1.1");
            this.target = request.split(" ", -1)[1];
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(": ");
                headers.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new EOFException("ended inside a request");
                }
                line.write(b);
            }
            return line.toString(StandardCharsets.UTF_8).stripTrailing();
        }

        /** Reads the head of a further request on this connection. */
        String asksAgain() throws IOException {
            String request = line();
            while (!line().isEmpty()) {
                // not of interest
            }
            return request;
        }

        String acceptance(String... more) {
            Map<String, String> answer = new LinkedHashMap<>();
            answer.put("Connection", "Upgrade");
            answer.put("Upgrade", "websocket");
            answer.put("Sec-WebSocket-Accept", UpgradeKey.accept(headers.get("Sec-WebSocket-Key")));
            for (int i = 0; i < more.length; i += 2) {
                answer.put(more[i], more[i + 1]);
            }
            StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
            answer.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            return head.append("\r\n").toString();
        }

        Peer upgrades(String... more) throws IOException {
            sends(acceptance(more).getBytes(StandardCharsets.UTF_8));
            return this;
        }

        void refuses(String statusAndReason) throws IOException {
            sends(("HTTP/1.1 " + statusAndReason + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
        }

        void sends(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        void sends(int first, byte[] payload) throws IOException {
            sends(FrameWriter.serverFrame(first, payload));
        }

        void says(String text) throws IOException {
            sends(FrameWriter.FINAL | Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
        }

        void closes(int code, String reason) throws IOException {
            sends(FrameWriter.FINAL | Opcode.CLOSE, new CloseStatus(code, reason).payload());
        }

        void pings(String payload) throws IOException {
            sends(FrameWriter.FINAL | Opcode.PING, payload.getBytes(StandardCharsets.UTF_8));
        }

        /** Reads the next frame, which must be masked. */
        Frame frame() throws IOException {
            int first = byteOrEnd();
            int second = byteOrEnd();
            assertThat(second & 0x80).as("mask bit").isEqualTo(0x80);
            long length = second & 0x7F;
            if (length >= 126) {
                int bytes = length == 126 ? 2 : 8;
                length = 0;
                for (int i = 0; i < bytes; i++) {
                    length = length << 8 | byteOrEnd();
                }
            }
            byte[] key = in.readNBytes(4);
            byte[] payload = in.readNBytes((int) length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= key[i % 4];
            }
            return new Frame((first & 0x80) != 0, first & 0x0F, payload);
        }

        private int byteOrEnd() throws IOException {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the client ended the connection");
            }
            return b;
        }

        String hears() throws IOException {
            Frame frame = frame();
            assertThat(frame.opcode()).isEqualTo(Opcode.TEXT);
            return frame.text();
        }

        /** Reads the head of an answer. */
        ControlMessage.Response isAnswered() throws IOException {
            ControlMessage message = ControlMessages.decode(hears());
            assertThat(message).isInstanceOf(ControlMessage.Response.class);
            return (ControlMessage.Response) message;
        }

        /** Reads one binary message, whose frames are at most 32 KiB long. */
        byte[] body() throws IOException {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            Frame frame;
            int kind = Opcode.BINARY;
            do {
                frame = frame();
                assertThat(frame.opcode()).isEqualTo(kind);
                assertThat(frame.payload().length).isLessThanOrEqualTo(32 * 1024);
                whole.write(frame.payload());
                kind = Opcode.CONTINUATION;
            } while (!frame.isFinal());
            return whole.toByteArray();
        }

        CloseStatus isToldTheEnd() throws IOException {
            return frame().close();
        }

        /** Waits until nothing more comes, be it said or broken off. */
        void isLeft() throws IOException {
            try {
                assertThat(in.read()).isEqualTo(-1);
            } catch (SocketException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
        }

        void vanishes() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
