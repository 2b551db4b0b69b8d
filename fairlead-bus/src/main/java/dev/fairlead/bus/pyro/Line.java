// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import net.razorvine.pyro.Message;
import net.razorvine.pyro.PyroException;

/**
 * A connection on which messages of Pyro's wire protocol 48 pass. One thread at a time reads and writes; any may close. What
 * is read with a time-limit, or written, ends by {@link Overdue} closing the line.
 */
final class Line implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private final Overdue overdue;
    private final Duration timeOut;
    private volatile boolean timed;
    private volatile long due;
    private volatile boolean late;

    /** Takes over the socket. */
    Line(Socket socket, Duration timeOut, Overdue overdue) throws IOException {
        this.socket = socket;
        this.timeOut = timeOut;
        this.overdue = overdue;
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            this.in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException lost) {
            socket.close();
            throw lost;
        }
        overdue.watch(this);
    }

    /** Begins to count the time that the peer has. */
    void begin() {
        due = System.nanoTime() + timeOut.toNanos();
        timed = true;
    }

    /** Lets the peer take its time. */
    void rest() {
        timed = false;
    }

    void closeIfOverdue(long now) {
        if (timed && now - due > 0) {
            late = true;
            close();
        }
    }

    void write(Message message) throws IOException {
        try {
            socket.getOutputStream().write(message.to_bytes());
        } catch (IOException lost) {
            throw told(lost);
        }
    }

    /**
     * {@return the next message}
     *
     * @param largest how many bytes it may have
     * @throws Unreadable if what comes is no message, or a larger one
     */
    Message read(int largest) throws IOException, Unreadable {
        return read(largest, false);
    }

    /** {@return the next message, which may be a long time in coming, and no longer than others once it has begun} */
    Message await(int largest) throws IOException, Unreadable {
        return read(largest, true);
    }

    private Message read(int largest, boolean patient) throws IOException, Unreadable {
        try {
            if (patient) {
                in.mark(1);
                if (in.read() < 0) {
                    throw new EOFException("the connection was closed");
                }
                in.reset();
                begin();
            }
            return message(in, largest);
        } catch (IOException lost) {
            throw told(lost);
        }
    }

    /**
     * {@return the next message of a stream, without its annotations, which nobody here needs}
     *
     * @throws Unreadable if what comes is no message, or a larger one
     */
    static Message message(InputStream in, int largest) throws IOException, Unreadable {
        Message message;
        try {
            message = Message.from_header(exactly(in, Message.HEADER_SIZE));
        } catch (PyroException malformed) {
            throw new Unreadable(String.valueOf(malformed.getMessage()));
        }
        if (message.data_size < 0 || message.data_size > largest) {
            throw new Unreadable(
                    "a message of " + (message.data_size & 0xffffffffL) + " bytes (expected: at most " + largest + ")");
        }
        byte[] annotations = exactly(in, message.annotations_size);
        for (int next = 0; next < annotations.length; ) {
            int length = next + 6 > annotations.length
                    ? annotations.length
                    : ((annotations[next + 4] & 0xff) << 8) | (annotations[next + 5] & 0xff);
            next += 6 + length;
            if (next > annotations.length) {
                throw new Unreadable("a message with broken annotations");
            }
        }
        message.data = exactly(in, message.data_size);
        return message;
    }

    /** Makes room as bytes come, and not before. */
    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection was closed");
        }
        return bytes;
    }

    private IOException told(IOException lost) {
        return late ? new IOException("no answer within " + timeOut.toMillis() + " ms", lost) : lost;
    }

    boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public void close() {
        overdue.forget(this);
        try {
            socket.close();
        } catch (IOException gone) {
            // it is closed all the same
        }
    }
}
