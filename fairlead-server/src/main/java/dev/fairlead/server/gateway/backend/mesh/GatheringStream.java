// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Gathers what is written while it is told to hold, so that several messages leave in one call of the system, though the AMQP
 * library flushes after each. What is held leaves when it is released, or when there is too much of it. Safe from any
 * thread: what another one writes meanwhile, such as a heartbeat, is held too.
 */
final class GatheringStream extends OutputStream {

    /** What is held at most, which is about as much as a socket takes at once. */
    static final int MOST_BYTES = 64 * 1024;

    private final OutputStream out;
    private final byte[] gathered = new byte[MOST_BYTES];
    private int length;
    private boolean holding;

    /** Writes to {@code out}, which it owns. */
    GatheringStream(OutputStream out) {
        this.out = out;
    }

    /** Begins to hold. */
    synchronized void hold() {
        holding = true;
    }

    /**
     * Holds no more, and lets go what is held.
     *
     * @throws IOException if it cannot be written
     */
    synchronized void release() throws IOException {
        holding = false;
        flush();
    }

    @Override
    public synchronized void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) throws IOException {
        if (count > gathered.length - length) {
            drain();
        }
        if (count > gathered.length) {
            out.write(bytes, offset, count);
        } else {
            System.arraycopy(bytes, offset, gathered, length, count);
            length += count;
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        if (!holding) {
            drain();
            out.flush();
        }
    }

    private void drain() throws IOException {
        int all = length;
        length = 0;
        out.write(gathered, 0, all);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
