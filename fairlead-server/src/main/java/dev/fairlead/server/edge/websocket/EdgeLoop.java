// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the connections of one event loop share. Confined to the loop, but for {@link #executor()} and {@link #parting()}.
 *
 * @param executor the loop itself
 * @param buffer what joined sockets read into
 * @param heartbeats what makes connections ping; it beats twice in each interval of pings
 * @param talks what conversations share beside it
 * @param pairs the joined pairs that are not over
 * @param parting how many sockets of pairs that are over are still being written to; any thread may look
 */
public record EdgeLoop(
        EventLoop executor,
        LoopBuffer buffer,
        Heartbeats heartbeats,
        LoopTalks talks,
        Set<Pair> pairs,
        AtomicInteger parting) {

    /** {@return a loop without connections} */
    public static EdgeLoop of(EventLoop executor, ByteBufAllocator allocator, Duration pingInterval) {
        return new EdgeLoop(
                executor,
                new LoopBuffer(allocator),
                new Heartbeats(executor, pingInterval.dividedBy(2)),
                new LoopTalks(executor),
                Collections.newSetFromMap(new IdentityHashMap<>()),
                new AtomicInteger());
    }

    /** Says Close to every joined pair, and lets them go. On the loop. */
    public void dismissPairs(CloseStatus status) {
        List.copyOf(pairs).forEach(pair -> pair.dismiss(status));
    }

    /** Gives back what the loop holds. On the loop, when its connections are gone. */
    public void close() {
        heartbeats.close();
        talks.close();
        buffer.close();
    }
}
