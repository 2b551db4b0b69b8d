/**
 * Plain HTTP/1.1 for services that answer in their own time: one exchange after the other on a connection.
 *
 * <h2>What clients may rely on</h2>
 *
 * <ul>
 *   <li>A connection is kept unless either side says {@code Connection: close}, a request is malformed, or an answer ends
 *       before the request's body was read. Requests may be sent ahead; they are answered in order, one at a time.
 *   <li>Bodies pass as they arrive, both ways. As long as nobody takes what comes, the socket is not read; megabytes wait with
 *       the kernel.
 *   <li>An answer that cannot be finished is cut off, and never looks whole.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>An exchange is confined to the event loop of its connection. Nothing is locked, and nothing waits.
 *
 * <h2>Buffers</h2>
 *
 * <p>A {@code ByteBuf} handed to a method is the callee's to release, unless its Javadoc says that it borrows. Parts of a long
 * body are slices of the event loop's one large buffer: whoever keeps them, keeps all of it, and copies them rather.
 */
@NullMarked
package dev.fairlead.server.edge.exchange;

import org.jspecify.annotations.NullMarked;
