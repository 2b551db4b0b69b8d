// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.internal.ConnectionThreads;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.Opcode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/**
 * Two WebSockets that pass on to each other what comes: kinds and ends of messages, last words with their codes. Each
 * direction ends on its own; a socket that is lost takes the other with it. Nothing is held: who reads slowly slows who writes.
 */
final class Junction {

    private static final Executor THREADS = new ConnectionThreads("fairlead-junction");

    private final RelayConnection near;
    private final RelayConnection far;
    private final Direction outward;
    private final Direction inward;

    Junction(RelayConnection near, RelayConnection far) {
        this.near = near;
        this.far = far;
        CountDownLatch nearIsOver = new CountDownLatch(1);
        CountDownLatch farIsOver = new CountDownLatch(1);
        this.outward = new Direction(near, far, nearIsOver, farIsOver);
        this.inward = new Direction(far, near, farIsOver, nearIsOver);
    }

    /** Passes on until both have ended. */
    void run() {
        THREADS.execute(() -> far.run(inward));
        near.run(outward);
    }

    /** What comes from one and goes to the other. */
    private static final class Direction implements PartHandler {

        private final RelayConnection from;
        private final RelayConnection to;
        private final CountDownLatch over;
        private final CountDownLatch opposite;
        private boolean inMessage;

        Direction(RelayConnection from, RelayConnection to, CountDownLatch over, CountDownLatch opposite) {
            this.from = from;
            this.to = to;
            this.over = over;
            this.opposite = opposite;
        }

        @Override
        public void onTextPart(RelayConnection connection, ByteBuffer utf8, boolean last) {
            passOn(Opcode.TEXT, utf8, last);
        }

        @Override
        public void onBinaryPart(RelayConnection connection, ByteBuffer part, boolean last) {
            passOn(Opcode.BINARY, part, last);
        }

        private void passOn(int opcode, ByteBuffer part, boolean last) {
            try {
                to.sendPart(inMessage ? Opcode.CONTINUATION : opcode, last, part);
                inMessage = !last;
            } catch (IOException e) {
                // either reader finds out
                from.abort();
            }
        }

        /** The last word of one is not answered here: the other's is its answer, and may take its time. */
        @Override
        public void onClose(RelayConnection connection, CloseStatus status) {
            to.shutOutput(status);
            over.countDown();
            try {
                opposite.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                from.abort();
            }
        }

        @Override
        public void onLost(RelayConnection connection, RelayException cause) {
            over.countDown();
            to.abort();
        }
    }
}
