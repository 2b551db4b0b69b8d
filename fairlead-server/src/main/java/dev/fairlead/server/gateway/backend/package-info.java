/**
 * The port behind which a backend stands, whatever carries the messages to it.
 *
 * <h2>What the gateway promises a backend</h2>
 *
 * <ol>
 *   <li>A session is told in order: {@code connected} first, its messages in the order in which they came, {@code
 *       disconnected} last, each once it is the turn of it.
 *   <li>At most {@code delivery.window} messages of a session are in a backend's hands at once; {@code connected} and {@code
 *       disconnected} are there alone.
 *   <li>{@code disconnected} comes exactly once for each session that {@code connected} was told of, however it ended; for
 *       none other.
 *   <li>What was not taken is told again, in its place in the order, with the same number, until it is taken or {@code
 *       delivery.giveUpAfter} is over; then the session is closed 1013, and what was not delivered is written to the dead
 *       letters.
 *   <li>A backend is called on the session's event loop.
 * </ol>
 *
 * <h2>What a backend promises the gateway</h2>
 *
 * <ol>
 *   <li>It never waits on the event loop; its stages come to an end in bounded time, on any thread.
 *   <li>A receipt is the truth: {@code Taken} and {@code Objected} only if the backend has the message; {@code NotTaken} if it
 *       may not have it.
 *   <li>What it has to say to the client it says through the session, before or after the receipt.
 *   <li>A stage that fails counts as {@code NotTaken}, and is logged as a fault.
 * </ol>
 */
@NullMarked
package dev.fairlead.server.gateway.backend;

import org.jspecify.annotations.NullMarked;
