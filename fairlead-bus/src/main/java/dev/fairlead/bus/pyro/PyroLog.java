// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Sender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Tells {@code meta.Logger} that messages were received, as the original's services do, but not what they say. Never waits
 * and never fails: what does not fit, or finds no logger, is dropped. Safe from any thread.
 */
final class PyroLog implements AutoCloseable {

    static final String LOGGER_NAME = "meta.Logger";

    private static final int CAPACITY = 1_000;

    /** How long a logger that was not there is left alone. */
    private static final long PAUSE_NANOS = 5_000_000_000L;

    private final PyroTerms terms;
    private final Notation notation;
    private final Overdue overdue;
    private final BlockingQueue<Object[]> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final @Nullable Thread thread;
    private volatile @Nullable RemoteObject logger;
    private volatile boolean closed;
    private long notBefore = System.nanoTime();

    PyroLog(PyroTerms terms, Notation notation, Overdue overdue) {
        this.terms = terms;
        this.notation = notation;
        this.overdue = overdue;
        thread = terms.logs() ? new Thread(this::run, "fairlead-bus-pyro-logger") : null;
    }

    void start() {
        if (thread != null) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    void received(String who, BusMessage message) {
        if (thread == null) {
            return;
        }
        Map<String, @Nullable Object> head = new LinkedHashMap<>();
        head.put("type", message.type());
        head.put("uuid", message.uuid());
        head.put("response_uuid", message.responseUuid());
        head.put("sender", message.sender() instanceof Sender.Service service ? service.qualifiedName() : "a client");
        boolean unused = waiting.offer(
                new Object[] {who, "Received message: %s", new Object[] {SerpentNotation.printed(head)}, Map.of()});
    }

    private void run() {
        try {
            while (!closed) {
                List<Object[]> lines = new ArrayList<>();
                lines.add(waiting.take());
                waiting.drainTo(lines);
                for (Object[] line : lines) {
                    tell(line);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(@Nullable Object[] line) {
        try {
            RemoteObject there = logger;
            if (there == null) {
                if (System.nanoTime() - notBefore < 0) {
                    return;
                }
                there = find();
                logger = there;
            }
            Object unused = there.call("info", line);
        } catch (RemoteFault refused) {
            // a logger that does not log hurts nobody
        } catch (IOException | Unreadable away) {
            notBefore = System.nanoTime() + PAUSE_NANOS;
            logger = null;
        }
        RemoteObject found = logger;
        if (closed && found != null) {
            found.close();
        }
    }

    private RemoteObject find() throws IOException, RemoteFault, Unreadable {
        PyroUri names = new PyroUri(PyroUri.NAME_SERVER, terms.nameServerHost(), terms.nameServerPort());
        try (RemoteObject nameServer = RemoteObject.connect(names, terms, notation, overdue)) {
            return RemoteObject.connect(PyroUri.of(nameServer.call("lookup", LOGGER_NAME)), terms, notation, overdue);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (thread != null) {
            thread.interrupt();
        }
        RemoteObject there = logger;
        if (there != null) {
            there.close();
        }
    }
}
