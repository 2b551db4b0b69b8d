/**
 * A typed message bus behind an endpoint: what clients say becomes messages to services, and services send to clients by
 * address or by name, as in CTE's WSServer. {@code docs/protocol/bus.md} says what is the same and what is not.
 *
 * <h2>What is kept</h2>
 *
 * <ul>
 *   <li>The gateway says who sent a message. What a client says of itself is not read.
 *   <li>No client speaks as a service or as the gateway.
 *   <li>A name belongs to one client, and an address too; where clients are authenticated, the name is the user's.
 *   <li>A message of a service is written once, however many clients it is for, and waits for none of them.
 *   <li>Each session that ends is told to the bus, once the bus has it.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>Clients are heard on their event loops, and the bus on its member's thread. What is known of the clients is safe from any
 * thread.
 */
@NullMarked
package dev.fairlead.server.gateway.backend.bus;

import org.jspecify.annotations.NullMarked;
