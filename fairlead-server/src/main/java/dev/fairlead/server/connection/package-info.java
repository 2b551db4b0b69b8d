/**
 * What the parts of the server know of a peer, and what the edge knows of the parts: they meet here, and know nothing
 * else of each other.
 *
 * <h2>Threads</h2>
 *
 * <p>A connection belongs to one event loop, and its callbacks run there. A {@link dev.fairlead.server.connection.Peer}
 * may be told things from any thread; it hops. Nothing here may wait on an event loop.
 */
@NullMarked
package dev.fairlead.server.connection;

import org.jspecify.annotations.NullMarked;
