/**
 * Sockets that became WebSockets: their upgrade, their conversations with the server, and the joining of two.
 *
 * <h2>Joined sockets</h2>
 *
 * <ul>
 *   <li>Frames pass as they arrive: only their headers are read, payloads are unmasked where they lie. A message is never
 *       collected; its kind and its boundaries stay, its frames are at most 32 KiB long.
 *   <li>Close frames pass, and are not answered here: one side may be done talking while the other is not.
 *   <li>Pings are answered here, pongs are dropped.
 *   <li>A side that is lost takes the other with it, without a Close frame.
 *   <li>While a side has anything left to be written, the other is not read. So a pair holds at most what one read of
 *       each side brought.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>Everything here is confined to the event loop of its connection; both sockets of a pair live on one. Nothing is
 * locked, and nothing waits.
 *
 * <h2>Buffers</h2>
 *
 * <p>Each event loop reads all its joined sockets into one large buffer, {@link
 * dev.fairlead.server.edge.websocket.LoopBuffer}, which is taken anew for each read unless a slow peer still needs it. A
 * {@code ByteBuf} handed to a method is the callee's to release, unless its Javadoc says that it borrows.
 */
@NullMarked
package dev.fairlead.server.edge.websocket;

import org.jspecify.annotations.NullMarked;
