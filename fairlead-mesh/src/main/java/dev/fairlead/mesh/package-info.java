/**
 * Services and clients of a NuroPb service mesh on RabbitMQ.
 *
 * <p>{@link dev.fairlead.mesh.MeshService} serves the annotated methods of an object; {@link dev.fairlead.mesh.MeshClient}
 * calls services. Neither sets a mesh up: {@code fairlead mesh init} does, once. The wire is {@link
 * dev.fairlead.mesh.wire}.
 *
 * <h2>What is promised</h2>
 *
 * <ul>
 *   <li>A lost connection is opened again for as long as it takes, and everything declared anew; meanwhile calls fail at once
 *       with {@code NuropbTransportError}.
 *   <li>A message that cannot be understood is dead-lettered; it never ends the consumer.
 *   <li>A request has one response. A client takes the first that it can read, and passes over later ones.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>Methods, event handlers and what depends on a future run on daemon threads of the service or client, never on those of
 * the AMQP library. How many messages a service works on at once is its prefetch.
 */
@NullMarked
package dev.fairlead.mesh;

import org.jspecify.annotations.NullMarked;
