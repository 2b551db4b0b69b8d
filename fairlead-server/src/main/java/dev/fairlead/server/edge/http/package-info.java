/**
 * HTTP/1.1 as far as it comes before a WebSocket or an exchange, or stands for itself: requests and what is none, deadlines,
 * refusals, small pages.
 *
 * <p>A {@code ByteBuf} handed to a method is the callee's to release, unless its Javadoc says that it borrows.
 */
@NullMarked
package dev.fairlead.server.edge.http;

import org.jspecify.annotations.NullMarked;
