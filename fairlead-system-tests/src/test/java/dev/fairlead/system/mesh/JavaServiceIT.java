// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import dev.fairlead.mesh.MeshCall;
import dev.fairlead.mesh.MeshClient;
import dev.fairlead.mesh.MeshException;
import dev.fairlead.mesh.MeshService;
import dev.fairlead.mesh.wire.MeshError;
import dev.fairlead.mesh.wire.MeshMessage;
import dev.fairlead.mesh.wire.PythonJson;
import dev.fairlead.mesh.wire.ServiceDescription;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Patience;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A service in Java, called from Java and from Python, held to the original's table of outcomes. */
class JavaServiceIT {

    private static Mesh mesh;

    private final Lab lab = new Lab();
    private final BlockingQueue<MeshMessage.Event> events = new LinkedBlockingQueue<>();
    private MeshService service;
    private MeshClient client;

    @BeforeAll
    @Timeout(120)
    static void startBroker() {
        mesh = new Mesh();
    }

    @AfterAll
    static void stopBroker() {
        mesh.close();
    }

    @BeforeEach
    void start() throws Exception {
        mesh.forgetsDeadLetters();
        service = mesh.service("lab", lab)
                .version("9.9.9")
                .description("a lab")
                .authorizer((token, method) -> Map.of("sub", token))
                .onEvent("lab.#", (event, context) -> {
                    events.add(event);
                    if (event.topic().equals("lab.bad")) {
                        throw new IllegalStateException("bad event");
                    }
                })
                .start();
        client = MeshClient.connect(mesh.uri);
    }

    @AfterEach
    void stop() {
        lab.gate.countDown();
        client.close();
        service.close();
    }

    @Test
    void requestIsAnsweredWithTheResult() {
        assertThat(Mesh.of(client.request("lab", "echo", Map.of("a", List.of(1L, "é", true)))))
                .isEqualTo(Map.of("a", List.of(1L, "é", true)));
        assertThat(Mesh.of(client.request("lab", "later", Map.of()))).isEqualTo("late");
        assertThat(Mesh.of(client.request("lab", "hidden", Map.of()))).isEqualTo("found");
    }

    @Test
    void parametersComeByNameAndInTheirTypes() {
        assertThat(Mesh.of(client.request("lab", "sum", Map.of("numbers", List.of(1, 2), "more", 3))))
                .isEqualTo(Map.of("sum", 6L, "of", List.of(1L, 2L)));
        assertThat(Mesh.of(client.request("lab", "sum", Map.of("numbers", List.of(1)))))
                .isEqualTo(Map.of("sum", 1L, "of", List.of(1L)));
        assertThat(Mesh.of(client.request("lab", "greet", Map.of()))).isEqualTo("hello you");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failureIsToldOnceAndDeadLettered(String method, Map<String, Object> params, MeshError told) throws Exception {
        assertThat(Mesh.errorOf(client.request("lab", method, params)).error()).isEqualTo(told);

        assertThat(mesh.deadLetter().getHeaders()).containsEntry("x-first-death-reason", text("rejected"));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("nope", Map.of(), new MeshError("NuropbHandlingError", "Unknown method nope")),
                Arguments.of("_x", Map.of(), new MeshError("NuropbHandlingError", "Unknown method _x")),
                Arguments.of("forbidden", Map.of(), new MeshError("NuropbAuthorizationError", "not you")),
                Arguments.of(
                        "boom",
                        Map.of(),
                        new MeshError(
                                "NuropbException",
                                "Runtime exception calling lab.boom:IllegalStateException: boom happened")),
                Arguments.of(
                        "echo",
                        Map.of("b", 1),
                        new MeshError(
                                "NuropbException",
                                "Runtime exception calling lab.echo:TypeError: echo() missing a required argument: 'a'")),
                Arguments.of(
                        "sum",
                        Map.of("numbers", List.of(1.5)),
                        new MeshError(
                                "NuropbException",
                                "Runtime exception calling lab.sum:TypeError: sum() argument 'numbers': float given, "
                                        + "Integer expected")),
                Arguments.of(
                        "who",
                        Map.of(),
                        new MeshError("NuropbAuthenticationError", "no Authorization in the context")));
    }

    @Test
    void messageThatIsWantedAgainComesOnceMore() {
        assertThat(Mesh.of(client.request("lab", "again", Map.of()))).isEqualTo(true);
    }

    @Test
    void messageThatIsWantedAgainTwiceIsDeadLettered() throws Exception {
        MeshException error =
                Mesh.errorOf(client.request(MeshCall.to("lab", "againAndAgain").traceId("T7")));

        assertThat(error.error().error()).isEqualTo("NuropbCallAgainReject");
        assertThat(error.error().description())
                .startsWith("Rejecting second call again request for trace_id: T7, correlation_id: ");
        assertThat(mesh.deadLetter().getCorrelationId()).isNotNull();
    }

    @Test
    void bearerIsWhoTheAuthorizerSays() {
        assertThat(Mesh.of(client.request(MeshCall.to("lab", "who").context(Map.of("Authorization", "tok")))))
                .isEqualTo(Map.of("sub", "tok"));
    }

    @Test
    void eventsOfAResultCarryTheCallsTrace() throws Exception {
        assertThat(Mesh.of(client.request(
                        MeshCall.to("lab", "publish").traceId("T8").context(Map.of("user_id", "u")))))
                .isEqualTo("published");

        MeshMessage.Event event = events.poll(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(event.topic()).isEqualTo("lab.published");
        assertThat(event.event()).isEqualTo(Map.of("by", "lab"));
        assertThat(event.target()).isEqualTo("user-1");
        assertThat(event.traceId()).isEqualTo("T8");
        assertThat(event.context()).isEqualTo(Map.of("user_id", "u"));
    }

    @Test
    void eventWhoseHandlerFailsIsDeadLettered() throws Exception {
        Mesh.of(client.event("lab.bad", Map.of("e", 1)));

        assertThat(mesh.deadLetter().getHeaders()).containsEntry("nuropb_type", text("event"));
    }

    @Test
    void commandIsDoneInSilence() throws Exception {
        Mesh.of(client.command(MeshCall.to("lab", "note").param("text", "told")));

        assertThat(lab.told.poll(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("told");
    }

    @Test
    void serviceThatIsNotThereIsToldAtOnce() {
        MeshError told =
                new MeshError("NuropbNotDeliveredError", "Service nosuch not available. unable to call method m");

        assertThat(Mesh.errorOf(client.request("nosuch", "m", Map.of())).error())
                .isEqualTo(told);
        assertThat(Mesh.errorOf(client.command(MeshCall.to("nosuch", "m"))).error())
                .isEqualTo(told);
    }

    @Test
    void responseThatDoesNotComeInTimeIsATimeOut() {
        CompletableFuture<Object> late =
                client.request(MeshCall.to("lab", "waits").timeout(Duration.ofMillis(200)));

        assertThat(Mesh.errorOf(late).error().error()).isEqualTo("NuropbTimeoutError");
    }

    @Test
    void sealedRequestHasASealedResponse() {
        assertThat(Mesh.of(client.request(
                        MeshCall.to("lab", "secret").param("a", 1).encrypted())))
                .isEqualTo(Map.of("secret", 1L, "sealed", true));
        assertThat(Mesh.errorOf(client.request(MeshCall.to("lab", "boom").encrypted()))
                        .error()
                        .error())
                .isEqualTo("NuropbException");
    }

    @Test
    void serviceDescribesItself() {
        ServiceDescription description = Mesh.of(client.describe("lab"));

        assertThat(description).isEqualTo(service.description());
        assertThat(description.methods()).doesNotContainKey("hidden").containsKey("sum");
        assertThat(description.methods().get("sum").parameters())
                .containsExactly(
                        new ServiceDescription.Parameter("numbers", "list", "", "", true),
                        new ServiceDescription.Parameter("more", "int", "", 0L, false));
        assertThat(description.requiresEncryption("secret")).isTrue();
    }

    @Test
    void malformedMessagesAreDeadLetteredAndTheServiceGoesOn() throws Exception {
        byte[] good = "{\"service\": \"lab\", \"method\": \"note\", \"params\": {}, \"context\": {}}".getBytes(UTF_8);
        List<AMQP.BasicProperties> strange = List.of(
                new AMQP.BasicProperties(),
                properties(Map.of("nuropb_protocol", "9.9"), "q"),
                properties(Map.of("nuropb_type", "question"), "q"),
                properties(Map.of("nuropb_type", "response"), "q"),
                properties(Map.of("encrypted", "yes"), "q"),
                properties(Map.of(), null));
        for (AMQP.BasicProperties properties : strange) {
            mesh.sends("nuropb-rpc-exchange", "lab", properties, good);
            assertThat(mesh.deadLetter()).isNotNull();
        }
        for (String body : List.of("", "{", "[]", "{\"service\": 7}")) {
            mesh.sends("nuropb-rpc-exchange", "lab", properties(Map.of(), "q"), body.getBytes(UTF_8));
            assertThat(mesh.deadLetter()).isNotNull();
        }

        assertThat(Mesh.of(client.request("lab", "greet", Map.of()))).isEqualTo("hello you");
    }

    @Test
    void secondPeerOfOneInstanceIsTurnedAway() {
        try (MeshService first = mesh.service("lone", lab).instance("one").start()) {
            assertThat(first.isConnected()).isTrue();
            assertThatThrownBy(() -> mesh.service("lone", lab).instance("one").start())
                    .isInstanceOf(MeshException.class)
                    .hasMessageStartingWith("NuropbTransportError: another peer has this service and instance");
        }
    }

    @Test
    void closeWaitsForWhatIsAtWork() throws Exception {
        CompletableFuture<Object> answer = client.request("lab", "waits", Map.of());
        assertThat(lab.told.poll(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("waiting");

        Thread closing = Thread.ofVirtual().start(service::close);
        lab.gate.countDown();
        closing.join();

        assertThat(Mesh.of(answer)).isEqualTo("let through");
    }

    @Test
    void clientInPythonGetsTheResponseByTheContract() {
        try (ForeignProgram python = mesh.python("mesh_client.py")) {
            Map<?, ?> response = response(python, """
                    {"service": "lab", "method": "echo", "params": {"a": 1}, "context": {"user_id": "u"}}""");

            assertThat(response.get("content_type")).isEqualTo("application/json");
            assertThat(response.get("reply_to")).isEqualTo("");
            assertThat(response.get("headers"))
                    .isEqualTo(Map.of(
                            "nuropb_protocol", "0.1.1",
                            "nuropb_version", "0.1.8",
                            "nuropb_type", "response",
                            "trace_id", "T1",
                            "encrypted", ""));
            Map<?, ?> body = (Map<?, ?>) response.get("body");
            assertThat(List.copyOf(body.keySet()))
                    .isEqualTo(List.of(
                            "tag", "result", "error", "correlation_id", "trace_id", "context", "warning", "reply_to"));
            assertThat(body.get("result")).isEqualTo(Map.of("a", 1L));
            assertThat(body.get("correlation_id")).isEqualTo(response.get("correlation_id"));
            assertThat(body.get("context")).isEqualTo(Map.of("user_id", "u"));
        }
    }

    @Test
    void clientInPythonReadsSealedResponses() {
        try (ForeignProgram python = mesh.python("mesh_client.py")) {
            Map<?, ?> response = response(python, """
                    {"service": "lab", "method": "secret", "params": {"a": 1}, "encrypted": true}""");

            assertThat(((Map<?, ?>) response.get("body")).get("result"))
                    .isEqualTo(Map.of("secret", 1L, "sealed", true));
        }
    }

    private static Map<?, ?> response(ForeignProgram python, String call) {
        String line = python.tells(call).prints("response ");
        return (Map<?, ?>) PythonJson.parse(line.substring("response ".length()));
    }

    private static AMQP.BasicProperties properties(Map<String, Object> otherwise, String replyTo) {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("nuropb_protocol", "0.1.1");
        headers.put("nuropb_type", "request");
        headers.putAll(otherwise);
        return new AMQP.BasicProperties.Builder()
                .headers(headers)
                .correlationId("c")
                .replyTo(replyTo)
                .build();
    }

    private static Object text(String value) {
        return com.rabbitmq.client.impl.LongStringHelper.asLongString(value);
    }
}
