/**
 * Hybrid connections from a Java program: a {@link dev.fairlead.client.RelayListener} is reached through a relay by whoever
 * is a {@link dev.fairlead.client.RelaySender}, and neither needs an open port. The relay may be Fairlead or Azure Relay.
 *
 * <h2>Threads</h2>
 *
 * <ol>
 *   <li>A listener keeps one daemon thread, which reads its control channel; state changes are told on it.
 *   <li>Each open connection has one daemon thread of its own, a virtual one from Java 21 on, or one of the executor that
 *       a program gives. All calls of its {@link dev.fairlead.client.ConnectionHandler} come on it, one after the other.
 *   <li>So has each plain HTTP request ({@link dev.fairlead.client.http.RequestHandler}); where it came by a socket of its own,
 *       the SDK reads that on a thread more.
 *   <li>While a handler works, its connection is not read: a slow handler slows its peer, and nothing queues.
 *   <li>Sending blocks while the peer does not read. Every method of a connection may be called from any thread.
 *   <li>Daemon threads do not keep a program alive: its {@code main} has to wait for something.
 * </ol>
 *
 * <h2>Failures</h2>
 *
 * <p>Futures and methods fail with a {@link dev.fairlead.client.RelayException}: one of its kinds for each thing that a
 * caller can do about it.
 */
@NullMarked
package dev.fairlead.client;

import org.jspecify.annotations.NullMarked;
