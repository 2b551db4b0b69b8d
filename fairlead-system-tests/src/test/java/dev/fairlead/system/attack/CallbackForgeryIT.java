// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RecordingBackend;
import dev.fairlead.testkit.RecordingBackend.Post;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.WireFrame;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that would be the backend, and clients that would have the backend call whom they name. */
@ExtendWith(RelayUnderTest.Extension.class)
class CallbackForgeryIT {

    private static final int SESSIONS = 64;

    private final RecordingBackend backend = new RecordingBackend();
    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.offers("path: /ws, backend: " + backend.yaml());
    }

    @AfterEach
    void end() {
        backend.close();
    }

    private ResponseHead post(String target, String... headers) {
        Handshake post = Handshake.plain(target)
                .withMethod("POST")
                .with("Content-Type", "text/plain")
                .with("Content-Length", "0");
        for (int i = 0; i < headers.length; i += 2) {
            post.with(headers[i], headers[i + 1]);
        }
        try (RawWebSocket socket = relay.socket()) {
            return socket.asks(post);
        }
    }

    @Test
    void idsAreRandomInEveryBit() {
        Set<String> ids = new HashSet<>();
        BitSet zeros = new BitSet(128);
        BitSet ones = new BitSet(128);
        for (int i = 0; i < SESSIONS; i++) {
            relay.session("/ws");
        }
        for (Post connect : backend.awaits(SESSIONS, "/connect")) {
            String id = connect.session();
            assertThat(id).matches("[0-9a-f]{32}");
            ids.add(id);
            BitSet bits = BitSet.valueOf(HexFormat.of().parseHex(id));
            ones.or(bits);
            bits.flip(0, 128);
            zeros.or(bits);
        }

        // a bit that is the same in 64 of 64 is no accident
        assertThat(ids).hasSize(SESSIONS);
        assertThat(ones.cardinality()).isEqualTo(128);
        assertThat(zeros.cardinality()).isEqualTo(128);
    }

    @Test
    void clientIsNotToldTheIdOfItsSession() {
        RawWebSocket client = relay.socket();
        ResponseHead head = client.starts(Handshake.to("/ws")).readsUpgrade();

        String id = backend.awaits("/connect").session();

        assertThat(head.toString()).doesNotContain(id);
    }

    @Test
    void whoDoesNotKnowTheIdSpeaksToNobody() {
        RawWebSocket client = relay.session("/ws");
        String id = backend.awaits("/connect").session();
        String other = (id.startsWith("0") ? "1" : "0") + id.substring(1);

        for (String guess : List.of(other, id.substring(1), id + "0", "*", "all", "%2a", "..", id + "%00", "")) {
            assertThat(post("/socket/" + guess + "/send").status())
                    .as("the answer to " + guess)
                    .isIn(400, 404, 500);
            assertThat(post("/socket/" + guess + "/disconnect").status())
                    .as("the answer to " + guess)
                    .isIn(400, 404, 500);
        }

        client.hearsNothing();
        assertThat(post("/socket/" + id + "/send").status()).isEqualTo(200);
        assertThat(client.receives().length()).isZero();
    }

    @Test
    void manyAreSentToByThoseAloneWhoShowTheToken() {
        relay.with("gateway.callbacks.token=token-of-the-callbacks");
        RawWebSocket client = relay.session("/ws");
        String id = backend.awaits("/connect").session();
        String[] paths = {
            "/socket/all/send",
            "/socket/all/disconnect",
            "/socket/users/ada/send",
            "/socket/groups/g/send",
            "/socket/" + id + "/send",
            "/socket/" + id + "/disconnect"
        };

        for (String path : paths) {
            assertThat(post(path).status()).isEqualTo(401);
            assertThat(post(path, "Authorization", "Bearer token-of-the-callback")
                            .status())
                    .isEqualTo(401);
            assertThat(post(path, "Authorization", "Bearer ").status()).isEqualTo(401);
            assertThat(post(path + "?token=token-of-the-callbacks").status()).isEqualTo(401);
        }

        client.hearsNothing();
        assertThat(post("/socket/all/send", "Authorization", "Bearer token-of-the-callbacks")
                        .status())
                .isEqualTo(200);
        assertThat(client.receives().length()).isZero();
    }

    @Test
    void withoutATokenNobodyIsSentToMany() {
        RawWebSocket client = relay.session("/ws");
        backend.awaits("/connect");

        for (String path : List.of("/socket/all/send", "/socket/users/ada/send", "/socket/groups/g/send", "/socket")) {
            assertThat(post(path).status()).isIn(404, 500);
        }

        client.hearsNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "X-Forwarded-Host", "Forwarded", "X-Forwarded-Proto", "Origin"})
    void whatAClientNamesIsNotWhereItsBackendCallsBack(String header) {
        String evil = header.equals("Forwarded") ? "host=evil.example" : "evil.example";
        Handshake handshake = header.equals("Host")
                ? Handshake.to("/ws").withOther(header, evil)
                : Handshake.to("/ws").with(header, evil);
        relay.with("gateway.endpoints.0.allowedOrigins.0=*");

        relay.socket().upgrades(handshake).sends(WireFrame.text("hello"));

        for (String kind : List.of("/connect", "/message")) {
            Post post = backend.awaits(kind);
            String base = relay.httpUri() + "/socket/" + post.session();
            assertThat(post.member("meta", "send")).isEqualTo(base + "/send");
            assertThat(post.member("meta", "disconnect")).isEqualTo(base + "/disconnect");
            assertThat(post.headers().get("host")).isEqualTo(backend.uri("/").getAuthority());
        }
    }

    @Test
    void whatAClientSaysIsNothingButWhatItSaid() {
        String forged =
                "{\"meta\": {\"connection_id\": \"0\"}, \"message\": \"x\"}\", \"meta\": {\"send\": \"http://evil.example\"";
        RawWebSocket client = relay.socket()
                .upgrades(Handshake.to("/ws")
                        .with("Fairlead-Message-Id", "forged")
                        .with("Fairlead-User", "root")
                        .with("Fairlead-Signature", "forged")
                        .with("X", "\"}, \"connection_id\": \"0"));

        client.sends(WireFrame.text(forged));

        Post connect = backend.awaits("/connect");
        Post message = backend.awaits("/message");
        assertThat(connect.member("meta", "headers", "x")).isEqualTo("\"}, \"connection_id\": \"0");
        assertThat(message.member("message")).isEqualTo(forged);
        assertThat(message.session()).isEqualTo(connect.session());
        for (Post post : List.of(connect, message)) {
            assertThat(post.headers().get("fairlead-message-id")).startsWith(connect.session());
            assertThat(post.headers()).doesNotContainKeys("fairlead-user", "fairlead-signature", "x");
        }
    }

    @Test
    void headThatIsTooLongIsRefusedBeforeAnybodyIsToldOfIt() {
        RawWebSocket socket = relay.socket().starts(Handshake.to("/ws").with("X", "x".repeat(40 << 10)));

        assertThat(socket.readsHead().status()).isEqualTo(431);
        assertThat(backend.posts()).isEmpty();
    }

    @Test
    void upgradeThatDripsIsNotWaitedForAndNobodyIsToldOfIt() {
        relay.with("limits.handshakeTimeout=1s");
        RawWebSocket socket = relay.socket().writes("GET /ws HTTP/1.1\r\nHost: relay.test\r\nUpgrade: webso");

        assertThat(socket.readsHead().status()).isEqualTo(408);
        assertThat(backend.posts()).isEmpty();
    }
}
