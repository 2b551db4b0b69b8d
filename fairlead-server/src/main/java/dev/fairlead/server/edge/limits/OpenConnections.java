// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.limits;

import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.edge.http.MemoryShortage;
import dev.fairlead.server.settings.Network;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections until they close, in all and by {@link Source}, and says when there are too many. Holds an entry for
 * each source that has a connection, and none else. Safe from any thread.
 */
public final class OpenConnections {

    /**
     * How many of those that are too many may wait for their answer at a time. Whoever opens sockets and says nothing keeps
     * these places until the handshake's deadline, and no more than these.
     */
    static final int TOLD_AT_ONCE = 64;

    private final @Nullable Integer most;
    private final @Nullable Integer mostOfSource;
    private final List<Network> trustedProxies;
    private final MemoryShortage memory;
    private final ConnectionObserver observer;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final ConcurrentMap<Source, Integer> ofSource = new ConcurrentHashMap<>();

    /**
     * Counts from zero.
     *
     * @param most in all; null for any number
     * @param mostOfSource of one address, or network of IPv6; null for any number
     * @param trustedProxies whose connections are others'
     * @param memory as long as it is short, every connection is one too many
     */
    public OpenConnections(
            @Nullable Integer most,
            @Nullable Integer mostOfSource,
            List<Network> trustedProxies,
            MemoryShortage memory,
            ConnectionObserver observer) {
        this.most = most;
        this.mostOfSource = mostOfSource;
        this.trustedProxies = trustedProxies;
        this.memory = memory;
        this.observer = observer;
    }

    List<Network> trustedProxies() {
        return trustedProxies;
    }

    ConnectionObserver observer() {
        return observer;
    }

    /** Counts a connection, or says why it is one too many. */
    Optional<Refusal> enter(Channel channel) {
        if (memory.isFelt()) {
            return Optional.of(Refusal.MEMORY_SHORT);
        }
        if (most == null) {
            return Optional.empty();
        }
        return takePlace(channel, open, most) ? Optional.empty() : Optional.of(Refusal.CONNECTIONS_FULL);
    }

    /** Counts a connection for its client's address, or says why it is one too many. */
    Optional<Refusal> enter(Channel channel, InetAddress client) {
        if (mostOfSource == null || client.isLoopbackAddress() || isTrustedProxy(client)) {
            return Optional.empty();
        }
        Source source = Source.of(client);
        int limit = mostOfSource;
        boolean[] entered = new boolean[1];
        ofSource.compute(source, (same, before) -> {
            int others = before == null ? 0 : before;
            entered[0] = others < limit;
            return entered[0] ? Integer.valueOf(others + 1) : before;
        });
        if (!entered[0]) {
            return Optional.of(Refusal.ADDRESS_FULL);
        }
        channel.closeFuture()
                .addListener(closed -> ofSource.computeIfPresent(
                        source, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1)));
        return Optional.empty();
    }

    /** {@return whether one that is too many may stay until it is told so} */
    boolean mayBeTold(Channel channel) {
        return takePlace(channel, told, TOLD_AT_ONCE);
    }

    boolean isTrustedProxy(InetAddress address) {
        return Network.anyContains(trustedProxies, address);
    }

    /** {@return how many sources have a connection} */
    int sources() {
        return ofSource.size();
    }

    private static boolean takePlace(Channel channel, AtomicInteger taken, int places) {
        if (taken.getAndUpdate(before -> Math.min(before + 1, places)) >= places) {
            return false;
        }
        channel.closeFuture().addListener(closed -> taken.decrementAndGet());
        return true;
    }
}
