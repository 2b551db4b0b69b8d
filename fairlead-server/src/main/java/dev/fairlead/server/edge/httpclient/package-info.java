/**
 * Calling other servers over HTTP/1.1: {@code connection.HttpCaller} on the server's own event loops.
 *
 * <h2>What is promised</h2>
 *
 * <ul>
 *   <li>A call goes out over a connection of the event loop that its home lives on: nothing of it changes threads. All loops
 *       together keep to one bound of connections ({@code Permits}).
 *   <li>Calls of one loop that wait for a connection get one in the order in which they came. No loop waits for ever: one
 *       that has more connections than another that waits gives one up when its call is over, and unused ones at once.
 *   <li>Nobody but the configured server is dialled. Redirects are answers, and no proxy, cookie or other state is known.
 *   <li>What could be read in two ways is no answer: the call fails, and its connection is closed. A connection that says
 *       anything between two answers is closed as well.
 *   <li>What is told apart as {@code NO_CONNECTION} had no effect at the server: no byte of the request was written.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>Everything is confined to the event loop of its {@code LoopPool}, but for what says
 * otherwise. Names are looked up on threads of their own, since that waits.
 *
 * <p>A {@code ByteBuf} handed to a method is the callee's to release, unless its Javadoc says that it borrows.
 */
@NullMarked
package dev.fairlead.server.edge.httpclient;

import org.jspecify.annotations.NullMarked;
