// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A RabbitMQ of the test's own: Debian's {@code rabbitmq-server}, under the test's user, on free ports of the loopback, with
 * its own folder, node name, cookie and port mapper. It has the management plug-in, 10,000 above the AMQP port, and the user
 * {@code guest}. Whoever starts it closes it.
 */
public final class RabbitMq implements AutoCloseable {

    /** Its start takes some seconds on an idle machine. */
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    /** Below the ports that the kernel gives to outgoing connections, so that none of them takes one of ours. */
    private static final int LOWEST_PORT = 10_000;

    private static final int PORTS = 12_000;
    private static final int MANAGEMENT = 10_000;

    private final Path folder;
    private final int port;
    private final int securePort;
    private final int mapperPort;
    private final int nodePort;
    private final ForeignProgram mapper;
    private @Nullable ForeignProgram broker;

    private RabbitMq(TestAuthority.@Nullable Issued certificate) {
        try {
            folder = Files.createTempDirectory("fairlead-rabbitmq");
            port = freePair();
            securePort = freePort();
            mapperPort = freePort();
            nodePort = freePort();
            Files.writeString(folder.resolve("rabbitmq.conf"), configuration(certificate));
            Files.writeString(folder.resolve("enabled_plugins"), "[rabbitmq_management].\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Erlang would start one that outlives the test.
        mapper = ForeignProgram.running(ForeignProgram.find("epmd"), "-port", "" + mapperPort, "-address", "127.0.0.1")
                .start();
    }

    private String configuration(TestAuthority.@Nullable Issued certificate) {
        String plain = """
                listeners.tcp.1 = 127.0.0.1:%d
                management.tcp.ip = 127.0.0.1
                management.tcp.port = %d
                """.formatted(port, port + MANAGEMENT);
        return certificate == null
                ? plain
                : plain + """
                listeners.ssl.1 = 127.0.0.1:%d
                ssl_options.certfile = %s
                ssl_options.keyfile = %s
                """.formatted(securePort, certificate.certificateChain(), certificate.privateKey());
    }

    /** {@return a broker that takes connections} */
    public static RabbitMq started() {
        return started(new RabbitMq(null));
    }

    /** {@return a broker that takes connections over TLS, too, and shows this certificate there} */
    public static RabbitMq started(TestAuthority.Issued certificate) {
        return started(new RabbitMq(certificate));
    }

    private static RabbitMq started(RabbitMq rabbit) {
        try {
            rabbit.start();
            return rabbit;
        } catch (AssertionError | RuntimeException e) {
            rabbit.close();
            throw e;
        }
    }

    /** Starts it again after {@link #kill}, with what it kept. */
    public void start() {
        broker = plan("/usr/lib/rabbitmq/bin/rabbitmq-server").start();
        String ignored = broker.logs("Server startup complete", START_LIMIT);
    }

    private ForeignProgram.Plan plan(String program, String... arguments) {
        String home = folder.toString();
        return ForeignProgram.running(ForeignProgram.find(program), arguments)
                .in(folder)
                .with("HOME", home)
                .with("ERL_EPMD_PORT", "" + mapperPort)
                .with("ERL_EPMD_ADDRESS", "127.0.0.1")
                .with("RABBITMQ_DIST_PORT", "" + nodePort)
                .with("RABBITMQ_NODENAME", "fairlead-" + port + "@localhost")
                .with("RABBITMQ_CONF_ENV_FILE", home + "/none")
                .with("RABBITMQ_CONFIG_FILE", home + "/rabbitmq.conf")
                .with("RABBITMQ_ADVANCED_CONFIG_FILE", home + "/none.config")
                .with("RABBITMQ_ENABLED_PLUGINS_FILE", home + "/enabled_plugins")
                .with("RABBITMQ_MNESIA_BASE", home + "/data")
                .with("RABBITMQ_LOG_BASE", home + "/log")
                .with("RABBITMQ_LOGS", "-")
                .with("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
    }

    /** Raises its memory alarm: from now on it reads nothing more of a connection that publishes. */
    public void runsShortOfMemory() {
        control("set_vm_memory_high_watermark", "0");
    }

    /** Ends its memory alarm. */
    public void hasMemoryAgain() {
        control("set_vm_memory_high_watermark", "0.4");
    }

    private void control(String... words) {
        try (ForeignProgram control =
                plan("/usr/lib/rabbitmq/bin/rabbitmqctl", words).start()) {
            if (control.exits() != 0) {
                throw new AssertionError("rabbitmqctl: " + control.wholeLog());
            }
        }
    }

    /** Ends it at once, as a power cut does. */
    public void kill() {
        if (broker != null) {
            broker.close();
            broker = null;
        }
    }

    /**
     * {@return the address of a virtual host}
     *
     * @param virtualHost as it stands in an address; {@code %2f} is the one that every broker has
     */
    public String uri(String virtualHost) {
        return "amqp://guest:guest@127.0.0.1:" + port + "/" + virtualHost;
    }

    /** {@return the address of a virtual host over TLS} */
    public String secureUri(String virtualHost) {
        return "amqps://guest:guest@127.0.0.1:" + securePort + "/" + virtualHost;
    }

    /** {@return the port that speaks AMQP} */
    public int port() {
        return port;
    }

    /** {@return the port that speaks the management API} */
    public int managementPort() {
        return port + MANAGEMENT;
    }

    @Override
    public void close() {
        kill();
        mapper.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePair() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int candidate = LOWEST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
            if (Stream.of(candidate, candidate + MANAGEMENT).allMatch(RabbitMq::isFree)) {
                return candidate;
            }
        }
        throw new AssertionError("no free pair of ports for RabbitMQ");
    }

    private static int freePort() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int candidate = LOWEST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
            if (isFree(candidate)) {
                return candidate;
            }
        }
        throw new AssertionError("no free port for RabbitMQ");
    }

    private static boolean isFree(int candidate) {
        for (String address : List.of("127.0.0.1", "0.0.0.0")) {
            try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getByName(address))) {
                if (!socket.isBound()) {
                    return false;
                }
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }
}
