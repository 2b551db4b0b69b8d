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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two gateways of one name before a mesh on RabbitMQ, with a service of the mesh. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MeshIT {

    private static final int REQUESTS = 50;
    private static final int LONGEST = 10 << 20;

    private final RelayUnderTest gateway = new RelayUnderTest();
    private final RelayUnderTest twin = new RelayUnderTest();
    private RabbitMq rabbit;
    private MeshService lab;

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
        for (RelayUnderTest one : List.of(gateway, twin)) {
            one.with(MeshUser.gateway(uri, "ada", "bob", "cyd"))
                    .with("gateway.endpoints.0.backend.events=orders.#")
                    .server();
            untilReady(one);
        }
    }

    @AfterAll
    void end() {
        gateway.close();
        twin.close();
        lab.close();
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
    void threeUsersWithTwoClientsEachAreEachAnsweredTheirOwn() throws Exception {
        List<Callable<Integer>> users = new ArrayList<>();
        for (String user : List.of("ada", "bob", "cyd", "ada", "bob", "cyd")) {
            RelayUnderTest at = users.size() % 2 == 0 ? gateway : twin;
            users.add(() -> {
                int own = 0;
                try (MeshUser client = MeshUser.comes(at, user)) {
                    for (int i = 0; i < REQUESTS; i++) {
                        String context =
                                client.says("lab", "context", "{}", user + i).hears();
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

    private void publish(String topic, Object target) {
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
