// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.time.Duration;

/**
 * When each of many peers is sent away by a server that stops: one after the other, at random moments, so that they do not
 * return in one wave, to this server or to another.
 *
 * @param length until the last is told; zero for all at once
 * @param peers how many there are
 */
public record PartingWindow(Duration length, int peers) {

    /** A few peers are told within a moment; a thousand, within five seconds. */
    static final Duration FOR_EACH = Duration.ofMillis(5);

    /** No stop waits longer than this for all to be told. */
    static final Duration LONGEST = Duration.ofSeconds(10);

    /** The rest of what a stop may take is for those who still talk. */
    private static final int SHARE_OF_DRAIN = 3;

    /**
     * {@return the window for so many peers: {@link #FOR_EACH} for each, at most {@link #LONGEST} and a third of what
     * the stop may take}
     */
    public static PartingWindow of(int peers, Duration drainTimeout) {
        Duration wanted = FOR_EACH.multipliedBy(peers);
        Duration most = shorter(LONGEST, drainTimeout.dividedBy(SHARE_OF_DRAIN));
        return new PartingWindow(shorter(wanted, most), peers);
    }

    /**
     * {@return when a peer is told, from now on}
     *
     * @param place which it is, from 0
     * @param chance where in its part of the window; from 0, below 1
     */
    public Duration delay(int place, double chance) {
        return Duration.ofNanos((long) (length.toNanos() * ((place + chance) / peers)));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
