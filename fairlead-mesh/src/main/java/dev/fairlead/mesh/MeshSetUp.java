// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import dev.fairlead.mesh.wire.MeshNames;
import java.io.IOException;

/** Sets a mesh up within its virtual host, once: the exchanges, and the queue of dead letters. */
public final class MeshSetUp {

    private MeshSetUp() {}

    /**
     * Declares what is not there yet; what is there stays. Connects as a client of the mesh, and needs the right to configure.
     *
     * @param uri {@code amqp://user:password@host:port/vhost}
     * @param names their service and instance do not matter
     * @throws MeshException with {@code NuropbTransportError} if the broker cannot be reached or refuses, such as when an
     *     exchange of another kind has the name
     */
    public static void declare(String uri, MeshNames names) {
        Link link = new Link(
                uri, null, names, 1, channel -> declare(channel, names), (consumer, delivery) -> {}, correlation -> {});
        try {
            link.open();
        } finally {
            link.close();
        }
    }

    private static void declare(Channel channel, MeshNames names) throws IOException {
        channel.exchangeDeclare(names.deadLetterExchange(), BuiltinExchangeType.FANOUT, true);
        channel.queueDeclare(names.deadLetterQueue(), false, false, false, null);
        channel.queueBind(names.deadLetterQueue(), names.deadLetterExchange(), "");
        channel.exchangeDeclare(names.eventsExchange(), BuiltinExchangeType.TOPIC, true);
        channel.exchangeDeclare(names.rpcExchange(), BuiltinExchangeType.DIRECT, true);
    }
}
