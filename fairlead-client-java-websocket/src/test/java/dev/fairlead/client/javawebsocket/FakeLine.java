// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Remembers what was written, in order; takes nothing while it is stopped. Whatever it waits for it waits ten seconds. */
final class FakeLine implements Line {

    static final int PATIENCE_SECONDS = 10;

    private final BlockingQueue<String> written = new LinkedBlockingQueue<>();
    private final Semaphore turns = new Semaphore(Integer.MAX_VALUE / 2);
    private final Semaphore waiting = new Semaphore(0);

    /** Takes nothing from now on. */
    void stops() {
        turns.drainPermits();
    }

    /** Takes everything from now on. */
    void goesOn() {
        turns.release(Integer.MAX_VALUE / 4);
    }

    /** Waits until something is being written that is not taken. */
    void isBlocked() throws InterruptedException {
        assertThat(waiting.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private void takes(String what) {
        if (!turns.tryAcquire()) {
            waiting.release();
            turns.acquireUninterruptibly();
        }
        written.add(what);
    }

    @Override
    public void send(boolean text, ByteBuffer part, boolean last) {
        String content = text || part.remaining() < 20
                ? StandardCharsets.UTF_8.decode(part.duplicate()).toString()
                : part.remaining() + " bytes";
        takes((text ? "text " : "binary ") + content + (last ? "" : " …"));
    }

    @Override
    public void ping(ByteBuffer payload) {
        takes("ping " + StandardCharsets.UTF_8.decode(payload));
    }

    @Override
    public void close(CloseStatus status) {
        takes("close " + status.code() + " " + status.reason());
    }

    @Override
    public void abort() {
        written.add("abort");
        goesOn();
    }

    /** Reads what was written next. */
    String next() throws InterruptedException {
        String next = written.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("something written in time").isNotNull();
        return next;
    }

    void hears(String... expected) throws InterruptedException {
        for (String one : expected) {
            assertThat(next()).isEqualTo(one);
        }
    }

    void hearsNothingMore() {
        assertThat(written).isEmpty();
    }
}
