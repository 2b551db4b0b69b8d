// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A web server that does what a test says; one request for each connection. */
final class LocalServer implements Closeable {

    /** Answers a request. */
    interface Answers {
        void answer(Asked asked) throws Exception;
    }

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    LocalServer(Answers answers) throws IOException {
        FakeRelay.meanwhile(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    FakeRelay.meanwhile(() -> serve(socket, answers));
                }
            } catch (IOException closed) {
                // the test is over
            }
        });
    }

    private static void serve(Socket socket, Answers answers) {
        try (socket) {
            answers.answer(new Asked(socket));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    String address() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** One request. */
    static final class Asked {

        final String method;
        final String target;
        final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private final InputStream in;
        private final OutputStream out;
        private long left;

        private Asked(Socket socket) throws IOException {
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
            String[] line = line().split(" ", -1);
            method = line[0];
            target = line[1];
            for (String header = line(); !header.isEmpty(); header = line()) {
                headers.put(header.replaceFirst(":.*", ""), header.replaceFirst("[^:]*: *", ""));
            }
            left = Long.parseLong(headers.getOrDefault("Content-Length", "0"));
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n' && b >= 0; b = in.read()) {
                line.write(b);
            }
            return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
        }

        /** Reads a part of the body; empty at its end. */
        byte[] part() throws IOException {
            if (!headers.containsKey("Transfer-Encoding")) {
                byte[] part = in.readNBytes((int) left);
                left = 0;
                return part;
            }
            byte[] part = in.readNBytes(Integer.parseInt(line(), 16));
            line();
            return part;
        }

        void says(String text) {
            try {
                out.write(text.getBytes(StandardCharsets.UTF_8));
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Answers with a length, and headers that end with a line feed each. */
        void answers(String statusAndReason, String headers, String body) {
            says("HTTP/1.1 " + statusAndReason + "\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\n" + headers
                    + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
        }

        /** Begins an answer whose length shows at its end. */
        void begins(String headers) {
            says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + headers + "\r\n");
        }

        void chunk(byte[] bytes) throws IOException {
            says(Integer.toHexString(bytes.length) + "\r\n");
            out.write(bytes);
            says("\r\n");
        }
    }
}
