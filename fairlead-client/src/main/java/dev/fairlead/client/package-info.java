/**
 * Hybrid connections from a Java program: a {@link dev.fairlead.client.RelayListener} is reached through a relay by whoever
 * is a {@link dev.fairlead.client.RelaySender}, and neither needs an open port. The relay may be Fairlead or Azure Relay.
 *
 * <h2>Threads</h2>
 *
 * <ol>
 *   <li>A listener keeps one daemon thread, which reads its control channel; state changes are told on it. At rest it has no
 *       other: dialling and closing need one more for their time limits, which all share and which ends a second later, and
 *       so does the renewal of a token while its source is asked.
 *   <li>Each open connection has one daemon thread of its own: a platform thread for the first 64 of a listener or a sender,
 *       beyond that a virtual one from Java 21 on; or one of the executor that a program gives. All calls of its {@link dev.fairlead.client.ConnectionHandler} come on it, one after the other.
 *   <li>So has each plain HTTP request ({@link dev.fairlead.client.http.RequestHandler}); where it came by a socket of its own,
 *       the SDK reads that on a thread more.
 *   <li>While a handler works, its connection is not read: a slow handler slows its peer, and nothing queues.
 *   <li>Sending blocks while the peer does not read. Every method of a connection may be called from any thread.
 *   <li>Daemon threads do not keep a program alive: its {@code main} has to wait for something.
 * </ol>
 *
 * <h2>Bounds</h2>
 *
 * <p>Nothing queues without one, and what is full slows whoever fills it, unless it says otherwise here:
 *
 * <ul>
 *   <li>Senders, and requests, that wait for a thread of a program's executor: 10,000 of each, and 64 MiB of the requests'
 *       bodies. A request beyond is answered 503, a sender beyond is not met, and told 504 by the relay. How many are served
 *       at once is the executor's to say.
 *   <li>Requests that are being fetched: 10,000; one beyond is not, and its sender told 504 by the relay.
 *   <li>What comes: one message of {@code maxMessageSize} for each connection, and 16 KiB that one read brings; a control
 *       message of 1 MiB; an answer's head of 16 KiB; 64 KiB of a request's body that its handler has not read. Connections
 *       that are joined to a local server hold one read of a message, whatever its length.
 *   <li>What goes: one frame of 32 KiB for each writer; nothing is queued, whoever sends waits. An answer holds up to 64 KiB
 *       until it shows whether the control channel carries it. Of several pings the last is answered.
 *   <li>Connections to a local server that wait to be used again: 32, for 4 s.
 *   <li>Renewals of a token: one at a time.
 * </ul>
 *
 * <h2>Failures</h2>
 *
 * <p>Futures and methods fail with a {@link dev.fairlead.client.RelayException}: one of its kinds for each thing that a
 * caller can do about it.
 */
@NullMarked
package dev.fairlead.client;

import org.jspecify.annotations.NullMarked;
