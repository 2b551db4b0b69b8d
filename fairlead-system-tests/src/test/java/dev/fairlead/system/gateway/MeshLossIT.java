// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.mesh.MeshService;
import dev.fairlead.mesh.MeshSetUp;
import dev.fairlead.mesh.wire.MeshNames;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RabbitMq;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The broker, or a service, is killed under load and comes back: each request is answered once. */
class MeshLossIT {

    private static final int CLIENTS = 20;

    /** A broker takes its time on a busy machine. */
    private static final Duration RETURN = Duration.ofSeconds(60);

    private static RabbitMq rabbit;
    private static String uri;

    private final RelayUnderTest gateway = new RelayUnderTest();

    @BeforeAll
    static void startBroker() {
        rabbit = RabbitMq.started();
        uri = rabbit.uri("%2f");
        MeshSetUp.declare(uri, MeshNames.of("lab", "setup"));
    }

    @AfterAll
    static void stopBroker() {
        rabbit.close();
    }

    @BeforeEach
    void begin() throws Exception {
        gateway.with(MeshUser.gateway(uri, "ada")).server();
        untilReadinessIs(200);
    }

    @AfterEach
    void end() {
        gateway.close();
    }

    @Test
    void everyRequestIsAnsweredOnceWhateverBecomesOfTheBroker() throws Exception {
        try (MeshService lab = MeshService.builder(uri, "lab", new MeshLab()).start();
                MeshLoad load = new MeshLoad(gateway, CLIENTS)) {
            load.goesOnFor(CLIENTS * 10);

            rabbit.kill();
            assertThat(untilReadinessIs(503)).startsWith("/websocket: the broker 127.0.0.1:" + rabbit.port());
            load.goesOnFor(CLIENTS * 10);
            assertThat(load.rests().errors()).isPositive();
            rabbit.start();
            load.goesOn();
            untilReadinessIs(200);
            try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
                assertThat(ada.asks("lab", "echo", "{\"a\": 1}")).isEqualTo("\"result\": 1, \"error\": null");
            }
            int before = load.results();
            load.goesOnFor(CLIENTS * 10).ends();

            assertThat(load.results()).isGreaterThan(before);
            assertThat(lab.isConnected()).isTrue();
        }
    }

    @Test
    void everyRequestHasItsResultWhenAServiceIsKilledAndComesBack() throws Exception {
        ForeignProgram lab = MeshLab.process(uri);
        try (MeshLoad load = new MeshLoad(gateway, CLIENTS)) {
            for (int kills = 0; kills < 3; kills++) {
                load.goesOnFor(CLIENTS * 10);
                lab.close(); // as kill -9 does
                lab = MeshLab.process(uri);
            }
            load.goesOnFor(CLIENTS * 10).ends();

            assertThat(load.errors()).isZero();
        } finally {
            lab.close();
        }
    }

    private String untilReadinessIs(int status) throws IOException, InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(URI.create(gateway.management() + "/readyz"))
                .build();
        long end = System.nanoTime() + RETURN.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (true) {
                HttpResponse<String> answer = http.send(question, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == status) {
                    return answer.body();
                }
                assertThat(System.nanoTime()).as("readiness comes to " + status).isLessThan(end);
            }
        }
    }
}
