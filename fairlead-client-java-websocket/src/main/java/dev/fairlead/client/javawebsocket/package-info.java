/**
 * Java-WebSocket's server, behind a relay instead of on a port. {@link
 * dev.fairlead.client.javawebsocket.RelayedWebSocketServer} takes the place of {@code WebSocketServer} in a program's {@code
 * extends}; what it declares, and what it does otherwise, is told there. {@link dev.fairlead.client.javawebsocket.WebSocketBridge} leaves a server on its port.
 *
 * <h2>Threads</h2>
 *
 * <ol>
 *   <li>All calls for one connection come on its own thread, one after the other, from the handshake to {@code onClose}.
 *   <li>What is sent is queued, and written by another thread that lives while there is something to write: who broadcasts
 *       does not wait for the slowest.
 *   <li>A queue has a bound. Who sends to a connection whose queue is full waits for room, as long as the connection lives.
 * </ol>
 */
@NullMarked
package dev.fairlead.client.javawebsocket;

import org.jspecify.annotations.NullMarked;
