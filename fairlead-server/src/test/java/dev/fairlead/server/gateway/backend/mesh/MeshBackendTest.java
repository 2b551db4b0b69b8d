// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.backend.Receipt;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import dev.fairlead.server.gateway.session.Sessions;
import dev.fairlead.server.settings.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of requests, answers and events between clients and a mesh. */
class MeshBackendTest {

    private static final String ECHO = "{\"type\":\"request\",\"payload\":{\"service\":\"lab\",\"method\":\"echo\","
            + "\"params\":{\"a\":1,\"b\":\"é\"},\"trace_id\":\"T\"}}";
    private static final String GOOD = "{\"tag\": \"response\", \"result\": 1, \"error\": null}";

    private final FakeTime time = new FakeTime();
    private final Sessions sessions = new Sessions();
    private final FakeMesh mesh = new FakeMesh();
    private int peers;

    private MeshBackend backend(boolean originalContext) {
        return new MeshBackend(
                new MeshBackendConfig(
                        Secret.of("amqp://broker.test"),
                        "gateway",
                        Duration.ofSeconds(30),
                        List.of("orders.#"),
                        List.of(),
                        null,
                        originalContext,
                        true),
                sessions,
                mesh);
    }

    private MeshBackend backend() {
        return backend(false);
    }

    private Session session(@Nullable String user) {
        Client client = new Client(user, null, Map.of(), user == null ? null : "token of " + user);
        FakePeer peer = new FakePeer("peer " + ++peers, time);
        Session session = new Session(
                Integer.toHexString(peers).repeat(32).substring(0, 32),
                "/ws",
                new UpgradeRequest(peer, "/ws", new Headers(List.of()), "ws://gateway.test"),
                client,
                GatewayObserver.NONE);
        sessions.enter(session);
        session.open();
        return session;
    }

    private static FakePeer peer(Session session) {
        return (FakePeer) session.peer();
    }

    private static CompletionStage<Receipt> say(MeshBackend backend, Session session, String text) {
        return backend.message(session, new Message.Text(1, text));
    }

    private static String idOf(Session session) {
        String hello = peer(session).sent().getFirst();
        return hello.replaceAll(".*\"session_id\": \"([0-9a-f]{32})\".*", "$1");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "nobody",
            value = {"ada, \"ada\"", "nobody, null", "'žć\"', '\"\\u017e\\u0107\\\"\"'"})
    void helloTellsTheClientWhoItIs(@Nullable String user, String written) {
        Session session = session(user);
        backend().connected(session);

        assertThat(peer(session).lastSent())
                .matches("\\{\"type\": \"event\", \"payload\": \\{\"topic\": \"hello\", \"event\": \\{\"session_id\": "
                        + "\"[0-9a-f]{32}\", \"user_id\": .*, \"username\": .*}}}")
                .endsWith(", \"user_id\": " + written + ", \"username\": " + written + "}}}");
    }

    @Test
    void idThatTheClientIsToldIsNotTheOneThatOpensCallbacks() {
        Session session = session("ada");
        backend().connected(session);

        assertThat(peer(session).lastSent()).doesNotContain(session.id());
    }

    @Test
    void requestHasTheBodyOfTheOriginal() {
        say(backend(), session("ada"), ECHO);

        assertThat(mesh.calls()).singleElement().satisfies(call -> {
            assertThat(call.body("C"))
                    .isEqualTo(
                            "{\"tag\": \"request\", \"service\": \"lab\", \"method\": \"echo\", \"params\": {\"a\": 1, "
                                    + "\"b\": \"\\u00e9\"}, \"correlation_id\": \"C\", \"context\": {\"user_id\": \"ada\", "
                                    + "\"Authorisation\": \"token of ada\", \"trace_id\": \"T\"}, \"trace_id\": \"T\"}");
            assertThat(call.timeToLive()).isEqualTo(Duration.ofSeconds(30));
        });
    }

    @Test
    void originalContextHasTheUserInPlaceOfTheToken() {
        say(backend(true), session("ada"), ECHO);

        assertThat(mesh.calls().getFirst().context())
                .isEqualTo("{\"user_id\": \"ada\", \"Authorisation\": \"ada\", \"trace_id\": \"T\"}");
    }

    @Test
    void messageIsTakenWhenItsAnswerIsSent() {
        Session session = session("ada");
        CompletionStage<Receipt> receipt = say(backend(), session, ECHO);
        assertThat(receipt.toCompletableFuture()).isNotDone();
        mesh.answers(GOOD);

        assertThat(receipt.toCompletableFuture()).isCompletedWithValue(new Receipt.Taken());
        assertThat(peer(session).sent())
                .containsExactly(
                        "{\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", \"result\": 1, \"error\": null}}");
    }

    @Test
    void requestsOfOneClientMayOvertakeEachOther() {
        Session session = session("ada");
        MeshBackend backend = backend();
        say(backend, session, ECHO);
        say(backend, session, ECHO.replace("\"T\"", "\"U\""));
        mesh.answers(GOOD);
        mesh.answers(GOOD);

        assertThat(peer(session).sent()).hasSize(2);
    }

    @Test
    void requestThatNobodyAnswersInTimeIsAnsweredWithATimeout() {
        Session session = session("ada");
        CompletionStage<Receipt> receipt = say(backend(), session, ECHO);
        time.passes(Duration.ofSeconds(30).minusNanos(1));
        assertThat(peer(session).sent()).isEmpty();
        time.passes(Duration.ofNanos(1));

        assertThat(peer(session).sent())
                .containsExactly(
                        "{\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", \"result\": null, \"error\": {\"error\": "
                                + "\"NuropbTimeoutError\", \"description\": \"Service lab did not answer in time. called "
                                + "method echo\"}}}");
        assertThat(receipt.toCompletableFuture()).isCompleted();
    }

    @Test
    void answerThatComesTooLateIsDropped() {
        Session session = session("ada");
        say(backend(), session, ECHO);
        time.passes(Duration.ofSeconds(30));
        mesh.answers(GOOD);

        assertThat(peer(session).sent()).hasSize(1);
    }

    @Test
    void requestFailsAtOnceWhileTheBrokerIsAway() {
        Session session = session("ada");
        mesh.isAway("the broker is away");
        MeshBackend backend = backend();
        CompletionStage<Receipt> receipt = say(backend, session, ECHO);

        assertThat(receipt.equals(Receipt.AT_ONCE)).isTrue();
        assertThat(peer(session).lastSent())
                .isEqualTo("{\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", \"result\": null, \"error\": "
                        + "{\"error\": \"NuropbTransportError\", \"description\": \"RMQ channel closed\"}}}");
        assertThat(backend.trouble()).isEqualTo("the broker is away");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"tag\": \"response\", \"result\": 1} | {\"error\": \"KeyError\", \"description\": \"Error decoding JSON: 'error'\"}",
                "{\"tag\": \"response\", \"error\": null} | {\"error\": \"KeyError\", \"description\": \"Error decoding JSON: 'result'\"}",
                "{\"result\": 1, \"error\": null} | {\"error\": \"KeyError\", \"description\": \"Error decoding JSON: 'tag'\"}",
                "{\"tag\": \"res\", \"result\": 1, \"error\": null} | {\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", \"result\": 1, \"error\": null}}",
                "{\"tag\": \"request\", \"result\": 1, \"error\": null} | {\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", \"result\": null, \"error\": null}}",
                "{\"tag\": \"event\", \"result\": 1, \"error\": null} | {\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", \"result\": null, \"error\": {\"error\": \"NuropbMessageError\", \"description\": \"Service lab sent something else than a response\"}}}",
                "{\"tag\": \"response\", \"result\": 1, \"error\": \"a text\"} | {\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", \"result\": null, \"error\": \"a text\"}}",
                "{\"tag\":\"response\",\"result\":1,\"error\":{\"error\":\"E\",\"more\":[1,2.0]}} | {\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", \"result\": null, \"error\": {\"error\": \"E\", \"more\": [1, 2.0]}}}",
            })
    void oddResponsesAreAnswersAllTheSame(String body, String heard) {
        Session session = session("ada");
        CompletionStage<Receipt> receipt = say(backend(), session, ECHO);
        mesh.answers(body);

        assertThat(peer(session).sent()).containsExactly(heard);
        assertThat(receipt.toCompletableFuture()).isCompleted();
    }

    @Test
    void eventWithoutATargetConcernsEverybodyWhoHasBeenGreeted() {
        MeshBackend backend = backend();
        Session ada = session("ada");
        Session bob = session("bob");
        Session elsewhere = session("ada");
        backend.connected(ada);
        backend.connected(bob);
        mesh.publishes("{\"tag\":\"event\",\"topic\":\"orders.new\",\"event\":{\"n\":1},\"target\":null}");

        String heard = "{\"type\": \"event\", \"payload\": {\"topic\": \"orders.new\", \"event\": {\"n\": 1}}}";
        assertThat(peer(ada).lastSent()).isEqualTo(heard);
        assertThat(peer(bob).lastSent()).isEqualTo(heard);
        assertThat(peer(elsewhere).sent()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"ada\"",
                "[\"ada\", \"nobody\", 7]",
                "{\"user_id\": \"ada\"}",
                "{\"user_ids\": [\"ada\"]}",
                "\"SESSION\"",
                "[\"SESSION\", \"ada\"]",
                "{\"session_id\": \"SESSION\"}",
                "{\"session_ids\": [\"SESSION\"], \"user_id\": \"ada\", \"other\": {}}",
            })
    void eventConcernsWhomItsTargetNames(String target) {
        MeshBackend backend = backend();
        Session ada = session("ada");
        Session bob = session("bob");
        backend.connected(ada);
        backend.connected(bob);
        mesh.publishes(
                "{\"topic\":\"orders.new\",\"event\":1,\"target\":" + target.replace("SESSION", idOf(ada)) + "}");

        assertThat(peer(ada).sent()).hasSize(2);
        assertThat(peer(bob).sent()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"7", "{}", "[]", "{\"user_id\": \"SESSION\"}", "{\"session_id\": \"ada\"}", "{\"user_id\": null}"
            })
    void targetThatNamesNobodyConcernsNobody(String target) {
        MeshBackend backend = backend();
        Session ada = session("ada");
        backend.connected(ada);
        mesh.publishes(
                "{\"topic\":\"orders.new\",\"event\":1,\"target\":" + target.replace("SESSION", idOf(ada)) + "}");

        assertThat(peer(ada).sent()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"null | 2", "\"bob\" | 1", "{\"session_id\": \"SESSION\"} | 1", "[\"ada\", \"bob\"] | 2", "7 | 0"})
    void eventThatClosesEndsTheConnectionsOfThoseWhomItConcerns(String target, int closed) {
        MeshBackend backend = backend();
        Session ada = session("ada");
        Session bob = session("bob");
        backend.connected(ada);
        backend.connected(bob);
        mesh.closes("{\"topic\":\"sessions.close\",\"event\":null,\"target\":" + target.replace("SESSION", idOf(bob))
                + "}");

        assertThat(Stream.of(ada, bob).flatMap(session -> peer(session).closes().stream()))
                .hasSize(closed)
                .allMatch(CloseStatus.NONE::equals);
        assertThat(peer(bob).closes().isEmpty()).isEqualTo(closed == 0);
        assertThat(peer(ada).sent()).hasSize(1);
        assertThat(peer(bob).sent()).hasSize(1);
    }

    @Test
    void whoHasLeftIsToldNoEvent() {
        MeshBackend backend = backend();
        Session ada = session("ada");
        backend.connected(ada);
        backend.disconnected(ada, SessionEnd.LOST);
        mesh.publishes("{\"topic\":\"orders.new\",\"event\":1}");

        assertThat(peer(ada).sent()).hasSize(1);
    }

    @Test
    void meshIsLetGoOfWithTheBackend() {
        backend().close();

        assertThat(mesh.isClosed()).isTrue();
    }
}
