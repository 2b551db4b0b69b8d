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
 * <h2>Conversations</h2>
 *
 * <ul>
 *   <li>Messages are collected, up to a limit, and told whole; their texts are UTF-8. Pings are answered.
 *   <li>Compressed ones (RFC 7692) are each compressed by themselves, so that one who is silent holds nothing: what
 *       compresses belongs to the event loop, and works on one message at a time.
 *   <li>Close frames are returned here at once, and the socket is closed. Who is told why it has to go is still read for a
 *       moment: a reset would take the reason from it. Over TLS it is not.
 *   <li>While a conversation is paused, what one read brought waits, and the rest stays with the kernel.
 *   <li>What waits for a peer is bounded; one that does not take it has to go.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>Everything here is confined to the event loop of its connection; both sockets of a pair live on one, and a stream's
 * on that of its home. Nothing is locked, and nothing waits.
 *
 * <h2>Buffers</h2>
 *
 * <p>Each event loop reads all its WebSockets into one large buffer, {@link
 * dev.fairlead.server.edge.websocket.LoopBuffer}, which is taken anew for each read unless a slow peer still needs it. A
 * {@code ByteBuf} handed to a method is the callee's to release, unless its Javadoc says that it borrows.
 */
@NullMarked
package dev.fairlead.server.edge.websocket;

import org.jspecify.annotations.NullMarked;
