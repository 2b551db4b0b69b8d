// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.ConnectOptions;
import dev.fairlead.client.ConnectionHandler;
import dev.fairlead.client.NotAuthorized;
import dev.fairlead.client.NotFound;
import dev.fairlead.client.Rejected;
import dev.fairlead.client.RelayConnection;
import dev.fairlead.client.RelaySender;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.system.interop.ListenerKind;
import dev.fairlead.system.interop.Story;
import dev.fairlead.system.interop.Told;
import dev.fairlead.system.interop.Transport;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Transport.class)
@ExtendWith(RelayUnderTest.Extension.class)
class SdkSenderIT {

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

    @ParameterizedTest
    @EnumSource(names = {"HYCO_WS", "WS", "PYTHON"})
    void messagesOfEveryKindAreEchoed(ListenerKind kind) {
        try (Story listener = kind.online(relay, PATH);
                RelayConnection connection = connect(ConnectOptions.none()).join()) {
            listener.prints("accepted");
            String long_ = "hä€😀x".repeat(100_000);
            byte[] bytes = new byte[1 << 20];
            Arrays.fill(bytes, (byte) 7);

            connection.sendText("hello");
            connection.sendText("");
            connection.sendText(long_);
            connection.sendBinary(ByteBuffer.wrap(bytes));

            told.next("text hello", () -> "");
            told.next("text ", () -> "");
            assertThat(told.next("text ", () -> "")).isEqualTo("text " + long_);
            assertThat(told.next("binary", () -> "")).isEqualTo("binary " + Arrays.hashCode(bytes));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HYCO_WS", "WS", "PYTHON"})
    void closesAreSeenOnBothSides(ListenerKind kind) {
        try (Story listener = kind.online(relay, PATH)) {
            RelayConnection first = connect(ConnectOptions.none()).join();
            first.close(new CloseStatus(4001, "done, thank you"));
            assertThat(listener.prints("closed 4001")).isEqualTo("closed 4001 done, thank you");
            assertThat(first.closed()).succeedsWithin(Patience.LIMIT);

            RelayConnection second = connect(ConnectOptions.none()).join();
            second.sendText("close 4002 enough");
            assertThat(second.closed()).succeedsWithin(Patience.LIMIT).isEqualTo(new CloseStatus(4002, "enough"));
        }
    }

    @Test
    void listenerMayStillTalkAfterTheSenderSaidItsLastWord() {
        ListenerDriver listener = relay.listener(PATH).online();
        CompletableFuture<RelayConnection> connecting = connect(ConnectOptions.none());
        listener.isOffered();
        listener.dials();
        RelayConnection connection = connecting.join();

        connection.shutdownOutput();

        listener.isClosedWith(1000, "").sends("one more thing").closes(1000, "");
        told.next("text one more thing", () -> "");
        assertThat(connection.closed()).succeedsWithin(Patience.LIMIT);
    }

    @Test
    void suffixQueryHeadersAndSubprotocolReachTheListener() {
        ListenerDriver listener = relay.listener(PATH).online();
        CompletableFuture<RelayConnection> connecting = connect(ConnectOptions.builder()
                .suffix("eu/one two")
                .query("a=1&b=%C3%A4")
                .header("X-Colour", "blue")
                .subprotocol("beta")
                .subprotocol("alpha")
                .build());

        var offer = listener.isOffered();
        assertThat(offer.target()).startsWith("/$hc/orders/eu/one%20two?a=1&b=%C3%A4&sb-hc-action=accept&");
        assertThat(offer.header("X-Colour")).isEqualTo("blue");
        listener.dials(handshake -> handshake.with("Sec-WebSocket-Protocol", "alpha"));

        assertThat(connecting.join().subprotocol()).hasValue("alpha");
    }

    @Test
    void missingHybridConnectionIsNotFound() {
        assertThatThrownBy(() -> connect(ConnectOptions.none()).join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("Endpoint does not exist");
    }

    @Test
    void badKeyIsNotAuthorized() {
        relay.listener(PATH).online();
        RelaySender sender = RelaySender.builder(ConnectionString.parse(relay.connectionString() + "x"))
                .path(PATH)
                .sslContext(relay.authority().trusting())
                .build();

        assertThatThrownBy(() -> sender.connect(new ConnectionHandler() {}).join())
                .cause()
                .isInstanceOf(NotAuthorized.class)
                .hasMessageContaining("invalid signature");
    }

    @Test
    void rejectionHasStatusAndWordsOfTheListener() {
        ListenerDriver listener = relay.listener(PATH).online();
        CompletableFuture<RelayConnection> connecting = connect(ConnectOptions.none());
        listener.isOffered();

        listener.rejects(451, "Not in this country");

        assertThatThrownBy(connecting::join).cause().isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.status()).isEqualTo(451);
            assertThat(rejected.text()).isEqualTo("Not in this country");
        });
    }

    private CompletableFuture<RelayConnection> connect(ConnectOptions options) {
        return RelaySender.builder(ConnectionString.parse(relay.connectionString()))
                .path(PATH)
                .sslContext(relay.authority().trusting())
                .build()
                .connect(options, new ConnectionHandler() {
                    @Override
                    public void onText(RelayConnection connection, String text) {
                        told.tell("text " + text);
                    }

                    @Override
                    public void onBinary(RelayConnection connection, byte[] message) {
                        told.tell("binary " + Arrays.hashCode(message));
                    }
                });
    }
}
