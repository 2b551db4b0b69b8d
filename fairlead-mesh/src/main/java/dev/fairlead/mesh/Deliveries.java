// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Delivery;
import dev.fairlead.mesh.wire.Envelope;

/** What the AMQP library delivers, in our terms. */
final class Deliveries {

    private Deliveries() {}

    /**
     * {@return what stands around a delivered body}
     *
     * @throws dev.fairlead.mesh.wire.MalformedMeshMessage if it is no message of the mesh
     */
    static Envelope envelope(Delivery delivery) {
        AMQP.BasicProperties properties = delivery.getProperties();
        return Envelope.read(
                properties.getHeaders(),
                properties.getCorrelationId(),
                properties.getReplyTo(),
                properties.getExpiration());
    }
}
