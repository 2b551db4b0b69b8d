// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.delivery;

import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.settings.OwnerOnlyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what no backend took: one line of JSON for each, in a file that nobody but the server's user may read. It is appended
 * to, also by the next start; to move it away while the server runs is fine, a new one is begun then.
 *
 * <p>Safe from any thread, and never waits: a thread of its own writes, which is there while there is something to write. What
 * waits to be written is bounded to {@value #MOST_WAITING_BYTES} characters.
 */
public final class DeadLetters implements AutoCloseable {

    /** What may wait for a disk that is slow. */
    static final long MOST_WAITING_BYTES = 64L << 20;

    private static final Logger LOGGER = LoggerFactory.getLogger(DeadLetters.class);
    private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(10);

    /** How long the writing thread stays when nothing comes. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Path file;
    private final long maxBytes;
    private final InstantSource clock;
    private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Object lock = new Object();
    private @Nullable Thread writer;
    private volatile boolean closing;

    /**
     * Keeps them in a file, which comes to be with the first.
     *
     * @param maxBytes how large the file may become
     * @param clock tells when it was
     */
    public DeadLetters(Path file, long maxBytes, InstantSource clock) {
        this.file = file;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /**
     * Keeps one.
     *
     * @param attempts how often the backend was told in vain
     * @param evidence why it did not take it
     */
    void add(Session session, Errand.What what, int attempts, String evidence) {
        Map<String, Object> letter = new LinkedHashMap<>();
        letter.put("at", clock.instant().toString());
        letter.put("endpoint", session.endpoint());
        letter.put("session", session.id());
        String user = session.user();
        if (user != null) {
            letter.put("user", user);
        }
        switch (what) {
            case Errand.What.Connected _ -> letter.put("kind", "connected");
            case Errand.What.Said(Message.Text(long number, String text)) -> {
                letter.put("kind", "message");
                letter.put("number", number);
                letter.put("text", text);
            }
            case Errand.What.Said(Message.Binary(long number, byte[] bytes)) -> {
                letter.put("kind", "message");
                letter.put("number", number);
                letter.put("base64", Base64.getEncoder().encodeToString(bytes));
            }
            case Errand.What.Disconnected disconnected -> {
                letter.put("kind", "disconnected");
                CloseStatus status = disconnected.end().status();
                if (status != null) {
                    letter.put("code", status.code());
                }
            }
        }
        letter.put("attempts", attempts);
        letter.put("evidence", evidence);
        LOGGER.atWarn()
                .addKeyValue("session", session.id())
                .addKeyValue("path", session.endpoint())
                .log("not delivered for good, and kept among the dead letters ({}): {}", letter.get("kind"), evidence);
        keep(Json.write(letter) + "\n");
    }

    private void keep(String line) {
        if (waitingBytes.addAndGet(line.length()) > MOST_WAITING_BYTES) {
            waitingBytes.addAndGet(-line.length());
            lose("the disk is too slow", 1);
            return;
        }
        synchronized (lock) {
            waiting.add(line);
            if (writer == null) {
                writer = Thread.ofVirtual().name("fairlead-dead-letters").start(this::write);
            }
        }
    }

    private static void lose(String why, int letters) {
        LOGGER.atError().log("{} dead letters are lost, since {}", letters, why);
    }

    private void write() {
        while (true) {
            String line;
            try {
                line = waiting.poll(closing ? 0 : LINGER.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                line = null; // nobody but this class knows the thread
            }
            synchronized (lock) {
                if (line == null && waiting.isEmpty()) {
                    writer = null;
                    lock.notifyAll();
                    return;
                }
            }
            if (line != null && !line.isEmpty()) {
                StringBuilder lines = new StringBuilder(line);
                int count = 1;
                for (String next = waiting.poll(); next != null; next = waiting.poll()) {
                    lines.append(next);
                    count++;
                }
                append(lines.toString(), count);
                waitingBytes.addAndGet(-lines.length());
            }
        }
    }

    private void append(String lines, int count) {
        try (FileChannel channel = OwnerOnlyFile.append(file)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines);
            if (channel.size() + bytes.remaining() > maxBytes) {
                lose(file + " has the size that gateway.deadLetters.maxSize allows; move it away", count);
                return;
            }
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException e) {
            lose(file + " cannot be written (" + e + ")", count);
        }
    }

    /** Returns when all is written, or after a while. What is added later is written as before. */
    @Override
    public void close() {
        long end = System.nanoTime() + PATIENCE_AT_THE_END.toNanos();
        synchronized (lock) {
            closing = true;
            waiting.add(""); // wakes it up: to interrupt it would close the file
            while (writer != null && System.nanoTime() < end) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(lock, Math.max(1, end - System.nanoTime()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
