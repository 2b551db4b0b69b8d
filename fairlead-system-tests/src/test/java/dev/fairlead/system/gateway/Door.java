// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/** Lets a crowd into a gateway, no more than two hundred at once. */
final class Door {

    private static final String BLANK_LINE = "\r\n\r\n";

    private final int port;
    private final String path;
    private final Semaphore knocking = new Semaphore(200);

    Door(int port, String path) {
        this.port = port;
        this.path = path;
    }

    /**
     * {@return the socket of a client that was upgraded}
     *
     * @param headers lines of the request beside those that every upgrade has
     * @throws IOException if it was not let in
     */
    Socket enter(String... headers) throws IOException {
        knocking.acquireUninterruptibly();
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + String.join("\r\n", headers)
                    + (headers.length == 0 ? "\r\n" : BLANK_LINE);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String head = head(socket.getInputStream());
            if (!head.startsWith("HTTP/1.1 101 ")) {
                throw new IOException("not let in: " + head.lines().findFirst().orElse("nothing was said"));
            }
            return socket;
        } finally {
            knocking.release();
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder(256);
        while (!head.toString().endsWith(BLANK_LINE)) {
            int next = in.read();
            if (next < 0) {
                return head.toString();
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
