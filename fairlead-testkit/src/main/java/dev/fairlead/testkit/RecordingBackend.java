// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A backend that callbacks are posted to, on a free port of the loopback: it keeps every request in the order in which it was
 * whole, and answers as it is told. Safe from any thread; each connection has a thread of its own.
 */
public final class RecordingBackend implements AutoCloseable {

    /** What came. */
    public record Post(String method, String path, Map<String, String> headers, String body) {

        /** {@return a member of the body, by the names on the way to it; null if there is none} */
        public @Nullable Object member(String... names) {
            Object value = Json.object(body).all();
            for (String name : names) {
                value = value instanceof Map<?, ?> map ? map.get(name) : null;
            }
            return value;
        }

        /** {@return the session that it is about} */
        public String session() {
            Object inMeta = member("meta", "connection_id");
            return String.valueOf(inMeta == null ? member("connection_id") : inMeta);
        }
    }

    /** How it answers. */
    public sealed interface Manner {

        /** With a status; an empty type is none. */
        record Answering(int status, String type, String body) implements Manner {}

        /** By naming another address. */
        record Redirecting(URI where) implements Manner {}

        /** Never. */
        record Hanging() implements Manner {}

        /** By cutting the connection off. */
        record Resetting() implements Manner {}
    }

    /** Takes everything. */
    public static final Manner TAKING = new Manner.Answering(200, "", "");

    private final Object lock = new Object();
    private final List<Post> posts = new ArrayList<>();
    private final Map<String, Manner> manners = new ConcurrentHashMap<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Function<Post, Manner> decision =
            post -> Objects.requireNonNull(manners.getOrDefault(post.path(), TAKING));
    private int port;
    private @Nullable ServerSocket door;
    private @Nullable Thread doorman;

    /** Starts one that takes everything. */
    public RecordingBackend() {
        startsAgain();
    }

    /** Listens again, on the port that it had. */
    public RecordingBackend startsAgain() {
        try {
            ServerSocket opened = new ServerSocket();
            opened.setReuseAddress(true);
            opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
            port = opened.getLocalPort();
            door = opened;
            doorman = Thread.ofPlatform().daemon().name("recording-backend").start(() -> accept(opened));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Closes its port and all connections: whoever dials is refused. */
    public RecordingBackend stops() {
        try {
            if (door != null) {
                door.close();
            }
            if (doorman != null) {
                doorman.join(); // the port is closed when nobody waits at it any more
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        sockets.forEach(RecordingBackend::reset);
        return this;
    }

    /** Answers a path so from now on, such as {@code /message}. */
    public RecordingBackend answers(String path, Manner manner) {
        manners.put(path, manner);
        return this;
    }

    /** Answers a path with that status from now on. */
    public RecordingBackend answers(String path, int status) {
        return answers(path, new Manner.Answering(status, "", ""));
    }

    /** Asks what becomes of each post from now on, on the thread of its connection; to decide may take its time. */
    public RecordingBackend asks(Function<Post, Manner> whom) {
        decision = whom;
        return this;
    }

    /** {@return the address of a path, such as {@code /message}} */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** {@return the member {@code backend} of an endpoint that calls it, as a YAML flow, with these members beside} */
    public String yaml(String... more) {
        StringBuilder members = new StringBuilder("{type: http");
        for (String kind : List.of("connect", "message", "disconnect")) {
            members.append(", %sUri: \"%s\"".formatted(kind, uri("/" + kind)));
        }
        for (String member : more) {
            members.append(", ").append(member);
        }
        return members.append('}').toString();
    }

    /** {@return all that came so far, in order} */
    public List<Post> posts() {
        synchronized (lock) {
            return List.copyOf(posts);
        }
    }

    /** {@return what came to a path so far, in order} */
    public List<Post> posts(String path) {
        return posts().stream().filter(post -> post.path().equals(path)).toList();
    }

    /** {@return how many connections there were} */
    public int connections() {
        return connections.get();
    }

    /** Waits until as many posts came as fit, and gives them in order. */
    public List<Post> awaits(int count, Predicate<Post> fits) {
        long end = System.nanoTime() + Patience.LIMIT.toNanos();
        synchronized (lock) {
            while (true) {
                List<Post> fitting = posts.stream().filter(fits).toList();
                if (fitting.size() >= count) {
                    return fitting;
                }
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError(fitting.size() + " posts of " + count + " came within "
                            + Patience.LIMIT.toSeconds() + "s; of all " + posts.size() + " the last are: "
                            + posts.stream()
                                    .skip(Math.max(0, posts.size() - 5))
                                    .map(post -> post.path() + " " + post.body())
                                    .collect(Collectors.joining("\n")));
                }
                try {
                    lock.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted", e);
                }
            }
        }
    }

    /** Waits until as many posts came to a path, and gives them in order. */
    public List<Post> awaits(int count, String path) {
        return awaits(count, post -> post.path().equals(path));
    }

    /** Waits for the first post to a path. */
    public Post awaits(String path) {
        return awaits(1, path).getFirst();
    }

    private void accept(ServerSocket from) {
        while (true) {
            try {
                Socket socket = from.accept();
                socket.setTcpNoDelay(true);
                connections.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // it was closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (Post post = read(in); post != null; post = read(in)) {
                keep(post);
                switch (decision.apply(post)) {
                    case Manner.Answering(int status, String type, String body) -> {
                        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                        String head = "HTTP/1.1 " + status + " Answer\r\n"
                                + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n")
                                + (status == 204 ? "" : "Content-Length: " + bytes.length + "\r\n") + "\r\n";
                        ByteArrayOutputStream answer = new ByteArrayOutputStream();
                        answer.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
                        answer.writeBytes(bytes);
                        out.write(answer.toByteArray());
                        out.flush();
                    }
                    case Manner.Redirecting(URI where) -> {
                        out.write(("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + where + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                        out.flush();
                    }
                    case Manner.Hanging _ -> {
                        // the next request comes behind an answer, or never
                    }
                    case Manner.Resetting _ -> {
                        reset(socket);
                        return;
                    }
                }
            }
        } catch (IOException e) {
            // the caller has left, or the backend stops
        } finally {
            sockets.remove(socket);
        }
    }

    private void keep(Post post) {
        synchronized (lock) {
            posts.add(post);
            lock.notifyAll();
        }
    }

    private static @Nullable Post read(InputStream in) throws IOException {
        String line = line(in);
        if (line.isEmpty()) {
            return null;
        }
        String[] words = line.split(" ", -1);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        return body.length < length
                ? null
                : new Post(words[0], words[1], headers, new String(body, StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is gone already
        }
    }

    @Override
    public void close() {
        stops();
    }
}
