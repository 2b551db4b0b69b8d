// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

import org.jspecify.annotations.Nullable;

/** A bus, as seen from this program. The package says what it promises. Safe from any thread. */
public interface MessageBus extends AutoCloseable {

    /**
     * Joins, at once or as soon as the bus is there. Members are told messages from then on, and those that wait for them.
     *
     * @throws IllegalStateException if the bus is closed
     */
    Membership join(Member member, MessageHandler handler);

    /** {@return why nothing can be published now, for operators; null if it can} */
    @Nullable
    String trouble();

    /**
     * Ends all memberships. Returns when their handlers have heard what they had in their inboxes, or after five seconds;
     * called by a handler, at once.
     */
    @Override
    void close();
}
