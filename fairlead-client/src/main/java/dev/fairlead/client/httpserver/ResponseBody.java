// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** The body of an answer: takes nothing before the head was told, and then as much as the head says. */
final class ResponseBody extends OutputStream {

    private static final long ANY = Long.MAX_VALUE;

    private final RelayedHttpExchange exchange;
    private final OutputStream out;
    private volatile boolean told;
    private volatile boolean closed;
    private boolean sized;
    private long left;

    /**
     * Begins before the head.
     *
     * @param exchange told how this ends
     * @param out where bytes go; closed when the last is there
     */
    ResponseBody(RelayedHttpExchange exchange, OutputStream out) {
        this.exchange = exchange;
        this.out = out;
    }

    /** Says that the head was told, and that as many bytes belong to it as come. */
    void takesAny() {
        left = ANY;
        told = true;
    }

    /** Says that the head was told, and how many bytes belong to it. */
    void takes(long bytes) {
        sized = true;
        left = bytes;
        told = true;
    }

    boolean isTold() {
        return told;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        checkTold();
        if (length == 0) {
            return;
        }
        if (closed) {
            throw new IOException("the answer is complete");
        }
        if (length > left) {
            throw new IOException("body: " + length + " bytes more (expected: at most " + left + ")");
        }
        out.write(from, offset, length);
        if (sized) {
            left -= length;
        }
    }

    /** Has the sender read what was written. If that is all there is, the answer is complete, and has its length. */
    @Override
    public void flush() throws IOException {
        checkTold();
        if (sized && left == 0) {
            out.close();
        } else if (!closed) {
            out.flush();
        } else if (!sized) {
            throw new IOException("the answer is complete");
        }
    }

    private void checkTold() throws IOException {
        if (!told) {
            throw new IOException("the head was not sent (expected: sendResponseHeaders before the body)");
        }
    }

    /**
     * Completes the answer, and ends the exchange; without effect the second time.
     *
     * @throws IOException if bytes are missing, which breaks the answer off, or if the sender is gone
     */
    @Override
    public void close() throws IOException {
        checkTold();
        if (closed) {
            return;
        }
        closed = true;
        if (sized && left > 0) {
            IOException missing = new IOException("body: closed with " + left + " bytes missing (expected: none)");
            exchange.fail(missing);
            throw missing;
        }
        try {
            out.close();
            exchange.ends();
        } catch (IOException e) {
            exchange.fail(e);
            throw e;
        }
    }
}
