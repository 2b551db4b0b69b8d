/**
 * Sockets that became WebSockets: their upgrade, their conversations with the server, streams of
 * messages to and from it, and the joining of two.
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
 * <h2>Streams</h2>
 *
 * <ul>
 *   <li>Binary messages pass as they arrive, in slices of what was read, to a part of the server that may pass them on to
 *       a connection of another kind; text messages are collected, up to a limit.
 *   <li>Close frames are returned here at once, also within a message, and the socket is closed.
 *   <li>What a peer has not taken is copied, and its length told: whoever writes reads no more until all has left. While
 *       a stream is paused, what its peer sends stays with the kernel.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>Everything here is confined to the event loop of its connection; both sockets of a pair live on one, and a stream's
 * on that of its home. Nothing is locked, and nothing waits.
 *
 * <h2>Buffers</h2>
 *
 * <p>Each event loop reads all its joined sockets and streams into one large buffer, {@link
 * dev.fairlead.server.edge.websocket.LoopBuffer}, which is taken anew for each read unless a slow peer still needs it. A
 * {@code ByteBuf} handed to a method is the callee's to release, unless its Javadoc says that it borrows.
 */
@NullMarked
package dev.fairlead.server.edge.websocket;

import org.jspecify.annotations.NullMarked;
