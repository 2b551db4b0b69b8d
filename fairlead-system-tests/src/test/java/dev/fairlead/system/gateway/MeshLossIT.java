// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.mesh.MeshMethod;
import dev.fairlead.mesh.MeshService;
import dev.fairlead.mesh.MeshSetUp;
import dev.fairlead.mesh.Param;
import dev.fairlead.mesh.wire.MeshNames;
import dev.fairlead.testkit.RabbitMq;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The broker is killed under load, and comes back: each request is answered once, with a result or an error. */
class MeshLossIT {

    private static final int CLIENTS = 20;

    /** A service has to come back as well, and a broker takes its time on a busy machine. */
    private static final Duration RETURN = Duration.ofSeconds(60);

    private final RelayUnderTest gateway = new RelayUnderTest();
    private final RabbitMq rabbit = RabbitMq.started();

    /** What is called in these tests. */
    static final class Lab {

        @MeshMethod
        public Object echo(@Param("a") Object a) {
            return a;
        }
    }

    @AfterEach
    void end() {
        gateway.close();
        rabbit.close();
    }

    @Test
    void everyRequestIsAnsweredOnceWhateverBecomesOfTheBroker() throws Exception {
        String uri = rabbit.uri("%2f");
        MeshNames names = MeshNames.of("lab", "one");
        MeshSetUp.declare(uri, names);
        gateway.with(MeshUser.gateway(uri, "ada"))
                .with("gateway.endpoints.0.backend.requestTimeout=5s")
                .server();
        try (MeshService lab = MeshService.builder(uri, "lab", new Lab()).start();
                ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            untilReadinessIs(200);
            AtomicBoolean enough = new AtomicBoolean();
            CountDownLatch busy = new CountDownLatch(CLIENTS * 10);
            List<Future<int[]>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(() -> asksUntil(enough, busy)));
            }
            assertThat(busy.await(RETURN.toSeconds(), TimeUnit.SECONDS)).isTrue();

            rabbit.kill();
            assertThat(untilReadinessIs(503)).startsWith("/websocket: the broker 127.0.0.1:" + rabbit.port());
            rabbit.start();
            MeshSetUp.declare(uri, names);
            untilReadinessIs(200);
            try (MeshUser ada = MeshUser.comes(gateway, "ada")) {
                long end = System.nanoTime() + RETURN.toNanos();
                while (!ada.asks("lab", "echo", "{\"a\": 1}").equals("\"result\": 1, \"error\": null")) {
                    assertThat(System.nanoTime()).as("services are back").isLessThan(end);
                }
            }
            enough.set(true);

            int results = 0;
            int errors = 0;
            for (Future<int[]> client : clients) {
                results += client.get()[0];
                errors += client.get()[1];
            }
            assertThat(lab.isConnected()).isTrue();
            assertThat(results).isGreaterThan(CLIENTS * 10 - 1);
            assertThat(errors).isPositive();
        }
    }

    /** One request after the other, each with an id of its own: a response that were missing, or too many, would show. */
    private int[] asksUntil(AtomicBoolean enough, CountDownLatch busy) {
        int results = 0;
        int errors = 0;
        try (MeshUser client = MeshUser.comes(gateway, "ada")) {
            for (int i = 0; !enough.get(); i++) {
                String response = client.says("lab", "echo", "{\"a\": " + i + "}", "T" + i)
                        .hears();
                String start = "{\"type\": \"response\", \"payload\": {\"trace_id\": \"T" + i + "\", \"result\": ";
                if (response.equals(start + i + ", \"error\": null}}")) {
                    results++;
                } else {
                    assertThat(response)
                            .startsWith(start + "null, \"error\": {\"error\": \"Nuropb")
                            .containsAnyOf("NuropbTransportError", "NuropbNotDeliveredError", "NuropbTimeoutError");
                    errors++;
                }
                busy.countDown();
            }
            client.hearsNothing();
        }
        return new int[] {results, errors};
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
