// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.json.Json;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.Sessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients of NuroPb's gateway 0.1.4 said and heard, said and heard here. The ids that a gateway makes up differ. */
class RecordedRequestsTest {

    private static final Pattern MADE_UP = Pattern.compile("\"trace_id\": \"[0-9a-f]{32}\"");

    private final FakePeer peer = new FakePeer("client", new FakeTime());
    private final Session session = new Session(
            "5".repeat(32),
            "/ws",
            new UpgradeRequest(peer, "/ws", new Headers(List.of()), "ws://gateway.test"),
            Client.ANONYMOUS,
            GatewayObserver.NONE);
    private final FakeMesh mesh = new FakeMesh();
    private final MeshBackend backend =
            new MeshBackend(MeshBackendConfig.of("amqp://broker.test", "gateway"), new Sessions(), mesh);

    /** One recorded conversation, but for its hello. */
    record Recorded(String name, List<Message> said, List<String> heard) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Recorded> recorded() {
        try (InputStream in = RecordedRequestsTest.class.getResourceAsStream("recorded-requests.json")) {
            Object all = Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return ((List<?>) all).stream().map(one -> read((Map<?, ?>) one));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Recorded read(Map<?, ?> one) {
        List<Message> said = ((List<?>) one.get("said"))
                .stream()
                        .map(message -> (Map<?, ?>) message)
                        .<Message>map(message -> message.get("text") instanceof String text
                                ? new Message.Text(1, text)
                                : new Message.Binary(1, HexFormat.of().parseHex((String) message.get("hex"))))
                        .toList();
        List<String> heard = ((List<?>) one.get("heard"))
                .stream()
                        .map(String.class::cast)
                        .filter(text -> text.startsWith("{"))
                        .toList();
        return new Recorded((String) one.get("case"), said, heard);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void clientHearsWhatItHeardOfTheOriginal(Recorded recorded) {
        session.open();
        for (Message message : recorded.said) {
            backend.message(session, message);
            if (mesh.unanswered() > 0) {
                answer(recorded.heard.getLast());
            }
        }

        assertThat(peer.sent())
                .map(RecordedRequestsTest::withoutIds)
                .isEqualTo(recorded.heard.stream()
                        .map(RecordedRequestsTest::withoutIds)
                        .toList());
    }

    private static String withoutIds(String text) {
        return MADE_UP.matcher(text).replaceAll("\"trace_id\": \"…\"");
    }

    /** The mesh answers what the original's mesh has answered, in the form of a service. */
    private void answer(String heard) {
        if (heard.contains("\"NuropbNotDeliveredError\"")) {
            mesh.comes(new Mesh.Outcome.NotDelivered());
            return;
        }
        int result = heard.indexOf("\"result\": ");
        mesh.answers("{\"tag\": \"response\", " + heard.substring(result, heard.length() - 1));
    }
}
