// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** One connection, on which one thing is asked. Not safe for several threads; whatever waits, waits no longer than the limit. */
final class Line implements Closeable {

    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int LONGEST_BODY = 256 * 1024;
    private static final int MOMENT_MILLIS = 1000;

    private final Socket raw;
    private Socket socket;

    private Line(Socket raw) {
        this.raw = raw;
        this.socket = raw;
    }

    /**
     * Connects.
     *
     * @throws ProxyRefusal if there is a proxy on the way, and it opens none
     */
    static Line open(Approach approach, Duration limit) throws IOException {
        Detour detour = approach.detour();
        if (detour == null) {
            return open(new Socket(Proxy.NO_PROXY), approach.address(), limit);
        }
        if (detour.isSocks()) {
            return open(new Socket(detour.proxy()), approach.address(), limit);
        }
        InetAddress proxy = InetAddress.getByName(detour.address().getHostString());
        Line line = open(
                new Socket(Proxy.NO_PROXY),
                new InetSocketAddress(proxy, detour.address().getPort()),
                limit);
        try {
            line.write(detour.request(approach.authority()));
            Answer answer = line.answerHead();
            if (answer.status() < 200 || answer.status() > 299) {
                throw new ProxyRefusal(answer);
            }
            return line;
        } catch (IOException | RuntimeException e) {
            line.close();
            throw e;
        }
    }

    private static Line open(Socket socket, InetSocketAddress address, Duration limit) throws IOException {
        try {
            int millis = (int) Math.min(Math.max(1, limit.toMillis()), Integer.MAX_VALUE);
            socket.connect(address, millis);
            socket.setSoTimeout(millis);
            return new Line(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Speaks TLS from now on.
     *
     * @param checksName whether the certificate has to be for {@code host}
     */
    SSLSession secure(SSLContext context, String host, boolean checksName) throws IOException {
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(raw, host, raw.getPort(), true);
        if (checksName) {
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
        }
        secured.startHandshake();
        socket = secured;
        return secured.getSession();
    }

    /**
     * Asks, and waits for the answer.
     *
     * @param head the request's, with the empty line at its end
     * @throws NotHttp if something else comes back
     */
    Answer ask(String head) throws IOException {
        write(head);
        Answer answer = answerHead();
        return answer.status() == Answer.UPGRADED
                ? answer
                : new Answer(
                        answer.status(),
                        answer.reason(),
                        answer.headers(),
                        HttpBody.read(answer, socket.getInputStream(), LONGEST_BODY));
    }

    private void write(String head) throws IOException {
        socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private Answer answerHead() throws IOException {
        String[] lines = head().split("\r?\n");
        if (!lines[0].matches("HTTP/1\\.[01] [0-9]{3}( .*)?")) {
            throw new NotHttp();
        }
        List<Header> headers = new ArrayList<>();
        for (String line : List.of(lines).subList(1, lines.length)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.add(new Header(
                        line.substring(0, colon), line.substring(colon + 1).strip()));
            }
        }
        int status = Integer.parseInt(lines[0].substring(9, 12));
        return new Answer(status, lines[0].substring(12).strip(), headers, "");
    }

    private String head() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 2) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("the connection was closed without an answer");
            }
            head.write(octet);
            ends = octet == '\n' ? ends + 1 : octet == '\r' ? ends : 0;
            if ((head.size() == 1 && octet != 'H') || head.size() > LONGEST_HEAD) {
                throw new NotHttp();
            }
        }
        return head.toString(StandardCharsets.UTF_8);
    }

    /** Leaves a WebSocket as one does: Close 1000, and a moment for the other side's. */
    void leave() {
        byte[] status = {(byte) (CloseStatus.NORMAL >> 8), (byte) CloseStatus.NORMAL};
        try {
            socket.getOutputStream()
                    .write(FrameWriter.clientFrame(
                            FrameWriter.FINAL | Opcode.CLOSE, status, 0, status.length, new SecureRandom().nextInt()));
            socket.getOutputStream().flush();
            long end = System.nanoTime() + Duration.ofMillis(MOMENT_MILLIS).toNanos();
            byte[] unread = new byte[1024];
            int count;
            do {
                socket.setSoTimeout((int)
                        Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis()));
                count = socket.getInputStream().read(unread);
            } while (count >= 0 && System.nanoTime() < end);
        } catch (IOException goneAlready) {
            // closed is what it is to be
        }
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }
}
