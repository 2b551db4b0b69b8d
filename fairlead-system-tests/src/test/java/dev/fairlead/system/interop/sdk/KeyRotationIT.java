// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.ListenerState;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.RelaySender;
import dev.fairlead.client.spi.Token;
import dev.fairlead.client.spi.TokenSource;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.server.FairleadServer;
import dev.fairlead.server.config.ConfigLoader;
import dev.fairlead.server.config.ServerConfig;
import dev.fairlead.system.interop.Told;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose keys change while a listener of the SDK is online, which is told of them by nothing but its callback. */
class KeyRotationIT {

    private static final Duration LIFE = Duration.ofSeconds(2);

    @TempDir
    private Path home;

    private final Told told = new Told();
    private final AtomicInteger losses = new AtomicInteger();
    private volatile String key = "old";
    private ServerConfig onlyOld;

    @BeforeEach
    void prepare() throws IOException {
        onlyOld = config("primaryKey: old");
    }

    private ServerConfig config(String keys) throws IOException {
        Path file = home.resolve("fairlead.yaml");
        Files.writeString(file, """
                namespace: localhost
                dataDirectory: "%s"
                listen: [{address: 127.0.0.1:0}]
                management: {address: 127.0.0.1:0}
                keys: [{name: app, %s, rights: [Listen, Send]}]
                relay: {createOnListen: true}
                """.formatted(home, keys));
        return new ConfigLoader(file, List.of(), Map.of()).load().config();
    }

    private TokenSource tokens(Duration life) {
        return audience -> {
            Instant end = Instant.now().plus(life);
            told.tell("token of " + key);
            return Token.of(SasToken.sign(audience, SasKey.of("app", key), end).text(), end);
        };
    }

    private RelayListener listener(FairleadServer server, Duration life) {
        return RelayListener.builder(address(server), tokens(life))
                .onStateChange(state -> {
                    told.tell(state.toString());
                    if (state instanceof ListenerState.Reconnecting) {
                        losses.incrementAndGet();
                    }
                })
                .onConnection(new ConnectionHandler() {
                    @Override
                    public void onText(RelayConnection connection, String text) {
                        connection.sendText(text);
                    }
                })
                .build();
    }

    private static URI address(FairleadServer server) {
        return server.relayAddresses().getFirst().resolve("/orders");
    }

    private String echoed(FairleadServer server) {
        CompletableFuture<String> heard = new CompletableFuture<>();
        try (RelayConnection connection = RelaySender.builder(address(server), tokens(Duration.ofHours(1)))
                .build()
                .connect(new ConnectionHandler() {
                    @Override
                    public void onText(RelayConnection self, String answer) {
                        heard.complete(answer);
                    }
                })
                .join()) {
            connection.sendText("ahoy");
            return heard.join();
        }
    }

    @Test
    void listenerWhoseKeyIsReplacedByAndByStaysOnlineAllTheTime() throws IOException {
        try (FairleadServer server = FairleadServer.start(onlyOld);
                RelayListener listener = listener(server, LIFE)) {
            listener.open().join();
            told.next("Online", () -> "");

            server.reload(config("primaryKey: fresh, secondaryKey: old"));
            key = "fresh";
            told.next("token of fresh", () -> "");
            // who asks for a second one has sent the first
            told.next("token of fresh", () -> "");
            server.reload(config("primaryKey: fresh"));
            told.next("token of fresh", () -> "");

            assertThat(echoed(server)).isEqualTo("ahoy");
            assertThat(losses).hasValue(0);
        }
    }

    @Test
    void listenerWhoseKeyIsTakenAwayComesBackWithTheOneThatItsCallbackGives() throws IOException {
        try (FairleadServer server = FairleadServer.start(onlyOld);
                RelayListener listener = listener(server, Duration.ofHours(1))) {
            listener.open().join();
            told.next("Online", () -> "");

            key = "fresh";
            server.reload(config("primaryKey: fresh"));

            assertThat(told.next("Reconnecting", () -> "")).contains("1008");
            told.next("token of fresh", () -> "");
            told.next("Online", () -> "");
            assertThat(echoed(server)).isEqualTo("ahoy");
        }
    }

    @Test
    void listenerWhoseCallbackIsLateIsRefusedUntilItGivesTheFreshKey() throws IOException {
        try (FairleadServer server = FairleadServer.start(onlyOld);
                RelayListener listener = listener(server, Duration.ofHours(1))) {
            listener.open().join();
            told.next("Online", () -> "");

            server.reload(config("primaryKey: fresh"));
            assertThat(told.next("Reconnecting[attempt=1", () -> "")).contains("1008");
            assertThat(told.next("Reconnecting[attempt=2", () -> "")).contains("401");
            key = "fresh";

            told.next("Online", () -> "");
            assertThat(echoed(server)).isEqualTo("ahoy");
        }
    }
}
