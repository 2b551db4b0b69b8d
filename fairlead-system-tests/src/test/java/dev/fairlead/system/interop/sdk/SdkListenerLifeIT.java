// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.Acceptance;
import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.ListenerState;
import dev.fairlead.client.NotAuthorized;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.spi.Token;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.server.security.Right;
import dev.fairlead.system.interop.Told;
import dev.fairlead.system.interop.Transport;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.TestAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A listener of the SDK over the ups and downs of its relay. */
@ParameterizedClass
@EnumSource(Transport.class)
@ExtendWith(RelayUnderTest.Extension.class)
class SdkListenerLifeIT {

    private static final String PATH = "orders";

    @TempDir
    Path folder;

    @Parameter
    Transport transport;

    private final Told told = new Told();
    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = transport.of(prepared, new TestAuthority(folder));
    }

    @Test
    void listenerComesBackWhenItsRelayDoes() {
        try (RelayListener listener = echoing().build()) {
            listener.open().join();
            told.next("Online", () -> "");

            relay.restarts();

            told.next("Reconnecting", () -> "");
            told.next("Online", () -> "");
            SenderDriver sender = relay.sender(PATH).connects().isConnected();
            sender.sends("still there?").receives("still there?");
        }
    }

    @Test
    void listenerRenewsItsTokenAndStaysOnline() {
        relay.with("relay.tokenGrace=0s");
        AtomicInteger tokens = new AtomicInteger();
        Duration life = Duration.ofSeconds(3);
        try (RelayListener listener = RelayListener.builder(
                        ConnectionString.parse(relay.connectionString())
                                .endpoint()
                                .resolve("/" + PATH),
                        audience -> {
                            told.tell("token " + tokens.incrementAndGet());
                            return Token.of(
                                    relay.token(PATH, life, Right.LISTEN),
                                    Instant.now().plus(life));
                        })
                .sslContext(relay.authority().trusting())
                .onConnection(new ConnectionHandler() {})
                .onStateChange(state -> told.tell(state.getClass().getSimpleName()))
                .build()) {
            listener.open().join();

            told.next("token 4", () -> "");

            assertThat(listener.state()).isInstanceOf(ListenerState.Online.class);
            assertThat(relay.meter("fairlead_relay_listens_total")).isEqualTo(1);
        }
    }

    @Test
    void listenerThatIsNotLetInIsToldWhy() {
        try (RelayListener listener = RelayListener.builder(ConnectionString.parse(relay.connectionString() + "x"))
                .path(PATH)
                .sslContext(relay.authority().trusting())
                .onConnection(new ConnectionHandler() {})
                .build()) {
            assertThatThrownBy(() -> listener.open().join())
                    .cause()
                    .isInstanceOf(NotAuthorized.class)
                    .hasMessageContaining("invalid signature");
        }
    }

    @Test
    void listenerRejectsInItsOwnWords() {
        try (RelayListener listener = echoing()
                .onAccept(request -> Acceptance.reject(451, "Not " + request.suffix()))
                .build()) {
            listener.open().join();

            assertThat(relay.sender(PATH)
                            .withSuffix("/here")
                            .connects()
                            .isRefusedWith(451, "")
                            .reason())
                    .contains("Not ")
                    .contains("here");
        }
    }

    @Test
    void closedListenerIsGone() {
        RelayListener listener = echoing().build();
        listener.open().join();

        listener.close();

        relay.untilNobodyListens();
        told.next("Closed", () -> "");
    }

    private RelayListener.Builder echoing() {
        return RelayListener.builder(ConnectionString.parse(relay.connectionString()))
                .path(PATH)
                .sslContext(relay.authority().trusting())
                .onStateChange(state -> told.tell(state.getClass().getSimpleName()))
                .onConnection(new ConnectionHandler() {
                    @Override
                    public void onText(RelayConnection connection, String text) {
                        connection.sendText(text);
                    }
                });
    }
}
