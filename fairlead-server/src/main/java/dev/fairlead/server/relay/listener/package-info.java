/**
 * Control channels: who listens where, how long their tokens last, whether they dial when they are told of senders, and
 * when they are lost.
 *
 * <p>A control channel belongs to the event loop of its listener. {@link
 * dev.fairlead.server.relay.listener.HybridConnection} is asked from every loop, and guards itself.
 */
@NullMarked
package dev.fairlead.server.relay.listener;

import org.jspecify.annotations.NullMarked;
