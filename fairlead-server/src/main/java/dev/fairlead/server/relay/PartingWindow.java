// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import java.time.Duration;

/**
 * When each of many listeners is sent away by a relay that stops: one after the other, at random moments, so that they do
 * not return in one wave, to this relay or to another.
 *
 * @param length until the last is told; zero for all at once
 * @param listeners how many there are
 */
record PartingWindow(Duration length, int listeners) {

    /** A few listeners are told within a moment; a thousand, within five seconds. */
    static final Duration FOR_EACH = Duration.ofMillis(5);

    /** No stop waits longer than this for its listeners. */
    static final Duration LONGEST = Duration.ofSeconds(10);

    /** The rest of what a stop may take is for those who still talk. */
    private static final int SHARE_OF_DRAIN = 3;

    /**
     * {@return the window for so many listeners: {@link #FOR_EACH} for each, at most {@link #LONGEST} and a third of what
     * the stop may take}
     */
    static PartingWindow of(int listeners, Duration drainTimeout) {
        Duration wanted = FOR_EACH.multipliedBy(listeners);
        Duration most = shorter(LONGEST, drainTimeout.dividedBy(SHARE_OF_DRAIN));
        return new PartingWindow(shorter(wanted, most), listeners);
    }

    /**
     * {@return when a listener is told, from now on}
     *
     * @param place which it is, from 0
     * @param chance where in its part of the window; from 0, below 1
     */
    Duration delay(int place, double chance) {
        return Duration.ofNanos((long) (length.toNanos() * ((place + chance) / listeners)));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
