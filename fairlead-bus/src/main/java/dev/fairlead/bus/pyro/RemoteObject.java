// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import net.razorvine.pyro.Message;
import org.jspecify.annotations.Nullable;

/**
 * An object of another program, called over a line of its own. Pyrolite's proxy is not used for it: it waits without limit,
 * and reads whatever comes. Of one thread, but for {@link #close}.
 */
final class RemoteObject implements AutoCloseable {

    /** Answers of a daemon that takes another serializer come in this one. */
    private static final int MARSHAL = 3;

    private static final int LONGEST_REASON = 300;

    private final PyroUri uri;
    private final Notation notation;
    private final int largest;
    private final Line line;
    private int sequence;

    private RemoteObject(PyroUri uri, Notation notation, int largest, Line line) {
        this.uri = uri;
        this.notation = notation;
        this.largest = largest;
        this.line = line;
    }

    /**
     * Connects, and says hello.
     *
     * @throws IOException if it is away, or refuses
     */
    static RemoteObject connect(PyroUri uri, PyroTerms terms, Notation notation, Overdue overdue) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(uri.host(), uri.port()), (int)
                    terms.callTimeOut().toMillis());
        } catch (IOException | RuntimeException away) {
            socket.close();
            throw away instanceof IOException lost ? lost : new IOException(away);
        }
        Line line = new Line(socket, terms.callTimeOut(), overdue);
        RemoteObject object = new RemoteObject(uri, notation, terms.largestMessage(), line);
        try {
            object.sayHello();
            return object;
        } catch (IOException refused) {
            line.close();
            throw refused;
        }
    }

    private void sayHello() throws IOException {
        Map<String, Object> hello = new LinkedHashMap<>();
        hello.put("handshake", "hello");
        hello.put("object", uri.object());
        Message answer = exchange(Message.MSG_CONNECT, Message.FLAGS_META_ON_CONNECT, notation.write(hello));
        if (answer.type == Message.MSG_CONNECTOK) {
            return; // its metadata tells nothing that is not known
        }
        String reason = answer.serializer_id == notation.id() ? String.valueOf(read(answer)) : printable(answer);
        throw new IOException("it refuses the connection: "
                + (reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason));
    }

    private static String printable(Message answer) {
        String text = new String(answer.data, StandardCharsets.US_ASCII);
        String reason = answer.serializer_id == MARSHAL && text.length() > 5 ? text.substring(2) : text;
        return reason.replaceAll("[^ -~]", "");
    }

    /** {@return a call, written, for {@link #call(byte[])}} */
    byte[] written(String method, @Nullable Object... arguments) {
        return notation.write(new @Nullable Object[] {uri.object(), method, arguments, Map.of()});
    }

    /**
     * {@return what a call returns}
     *
     * @throws RemoteFault if it raised an exception; the line is good for more
     * @throws IOException if it may or may not have been done; the line is closed
     */
    @Nullable
    Object call(byte[] written) throws IOException, RemoteFault {
        Message answer = exchange(Message.MSG_INVOKE, 0, written);
        Object value = read(answer);
        if ((answer.flags & Message.FLAGS_EXCEPTION) == 0) {
            return value;
        }
        if (value instanceof PythonObject fault) {
            throw new RemoteFault(
                    fault.className(),
                    fault.arguments().isEmpty()
                            ? ""
                            : String.valueOf(fault.arguments().get(0)));
        }
        throw new RemoteFault("an unknown exception", "");
    }

    /** {@return what a call returns} */
    @Nullable
    Object call(String method, @Nullable Object... arguments) throws IOException, RemoteFault {
        return call(written(method, arguments));
    }

    /**
     * Asks whether it is still there.
     *
     * @throws IOException if not; the line is closed
     */
    void ping() throws IOException {
        Message unused = exchange(Message.MSG_PING, 0, "ping".getBytes(StandardCharsets.US_ASCII));
    }

    private Message exchange(int type, int flags, byte[] data) throws IOException {
        sequence = type == Message.MSG_INVOKE ? sequence + 1 & 0xffff : sequence;
        boolean well = false;
        line.begin();
        try {
            line.write(new Message(type, data, notation.id(), flags, sequence, null, null));
            Message answer = line.read(largest);
            line.rest();
            if (answer.seq != sequence || !answers(type, answer.type)) {
                throw new IOException("it answers with a message of type " + answer.type + ", number " + answer.seq);
            }
            well = true;
            return answer;
        } catch (Unreadable malformed) {
            throw new IOException("it answers with " + malformed.getMessage(), malformed);
        } finally {
            if (!well) {
                line.close();
            }
        }
    }

    private static boolean answers(int question, int answer) {
        return switch (question) {
            case Message.MSG_CONNECT -> answer == Message.MSG_CONNECTOK || answer == Message.MSG_CONNECTFAIL;
            case Message.MSG_INVOKE -> answer == Message.MSG_RESULT;
            default -> answer == Message.MSG_PING;
        };
    }

    private @Nullable Object read(Message answer) throws IOException {
        try {
            if (answer.serializer_id != notation.id()) {
                throw new Unreadable("serializer " + answer.serializer_id + " (expected: " + notation.id() + ")");
            }
            if ((answer.flags & Message.FLAGS_COMPRESSED) != 0) {
                throw new Unreadable("compressed data");
            }
            return notation.read(answer.data, true);
        } catch (Unreadable malformed) {
            line.close();
            throw new IOException("it answers with " + malformed.getMessage(), malformed);
        }
    }

    PyroUri uri() {
        return uri;
    }

    @Override
    public void close() {
        line.close();
    }
}
