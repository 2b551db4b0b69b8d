// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.HeldTerms;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.Sender;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What clients of CTE's WSServer said and heard, said and heard here, with a file system of one empty folder. The uuids that are
 * made up differ.
 */
class RecordedCasesTest {

    private static final Pattern MADE_UP = Pattern.compile("\"uuid\": \"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\"");

    /** Where the original does again what was said before, or keeps its bus busy for ever: an error is heard instead. */
    private static final Map<String, String> ERRORS_HERE = Map.of(
            "malformed_after_good",
            "Error decoding JSON: Expecting value: line 1 column 1 (char 0)",
            "malformed_after_good_unterminated",
            "Error decoding JSON: Expecting value: line 1 column 7 (char 6)",
            "client_list_request_from_ws",
            "type: client-list-request is for services");

    /** A name that was given stays given: the recordings follow each other, and the original was not started anew. */
    private static final FakeBus BUS = new FakeBus();

    private static final BusBackend BACKEND = new BusBackend(
            new BusBackendConfig(
                    BusBackendConfig.SERVICE_NAME, new BusBackendConfig.Bus.Embedded(HeldTerms.DEFAULT, List.of())),
            "/ws",
            false,
            BUS);

    static {
        AtomicReference<Membership> files = new AtomicReference<>();
        Sender.Service self = new Sender.Service("Filesystem");
        files.set(BUS.join(
                new Member("Filesystem", Set.of("file-list-request"), Member.Reach.ONE_INSTANCE),
                request -> files.get()
                        .publish(BusMessage.of(
                                "net-send",
                                self,
                                Content.of(Map.of(
                                        "response_addrs",
                                        List.of(((Sender.Client) request.sender()).address()),
                                        "msg",
                                        listing(self)))))));
    }

    private static Map<String, Object> listing(Sender.Service self) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("content", Map.of("root_tree", List.of()));
        message.put("sender", self.qualifiedName());
        message.put("type", "file-list-response");
        message.put("uuid", "00000000-0000-4000-8000-000000000000");
        message.put("response_uuid", null);
        message.put("pref_dest", null);
        return message;
    }

    /** One recorded conversation. */
    record Recorded(String name, List<Message> said, List<String> heard) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Recorded> recorded() {
        try (InputStream in = RecordedCasesTest.class.getResourceAsStream("recorded-cases.json")) {
            Object all = Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return ((List<?>) all).stream().map(one -> read((Map<?, ?>) one));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Recorded read(Map<?, ?> one) {
        List<Message> said = new ArrayList<>();
        List<String> heard = new ArrayList<>();
        for (Object each : (List<?>) one.get("steps")) {
            Map<?, ?> step = (Map<?, ?>) each;
            if (step.get("heard") instanceof String text) {
                heard.add(withoutIds(text));
            } else if (step.get("said") instanceof String text) {
                said.add(new Message.Text(said.size() + 1, text));
            } else {
                said.add(new Message.Binary(said.size() + 1, HexFormat.of().parseHex((String) step.get("hex"))));
            }
        }
        return new Recorded((String) one.get("case"), said, heard);
    }

    private static String withoutIds(String text) {
        return MADE_UP.matcher(text).replaceAll("\"uuid\": \"…\"");
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void clientHearsWhatItHeardOfTheOriginal(Recorded recorded) {
        FakePeer peer = new FakePeer("client", new FakeTime());
        Session session = new Session(
                "5".repeat(32),
                "/ws",
                new UpgradeRequest(peer, "/ws", new Headers(List.of()), "ws://gateway.test"),
                Client.ANONYMOUS,
                GatewayObserver.NONE);
        session.open();
        BACKEND.connected(session);
        recorded.said.forEach(message -> BACKEND.message(session, message));
        List<String> heard = new ArrayList<>(
                peer.sent().stream().map(RecordedCasesTest::withoutIds).toList());
        peer.closes().forEach(close -> heard.add("Close " + close.code() + " " + close.reason()));
        BACKEND.disconnected(session, SessionEnd.LOST);

        assertThat(heard).isEqualTo(expected(recorded));
    }

    private static List<String> expected(Recorded recorded) {
        String error = ERRORS_HERE.get(recorded.name);
        if (error == null) {
            return recorded.heard;
        }
        String told = "{\"type\": \"error-response\", \"uuid\": \"…\", \"response_uuid\": null, \"sender\": "
                + "\"service.WSServer\", \"pref_dest\": null, \"content\": {\"message\": \"" + error
                + "\", \"error_code\": 1}}";
        return recorded.name.startsWith("malformed")
                ? List.of(recorded.heard.getFirst(), told)
                : List.of(told, recorded.heard.getFirst());
    }

    @Test
    void everyDifferenceIsARecordedCase() {
        assertThat(recorded().map(Recorded::name))
                .containsAll(ERRORS_HERE.keySet())
                .hasSize(37);
    }
}
