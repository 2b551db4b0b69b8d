/**
 * The relay: listeners that dialled out, senders that look for them, and their meeting. It speaks to peers through
 * {@code connection} and touches no socket.
 */
@NullMarked
package dev.fairlead.server.relay;

import org.jspecify.annotations.NullMarked;
