// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.fairlead.mesh.MeshException;
import dev.fairlead.mesh.MeshMethod;
import dev.fairlead.mesh.MeshService;
import dev.fairlead.mesh.MeshSetUp;
import dev.fairlead.mesh.Param;
import dev.fairlead.mesh.wire.MeshNames;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RabbitMq;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import dev.fairlead.testkit.WireFrame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a broker does to a gateway, short of going away; and how a gateway knows its broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MeshBrokerIT {

    private static final String ALL = "{\"configure\":\".*\",\"write\":\".*\",\"read\":\".*\"}";
    private static final String NONE = "{\"configure\":\"^$\",\"write\":\"^$\",\"read\":\"^$\"}";
    private static final String AWAY =
            "\"result\": null, \"error\": {\"error\": \"NuropbTransportError\", \"description\": \"RMQ channel closed\"}";
    private static final String ONE = "\"result\": 1, \"error\": null";

    @TempDir
    private static Path folder;

    private final RelayUnderTest gateway = new RelayUnderTest();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Lab service = new Lab();
    private TestAuthority authority;
    private RabbitMq rabbit;
    private MeshService lab;

    /** What is called in these tests. */
    static final class Lab {

        final Semaphore begun = new Semaphore(0);
        final Semaphore gate = new Semaphore(0);

        @MeshMethod
        public Object echo(@Param("a") Object a) {
            return a;
        }

        @MeshMethod
        public int waits() throws InterruptedException {
            begun.release();
            gate.acquire();
            return 1;
        }
    }

    @BeforeAll
    void begin() throws Exception {
        authority = new TestAuthority(folder);
        rabbit = RabbitMq.started(authority.issues("broker", "127.0.0.1"));
        String uri = rabbit.uri("%2f");
        MeshSetUp.declare(uri, MeshNames.of("lab", "setup"));
        lab = MeshService.builder(uri, "lab", service).prefetch(2).start();
        manages("PUT", "users/guest-of-gateway", "{\"password\":\"pass\",\"tags\":\"\"}");
        manages("PUT", "permissions/%2f/guest-of-gateway", ALL);
        gateway.with(MeshUser.gateway(uri.replace("guest:guest", "guest-of-gateway:pass"), "ada"))
                .with("gateway.endpoints.1.path=/echo", "gateway.endpoints.1.backend.type=loopback")
                .server();
        until(gateway, "ready"::equals);
    }

    @AfterAll
    void end() {
        gateway.close();
        lab.close();
        rabbit.close();
        http.close();
    }

    @Test
    void brokerWithoutMemoryCountsAsAwayUntilItHasSome() throws Exception {
        try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
            rabbit.runsShortOfMemory();
            assertThat(ada.asks("lab", "echo", "{\"a\": 1}"))
                    .as("the broker says that it is short to those who publish")
                    .isIn(ONE, AWAY);
            assertThat(until(gateway, page -> page.startsWith("/websocket")))
                    .contains("takes no messages: low on memory");

            assertThat(ada.asks("lab", "echo", "{\"a\": 1}")).isEqualTo(AWAY);
            othersAreServed();
            rabbit.hasMemoryAgain();
            until(gateway, "ready"::equals);

            assertThat(ada.asks("lab", "echo", "{\"a\": 1}")).isEqualTo(ONE);
        }
    }

    @Test
    void requestUnderWayFailsWhenItsResponseQueueIsDeletedAndTheNextOnesAreAnswered() throws Exception {
        try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
            ada.says("lab", "waits", "{}", "W");
            service.begun.acquire();
            try (Connection connection = broker();
                    Channel channel = connection.createChannel()) {
                channel.queueDelete(responseQueue());
            }
            othersAreServed();

            assertThat(ada.hears()).contains("\"W\"", AWAY);
            assertThat(ada.asks("lab", "echo", "{\"a\": 1}")).isEqualTo(ONE);
        } finally {
            service.gate.release();
        }
    }

    @Test
    void requestAtWorkIsAnsweredOnceThoughItsServiceLosesItsConnection() throws Exception {
        try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
            ada.says("lab", "waits", "{}", "W");
            service.begun.acquire();
            manages("DELETE", "connections/username/guest", "");
            service.gate.release(2); // the broker, which has heard nothing, has it done once more

            assertThat(ada.hears()).contains("\"W\"", ONE);
            service.begun.acquire();
            assertThat(ada.asks("lab", "echo", "{\"a\": 1}")).isEqualTo(ONE);
            ada.hearsNothing();
        }
    }

    @Test
    void connectionThatIsRefusedIsTriedAgainUntilItIsNot() throws Exception {
        try (MeshUser ada = MeshUser.comes(gateway, "ada");
                Connection connection = broker();
                Channel channel = connection.createChannel()) {
            String queue = responseQueue();
            manages("PUT", "permissions/%2f/guest-of-gateway", NONE);
            manages("DELETE", "connections/username/guest-of-gateway", "");
            assertThat(until(gateway, page -> page.contains("ACCESS_REFUSED"))).contains("refused for user");
            assertThat(ada.asks("lab", "echo", "{\"a\": 1}")).isEqualTo(AWAY);

            channel.queueDeclare(queue, false, false, true, null);
            String consumer =
                    channel.basicConsume(queue, true, "", false, true, null, (tag, delivery) -> {}, tag -> {});
            manages("PUT", "permissions/%2f/guest-of-gateway", ALL);
            assertThat(until(gateway, page -> page.contains("exclusive"))).startsWith("/websocket: the broker ");
            othersAreServed();
            channel.basicCancel(consumer);
            until(gateway, "ready"::equals);

            assertThat(ada.asks("lab", "echo", "{\"a\": 1}")).isEqualTo(ONE);
        }
    }

    @Test
    void brokerThatHangsUpIsTriedAgainAfterLongerAndLongerPauses() throws Exception {
        List<Long> tries = new ArrayList<>();
        try (ServerSocket broker = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RelayUnderTest early = new RelayUnderTest()) {
            broker.setSoTimeout(Math.toIntExact(Patience.LIMIT.toMillis()));
            early.with(MeshUser.gateway("amqp://127.0.0.1:" + broker.getLocalPort() + "/v", "ada"))
                    .server();
            for (int i = 0; i < 5; i++) {
                broker.accept().close();
                tries.add(System.nanoTime());
            }
        }

        for (int i = 1; i < tries.size(); i++) {
            long least = (50L << (i - 1)) * 1_000_000;
            assertThat(tries.get(i) - tries.get(i - 1))
                    .as("the pause before try " + (i + 1))
                    .isGreaterThan(least / 2);
        }
    }

    @Test
    void brokerOfAnAuthorityOfOnesOwnIsTrustedByWhoIsToldOfIt() {
        String uri = rabbit.secureUri("%2f");
        try (RelayUnderTest secure = new RelayUnderTest();
                MeshService secret = MeshService.builder(uri, "secret", service)
                        .sslContext(authority.trusting())
                        .start()) {
            secure.with(MeshUser.gateway(uri, "ada"))
                    .with("gateway.endpoints.0.backend.trust=" + authority.certificate())
                    .server();
            until(secure, "ready"::equals);
            try (MeshUser ada = MeshUser.comes(secure, "ada")) {
                assertThat(ada.asks("secret", "echo", "{\"a\": 1}")).isEqualTo(ONE);
            }
            assertThat(secret.isConnected()).isTrue();
        }
    }

    @Test
    void brokerOfAnUnknownAuthorityIsNotTrusted() {
        String uri = rabbit.secureUri("%2f");
        assertThatThrownBy(() -> MeshService.builder(uri, "secret", service).start())
                .isInstanceOf(MeshException.class)
                .hasMessageStartingWith("NuropbTransportError: ");

        Path nothing = folder.resolve("nothing.pem");
        try (RelayUnderTest plain = new RelayUnderTest();
                RelayUnderTest elsewhere = new RelayUnderTest();
                RelayUnderTest mistaken = new RelayUnderTest()) {
            plain.with(MeshUser.gateway(uri, "ada")).server();
            elsewhere
                    .with(MeshUser.gateway(uri.replace("127.0.0.1", "localhost"), "ada"))
                    .with("gateway.endpoints.0.backend.trust=" + authority.certificate())
                    .server();
            mistaken.with(MeshUser.gateway(uri, "ada"))
                    .with("gateway.endpoints.0.backend.trust=" + nothing)
                    .server();

            assertThat(until(plain, page -> page.contains("is away"))).contains("PKIX path building failed");
            assertThat(until(elsewhere, page -> page.contains("is away"))).contains("localhost");
            assertThat(until(mistaken, page -> page.contains("is away")))
                    .contains("trust: " + nothing + " (expected: a PEM file with certificates that may be read)");
        }
    }

    private void othersAreServed() {
        try (RawWebSocket other = RawWebSocket.dial(gateway.uri()).upgrades(Handshake.to("/echo"))) {
            assertThat(other.sends(WireFrame.text("hear me")).receivesMessage().text())
                    .isEqualTo("hear me");
        }
    }

    private static String until(RelayUnderTest one, Predicate<String> isSo) {
        long end = System.nanoTime() + Patience.LIMIT.toNanos();
        while (true) {
            String page = one.page("/readyz").strip();
            if (isSo.test(page)) {
                return page;
            }
            assertThat(System.nanoTime()).as("readiness is " + page).isLessThan(end);
        }
    }

    private Connection broker() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(rabbit.uri("%2f"));
        return factory.newConnection();
    }

    private String responseQueue() throws IOException, InterruptedException {
        Matcher name = Pattern.compile("nuropb-gateway-[0-9a-f]{32}-rq").matcher(manages("GET", "queues/%2f", ""));
        assertThat(name.find()).isTrue();
        return name.group();
    }

    private String manages(String method, String path, String body) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + rabbit.managementPort() + "/api/" + path);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri)
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString("guest:guest".getBytes(StandardCharsets.US_ASCII)))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.body();
    }
}
