// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.doctor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that gives every request the same answer. */
final class FixedAnswer implements AutoCloseable {

    private final ServerSocket entrance;
    private final byte[] answer;

    FixedAnswer(String... head) throws IOException {
        entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        answer = (String.join("\r\n", head) + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        Thread.ofVirtual().name("fixed answer").start(this::serve);
    }

    int port() {
        return entrance.getLocalPort();
    }

    private void serve() {
        while (!entrance.isClosed()) {
            try (Socket client = entrance.accept()) {
                BufferedReader request =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
                String line = request.readLine();
                while (line != null && !line.isEmpty()) {
                    line = request.readLine();
                }
                client.getOutputStream().write(answer);
            } catch (IOException gone) {
                // the next one, or the end
            }
        }
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
