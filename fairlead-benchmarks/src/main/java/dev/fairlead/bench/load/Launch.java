// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import dev.fairlead.bench.load.Children.Child;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Starts candidates, each as a process of its own on the loopback with configuration made for this run, and behind each
 * relay a listener that echoes. The proxies stand in front of one echoing server. For one thread.
 */
final class Launch {

    private static final String NAME = "bench";
    private static final String HTTP_NAME = "bench-http";
    private static final String C_NAME = "bench-c";
    private static final String SDK_NAME = "bench-sdk";
    private static final String FORWARD_NAME = "bench-forward";
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration HTTP_START = Duration.ofSeconds(5);

    private final Path root;
    private final Path folder;
    private final Path ruler;
    private final Children children;
    private final FreePorts ports = new FreePorts();
    private final SasKey key;
    private final String keyText = HexFormat.of().formatHex(randomBytes());
    private @Nullable Child echo;
    private int echoPort;
    private int gatewayBackendPort;
    private int files;

    /**
     * Begins with nothing started.
     *
     * @param root the checkout, with the ruler built
     * @param folder for configuration files
     */
    Launch(Path root, Path folder, Children children) {
        this.root = root;
        this.folder = folder;
        this.ruler = root.resolve("fairlead-benchmarks/ruler");
        this.children = children;
        this.key = SasKey.of(NAME, keyText);
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /**
     * Starts a candidate and waits until a message came back through it.
     *
     * @param tls whether Fairlead and nginx open a port for TLS as well, with the certificate of {@link #makeCertificate}
     * @throws UnusableRun if it does not start
     */
    Contender start(Candidate candidate, boolean tls) {
        int port = candidate == Candidate.DIRECT ? echoPort() : ports.take();
        OptionalInt tlsPort = tls ? OptionalInt.of(ports.take()) : OptionalInt.empty();
        Child process =
                switch (candidate) {
                    case DIRECT -> echoServer();
                    case CRELAY -> listening(start("crelay", ruler("crelay"), "-p", String.valueOf(port)), port);
                    case FAIRLEAD -> fairlead(port, tlsPort);
                    case NODE -> node(port);
                    case NGINX -> nginx(port, tlsPort);
                    case HAPROXY -> haproxy(port);
                    case C_LISTENER,
                            SDK_LISTENER,
                            SOCAT,
                            FORWARDER,
                            GATEWAY_REFERENCE,
                            GATEWAY,
                            GATEWAY_CALLBACKS,
                            NODE_GATEWAY,
                            PUSHPIN,
                            MESH_GATEWAY,
                            NODE_MESH_GATEWAY,
                            AMQP_CLIENT,
                            EMBEDDED_BUS_GATEWAY,
                            NATS_BUS_GATEWAY,
                            NODE_BUS_GATEWAY,
                            PYRO_BUS_GATEWAY ->
                        throw new IllegalArgumentException(
                                "candidate: " + candidate.id() + " (expected: one that relays)");
                };
        if (!candidate.isRelay()) {
            return checked(new Contender(candidate, process, List.of(), port, tlsPort, List.of()));
        }
        List<String> target = target(candidate, NAME);
        List<String> listen = new ArrayList<>(List.of(ruler("wsload"), "listener", "-p", String.valueOf(port)));
        listen.addAll(target);
        Child listener = children.start("listener", listen);
        return checked(new Contender(candidate, process, List.of(listener), port, tlsPort, target));
    }

    /**
     * Gives a running Fairlead the listener in C that the SDK is compared with, as a contender: its CPU counts, and not the relay's.
     *
     * @throws UnusableRun if no message comes back
     */
    Contender startCListener(Contender fairlead) {
        List<String> target = target(Candidate.FAIRLEAD, C_NAME);
        List<String> listen =
                new ArrayList<>(List.of(ruler("wsload"), "listener", "-p", String.valueOf(fairlead.port())));
        listen.addAll(target);
        return listener(Candidate.C_LISTENER, children.start("c-listener", listen), fairlead, target);
    }

    /**
     * Gives a running Fairlead a listener of the SDK in a JVM without options, likewise.
     *
     * @throws UnusableRun if no message comes back
     */
    Contender startSdkListener(Contender fairlead) {
        List<String> listen = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EchoListener.class.getName(),
                connectionString(fairlead),
                SDK_NAME);
        Child process = children.start("sdk-listener", listen);
        children.await(
                process, "its listener online", START, () -> process.output().contains(EchoListener.READY));
        return listener(Candidate.SDK_LISTENER, process, fairlead, target(Candidate.FAIRLEAD, SDK_NAME));
    }

    private Contender listener(Candidate candidate, Child process, Contender fairlead, List<String> target) {
        return checked(new Contender(candidate, process, List.of(), fairlead.port(), OptionalInt.empty(), target));
    }

    private String connectionString(Contender fairlead) {
        return "Endpoint=http://localhost:" + fairlead.port() + "/;SharedAccessKeyName=" + NAME + ";SharedAccessKey="
                + keyText;
    }

    /** {@return the port of what takes TCP streams and answers each with its length} */
    int startSink() {
        int port = ports.take();
        listening(start("sink", ruler("tcpstream"), "sink", "-p", String.valueOf(port)), port);
        return port;
    }

    /** Starts socat in front of a port, for one connection. */
    Contender startSocat(int target) {
        int port = ports.take();
        Child process = start(
                "socat",
                "socat",
                "-b",
                "65536",
                "TCP-LISTEN:" + port + ",bind=127.0.0.1,reuseaddr",
                "TCP:127.0.0.1:" + target);
        return new Contender(Candidate.SOCAT, process, List.of(), port, OptionalInt.empty(), List.of());
    }

    /**
     * Starts {@code fairlead forward} at both ends of a hybrid connection.
     *
     * @return the end that takes connections; the other one is its listener
     * @throws UnusableRun if one of them does not start
     */
    Contender startForwarders(Contender fairlead, int target) {
        int port = ports.take();
        String string = "@" + write("connection-string", connectionString(fairlead));
        Child far =
                start("forward-T", fairleadScript(), "forward", string, "-T", FORWARD_NAME + ":127.0.0.1:" + target);
        Child near = start(
                "forward-L",
                fairleadScript(),
                "forward",
                string,
                "-L",
                "127.0.0.1:" + port + "/" + target + ":" + FORWARD_NAME);
        listening(near, port);
        return new Contender(Candidate.FORWARDER, near, List.of(far), port, OptionalInt.empty(), List.of());
    }

    /**
     * Starts a gateway, in front of one backend for all of them, and waits until a message was answered through it.
     *
     * @param candidate one of {@link Candidate#GATEWAYS}
     * @throws UnusableRun if it does not start
     */
    Contender startGateway(Candidate candidate) {
        int port = ports.take();
        int backendPort = gatewayBackend();
        String path = "/";
        Child process =
                switch (candidate) {
                    case GATEWAY_REFERENCE ->
                        listening(
                                start(
                                        "cgw",
                                        ruler("cgw"),
                                        "-p",
                                        String.valueOf(port),
                                        "-b",
                                        String.valueOf(backendPort)),
                                port);
                    case GATEWAY, GATEWAY_CALLBACKS -> {
                        path = gatewayPath(candidate);
                        yield ready(gatewayConfig(port, backendPort));
                    }
                    case NODE_GATEWAY -> nodeGateway(port, backendPort);
                    case PUSHPIN -> pushpin(port, backendPort);
                    default ->
                        throw new IllegalArgumentException(
                                "candidate: " + candidate.id() + " (expected: one that is a gateway)");
                };
        return checked(gateway(candidate, process, port, path));
    }

    /**
     * {@return a running Fairlead as the gateway whose backend calls back}
     *
     * @throws UnusableRun if no message comes back
     */
    Contender withCallbacks(Contender fairlead) {
        return checked(gateway(
                Candidate.GATEWAY_CALLBACKS,
                fairlead.process(),
                fairlead.port(),
                gatewayPath(Candidate.GATEWAY_CALLBACKS)));
    }

    /** Messages are text, which JSON holds as it is. */
    private static Contender gateway(Candidate candidate, Child process, int port, String path) {
        return new Contender(candidate, process, List.of(), port, OptionalInt.empty(), List.of("-t", "-u", path));
    }

    private static String gatewayPath(Candidate candidate) {
        return candidate == Candidate.GATEWAY ? "/inline" : "/callback";
    }

    private int gatewayBackend() {
        if (gatewayBackendPort == 0) {
            int port = ports.take();
            listening(start("gwbackend", ruler("gwbackend"), "-p", String.valueOf(port)), port);
            gatewayBackendPort = port;
        }
        return gatewayBackendPort;
    }

    private Path gatewayConfig(int port, int backendPort) {
        return write("gateway.yaml", """
                namespace: localhost
                dataDirectory: %s
                drainTimeout: 1s
                gateway:
                  endpoints:
                    - path: %s
                      backend: {type: http, messageUri: "http://127.0.0.1:%d/inline", inlineAnswers: true}
                    - path: %s
                      backend: {type: http, messageUri: "http://127.0.0.1:%d/callback"}
                management: {address: "127.0.0.1:%d"}
                listen:
                  - address: 127.0.0.1:%d
                """.formatted(
                        folder.resolve("gateway-data-" + port),
                        gatewayPath(Candidate.GATEWAY),
                        backendPort,
                        gatewayPath(Candidate.GATEWAY_CALLBACKS),
                        backendPort,
                        ports.take(),
                        port));
    }

    private Child nodeGateway(int port, int backendPort) {
        Path script = root.resolve("fairlead-benchmarks/peers/gateway.js");
        return listening(
                start(
                        "node-gateway",
                        "node",
                        "--expose-gc",
                        script.toString(),
                        String.valueOf(port),
                        String.valueOf(backendPort)),
                port);
    }

    /** Its usual bound on messages each second is lifted, and its sockets are in a folder of their own. */
    private Child pushpin(int port, int backendPort) {
        Path routes = write("routes", "* 127.0.0.1:%d,over_http\n".formatted(backendPort));
        Path run = folder.resolve("pushpin-" + port);
        try {
            Files.createDirectories(run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path file = write("pushpin.conf", """
                [global]
                include={libdir}/internal.conf
                rundir=%s
                ipc_prefix=
                port_offset=0
                stats_connection_ttl=120

                [runner]
                services=condure,zurl,pushpin-proxy,pushpin-handler
                http_port=127.0.0.1:%d
                logdir=%s
                log_level=1
                client_buffer_size=8192
                client_maxconn=%d
                condure_bin=condure
                zurl_bin=zurl

                [proxy]
                routesfile=%s
                zurl_out_specs=ipc://{rundir}/zurl-in
                zurl_out_stream_specs=ipc://{rundir}/zurl-in-stream
                zurl_in_specs=ipc://{rundir}/zurl-out

                [handler]
                push_in_spec=ipc://{rundir}/push
                push_in_sub_specs=ipc://{rundir}/push-sub
                push_in_http_addr=127.0.0.1
                push_in_http_port=%d
                stats_spec=ipc://{rundir}/stats
                command_spec=ipc://{rundir}/command
                message_rate=10000000
                message_hwm=10000000
                """.formatted(run, port, run, OpenFiles.limit() / 2, routes, ports.take()));
        return listening(start("pushpin", "pushpin", "--config", file.toString(), "--merge-output"), port);
    }

    private List<String> target(Candidate candidate, String name) {
        if (candidate != Candidate.FAIRLEAD) {
            return List.of("-n", name);
        }
        String token = SasToken.sign(
                        "http://localhost/" + name, key, Instant.now().plus(Duration.ofHours(6)))
                .text();
        return List.of(
                "-n",
                name,
                "-k",
                URLEncoder.encode(token, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    /**
     * Starts the server that answers as the listener of HTTP does, and waits until it has answered right.
     *
     * @throws UnusableRun if it does not
     */
    Contender startHttpServer() {
        int port = ports.take();
        Child server = listening(start("http-server", ruler("hclistener"), "-l", String.valueOf(port)), port);
        return httpChecked(new Contender(
                Candidate.DIRECT, server, List.of(), port, OptionalInt.empty(), List.of("-n", HTTP_NAME)));
    }

    /**
     * Starts the Node relay of HTTP with a listener, and waits until requests were answered right through it.
     *
     * @throws UnusableRun if none is
     */
    Contender startHttpRelay() {
        int port = ports.take();
        Path script = root.resolve("fairlead-benchmarks/peers/http-relay.js");
        Child relay = listening(start("http-relay", "node", script.toString(), String.valueOf(port)), port);
        return withHttpListener(Candidate.NODE, relay, port);
    }

    /**
     * Gives a running Fairlead a listener of HTTP, and waits until requests were answered right through it.
     *
     * @throws UnusableRun if none is
     */
    Contender overHttp(Contender fairlead) {
        return withHttpListener(Candidate.FAIRLEAD, fairlead.process(), fairlead.port());
    }

    private Contender withHttpListener(Candidate candidate, Child relay, int port) {
        List<String> target = target(candidate, HTTP_NAME);
        List<String> listen = new ArrayList<>(List.of(ruler("hclistener"), "-p", String.valueOf(port)));
        listen.addAll(target);
        Child listener = children.start("http-listener", listen);
        return httpChecked(new Contender(candidate, relay, List.of(listener), port, OptionalInt.empty(), target));
    }

    /** Has each kind of request answered, every byte compared; tries again until the listener is online. */
    private Contender httpChecked(Contender contender) {
        long deadline = System.nanoTime() + HTTP_START.toNanos();
        for (HttpCell.Work work : HttpCell.Work.values()) {
            List<String> command = new ArrayList<>(List.of(ruler("httpload"), "-V", "-m", work.id(), "-c", "1"));
            command.addAll(List.of("-s", work == HttpCell.Work.ECHO ? "65536" : "1000000", "-d", "0.01", "-w", "0"));
            command.addAll(contender.plain());
            untilUsable(contender, deadline, command);
        }
        return contender;
    }

    private void untilUsable(Contender contender, long deadline, List<String> command) {
        while (true) {
            try {
                var _ = Sample.of(children.run("check", command, START));
                return;
            } catch (UnusableRun e) {
                if (System.nanoTime() > deadline) {
                    throw new UnusableRun(contender.candidate().id() + " passes nothing on: " + e.getMessage(), e);
                }
                Children.pause(Duration.ofMillis(50));
            }
        }
    }

    /** Ends a candidate and its listener. */
    void stop(Contender contender) {
        contender.listener().forEach(children::stop);
        if (contender.candidate() != Candidate.DIRECT) {
            children.stop(contender.process());
        }
    }

    /** Lets one message go there and back, every byte compared; tries again until the listener is online. */
    private Contender checked(Contender contender) {
        untilAnswered(contender, List.of("-s", "1000"));
        return contender;
    }

    /**
     * Lets messages be answered for a moment, every byte compared; tries again until they are.
     *
     * @param talk the load generator's options for what is said and heard
     * @throws UnusableRun if they are not
     */
    void untilAnswered(Contender contender, List<String> talk) {
        List<String> command = new ArrayList<>(List.of(ruler("wsload"), "echo", "-V", "-c", "1"));
        command.addAll(talk);
        command.addAll(List.of("-d", "0.3", "-w", "0"));
        command.addAll(contender.plain());
        untilUsable(contender, System.nanoTime() + START.toNanos(), command);
    }

    /** {@return a port that nobody listens on} */
    int freePort() {
        return ports.take();
    }

    /**
     * Makes a certificate for {@code localhost}, ECDSA on P-256, which Fairlead and nginx share.
     *
     * @throws UnusableRun if {@code openssl} cannot
     */
    void makeCertificate() {
        children.run(
                "openssl",
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout",
                        privateKey().toString(),
                        "-out",
                        certificate().toString()),
                START);
    }

    /** {@return why this Fairlead opens no port for TLS; empty if it does} */
    Optional<String> objectionToTls() {
        Path file = fairleadConfig(ports.take(), OptionalInt.of(ports.take()));
        try {
            children.run("config-check", List.of(fairleadScript(), "config", "check", "-c", file.toString()), START);
            return Optional.empty();
        } catch (UnusableRun e) {
            String words = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
            return Optional.of(words.substring(Math.max(0, words.indexOf("listen.1"))));
        }
    }

    private Path certificate() {
        return folder.resolve("certificate.pem");
    }

    private Path privateKey() {
        return folder.resolve("key.pem");
    }

    private Child fairlead(int port, OptionalInt tlsPort) {
        return ready(fairleadConfig(port, tlsPort));
    }

    /**
     * {@return Fairlead with this configuration, once it is ready}
     *
     * @param environment what its environment has besides, each as {@code NAME=VALUE}
     */
    Child ready(Path file, String... environment) {
        List<String> command = new ArrayList<>(List.of("env"));
        command.addAll(List.of(environment));
        command.addAll(List.of(fairleadScript(), "serve", "-c", file.toString()));
        Child child = children.start("fairlead", command);
        children.await(child, "its ready line", START, () -> child.output().contains("fairlead ready"));
        return child;
    }

    private Path fairleadConfig(int port, OptionalInt tlsPort) {
        StringBuilder text = new StringBuilder("""
                namespace: localhost
                dataDirectory: %s
                drainTimeout: 1s
                keys:
                  - {name: %s, primaryKey: "%s", rights: [Listen, Send]}
                relay:
                  hybridConnections:
                    - path: %s
                    - path: %s
                    - path: %s
                    - path: %s
                    - path: %s
                management: {address: "127.0.0.1:%d"}
                listen:
                  - address: 127.0.0.1:%d
                """.formatted(
                        folder.resolve("data"),
                        NAME,
                        keyText,
                        NAME,
                        HTTP_NAME,
                        C_NAME,
                        SDK_NAME,
                        FORWARD_NAME,
                        ports.take(),
                        port));
        tlsPort.ifPresent(secure -> text.append("""
                  - address: 127.0.0.1:%d
                    tls: {certificateChain: "%s", privateKey: "%s"}
                """.formatted(secure, certificate(), privateKey())));
        return write("fairlead.yaml", text.toString());
    }

    private Child node(int port) {
        Path script = root.resolve("fairlead-benchmarks/peers/relay.js");
        return listening(start("node", "node", "--expose-gc", script.toString(), String.valueOf(port)), port);
    }

    private Child nginx(int port, OptionalInt tlsPort) {
        StringBuilder listen = new StringBuilder("listen 127.0.0.1:%d backlog=4096;".formatted(port));
        tlsPort.ifPresent(secure -> listen.append("""

                listen 127.0.0.1:%d ssl backlog=4096;
                ssl_certificate %s;
                ssl_certificate_key %s;
                ssl_protocols TLSv1.2 TLSv1.3;
                ssl_session_cache shared:tls:10m;
                """.formatted(secure, certificate(), privateKey())));
        // 64 KiB buffers are what nginx is fastest with; with its default of 4 KiB it costs about twice as much
        Path file = write("nginx.conf", """
                daemon off;
                worker_processes 1;
                worker_rlimit_nofile %d;
                pid %s/nginx.pid;
                error_log stderr error;
                events { worker_connections %d; }
                http {
                  access_log off;
                  client_body_temp_path %s/nginx;
                  proxy_temp_path %s/nginx;
                  fastcgi_temp_path %s/nginx;
                  uwsgi_temp_path %s/nginx;
                  scgi_temp_path %s/nginx;
                  upstream echo { server 127.0.0.1:%d; }
                  server {
                    %s
                    location / {
                      proxy_pass http://echo;
                      proxy_http_version 1.1;
                      proxy_set_header Upgrade $http_upgrade;
                      proxy_set_header Connection upgrade;
                      proxy_read_timeout 1h;
                      proxy_send_timeout 1h;
                      proxy_buffer_size 64k;
                      proxy_buffers 8 64k;
                    }
                  }
                }
                """.formatted(
                        OpenFiles.limit(),
                        folder,
                        OpenFiles.limit() - 100,
                        folder,
                        folder,
                        folder,
                        folder,
                        folder,
                        echoPort(),
                        listen));
        Child child = start("nginx", "nginx", "-e", "stderr", "-p", folder.toString(), "-c", file.toString());
        return listening(child, port);
    }

    private Child haproxy(int port) {
        Path file = write("haproxy.cfg", """
                global
                  maxconn %d
                  nbthread 1
                defaults
                  mode http
                  timeout connect 10s
                  timeout client 1h
                  timeout server 1h
                  timeout tunnel 1h
                frontend relay
                  bind 127.0.0.1:%d backlog 4096
                  default_backend echo
                backend echo
                  server echo 127.0.0.1:%d
                """.formatted(OpenFiles.limit() / 2 - 200, port, echoPort()));
        return listening(start("haproxy", "haproxy", "-db", "-q", "-f", file.toString()), port);
    }

    private int echoPort() {
        var _ = echoServer();
        return echoPort;
    }

    private Child echoServer() {
        Child running = echo;
        if (running == null) {
            echoPort = ports.take();
            running = listening(start("wsecho", ruler("wsecho"), "-p", String.valueOf(echoPort)), echoPort);
            echo = running;
        }
        return running;
    }

    private Child start(String name, String... command) {
        return children.start(name, List.of(command));
    }

    /** {@return a program, once its port is open} */
    Child listening(Child child, int port) {
        children.await(child, "its port " + port + " open", START, () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
        return child;
    }

    private String ruler(String program) {
        return ruler.resolve(program).toString();
    }

    private String fairleadScript() {
        return root.resolve("fairlead").toString();
    }

    /** {@return a new file of the run with this text} */
    Path write(String name, String text) {
        Path file = folder.resolve(files++ + "-" + name);
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
