// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.exchange;

import io.netty.channel.Channel;

/** Whether the server goes down, so that every exchange is the last of its connection. Safe from any thread. */
public final class ExchangeDrain {

    /** What the pipelines of connections are told. */
    enum Event {
        /** A connection without an exchange is to end. */
        BEGUN
    }

    private volatile boolean begun;

    /** Is not begun. */
    public ExchangeDrain() {}

    /** Lets exchanges that are under way end, and ends the connections of others; returns at once. */
    public void begin(Iterable<? extends Channel> connections) {
        begun = true;
        connections.forEach(channel -> channel.pipeline().fireUserEventTriggered(Event.BEGUN));
    }

    boolean isBegun() {
        return begun;
    }
}
