// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A backend as a process of its own, to be killed: takes all, and enters each message into a {@link Tally} before it says so. */
final class TallyingBackend {

    private static final byte[] TAKEN =
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern SAID = Pattern.compile("\"message\": \"(\\d+) (\\d+)\"");
    private static final String LENGTH = "content-length: ";

    private TallyingBackend() {}

    /** Takes port, file and number of sessions. */
    public static void main(String... arguments) throws IOException {
        Tally tally = new Tally(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), 1024);
            System.out.println("ready " + server.getLocalPort());
            while (true) {
                Socket connection = server.accept();
                Thread.ofVirtual().start(() -> serve(connection, tally));
            }
        }
    }

    private static void serve(Socket connection, Tally tally) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            byte[] line = new byte[8192];
            int length = 0;
            while (true) {
                int count = 0;
                for (int b = in.read(); b != '\n'; b = in.read()) {
                    if (b < 0) {
                        return;
                    }
                    line[count++] = (byte) b;
                }
                if (count > LENGTH.length() && (line[0] | 0x20) == 'c') {
                    String header = new String(line, 0, count - 1, StandardCharsets.ISO_8859_1);
                    if (header.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                        length = Integer.parseInt(header.substring(LENGTH.length()));
                    }
                } else if (count == 1) {
                    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                    Matcher said = SAID.matcher(body);
                    if (said.find()) {
                        tally.enter(Integer.parseInt(said.group(1)), Integer.parseInt(said.group(2)));
                    }
                    connection.getOutputStream().write(TAKEN);
                }
            }
        } catch (IOException e) {
            // the gateway has closed the connection
        }
    }
}
