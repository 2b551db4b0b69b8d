// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.rendezvous;

import dev.fairlead.server.relay.listener.HybridConnection;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Who waits to be met, by the id that the listener was told. Safe from any thread.
 *
 * <p>An id is the only credential of a dial, so it cannot be guessed: it is a random UUID, as which clients read its
 * first 36 characters, and 64 random bits more.
 */
public final class WaitingRoom {

    /** Version 4 of RFC 9562, section 5.4, where it stands in the upper half. */
    private static final long RANDOM_VERSION = 0x4000L;

    /** Variant 10 of section 4.1, where it stands in the lower half. */
    private static final long RFC_VARIANT = 1L << 63;

    private final SecureRandom random = new SecureRandom();
    private final ConcurrentMap<String, Meeting> waiting = new ConcurrentHashMap<>();

    /** Enters a meeting. */
    void enter(Meeting meeting) {
        waiting.put(meeting.id(), meeting);
    }

    /**
     * Takes a meeting out; a second dial of its id finds nothing.
     *
     * @param connection whose address was dialled; a meeting of another one stays
     */
    public Optional<Meeting> take(String id, HybridConnection connection) {
        Meeting meeting = waiting.get(id);
        return meeting != null && meeting.connection().equals(connection) && waiting.remove(id, meeting)
                ? Optional.of(meeting)
                : Optional.empty();
    }

    /** Removes this very meeting, if it is still there. */
    void leave(Meeting meeting) {
        var _ = waiting.remove(meeting.id(), meeting);
    }

    /** {@return who waits now} */
    public List<Meeting> everybody() {
        return List.copyOf(waiting.values());
    }

    /** {@return how many wait} */
    public int size() {
        return waiting.size();
    }

    /** {@return an id that was never given out} */
    public String newId() {
        ByteBuffer drawn = ByteBuffer.allocate(3 * Long.BYTES);
        random.nextBytes(drawn.array());
        UUID uuid =
                new UUID((drawn.getLong() & ~0xF000L) | RANDOM_VERSION, (drawn.getLong() & ~(3L << 62)) | RFC_VARIANT);
        return uuid + "_" + HexFormat.of().toHexDigits(drawn.getLong());
    }
}
