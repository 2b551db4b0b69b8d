// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What the conversations of one event loop share, so that a silent one costs little: timers for each length of time that
 * their terms name, and what compresses. Confined to its loop.
 */
final class LoopTalks implements AutoCloseable {

    /** How often it is looked in the time after which a conversation is idle. */
    static final int LOOKS = 16;

    private final EventExecutor loop;
    private final LoopDeflate deflate = new LoopDeflate();
    private final Map<Duration, Heartbeats> pings = new HashMap<>();
    private final Map<Duration, Heartbeats> looks = new HashMap<>();

    /** Serves that loop, and starts nothing yet. */
    LoopTalks(EventExecutor loop) {
        this.loop = loop;
    }

    /** {@return what compresses} */
    LoopDeflate deflate() {
        return deflate;
    }

    /** {@return what beats twice in that interval of pings} */
    Heartbeats pings(Duration interval) {
        return pings.computeIfAbsent(interval, each -> new Heartbeats(loop, each.dividedBy(2)));
    }

    /** {@return what beats {@value #LOOKS} times in the time after which a conversation is idle} */
    Heartbeats looks(Duration idleTimeout) {
        return looks.computeIfAbsent(idleTimeout, each -> new Heartbeats(loop, each.dividedBy(LOOKS), 1));
    }

    /** Ends the timers, and gives back what compression holds. */
    @Override
    public void close() {
        pings.values().forEach(Heartbeats::close);
        looks.values().forEach(Heartbeats::close);
        deflate.close();
    }
}
