/**
 * A typed message bus: members say which types of messages they want, and are told those. What travels is what CTE's message
 * bus carries, and {@code docs/protocol/bus.md} says how each bus writes it.
 *
 * <h2>What every bus promises</h2>
 *
 * <ol>
 *   <li>A message goes to each name that wants its type: to one of the members that bear the name, or to each of them, as they
 *       {@linkplain dev.fairlead.bus.Member#reach() asked}.
 *   <li>A member hears messages one at a time, and those of one publisher in the order in which they were published,
 *       but for those that had to wait for somebody (4).
 *   <li>A message that a service sends, and whose type ends in {@code request}, is remembered by its uuid. The first message
 *       whose type ends in {@code response} and that names this uuid goes to who asked, whatever types it wants, besides those
 *       who want the type.
 *   <li>A message of a type that nobody wants waits for who does; where the bus is ours, for at most {@link
 *       dev.fairlead.bus.HeldTerms} and no longer.
 *   <li>{@link dev.fairlead.bus.Membership#publish} ends well only if the bus, or each name that wants the message, has it;
 *       and badly, in bounded time, if it may not have it. A publisher that publishes it again may be heard twice; one that
 *       does not, is heard at most once.
 *   <li>A bus that is lost is found again, for as long as it takes; members stay members. Meanwhile publishing fails at once.
 *   <li>A handler that fails is logged, and hears the next message.
 *   <li>Everything that waits is bounded; a member with a full inbox makes publishers fail rather than wait.
 * </ol>
 *
 * <h2>Threads</h2>
 *
 * <p>Everything here is safe from any thread and never waits, unless it says so. Each member has a daemon thread of its own,
 * on which its handler may take its time.
 */
@NullMarked
package dev.fairlead.bus;

import org.jspecify.annotations.NullMarked;
