/**
 * A relay in the test's own JVM, and a driver for each role that meets it.
 *
 * <p>Tests read as sentences of the protocol: {@link dev.fairlead.testkit.RelayUnderTest} starts the server on a free
 * port of the loopback, {@link dev.fairlead.testkit.ListenerDriver}, {@link dev.fairlead.testkit.SenderDriver} and
 * {@link dev.fairlead.testkit.HttpSenderDriver} play their roles, {@link dev.fairlead.testkit.RawWebSocket} says what no well-behaved client would say, and
 * {@link dev.fairlead.testkit.ForeignProgram} runs a client in another language.
 *
 * <h2>What the drivers promise</h2>
 *
 * <ul>
 *   <li>Everything a driver waits for has the one time-out of {@link dev.fairlead.testkit.Patience}; a test that waits in
 *       vain fails with what the driver saw instead.
 *   <li>The drivers read bytes by themselves and share no code with the server, so that an error in its codecs cannot
 *       hide itself.
 *   <li>A driver belongs to the thread of its test, and reads only when it is asked to.
 * </ul>
 */
@NullMarked
package dev.fairlead.testkit;

import org.jspecify.annotations.NullMarked;
