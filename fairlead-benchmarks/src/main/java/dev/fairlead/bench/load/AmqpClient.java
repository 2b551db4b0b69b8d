// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import dev.fairlead.mesh.wire.Envelope;
import dev.fairlead.mesh.wire.MeshNames;
import dev.fairlead.mesh.wire.MessageKind;
import dev.fairlead.protocol.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Asks {@link MeshEcho} over the broker with RabbitMQ's client alone: a connection, a channel that publishes and one that
 * consumes, so many requests under way at once, each followed by the next when its response comes. Publishing is not
 * confirmed, and what comes is looked at only the first time. A process of its own, whose compiler has had its time
 * when it counts: each line on its port, {@code CLIENTS SIZE SECONDS WARM_UP}, is a run, and is answered as {@code wsload}
 * ends.
 */
public final class AmqpClient {

    private static final double TICKS_PER_SECOND = 100;

    private final Channel publisher;
    private final MeshNames names;
    private Run run = new Run(0, 0);

    private AmqpClient(Connection connection) throws IOException {
        names = MeshNames.of("bench-client", "bare");
        publisher = connection.createChannel();
        Channel consumer = connection.createChannel();
        consumer.queueDeclare(names.responseQueue(), false, false, true, null);
        consumer.basicConsume(
                names.responseQueue(),
                true,
                "",
                false,
                true,
                null,
                (tag, delivery) -> answered(delivery),
                tag -> System.exit(1));
    }

    /** What a run has counted so far; guarded by the client. */
    private static final class Run {

        private final byte[][] bodies;
        private final BasicProperties[] properties;
        private final long[] sent;
        private final boolean[] looked;
        private final byte[] expected;
        private long[] took = new long[1 << 12];
        private int counted;
        private boolean counting;
        private boolean ending;
        private int underWay;

        Run(int clients, int size) {
            bodies = new byte[clients][];
            properties = new BasicProperties[clients];
            sent = new long[clients];
            looked = new boolean[clients];
            expected = MeshTalk.text(size).getBytes(StandardCharsets.US_ASCII);
        }

        void count(long nanos) {
            if (counted == took.length) {
                took = Arrays.copyOf(took, 2 * counted);
            }
            took[counted++] = nanos;
        }

        double micros(double share) {
            return counted == 0 ? 0 : took[Math.min(counted - 1, (int) (share * counted))] / 1e3;
        }
    }

    /**
     * Answers on its port until it is killed.
     *
     * @param arguments the address of a mesh and a port
     */
    public static void main(String[] arguments) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(arguments[0]);
        AmqpClient client = new AmqpClient(factory.newConnection("bench client"));
        try (ServerSocket server =
                new ServerSocket(Integer.parseInt(arguments[1]), 1, InetAddress.getLoopbackAddress())) {
            while (true) {
                try (Socket socket = server.accept()) {
                    client.answer(socket);
                }
            }
        }
    }

    private void answer(Socket socket) throws IOException, InterruptedException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String line = lines.readLine();
        if (line == null) {
            return; // somebody looked whether the port is open
        }
        String[] words = line.split(" ", -1);
        String told = Json.write(
                run(Integer.parseInt(words[0]), Integer.parseInt(words[1]), seconds(words[2]), seconds(words[3])));
        OutputStream out = socket.getOutputStream();
        out.write((told + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static Duration seconds(String text) {
        return Duration.ofNanos((long) (Double.parseDouble(text) * 1e9));
    }

    private Map<String, Object> run(int clients, int size, Duration measured, Duration warmUp)
            throws IOException, InterruptedException {
        Run next = new Run(clients, size);
        for (int i = 0; i < clients; i++) {
            String id = Integer.toString(i);
            next.bodies[i] = MeshTalk.body(size, id).getBytes(StandardCharsets.US_ASCII);
            next.properties[i] = properties(id);
        }
        begin(next);
        Thread.sleep(warmUp);
        Spent before = count(true);
        long from = System.nanoTime();
        Thread.sleep(measured);
        Spent after = count(false);
        double seconds = (System.nanoTime() - from) / 1e9;
        drain();
        Arrays.sort(next.took, 0, next.counted);
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("mode", "echo");
        told.put("msgs", (long) next.counted);
        told.put("msgs_s", next.counted / seconds);
        told.put("s", (long) size);
        told.put("p50_us", next.micros(0.5));
        told.put("p99_us", next.micros(0.99));
        told.put("p999_us", next.micros(0.999));
        told.put("lost", 0L);
        told.put("err", 0L);
        told.put("cpu_s", after.all() - before.all());
        told.put("user_s", after.user() - before.user());
        told.put("sys_s", after.system() - before.system());
        return told;
    }

    private BasicProperties properties(String id) {
        Envelope envelope = Envelope.ofCall(
                MessageKind.REQUEST,
                id,
                names.responseQueue(),
                Envelope.DEFAULT_TIME_TO_LIVE,
                MeshTalk.traceId(),
                false);
        Map<String, Object> headers = new HashMap<>();
        envelope.headers().forEach((name, value) -> headers.put(name, String.valueOf(value)));
        return new BasicProperties.Builder()
                .contentType(Envelope.CONTENT_TYPE)
                .correlationId(id)
                .replyTo(envelope.replyTo())
                .expiration(envelope.expiration().orElseThrow())
                .headers(headers)
                .build();
    }

    private synchronized void begin(Run next) throws IOException {
        run = next;
        for (int i = 0; i < next.bodies.length; i++) {
            next.underWay++;
            ask(next, i);
        }
    }

    private synchronized Spent count(boolean on) throws IOException {
        run.counting = on;
        return Spent.now();
    }

    /** So that nothing of a run is left when the next begins. */
    private synchronized void drain() throws InterruptedException {
        run.ending = true;
        while (run.underWay > 0) {
            wait();
        }
    }

    private void ask(Run running, int client) throws IOException {
        running.sent[client] = System.nanoTime();
        publisher.basicPublish(
                names.rpcExchange(), MeshEcho.SERVICE, true, running.properties[client], running.bodies[client]);
    }

    private synchronized void answered(Delivery delivery) throws IOException {
        Run running = run;
        int client = Integer.parseInt(delivery.getProperties().getCorrelationId());
        if (!running.looked[client]) {
            running.looked[client] = true;
            String body = new String(delivery.getBody(), StandardCharsets.US_ASCII);
            if (!body.contains("\"result\": \"" + new String(running.expected, StandardCharsets.US_ASCII) + "\"")) {
                throw new IllegalStateException("an answer is none: " + body);
            }
        }
        if (running.counting) {
            running.count(System.nanoTime() - running.sent[client]);
        }
        if (running.ending) {
            running.underWay--;
            notifyAll();
        } else {
            ask(running, client);
        }
    }

    /** The CPU that this process has used, in seconds. The kernel counts it in ticks. */
    private record Spent(double user, double system) {

        /** Counted in the file's text after the program's name, which may have any character. */
        private static final int USER_FIELD = 11;

        static Spent now() throws IOException {
            String text = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            return new Spent(
                    Long.parseLong(fields[USER_FIELD]) / TICKS_PER_SECOND,
                    Long.parseLong(fields[USER_FIELD + 1]) / TICKS_PER_SECOND);
        }

        double all() {
            return user + system;
        }
    }
}
