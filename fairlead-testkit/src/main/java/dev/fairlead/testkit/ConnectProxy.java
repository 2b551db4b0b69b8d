// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy on a port of the loopback that opens tunnels ({@code CONNECT}, RFC 9110, section 9.3.6), and counts them; to
 * those who begin so it speaks SOCKS 5 (RFC 1928) without authentication. Opens whatever is asked for, unless told. Ends a
 * tunnel on both sides when one side ends it. Safe from any thread.
 */
public final class ConnectProxy implements AutoCloseable {

    private static final int SOCKS_5 = 5;

    private final ServerSocket entrance;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> tunnels = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String credentials = "";
    private volatile String refusal = "";
    private volatile boolean silent;

    /** Opens the proxy. */
    public ConnectProxy() {
        try {
            this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("connect-proxy").start(this::accept);
    }

    /** From now on it asks for a user name and a password, in the scheme Basic. */
    public ConnectProxy wants(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        credentials = "Basic " + Base64.getEncoder().encodeToString(pair);
        return this;
    }

    /**
     * From now on it answers whatever it is asked with this.
     *
     * @param head the status and the reason, and headers behind it if there are any, such as {@code 403 Forbidden}
     */
    public ConnectProxy refuses(String head) {
        refusal = head;
        return this;
    }

    /** From now on it takes connections, and answers nothing. */
    public ConnectProxy isSilent() {
        silent = true;
        return this;
    }

    /** {@return the port in front} */
    public int port() {
        return entrance.getLocalPort();
    }

    /** {@return the tunnels that it opened, in order, such as {@code localhost:40123}} */
    public List<String> tunnels() {
        return List.copyOf(tunnels);
    }

    /** {@return what it was asked for, in order, be it opened or not} */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** {@return what names this proxy for every address, as one that opens tunnels} */
    public ProxySelector selector() {
        return naming(Proxy.Type.HTTP);
    }

    /** {@return what names this proxy for every address, as one that speaks SOCKS} */
    public ProxySelector socksSelector() {
        return naming(Proxy.Type.SOCKS);
    }

    private ProxySelector naming(Proxy.Type type) {
        Proxy proxy = new Proxy(type, InetSocketAddress.createUnresolved("127.0.0.1", port()));
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(proxy);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                // whoever dials is told
            }
        };
    }

    /** Breaks off what passes through it; new tunnels are opened as before. */
    public ConnectProxy breaksOff() {
        for (Socket socket : sockets) {
            closeQuietly(socket);
        }
        sockets.clear();
        return this;
    }

    private void accept() {
        try {
            while (true) {
                Socket near = entrance.accept();
                sockets.add(near);
                Thread.ofVirtual().name("connect-proxy-asked").start(() -> serve(near));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void serve(Socket near) {
        try {
            near.setTcpNoDelay(true);
            PushbackInputStream in = new PushbackInputStream(near.getInputStream());
            int first = in.read();
            if (first < 0 || silent) {
                return;
            }
            in.unread(first);
            if (first == SOCKS_5) {
                socks(near, in);
            } else {
                connect(near, in);
            }
        } catch (IOException gone) {
            closeQuietly(near);
        }
    }

    private void connect(Socket near, InputStream in) throws IOException {
        List<String> head = head(in);
        String[] request = head.getFirst().split(" ", -1);
        asked.add(request[1]);
        boolean known = credentials.isEmpty()
                || head.stream().anyMatch(line -> line.equalsIgnoreCase("Proxy-Authorization: " + credentials));
        String answer = !refusal.isEmpty()
                ? refusal
                : !request[0].equals("CONNECT")
                        ? "405 Tunnels only"
                        : known ? "" : "407 Who are you?\r\nProxy-Authenticate: Negotiate, Basic realm=\"the proxy\"";
        if (!answer.isEmpty()) {
            says(near, "HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            closeQuietly(near);
            return;
        }
        int colon = request[1].lastIndexOf(':');
        Socket far = reach(request[1].substring(0, colon), Integer.parseInt(request[1].substring(colon + 1)));
        says(near, "HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n");
        join(near, far);
    }

    private void socks(Socket near, InputStream in) throws IOException {
        in.readNBytes(1);
        in.readNBytes(in.read());
        near.getOutputStream().write(new byte[] {SOCKS_5, 0});
        in.readNBytes(3);
        int kind = in.read();
        String host = kind == 3
                ? new String(in.readNBytes(in.read()), StandardCharsets.US_ASCII)
                : InetAddress.getByAddress(in.readNBytes(kind == 1 ? 4 : 16)).getHostAddress();
        int port = in.read() << 8 | in.read();
        asked.add(host + ":" + port);
        Socket far = reach(host, port);
        near.getOutputStream().write(new byte[] {SOCKS_5, 0, 0, 1, 127, 0, 0, 1, 0, 0});
        join(near, far);
    }

    private Socket reach(String host, int port) throws IOException {
        Socket far = new Socket(Proxy.NO_PROXY);
        far.connect(new InetSocketAddress(host, port));
        far.setTcpNoDelay(true);
        sockets.add(far);
        tunnels.add(host + ":" + port);
        return far;
    }

    private static void join(Socket near, Socket far) {
        Thread.ofVirtual().name("connect-proxy-out").start(() -> pass(near, far));
        Thread.ofVirtual().name("connect-proxy-in").start(() -> pass(far, near));
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
        } catch (IOException gone) {
            // whoever is gone takes the other along
        }
    }

    private static List<String> head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("ended within a head");
            }
            head.write(octet);
        }
        return head.toString(StandardCharsets.ISO_8859_1).lines().toList();
    }

    private static void says(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException goneAlready) {
            // closed is what it is
        }
    }

    /** Closes the port in front, and every tunnel. */
    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        breaksOff();
    }
}
