// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.mesh;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.fairlead.mesh.MeshException;
import dev.fairlead.mesh.MeshService;
import dev.fairlead.mesh.MeshSetUp;
import dev.fairlead.mesh.wire.MeshNames;
import dev.fairlead.system.interop.Programs;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RabbitMq;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A mesh of the test's own on a broker of its own, and what no peer can see of it. */
final class Mesh implements AutoCloseable {

    final RabbitMq rabbit = RabbitMq.started();
    final String uri = rabbit.uri("%2f");
    final MeshNames names = MeshNames.ofClient("/", "tests");
    private final Connection raw;

    Mesh() {
        MeshSetUp.declare(uri, names);
        raw = connect();
    }

    MeshService.Builder service(String name, Object target) {
        return MeshService.builder(uri, name, target);
    }

    ForeignProgram python(String script, String... arguments) {
        String[] words = new String[arguments.length + 1];
        words[0] = uri;
        System.arraycopy(arguments, 0, words, 1, arguments.length);
        ForeignProgram program = Programs.meshPeer(script, words).start();
        program.prints("ready");
        return program;
    }

    /** What a peer that knows nothing of the mesh would send. */
    void sends(String exchange, String routingKey, AMQP.BasicProperties properties, byte[] body) throws Exception {
        try (Channel channel = raw.createChannel()) {
            channel.confirmSelect();
            channel.basicPublish(exchange, routingKey, properties, body);
            channel.waitForConfirmsOrDie(Patience.LIMIT.toMillis());
        }
    }

    /** {@return the next dead letter, waiting for it} */
    AMQP.BasicProperties deadLetter() throws Exception {
        try (Channel channel = raw.createChannel()) {
            CompletableFuture<AMQP.BasicProperties> first = new CompletableFuture<>();
            GetResponse there = channel.basicGet(names.deadLetterQueue(), true);
            if (there != null) {
                return there.getProps();
            }
            channel.basicQos(1);
            channel.basicConsume(
                    names.deadLetterQueue(),
                    false,
                    (tag, delivery) -> {
                        if (!first.isDone()) {
                            // before anybody hears of it, who would close the channel
                            channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                            first.complete(delivery.getProperties());
                        }
                    },
                    tag -> {});
            return first.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    void forgetsDeadLetters() throws Exception {
        try (Channel channel = raw.createChannel()) {
            channel.queuePurge(names.deadLetterQueue());
        }
    }

    private Connection connect() {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHandshakeTimeout(60_000);
        try {
            factory.setUri(uri);
            return factory.newConnection();
        } catch (Exception e) {
            throw new AssertionError("the broker takes no connection", e);
        }
    }

    /** {@return what a future gives} */
    static <T> T of(CompletableFuture<T> future) {
        try {
            return future.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** {@return the error with which a future fails} */
    static MeshException errorOf(CompletableFuture<?> future) {
        try {
            throw new AssertionError("it succeeded: " + future.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MeshException error) {
                return error;
            }
            throw new AssertionError("another failure", e);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        raw.abort();
        rabbit.close();
    }
}
