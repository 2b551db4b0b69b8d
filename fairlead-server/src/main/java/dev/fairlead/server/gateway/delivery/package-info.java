/**
 * How what clients do comes to a backend: in order, again if it was not taken, and never lost without a word.
 *
 * <h2>What is kept</h2>
 *
 * <ul>
 *   <li>One session, one line: a slow backend holds up the session that waits for it, and no other.
 *   <li>Of a session that waits no more is read than the message behind those that the backend has in its hands.
 *   <li>What is given up is a dead letter: a line of JSON in a file, with all that is needed to deliver it by hand.
 *   <li>A backend that failed several times in a row is left alone for a while, and then asked by one line at a time.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>A line belongs to the event loop of its session's peer. The gate of a backend and the dead letters are shared, and safe
 * from any thread.
 */
@NullMarked
package dev.fairlead.server.gateway.delivery;

import org.jspecify.annotations.NullMarked;
