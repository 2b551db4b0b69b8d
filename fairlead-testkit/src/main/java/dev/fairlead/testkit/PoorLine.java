// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A port in front of another, over a line that is long and loses things: every byte arrives late, some segments have to
 * be sent again, and all that was sent behind such a one waits for it, as TCP has it. It loses no byte for good.
 *
 * <p>Passes what it was given in order. Ends a connection on both sides when one side ends it.
 */
public final class PoorLine implements AutoCloseable {

    private static final int SEGMENT = 1400;

    /** What is under way at most; who sends more waits, as for a window. */
    private static final int WINDOW = 256;

    /** What a loss costs when no time-out is needed: another way there and back. */
    private static final int ONE_MORE_WAY = 2;

    private final ServerSocket entrance;
    private final int target;
    private final Duration delay;
    private final double loss;
    private final AtomicLong standsUntil = new AtomicLong(System.nanoTime());
    private final AtomicLong lost = new AtomicLong();

    /** Some bytes, or none at the end, and when they may arrive. */
    private static final class Segment {
        private final byte[] bytes;
        private final long due;

        Segment(byte[] bytes, long due) {
            this.bytes = bytes;
            this.due = due;
        }
    }

    /**
     * Opens the line.
     *
     * @param target the port of the loopback behind it
     * @param delay of each way
     * @param loss the share of segments that are sent twice, 0 to 1
     */
    public PoorLine(int target, Duration delay, double loss) {
        this.target = target;
        this.delay = delay;
        this.loss = loss;
        try {
            this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("poor-line").start(this::accept);
    }

    /** {@return the port in front} */
    public int port() {
        return entrance.getLocalPort();
    }

    /** {@return the address in front, such as {@code ws://127.0.0.1:40123}} */
    public URI uri() {
        return URI.create("ws://127.0.0.1:" + port());
    }

    /** Lets nothing through for a while from now on, in neither direction; what waits arrives afterwards. */
    public void standsStill(Duration time) {
        standsUntil.accumulateAndGet(System.nanoTime() + time.toNanos(), (one, other) -> one - other > 0 ? one : other);
    }

    /** {@return how many segments had to be sent again so far} */
    public long losses() {
        return lost.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = entrance.accept();
                Socket far = new Socket();
                far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                pass(near, far, 1);
                pass(far, near, 2);
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void pass(Socket from, Socket to, long seed) {
        BlockingQueue<Segment> underWay = new ArrayBlockingQueue<>(WINDOW);
        Thread.ofVirtual().name("poor-line-in").start(() -> take(from, underWay, new Random(seed)));
        Thread.ofVirtual().name("poor-line-out").start(() -> deliver(from, to, underWay));
    }

    private void take(Socket from, BlockingQueue<Segment> underWay, Random chance) {
        byte[] buffer = new byte[SEGMENT];
        try {
            while (true) {
                int count;
                try {
                    count = from.getInputStream().read(buffer);
                } catch (IOException gone) {
                    count = -1;
                }
                long way = delay.toNanos();
                if (chance.nextDouble() < loss) {
                    lost.incrementAndGet();
                    way += ONE_MORE_WAY * delay.toNanos();
                }
                underWay.put(new Segment(Arrays.copyOf(buffer, Math.max(0, count)), System.nanoTime() + way));
                if (count < 0) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(Socket from, Socket to, BlockingQueue<Segment> underWay) {
        try (from;
                to) {
            while (true) {
                Segment next = underWay.take();
                for (long left = wait(next); left > 0; left = wait(next)) {
                    LockSupport.parkNanos(left);
                }
                if (next.bytes.length == 0) {
                    return;
                }
                to.getOutputStream().write(next.bytes);
            }
        } catch (IOException gone) {
            // whoever is gone takes the other along
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long wait(Segment next) {
        long now = System.nanoTime();
        return Math.max(next.due - now, standsUntil.get() - now);
    }

    /** Closes the port in front; connections that there are stay. */
    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
