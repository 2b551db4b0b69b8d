// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.bus;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.MessageHandler;
import dev.fairlead.testkit.Patience;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Hears messages, for a test that waits for them. */
final class Ear implements MessageHandler {

    private final BlockingQueue<BusMessage> heard = new LinkedBlockingQueue<>();

    @Override
    public void heard(BusMessage message) {
        heard.add(message);
    }

    /** {@return the next message} */
    BusMessage next() throws InterruptedException {
        BusMessage next = heard.poll(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("no message came");
        }
        return next;
    }

    /** {@return whether there is one already} */
    boolean hasHeard() {
        return !heard.isEmpty();
    }
}
