/**
 * Plain HTTP through a relay: what a listener does with the requests of senders that have nothing but an HTTP client
 * ({@link dev.fairlead.client.http.RequestHandler}), and what such a sender needs of a relay
 * ({@link dev.fairlead.client.http.HttpSender}).
 *
 * <h2>Threads</h2>
 *
 * <ol>
 *   <li>Each request has one thread of its own, a virtual one from Java 21 on, or one of the executor that a program gives to
 *       its listener. A handler may block, and when it returns, the answer is complete.
 *   <li>A handler that does not read slows the sender that uploads; a sender that does not read slows the handler that writes.
 *       Nothing queues, however long a body is.
 *   <li>When the sender is gone, the handler's thread is interrupted, and both streams throw.
 * </ol>
 */
@NullMarked
package dev.fairlead.client.http;

import org.jspecify.annotations.NullMarked;
