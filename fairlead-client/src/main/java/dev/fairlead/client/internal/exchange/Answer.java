// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal.exchange;

import dev.fairlead.client.http.RelayedHttpResponse;
import dev.fairlead.client.internal.Deadlines;
import dev.fairlead.client.internal.FrameSocket;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.http.RelayHeaders;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.Opcode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An answer on its way: held back while it may still turn out to be small enough for the control channel, and from the first
 * flush on a socket of its own.
 */
final class Answer implements RelayedHttpResponse {

    /** The longest body that goes over a control channel: the limit is Azure Relay's, and what its clients keep to. */
    static final int MOST_ON_CONTROL = 65_536;

    /** How long written bytes wait for more: what .NET's and Java's listeners leave them. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private static final int FIRST_ROOM = 512;
    private static final int NOT_MODIFIED = 304;
    private static final Set<Integer> BODILESS = Set.of(204, 205, NOT_MODIFIED);

    /** What a {@code long} holds for sure. */
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    /** Held while anything is sent: the handler writes, and a timer sends what it left lying. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Exchange exchange;
    private final OutputStream stream = new Body();

    private int status = 200;
    private String reason = "";
    private List<Header> headers = new ArrayList<>();

    private byte[] buffer = new byte[0];
    private int held;
    private @Nullable Future<?> linger;

    private @Nullable FrameSocket socket;
    private boolean bodyBegun;

    private volatile boolean closed;
    private volatile boolean committed;
    private volatile boolean finishing;
    private volatile boolean over;

    Answer(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public RelayedHttpResponse status(int code) {
        return status(code, "");
    }

    @Override
    public RelayedHttpResponse status(int code, String words) {
        if (code < 200 || code > 999) {
            throw new IllegalArgumentException("status: " + code + " (expected: 200 to 999)");
        }
        checkOneLine("reason", words);
        changing(() -> {
            status = code;
            reason = words;
        });
        return this;
    }

    @Override
    public int status() {
        lock.lock();
        try {
            return status;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public RelayedHttpResponse header(String name, String value) {
        Header line = checked(name, value);
        changing(() -> {
            headers.removeIf(header -> header.is(name));
            headers.add(line);
        });
        return this;
    }

    @Override
    public RelayedHttpResponse addHeader(String name, String value) {
        Header line = checked(name, value);
        changing(() -> headers.add(line));
        return this;
    }

    private static Header checked(String name, String value) {
        if (!RelayHeaders.isToken(name)) {
            throw new IllegalArgumentException("header: " + name + " (expected: a token, such as X-Name)");
        }
        checkOneLine("header: the value of " + name, value);
        return new Header(name, value.strip());
    }

    private static void checkOneLine(String what, String text) {
        if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) {
            throw new IllegalArgumentException(what + ": has a control character (expected: one line)");
        }
    }

    private void changing(Runnable change) {
        lock.lock();
        try {
            if (isCommitted()) {
                throw new IllegalStateException("response: its head has left (expected: told before the body)");
            }
            change.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public OutputStream body() {
        return stream;
    }

    @Override
    public void send(String text) throws IOException {
        lock.lock();
        try {
            if (!isCommitted() && headers.stream().noneMatch(header -> header.is("Content-Type"))) {
                header("Content-Type", "text/plain; charset=utf-8");
            }
        } finally {
            lock.unlock();
        }
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void send(byte[] body) throws IOException {
        stream.write(body);
        stream.close();
    }

    @Override
    public boolean isCommitted() {
        return committed || closed;
    }

    /** {@return whether the last of the answer is being sent, or was} */
    boolean isFinishing() {
        return finishing;
    }

    /** {@return whether nothing more happens: the answer is complete, or broken off} */
    boolean isOver() {
        return over;
    }

    /** Forgets what was told, if nothing has left yet. */
    boolean reset() {
        lock.lock();
        try {
            if (isCommitted()) {
                return false;
            }
            headers = new ArrayList<>();
            status = 200;
            reason = "";
            clear();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Cuts the answer off: the relay, which sees the socket lost, cuts the sender off as well. */
    void breakOff() {
        over = true;
        exchange.abortSocket();
        lock.lock();
        try {
            closed = true;
            clear();
        } finally {
            lock.unlock();
        }
    }

    private void clear() {
        held = 0;
        buffer = new byte[0];
        disarm();
    }

    private boolean isBodiless() {
        return BODILESS.contains(status) || isHead();
    }

    private boolean isHead() {
        return exchange.request().method().equalsIgnoreCase("HEAD");
    }

    private void write(byte[] from, int offset, int length) throws IOException {
        checkOpen();
        if (isBodiless()) {
            return;
        }
        int at = offset;
        int end = offset + length;
        while (at < end) {
            int room = room() - held;
            if (room == 0) {
                sendHeld(false);
                continue;
            }
            int count = Math.min(room, end - at);
            if (held + count > buffer.length) {
                buffer =
                        Arrays.copyOf(buffer, Math.min(room(), Math.max(held + count, Math.max(FIRST_ROOM, 2 * held))));
            }
            System.arraycopy(from, at, buffer, held, count);
            held += count;
            at += count;
        }
        if (held > 0 && linger == null) {
            linger = Deadlines.after(LINGER, () -> exchange.aside(this::sendLeft));
        }
    }

    private int room() {
        return committed || exchange.hasSocket() ? FrameSocket.MAX_FRAGMENT_BYTES : MOST_ON_CONTROL;
    }

    private void checkOpen() throws IOException {
        exchange.checkNotCancelled();
        if (closed) {
            throw new IOException("the answer is complete");
        }
    }

    /** What a handler wrote and left lying. */
    private void sendLeft() {
        lock.lock();
        try {
            linger = null;
            if (!closed && held > 0 && !exchange.isCancelled()) {
                sendHeld(false);
            }
        } catch (IOException gone) {
            // the handler is told when it writes the next time
        } finally {
            lock.unlock();
        }
    }

    /** Lets what is held wait for more no longer than this. */
    void sendWithin(Duration patience) {
        lock.lock();
        try {
            if (!closed && held > 0) {
                disarm();
                linger = Deadlines.after(patience, () -> exchange.aside(this::sendLeft));
            }
        } finally {
            lock.unlock();
        }
    }

    private void disarm() {
        Future<?> armed = linger;
        if (armed != null) {
            armed.cancel(false);
            linger = null;
        }
    }

    /** Sends what is held over the exchange's own socket, behind the head if that has not left. */
    private void sendHeld(boolean last) throws IOException {
        disarm();
        try {
            FrameSocket out = commit(!last || held > 0);
            int at = 0;
            while (held - at > FrameSocket.MAX_FRAGMENT_BYTES) {
                sendFragment(out, false, at, FrameSocket.MAX_FRAGMENT_BYTES);
                at += FrameSocket.MAX_FRAGMENT_BYTES;
            }
            finishing = last;
            if (last || held > at) {
                sendFragment(out, last, at, held - at);
            }
            held = 0;
        } catch (IOException e) {
            throw exchange.lost(e);
        }
    }

    private void sendFragment(FrameSocket out, boolean last, int at, int length) throws IOException {
        out.sendFragment(bodyBegun ? Opcode.CONTINUATION : Opcode.BINARY, last, buffer, at, length);
        bodyBegun = true;
    }

    private FrameSocket commit(boolean withBody) throws IOException {
        FrameSocket out = socket;
        if (out == null || !committed) {
            committed = true;
            out = exchange.openSocket();
            socket = out;
            out.sendMessage(Opcode.TEXT, ByteBuffer.wrap(head(withBody).getBytes(StandardCharsets.UTF_8)));
        }
        return out;
    }

    private String head(boolean withBody) {
        List<Header> crossing = new ArrayList<>(headers);
        crossing.removeIf(header -> RelayHeaders.isOfConnection(header.name()) && !isLengthOfUnsentBody(header));
        return ControlMessages.encode(
                new ControlMessage.Response(exchange.request().id(), status, reason, crossing, withBody));
    }

    /** {@return whether a header frames nothing, but tells what another request would be answered (RFC 9110, section 8.6)} */
    private boolean isLengthOfUnsentBody(Header header) {
        boolean unsent = status == NOT_MODIFIED || (isHead() && !BODILESS.contains(status));
        return unsent
                && header.is("Content-Length")
                && LENGTH.matcher(header.value()).matches();
    }

    /** Completes the answer; without effect the second time. */
    void complete() throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            exchange.checkNotCancelled();
            closed = true;
            if (committed || !wentByControl()) {
                sendOutByItsSocket();
            }
            over = true;
            clear();
        } finally {
            lock.unlock();
            exchange.onAnswered();
        }
    }

    private boolean wentByControl() throws IOException {
        if (exchange.hasSocket()) {
            return false;
        }
        disarm();
        String text = head(held > 0);
        return ControlMessages.fits(text)
                && exchange.answerByControl(text, held > 0 ? ByteBuffer.wrap(buffer, 0, held) : null);
    }

    private void sendOutByItsSocket() throws IOException {
        FrameSocket out;
        if (committed || held > 0) {
            sendHeld(true);
            out = Objects.requireNonNull(socket);
        } else {
            try {
                finishing = true;
                out = commit(false);
            } catch (IOException e) {
                throw exchange.lost(e);
            }
        }
        over = true;
        try {
            out.sendClose(new CloseStatus(CloseStatus.NORMAL, "Normal Closure"));
        } catch (IOException relayWasFaster) {
            // it has all of the answer
        }
    }

    private final class Body extends OutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, from.length);
            lock.lock();
            try {
                Answer.this.write(from, offset, length);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void flush() throws IOException {
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                checkOpen();
                if (!isBodiless() && (held > 0 || !committed)) {
                    sendHeld(false);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() throws IOException {
            complete();
        }
    }
}
