// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import dev.fairlead.bus.BusMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import net.razorvine.pyro.Message;
import org.jspecify.annotations.Nullable;

/**
 * Where the bus calls this program: accepts connections, and answers what Pyro's own daemon would. A connection that has said
 * hello may be silent for ever, since a bus that finds its connection closed ends; one that has not, or that stops within a
 * message, is closed. Safe from any thread.
 */
final class Daemon implements AutoCloseable {

    /** How many connections there are at once; the bus has two for each member. One more is closed. */
    static final int MOST_CONNECTIONS = 64;

    /** How long a hello may be: nobody knows yet who says it. */
    private static final int LONGEST_HELLO = 16 << 10;

    private static final String DAEMON = "Pyro.Daemon";
    private static final String GET_WANTED_MESSAGES = "get_wanted_messages";
    private static final String HANDLE_MESSAGE = "handle_message";
    private static final String GET_METADATA = "get_metadata";
    private static final List<String> METHODS = List.of(GET_WANTED_MESSAGES, HANDLE_MESSAGE);
    private static final int FLAGS_KEEP_SERIALIZED = 64;
    private static final int LONGEST_METHOD = 100;
    private static final long WARNING_EVERY_NANOS = 1_000_000_000;

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    private final PyroTerms terms;
    private final Notation notation;
    private final Envelopes envelopes;
    private final Overdue overdue;
    private final PyroLog log;
    private final ServerSocket socket;
    private final Map<String, Station> stations = new ConcurrentHashMap<>();
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(MOST_CONNECTIONS);
    private final AtomicLong lastWarning = new AtomicLong(System.nanoTime() - WARNING_EVERY_NANOS);

    /**
     * Binds.
     *
     * @throws IOException if the address is not of this machine, or the port is taken
     */
    Daemon(PyroTerms terms, Notation notation, Envelopes envelopes, Overdue overdue, PyroLog log) throws IOException {
        this.terms = terms;
        this.notation = notation;
        this.envelopes = envelopes;
        this.overdue = overdue;
        this.log = log;
        this.socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(terms.bindHost()), terms.port()));
        } catch (IOException taken) {
            socket.close();
            throw new IOException(
                    "cannot listen on " + terms.bindHost() + ":" + terms.port() + " for the bus: " + taken.getMessage(),
                    taken);
        }
    }

    void start() {
        start(this::accept, "fairlead-bus-pyro-acceptor");
    }

    private static void start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Answers for this object from now on. */
    void serve(Station station) {
        stations.put(station.uri().object(), station);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket accepted = socket.accept();
                if (!room.tryAcquire()) {
                    accepted.close();
                    warn("more than " + MOST_CONNECTIONS + " connections to the bus's members: one more is closed");
                    continue;
                }
                start(() -> converse(accepted), "fairlead-bus-pyro-" + accepted.getPort());
            } catch (IOException | OutOfMemoryError failed) {
                if (!socket.isClosed()) {
                    warn("cannot accept a connection of the bus: " + failed.getMessage());
                }
            }
        }
    }

    private void converse(Socket accepted) {
        try (Line line = new Line(accepted, terms.callTimeOut(), overdue)) {
            lines.add(line);
            try {
                line.begin();
                if (socket.isClosed() || !welcome(line)) {
                    return;
                }
                while (true) {
                    line.rest();
                    answer(line, line.await(terms.largestMessage()));
                }
            } finally {
                lines.remove(line);
            }
        } catch (Unreadable malformed) {
            warn("a connection to a member of the bus is closed: " + malformed.getMessage());
        } catch (IOException over) {
            LOGGER.log(System.Logger.Level.DEBUG, "a connection to a member of the bus ended: {0}", over.getMessage());
        } finally {
            room.release();
        }
    }

    /** {@return whether the caller may go on} */
    private boolean welcome(Line line) throws IOException, Unreadable {
        Message hello = line.read(LONGEST_HELLO);
        if (hello.type != Message.MSG_CONNECT) {
            throw new Unreadable("a message of type " + hello.type + " before the hello");
        }
        Object object;
        try {
            Object data = read(hello);
            object = data instanceof Map<?, ?> words ? words.get("object") : null;
            if ((hello.flags & Message.FLAGS_META_ON_CONNECT) != 0 && !isKnown(object)) {
                throw new Unreadable("unknown object");
            }
        } catch (Unreadable refused) {
            // The caller reads its own serializer at least; Pyro's daemon answers in a third one.
            Notation theirs = hello.serializer_id == Message.SERIALIZER_PICKLE
                    ? new PickleNotation(Set.of())
                    : new SerpentNotation(Set.of());
            line.write(new Message(
                    Message.MSG_CONNECTFAIL,
                    theirs.write(refused.getMessage()),
                    theirs.id(),
                    0,
                    hello.seq,
                    null,
                    null));
            warn("a caller of a member of the bus is refused: " + refused.getMessage());
            return false;
        }
        boolean meta = (hello.flags & Message.FLAGS_META_ON_CONNECT) != 0;
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("handshake", "hello");
        words.put("meta", metadata(object));
        line.write(new Message(
                Message.MSG_CONNECTOK,
                notation.write(meta ? words : "hello"),
                notation.id(),
                meta ? Message.FLAGS_META_ON_CONNECT : 0,
                hello.seq,
                null,
                null));
        return true;
    }

    private boolean isKnown(@Nullable Object object) {
        return DAEMON.equals(object) || (object instanceof String id && stations.containsKey(id));
    }

    private static Map<String, Object> metadata(@Nullable Object object) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("methods", DAEMON.equals(object) ? List.of(GET_METADATA, "ping") : METHODS);
        metadata.put("oneway", List.of());
        metadata.put("attrs", List.of());
        return metadata;
    }

    private @Nullable Object read(Message message) throws Unreadable {
        if (message.serializer_id != notation.id()) {
            throw new Unreadable("message used serializer that is not accepted: " + message.serializer_id
                    + " (expected: " + notation.id() + ")");
        }
        if ((message.flags & Message.FLAGS_COMPRESSED) != 0) {
            throw new Unreadable("compressed messages are not accepted");
        }
        return notation.read(message.data, false);
    }

    private void answer(Line line, Message message) throws IOException, Unreadable {
        if (message.type == Message.MSG_PING) {
            line.write(new Message(
                    Message.MSG_PING,
                    "pong".getBytes(StandardCharsets.US_ASCII),
                    message.serializer_id,
                    0,
                    message.seq,
                    null,
                    null));
            return;
        }
        if (message.type != Message.MSG_INVOKE) {
            throw new Unreadable("a message of type " + message.type);
        }
        Notation inWhich = notation;
        int flags = 0;
        byte[] result;
        try {
            line.rest(); // the bus may have to wait for room in an inbox
            result = notation.write(invoke(message));
        } catch (Fault fault) {
            if (message.serializer_id != notation.id() && message.serializer_id == Message.SERIALIZER_PICKLE) {
                inWhich = new PickleNotation(Set.of());
            } else if (message.serializer_id != notation.id()) {
                inWhich = new SerpentNotation(Set.of());
            }
            warn("a call of a member of the bus is refused: " + fault.getMessage());
            result = inWhich.writeFault(fault.className, String.valueOf(fault.getMessage()));
            flags = Message.FLAGS_EXCEPTION;
        }
        if ((message.flags & Message.FLAGS_ONEWAY) == 0) {
            line.begin();
            line.write(new Message(Message.MSG_RESULT, result, inWhich.id(), flags, message.seq, null, null));
        }
    }

    private @Nullable Object invoke(Message message) throws Fault {
        Object call;
        try {
            call = read(message);
        } catch (Unreadable refused) {
            throw new Fault(Notation.SERIALIZE_ERROR, refused);
        }
        if ((message.flags & (Message.FLAGS_BATCH | FLAGS_KEEP_SERIALIZED)) != 0) {
            throw new Fault(Notation.PROTOCOL_ERROR, "batches and kept data are not accepted");
        }
        if (!(call instanceof Object[] parts)
                || parts.length != 4
                || !(parts[2] instanceof Object[] arguments)
                || !(parts[3] instanceof Map<?, ?> named)) {
            throw new Fault(Notation.PROTOCOL_ERROR, "a call of four parts is expected");
        }
        if (DAEMON.equals(parts[0])) {
            return ofDaemon(parts[1], arguments);
        }
        Station station = parts[0] instanceof String id ? stations.get(id) : null;
        if (station == null) {
            throw new Fault(Notation.DAEMON_ERROR, "unknown object");
        }
        if (GET_WANTED_MESSAGES.equals(parts[1]) && arguments.length == 0 && named.isEmpty()) {
            return station.wanted();
        }
        if (HANDLE_MESSAGE.equals(parts[1]) && arguments.length == 1 && named.isEmpty()) {
            try {
                BusMessage told = envelopes.read(arguments[0], message.data.length);
                log.received(station.qualifiedName(), told);
                station.told(told);
                return null;
            } catch (Unreadable refused) {
                throw new Fault(Notation.SERIALIZE_ERROR, refused);
            }
        }
        if (parts[1] instanceof String method && METHODS.contains(method)) {
            throw new Fault(Notation.TYPE_ERROR, method + "() was given other arguments than it takes");
        }
        throw new Fault(Notation.ATTRIBUTE_ERROR, unknownMethod(parts[1]));
    }

    private @Nullable Object ofDaemon(@Nullable Object method, @Nullable Object[] arguments) throws Fault {
        if ("ping".equals(method)) {
            return null;
        }
        if (GET_METADATA.equals(method) && arguments.length > 0) {
            Object object = arguments[0];
            if (isKnown(object)) {
                return metadata(object);
            }
            throw new Fault(Notation.DAEMON_ERROR, "unknown object");
        }
        throw new Fault(Notation.ATTRIBUTE_ERROR, unknownMethod(method));
    }

    /** {@return what an exception of Python says to who calls another method} */
    private static String unknownMethod(@Nullable Object method) {
        String name = String.valueOf(method);
        return "remote object has no exposed attribute or method '"
                + (name.length() > LONGEST_METHOD ? name.substring(0, LONGEST_METHOD) : name) + "'";
    }

    /** Peers cause these at will: one each second is enough. */
    private void warn(String what) {
        long now = System.nanoTime();
        long last = lastWarning.get();
        boolean seldom = now - last >= WARNING_EVERY_NANOS && lastWarning.compareAndSet(last, now);
        LOGGER.log(seldom ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG, what);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException gone) {
            // it is closed all the same
        }
        lines.forEach(Line::close);
    }

    /** What a caller gets for an answer instead. */
    private static final class Fault extends Exception {

        private static final long serialVersionUID = 1L;

        private final String className;

        Fault(String className, String text) {
            super(text, null, false, false);
            this.className = className;
        }

        Fault(String className, Unreadable reason) {
            this(className, String.valueOf(reason.getMessage()));
        }
    }
}
