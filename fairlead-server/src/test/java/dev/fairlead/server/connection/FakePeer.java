// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import dev.fairlead.protocol.websocket.CloseStatus;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * A peer without a socket, whose event loop is the test's thread. It does what it is told at once, one task after the
 * other, unless the test {@linkplain #isBusy holds its loop up}.
 */
public final class FakePeer implements Peer {

    private final String id;
    private final FakeTime time;
    private final InetSocketAddress remoteAddress = new InetSocketAddress("192.0.2.7", 50_007);
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Runnable> onGone = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final List<CloseStatus> closes = new ArrayList<>();
    private final List<byte[]> binaries = new ArrayList<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private long unsentBytes;
    private boolean behind;
    private boolean paused;
    private boolean working;
    private boolean busy;
    private boolean gone;
    private boolean aborted;

    /** A peer of that name. */
    public FakePeer(String id, FakeTime time) {
        this.id = id;
        this.time = time;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        work();
    }

    private void work() {
        if (working || busy) {
            return;
        }
        working = true;
        try {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        } finally {
            working = false;
        }
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        return time.schedule(delay, () -> execute(task));
    }

    @Override
    public Cancellable onGone(Runnable task) {
        if (gone) {
            task.run();
        } else {
            onGone.add(task);
        }
        return () -> onGone.remove(task);
    }

    /** {@return whether anybody waits to hear that it is gone} */
    public boolean isWatched() {
        return !onGone.isEmpty();
    }

    @Override
    public void send(String text) {
        if (!gone && closes.isEmpty()) {
            sent.add(text);
        }
    }

    @Override
    public void send(String text, ByteBuf binary) {
        send(text);
        write(binary, true);
    }

    @Override
    public void sendBinary(ByteBuf message) {
        write(message, true);
    }

    @Override
    public boolean isWritable() {
        return !behind;
    }

    @Override
    public long unsentBytes() {
        return behind ? unsentBytes : 0;
    }

    @Override
    public void write(ByteBuf part, boolean last) {
        if (!gone && closes.isEmpty()) {
            byte[] bytes = new byte[part.readableBytes()];
            part.readBytes(bytes);
            unsentBytes += bytes.length;
            message.writeBytes(bytes);
            if (last) {
                binaries.add(message.toByteArray());
                message.reset();
            }
        }
        part.release();
    }

    @Override
    public boolean flush() {
        return !behind;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    /** It takes no bytes from now on. */
    public void isBehind() {
        behind = true;
    }

    /** It has taken all bytes; whoever waits for that is the test's to tell. */
    public void caughtUp() {
        behind = false;
        unsentBytes = 0;
    }

    /** {@return whether it is read no more for now} */
    public boolean isPaused() {
        return paused;
    }

    /** {@return the whole binary messages that it was sent} */
    public List<byte[]> binaries() {
        return List.copyOf(binaries);
    }

    /** {@return what it was sent of a binary message that is not whole} */
    public byte[] unfinishedBinary() {
        return message.toByteArray();
    }

    @Override
    public void close(CloseStatus status) {
        if (!gone) {
            closes.add(status);
        }
    }

    @Override
    public void abort() {
        aborted = true;
        leaves();
    }

    /** Its event loop has other things to do, and what it is told piles up. */
    public void isBusy() {
        busy = true;
    }

    /** Its event loop does what has piled up. */
    public void isIdle() {
        busy = false;
        work();
    }

    /** Its connection is gone. */
    public void leaves() {
        if (!gone) {
            gone = true;
            List.copyOf(onGone).forEach(this::execute);
        }
    }

    /** {@return the texts that it was sent} */
    public List<String> sent() {
        return List.copyOf(sent);
    }

    /** {@return the last text that it was sent} */
    public String lastSent() {
        return sent.getLast();
    }

    /** {@return every close that it was told} */
    public List<CloseStatus> closes() {
        return List.copyOf(closes);
    }

    /** {@return whether it was cut off} */
    public boolean isAborted() {
        return aborted;
    }
}
