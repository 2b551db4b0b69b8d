/**
 * A client's connection at an endpoint of the gateway, who stands behind it, and how to find it again: by its id, by its user,
 * by a group.
 *
 * <h2>Threads</h2>
 *
 * <p>A session belongs to the event loop of its peer, where all that the client says is told. It may be sent to and closed
 * from any thread. The directory is safe from any thread.
 */
@NullMarked
package dev.fairlead.server.gateway.session;

import org.jspecify.annotations.NullMarked;
