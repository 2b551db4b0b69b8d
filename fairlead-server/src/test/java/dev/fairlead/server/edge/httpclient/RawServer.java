// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does what the test says with each connection, byte for byte, on a thread for each. */
final class RawServer implements AutoCloseable {

    /** What happens on one connection; it is closed behind. */
    @FunctionalInterface
    interface Script {
        void play(Visit visit) throws Exception;
    }

    private final ServerSocket port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    RawServer(Script script) throws IOException {
        this(new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()), script);
    }

    RawServer(ServerSocket port, Script script) {
        this.port = port;
        Thread.ofVirtual().start(() -> {
            while (!port.isClosed()) {
                try {
                    Socket socket = port.accept();
                    int number = accepted.incrementAndGet();
                    open.add(socket);
                    Thread.ofVirtual().start(() -> play(script, new Visit(socket, number)));
                } catch (IOException _) {
                    return;
                }
            }
        });
    }

    private void play(Script script, Visit visit) {
        try (Socket _ = visit.socket()) {
            script.play(visit);
        } catch (Exception _) {
            // The caller hung up, or the test has heard enough.
        } finally {
            open.remove(visit.socket());
        }
    }

    /** {@return a script that answers every request likewise, for as long as the caller stays} */
    static Script always(String wire) {
        return visit -> {
            while (!visit.reads().isEmpty()) {
                visit.says(wire);
            }
        };
    }

    int port() {
        return port.getLocalPort();
    }

    /** {@return how many connections there were} */
    int accepted() {
        return accepted.get();
    }

    @Override
    public void close() throws IOException {
        port.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** One connection, the first being number 1. */
    record Visit(Socket socket, int number) {

        /** {@return the next request, head and body, its line ends written as tildes; empty if the caller hung up} */
        String reads() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return "";
                }
                head.write(next);
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            int at = text.indexOf("Content-Length: ");
            int length = at < 0 ? 0 : Integer.parseInt(text.substring(at + 16, text.indexOf('\r', at)));
            byte[] body = socket.getInputStream().readNBytes(length);
            return text.replace("\r\n", "~") + new String(body, StandardCharsets.ISO_8859_1);
        }

        /** Writes, a tilde being the end of a line. */
        void says(String wire) throws IOException {
            socket.getOutputStream().write(wire.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }

        /** Returns when the caller has hung up. */
        void waitsForTheEnd() throws IOException {
            try {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (SocketException _) {
                return; // a reset is an end, too
            }
        }

        /** Ends it with a reset. */
        void resets() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
