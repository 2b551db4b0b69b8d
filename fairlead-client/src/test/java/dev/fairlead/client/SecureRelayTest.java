// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The relay speaks TLS with a certificate for {@code localhost} and for no other name. */
class SecureRelayTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private static SSLContext context;

    private final Recorder recorder = new Recorder();
    private FakeRelay relay;

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("relay.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "relay",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=relay",
                        "-ext",
                        "SAN=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("relay", store.getCertificate("relay"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    }

    @BeforeEach
    void start() throws IOException {
        relay = new FakeRelay(
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
    }

    private RelaySender.Builder sender(String host) {
        return RelaySender.builder(
                ConnectionString.parse("Endpoint=sb://" + host + ":" + relay.port() + "/;EntityPath=hyco"));
    }

    private void handshakesInVain() {
        FakeRelay.meanwhile(() -> {
            try {
                relay.awaits();
            } catch (IOException expected) {
                // the client has ended the handshake
            }
        });
    }

    @Test
    void trustedRelayIsSpokenTo() throws Exception {
        CompletableFuture<RelayConnection> connecting =
                sender("localhost").sslContext(context).build().connect(recorder);
        FakeRelay.Peer peer = relay.awaits().upgrades();
        RelayConnection connection = connecting.get(10, TimeUnit.SECONDS);

        assertThat(peer.headers).containsEntry("Host", "localhost:" + relay.port());
        connection.sendText("x".repeat(50_000));
        assertThat(peer.frame().payload()).hasSize(32_768);
        assertThat(peer.frame().payload()).hasSize(50_000 - 32_768);
        peer.says("hello");
        peer.closes(1000, "bye");
        recorder.expects("open", "text hello", "close 1000 bye");
        assertThat(peer.isToldTheEnd().reason()).isEqualTo("bye");
        peer.isLeft();
    }

    @Test
    void abortEndsAWriterThatIsStuck() throws Exception {
        CompletableFuture<RelayConnection> connecting =
                sender("localhost").sslContext(context).build().connect(recorder);
        relay.awaits().upgrades();
        RelayConnection connection = connecting.get(10, TimeUnit.SECONDS);
        CompletableFuture<Void> flood = FakeRelay.meanwhile(() -> {
            while (true) {
                connection.sendText("x".repeat(30_000));
            }
        });
        assertThatThrownBy(() -> flood.get(300, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);

        connection.abort();

        assertThatThrownBy(() -> flood.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(RelayClosed.class);
        recorder.expects("open", "lost connection: aborted");
    }

    @Test
    void relayThatIsNotTrustedIsNotTriedAgain() {
        handshakesInVain();

        assertThatThrownBy(() -> sender("localhost").build().connect(recorder).get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        RelayUnreachable.class,
                        failure -> assertThat(failure.isRetryable()).isFalse())
                .hasMessage("hyco: the relay's certificate is not trusted");
    }

    @Test
    void certificateForAnotherNameIsNotTaken() {
        handshakesInVain();

        assertThatThrownBy(() -> sender("127.0.0.1")
                        .sslContext(context)
                        .build()
                        .connect(recorder)
                        .get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        RelayUnreachable.class,
                        failure -> assertThat(failure.isRetryable()).isFalse());
    }

    @Test
    void listenerFailsAtOnceIfTheRelayIsNotTrusted() {
        handshakesInVain();

        try (RelayListener listener = RelayListener.builder(ConnectionString.parse("Endpoint=sb://localhost:"
                        + relay.port() + "/;SharedAccessKeyName=k;SharedAccessKey=s;EntityPath=hyco"))
                .build()) {
            assertThatThrownBy(() -> listener.open().get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RelayUnreachable.class);
            assertThat(listener.state()).isInstanceOf(ListenerState.Closed.class);
        }
    }

    @Test
    void secureControlChannelWaitsAndPingsWithoutLosingAnything() throws Exception {
        RelayListener listener = RelayListener.builder(ConnectionString.parse("Endpoint=sb://localhost:" + relay.port()
                        + "/;SharedAccessKeyName=k;SharedAccessKey=s;EntityPath=hyco"))
                .sslContext(context)
                .pingInterval(java.time.Duration.ofMillis(400))
                .build();
        try (listener) {
            CompletableFuture<Void> opened = listener.open();
            FakeRelay.Peer control = relay.letsListen();
            opened.get(10, TimeUnit.SECONDS);

            for (int i = 0; i < 3; i++) {
                assertThat(control.frame().opcode()).isEqualTo(dev.fairlead.protocol.websocket.Opcode.PING);
                control.sends(new byte[] {(byte) 0x8A});
                control.sends(new byte[] {0});
            }
            relay.close();
        }
    }
}
