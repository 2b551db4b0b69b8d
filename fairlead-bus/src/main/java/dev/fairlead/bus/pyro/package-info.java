/**
 * CTE's message bus, which is a Python program that speaks Pyro4 (wire protocol 48): seen from it, a member is a service like
 * its own. What is done otherwise than in the original's services stands in {@code docs/protocol/bus.md}.
 *
 * <h2>What this bus promises otherwise</h2>
 *
 * <ul>
 *   <li>The Python bus knows each name once: of two programs that join under one name, the one that registered last is told.
 *       Members of one name within one {@link dev.fairlead.bus.pyro.PyroBus} share it as everywhere.
 *   <li>A publisher learns that the Python bus has the message, and no more. A member whose inbox stays full for five seconds
 *       loses what comes then, which is logged.
 *   <li>Messages of a type that nobody wants wait in the Python bus for as long as it lives.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>All are daemon threads: the keeper, which finds the name server and the bus and registers; the sender, which publishes
 * what callers put in its queue, one after the other; one that closes connections that are overdue; one that accepts
 * connections, and one for each of them; and one that logs, if the terms say so.
 *
 * <h2>What is not trusted</h2>
 *
 * <p>Everything that comes from a connection. Its length, its depth, what it refers to twice and the classes it names are
 * bounded before anything is built, and nothing that it names is ever loaded or run.
 */
@NullMarked
package dev.fairlead.bus.pyro;

import org.jspecify.annotations.NullMarked;
