// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.fairlead.mesh.MeshContext;
import dev.fairlead.mesh.MeshMethod;
import dev.fairlead.mesh.MeshService;
import dev.fairlead.mesh.MeshSetUp;
import dev.fairlead.mesh.Param;
import dev.fairlead.mesh.wire.MeshMessage;
import dev.fairlead.mesh.wire.MeshNames;
import dev.fairlead.mesh.wire.ServiceDescription;
import dev.fairlead.system.interop.Programs;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RabbitMq;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two gateways of one name before a mesh on RabbitMQ, with a service in Java and one in Python that knows none of our code. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MeshIT {

    private static final int REQUESTS = 50;
    private static final int LONGEST = 10 << 20;

    private final RelayUnderTest gateway = new RelayUnderTest();
    private final RelayUnderTest twin = new RelayUnderTest();
    private RabbitMq rabbit;
    private MeshService lab;
    private ForeignProgram snake;

    /** What is called in these tests. */
    static final class Lab {

        @MeshMethod
        public Object echo(@Param("a") @Nullable Object a) {
            return Map.of("echo", a == null ? "nothing" : a);
        }

        @MeshMethod
        public Object context(MeshContext context) {
            return context.values();
        }

        @MeshMethod
        public Object length(@Param("text") String text) {
            return text.length();
        }
    }

    @BeforeAll
    void begin() {
        rabbit = RabbitMq.started();
        String uri = rabbit.uri("%2f");
        MeshSetUp.declare(uri, MeshNames.of("lab", "setup"));
        lab = MeshService.builder(uri, "lab", new Lab()).start();
        snake = Programs.meshPeer("mesh_service.py", uri, "snake").start();
        snake.prints("ready");
        for (RelayUnderTest one : List.of(gateway, twin)) {
            one.with(MeshUser.gateway(uri, "ada", "bob", "cyd"))
                    .with("gateway.endpoints.0.backend.events=orders.#")
                    .with("gateway.endpoints.0.backend.closes=sessions.close")
                    .server();
            untilReady(one);
        }
    }

    @AfterAll
    void end() {
        gateway.close();
        twin.close();
        lab.close();
        snake.close();
        rabbit.close();
    }

    private static void untilReady(RelayUnderTest one) {
        long end = System.nanoTime() + Patience.LIMIT.toNanos();
        while (!one.page("/readyz").equals("ready\n")) {
            assertThat(System.nanoTime()).as("the broker is connected in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void clientIsToldWhoItIsAndThenWhatItsServicesAnswer() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
            assertThat(ada.hello())
                    .matches(
                            "\\{\"type\": \"event\", \"payload\": \\{\"topic\": \"hello\", \"event\": \\{\"session_id\": "
                                    + "\"[0-9a-f]{32}\", \"user_id\": \"ada\", \"username\": \"ada\"}}}");

            assertThat(ada.asks("lab", "echo", "{\"a\": [1, 2.50, \"é\"]}"))
                    .isEqualTo("\"result\": {\"echo\": [1, 2.5, \"\\u00e9\"]}, \"error\": null");
            assertThat(ada.asks("lab", "nope", "{}"))
                    .isEqualTo(
                            "\"result\": null, \"error\": {\"error\": \"NuropbHandlingError\", \"description\": \"Unknown "
                                    + "method nope\"}");
            assertThat(ada.asks("nowhere", "x", "{}"))
                    .isEqualTo("\"result\": null, \"error\": {\"error\": \"NuropbNotDeliveredError\", \"description\": "
                            + "\"Service nowhere not available. unable to call method x\"}");
        }
    }

    @Test
    void serviceInPythonAnswersAsOneInJava() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
            assertThat(ada.asks("snake", "echo", "{\"a\": [1, 2.50, \"é\", null]}"))
                    .isEqualTo("\"result\": {\"echo\": {\"a\": [1, 2.5, \"\\u00e9\", null]}}, \"error\": null");
            assertThat(ada.asks("snake", "context", "{}"))
                    .isEqualTo("\"result\": {\"user_id\": \"ada\", \"Authorisation\": \"token-of-ada\", "
                            + "\"trace_id\": \"T\"}, \"error\": null");
            assertThat(ada.asks("snake", "nuropb_describe", "{}"))
                    .startsWith("\"result\": {\"service_name\": \"snake\", \"service_version\": \"1.0\", ")
                    .contains("\"properties\": [[\"a\", {\"type\": \"int\", ");
        }
    }

    @Test
    void serviceInPythonFailsAndIsAnsweredOnceThoughItSaysSoTwice() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
            assertThat(ada.asks("snake", "boom", "{}"))
                    .isEqualTo("\"result\": null, \"error\": {\"error\": \"NuropbException\", \"description\": "
                            + "\"Runtime exception calling snake.boom:ValueError: boom happened\"}");
            assertThat(ada.asks("snake", "nope", "{}"))
                    .isEqualTo("\"result\": null, \"error\": {\"error\": \"NuropbHandlingError\", \"description\": "
                            + "\"Unknown method nope\"}");
            assertThat(ada.asks("snake", "echo", "{}")).isEqualTo("\"result\": {\"echo\": {}}, \"error\": null");
        }
    }

    @Test
    void requestThatIsWantedOnceMoreComesOnceMore() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
            assertThat(ada.asks("snake", "again", "{}")).isEqualTo("\"result\": \"at last\", \"error\": null");
            assertThat(ada.asks("snake", "never", "{}"))
                    .startsWith("\"result\": null, \"error\": {\"error\": \"NuropbCallAgainReject\", \"description\": "
                            + "\"Rejecting second call again request for trace_id: T, correlation_id: ");
        }
    }

    @Test
    void methodThatIsNoTextIsAnsweredInTheWordsOfPython() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
            for (String service : List.of("lab", "gateway")) {
                assertThat(ada.says("{\"type\": \"request\", \"payload\": {\"service\": \"" + service
                                        + "\", \"method\": 7, \"params\": {}, \"trace_id\": \"T\"}}")
                                .hears())
                        .isEqualTo("{\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", \"result\": null, "
                                + "\"error\": {\"error\": \"AttributeError\", \"description\": "
                                + "\"'int' object has no attribute 'startswith'\"}}}");
            }
        }
    }

    @Test
    void clientDoesNotSayWhoItIs() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
            ada.says(
                    "{\"type\": \"request\", \"payload\": {\"service\": \"snake\", \"method\": \"context\", \"params\": {}, "
                            + "\"trace_id\": \"T\", \"context\": {\"user_id\": \"bob\"}, \"user_id\": \"bob\", "
                            + "\"reply_to\": \"elsewhere\", \"ttl\": 0}, \"context\": {\"user_id\": \"bob\"}}");

            assertThat(ada.hears())
                    .isEqualTo("{\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", \"result\": {\"user_id\": "
                            + "\"ada\", \"Authorisation\": \"token-of-ada\", \"trace_id\": \"T\"}, \"error\": null}}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lab", "snake"})
    void threeUsersWithTwoClientsEachAreEachAnsweredTheirOwn(String service) throws Exception {
        List<Callable<Integer>> users = new ArrayList<>();
        for (String user : List.of("ada", "bob", "cyd", "ada", "bob", "cyd")) {
            RelayUnderTest at = users.size() % 2 == 0 ? gateway : twin;
            users.add(() -> {
                int own = 0;
                try (MeshUser client = MeshUser.comes(at, user)) {
                    for (int i = 0; i < REQUESTS; i++) {
                        String context =
                                client.says(service, "context", "{}", user + i).hears();
                        if (context.equals("{\"type\": \"response\", \"payload\": {\"trace_id\": \"" + user + i
                                + "\", \"result\": {\"user_id\": \"" + user + "\", \"Authorisation\": \""
                                + MeshUser.tokenOf(user) + "\", \"trace_id\": \"" + user + i
                                + "\"}, \"error\": null}}")) {
                            own++;
                        }
                    }
                }
                return own;
            });
        }

        try (ExecutorService threads = Executors.newFixedThreadPool(users.size())) {
            for (Future<Integer> own : threads.invokeAll(users)) {
                assertThat(own.get()).isEqualTo(REQUESTS);
            }
        }
    }

    @Test
    void eventsComeToTheClientsOfBothGateways() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada");
                MeshUser bob = MeshUser.comes(twin, "bob")) {
            lab.client().event("orders.new", Map.of("n", 1)).join();

            String heard = "{\"type\": \"event\", \"payload\": {\"topic\": \"orders.new\", \"event\": {\"n\": 1}}}";
            assertThat(ada.hears()).isEqualTo(heard);
            assertThat(bob.hears()).isEqualTo(heard);
        }
    }

    @Test
    void eventsComeToTheUserOrTheSessionThatTheyName() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada");
                MeshUser bob = MeshUser.comes(twin, "bob");
                MeshUser alsoBob = MeshUser.comes(gateway, "bob")) {
            publish("orders.1", "bob");
            assertThat(bob.hears()).contains("orders.1");
            assertThat(alsoBob.hears()).contains("orders.1");

            publish("orders.2", Map.of("session_id", bob.sessionId()));
            assertThat(bob.hears()).contains("orders.2");

            publish("elsewhere", "ada");
            ada.hearsNothing();
            alsoBob.hearsNothing();
        }
    }

    @Test
    void eventsOfAServiceInPythonComeToTheUserThatTheyName() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada");
                MeshUser bob = MeshUser.comes(twin, "bob")) {
            ada.asks("snake", "publish", "{\"topic\": \"orders.paid\", \"event\": {\"n\": 1}, \"target\": \"bob\"}");

            assertThat(bob.hears())
                    .isEqualTo(
                            "{\"type\": \"event\", \"payload\": {\"topic\": \"orders.paid\", \"event\": {\"n\": 1}}}");
            ada.hearsNothing();
        }
    }

    @Test
    void eventsThatCloseEndTheConnectionsOfWhomTheyName() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada");
                MeshUser bob = MeshUser.comes(twin, "bob");
                MeshUser alsoBob = MeshUser.comes(gateway, "bob");
                MeshUser thirdBob = MeshUser.comes(gateway, "bob")) {
            publish("sessions.close", Map.of("session_id", thirdBob.sessionId()));
            assertThat(thirdBob.isClosed()).isEmpty();
            bob.asks("lab", "echo", "{}");

            publish("orders.farewell", "bob");
            publish("sessions.close", "bob");
            assertThat(bob.hears()).contains("orders.farewell");
            assertThat(bob.isClosed()).isEmpty();
            assertThat(alsoBob.hears()).contains("orders.farewell");
            assertThat(alsoBob.isClosed()).isEmpty();
            ada.asks("lab", "echo", "{}");

            publish("sessions.close", null);
            assertThat(ada.isClosed()).isEmpty();
        }
    }

    private void publish(String topic, @Nullable Object target) {
        lab.client()
                .event(new MeshMessage.Event(topic, 1, Map.of(), "T", "C" + topic, target))
                .join();
    }

    @Test
    void clientWithoutATokenIsUpgradedAndSentAwayWithoutAReason() {
        try (RawWebSocket nobody = RawWebSocket.dial(gateway.uri()).upgrades(Handshake.to("/websocket"))) {
            assertThat(nobody.receives().length()).isZero();
        }
    }

    @Test
    void messagesAreAsLongAsTheOriginalTakes() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
            int length = LONGEST - 1000;

            assertThat(ada.asks("lab", "length", "{\"text\": \"" + "x".repeat(length) + "\"}"))
                    .isEqualTo("\"result\": " + length + ", \"error\": null");
        }
    }

    @Test
    void gatewayIsAServiceThatDescribesItself() {
        try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
            assertThat(ada.asks("gateway", "nuropb_describe", "{}"))
                    .startsWith("\"result\": {\"service_name\": \"gateway\", \"service_version\": null, ")
                    .endsWith("\"methods\": {}}, \"error\": null");
        }
        assertThat(lab.client().describe("gateway").join().methods()).isEmpty();
    }

    @Test
    void gatewaysOfOneNameShareWhatTheyAreAskedAndOneThatLeavesLeavesNothingUnanswered() throws Exception {
        List<CompletableFuture<ServiceDescription>> described = new ArrayList<>();
        try (RelayUnderTest third = new RelayUnderTest();
                Connection connection = broker();
                Channel channel = connection.createChannel()) {
            third.with(MeshUser.gateway(rabbit.uri("%2f"), "ada")).server();
            untilReady(third);
            assertThat(channel.queueDeclarePassive("nuropb-gateway-sq").getConsumerCount())
                    .isEqualTo(3);
            for (int i = 0; i < REQUESTS; i++) {
                described.add(lab.client()
                        .request("gateway", "nuropb_describe", Map.of())
                        .thenApply(ServiceDescription::read));
            }
        }

        for (CompletableFuture<ServiceDescription> one : described) {
            assertThat(one.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS).serviceName())
                    .isEqualTo("gateway");
        }
    }

    @Test
    void messagesThatNobodyUnderstandsAreDeadLetteredAndEndNothing() throws Exception {
        try (Connection connection = broker();
                Channel channel = connection.createChannel()) {
            channel.queuePurge("nuropb-dl-queue");
            BasicProperties wrong = new BasicProperties.Builder()
                    .correlationId("C")
                    .replyTo("q")
                    .headers(Map.of("nuropb_protocol", "9", "nuropb_type", "request"))
                    .build();
            BasicProperties right = wrong.builder()
                    .headers(Map.of("nuropb_protocol", "0.1.1", "nuropb_type", "request"))
                    .build();
            channel.basicPublish("", "nuropb-gateway-sq", null, bytes("{}"));
            channel.basicPublish("", "nuropb-gateway-sq", wrong, bytes("{}"));
            channel.basicPublish("", "nuropb-gateway-sq", right, bytes("{nope"));
            channel.basicPublish("", "nuropb-gateway-sq", right, new byte[] {(byte) 0xFF});
            for (int i = 0; i < 4; i++) {
                takes(channel, "nuropb-dl-queue");
            }
        }

        assertThat(lab.client().describe("gateway").join().serviceName()).isEqualTo("gateway");
    }

    @Test
    void requestsHaveTheFormOfTheOriginalAndTheFirstGoodResponseCounts() throws Exception {
        try (Connection connection = broker();
                Channel channel = connection.createChannel();
                MeshUser ada = MeshUser.comes(gateway, "ada")) {
            String queue = channel.queueDeclare().getQueue();
            channel.queueBind(queue, "nuropb-rpc-exchange", "spy");
            ada.says("spy", "look", "{\"n\": NaN}", "T");
            GetResponse request = takes(channel, queue);

            BasicProperties properties = request.getProps();
            String id = properties.getCorrelationId();
            assertThat(id).matches("[0-9a-f]{32}");
            assertThat(properties.getReplyTo()).matches("nuropb-gateway-[0-9a-f]{32}-rq");
            assertThat(properties.getExpiration()).isEqualTo("3600000");
            assertThat(properties.getContentType()).isEqualTo("application/json");
            assertThat(properties.getDeliveryMode()).isNull();
            assertThat(properties.getHeaders().toString())
                    .contains(
                            "nuropb_protocol=0.1.1",
                            "nuropb_version=0.1.8",
                            "nuropb_type=request",
                            "trace_id=T",
                            "encrypted=");
            assertThat(new String(request.getBody(), StandardCharsets.UTF_8))
                    .isEqualTo(
                            "{\"tag\": \"request\", \"service\": \"spy\", \"method\": \"look\", \"params\": {\"n\": NaN}, "
                                    + "\"correlation_id\": \"" + id
                                    + "\", \"context\": {\"user_id\": \"ada\", \"Authorisation\": "
                                    + "\"token-of-ada\", \"trace_id\": \"T\"}, \"trace_id\": \"T\"}");

            BasicProperties response = new BasicProperties.Builder()
                    .correlationId(id)
                    .headers(Map.of("nuropb_protocol", "0.1.1", "nuropb_type", "response"))
                    .build();
            channel.basicPublish("", properties.getReplyTo(), null, bytes("{}"));
            channel.basicPublish("", properties.getReplyTo(), response, bytes("{nope"));
            for (int n = 1; n <= 2; n++) {
                channel.basicPublish(
                        "",
                        properties.getReplyTo(),
                        response,
                        bytes("{\"tag\": \"response\", \"result\": " + n + ", \"error\": null}"));
            }
            assertThat(ada.hears())
                    .isEqualTo(
                            "{\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", \"result\": 1, \"error\": null}}");
            ada.hearsNothing();
        }
    }

    private Connection broker() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(rabbit.uri("%2f"));
        return factory.newConnection();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static GetResponse takes(Channel channel, String queue) throws Exception {
        long end = System.nanoTime() + Patience.LIMIT.toNanos();
        GetResponse message = channel.basicGet(queue, true);
        while (message == null) {
            assertThat(System.nanoTime()).as("a message comes to " + queue).isLessThan(end);
            message = channel.basicGet(queue, true);
        }
        return message;
    }
}
