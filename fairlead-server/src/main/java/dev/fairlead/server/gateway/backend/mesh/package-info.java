/**
 * A service mesh on RabbitMQ behind an endpoint: what clients ask on their WebSockets becomes requests to services, as in
 * NuroPb's gateway 0.1.4. {@code docs/protocol/mesh.md} says what is the same and what is not.
 *
 * <h2>What is kept</h2>
 *
 * <ul>
 *   <li>Every request is answered once: with what its service said, or with an error.
 *   <li>A client is told errors in the words of the original, be they those of its language.
 *   <li>What cannot be understood is answered, dead-lettered or passed over, and ends neither the client nor the consumer.
 *   <li>While the broker is away, requests fail at once; how long it is away makes no difference.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>Clients are heard on their event loops. The broker has threads of its own, which wait where event loops may not; what
 * comes from there goes back to a client's event loop by a hop.
 */
@NullMarked
package dev.fairlead.server.gateway.backend.mesh;

import org.jspecify.annotations.NullMarked;
