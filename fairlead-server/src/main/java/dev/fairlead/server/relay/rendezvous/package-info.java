/**
 * Bringing one sender and one listener together.
 *
 * <h2>What the protocol promises, and this package keeps</h2>
 *
 * <ul>
 *   <li>The sender's upgrade is answered only when the listener has dialled: a refusal can still be an HTTP status.
 *   <li>An address is good for one dial, by whoever holds it, and only for the hybrid connection that it names.
 *   <li>A listener that was told and stays silent is not replaced by another, unless its control channel broke; but one
 *       that stays silent again and again is set aside, and later senders are offered to others.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>A meeting belongs to the event loop of its sender. Whoever comes from elsewhere (a listener's dial, the loss of a
 * control channel) hops there first. So nothing of it is locked, and nothing here may wait.
 */
@NullMarked
package dev.fairlead.server.relay.rendezvous;

import org.jspecify.annotations.NullMarked;
