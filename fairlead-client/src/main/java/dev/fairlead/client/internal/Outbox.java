// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The frames that leave a connection, each whole and in order. A frame leaves at once, together with those held back before it;
 * it is held back only if whoever sends it says that it will send more, or look here, very soon. Should that take
 * longer, {@link LateFrames} sees to it. Safe from any thread.
 */
final class Outbox {

    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();
    private final MaskKeys keys = new MaskKeys();
    private final AtomicReference<byte @Nullable []> pong = new AtomicReference<>();
    private byte @Nullable [] room;
    private int filled;

    /** Counts the times that something was held back; {@link LateFrames} compares. */
    private int times;

    private volatile boolean holding;
    private volatile boolean watched;

    Outbox(OutputStream out) {
        this.out = out;
    }

    /**
     * Sends a frame. Blocks while the peer does not read.
     *
     * @param first the frame's first byte
     * @param payload its next bytes are the frame's; its position moves
     * @param length how many of them
     * @param hold whether the frame may wait for the next one, or for {@link #release}
     */
    void send(int first, ByteBuffer payload, int length, boolean hold) throws IOException {
        lock.lock();
        try {
            put(first, payload, length);
            if (!hold) {
                write();
            } else if (!holding) {
                times++;
                holding = true;
                if (!watched) {
                    watched = true;
                    LateFrames.watch(this);
                }
            }
        } finally {
            lock.unlock();
        }
        sendPong();
    }

    /** Sends a pong: now, or as soon as the frame that is being sent is out. Of several pongs the last is sent. Never waits for a sender. */
    void pong(byte[] payload) throws IOException {
        pong.set(payload);
        sendPong();
    }

    /** Whoever holds the lock looks again after it let go, so no pong is left behind. */
    private void sendPong() throws IOException {
        while (pong.get() != null && lock.tryLock()) {
            try {
                byte[] payload = pong.getAndSet(null);
                if (payload != null) {
                    put(FrameWriter.FINAL | Opcode.PONG, ByteBuffer.wrap(payload), payload.length);
                }
                // pong or none: whoever found the lock taken relies on what is held back leaving
                write();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Sends what is held back. Does not wait for a sender: who has the lock now came after whatever is held here, and takes it
     * along.
     */
    void release() throws IOException {
        if (holding && lock.tryLock()) {
            try {
                write();
            } finally {
                lock.unlock();
            }
            sendPong();
        }
    }

    private void put(int first, ByteBuffer payload, int length) throws IOException {
        int whole = FrameWriter.clientHeaderBytes(length) + length;
        byte[] into = room;
        if (into != null && into.length - filled < whole) {
            write();
            into = null;
        }
        if (into == null) {
            into = SpareBuffers.lend(whole);
            room = into;
        }
        ByteBuffer frames = ByteBuffer.wrap(into).order(ByteOrder.LITTLE_ENDIAN);
        try {
            filled = FrameWriter.clientFrame(frames, filled, first, payload, length, keys.next());
        } catch (RuntimeException e) {
            // somebody changed the payload meanwhile; whoever sends next finds all as it was
            if (filled == 0) {
                room = null;
                SpareBuffers.giveBack(into);
            }
            throw e;
        }
    }

    private void write() throws IOException {
        byte[] full = room;
        if (full != null) {
            int count = filled;
            room = null;
            filled = 0;
            holding = false;
            try {
                out.write(full, 0, count);
                out.flush();
            } finally {
                SpareBuffers.giveBack(full);
            }
        }
    }

    /** {@return how often something was held back by now, if something is} For {@link LateFrames}; 0 if nothing is. */
    int held() {
        return holding ? times : 0;
    }

    /** Is told by {@link LateFrames} that it looks here no more. */
    void unwatched() {
        watched = false;
        if (holding) {
            watched = true;
            LateFrames.watch(this);
        }
    }
}
