// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RecordingBackend;
import dev.fairlead.testkit.RecordingBackend.Manner;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.WireFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A backend that takes nothing for a while, with a hundred sessions that talk on: nothing is lost, and nothing changes places. */
@ExtendWith(RelayUnderTest.Extension.class)
class OutageIT {

    private static final int SESSIONS = 100;
    private static final int MESSAGES = 20;
    private static final String ASIDE = "fairlead_gateway_backend_aside{endpoint=\"/ws\"}";
    private static final String UNDELIVERED = "fairlead_gateway_undelivered_total{endpoint=\"/ws\"}";

    private final Ledger ledger = new Ledger();
    private final RecordingBackend backend = new RecordingBackend().asks(ledger);
    private final List<RawWebSocket> clients = new ArrayList<>();
    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.offers("path: /ws, delivery: {firstPause: 20ms, longestPause: 500ms}, backend: "
                + backend.yaml("answerTimeout: 300ms"));
    }

    @AfterEach
    void end() {
        backend.close();
    }

    /** How a backend fails. */
    enum Failure {
        REFUSES {
            @Override
            void begin(RecordingBackend backend, Ledger ledger) {
                backend.stops();
            }

            @Override
            void end(RecordingBackend backend, Ledger ledger) {
                backend.startsAgain();
            }
        },
        HANGS {
            @Override
            void begin(RecordingBackend backend, Ledger ledger) {
                ledger.feels(post -> new Manner.Hanging());
            }
        },
        RESETS {
            @Override
            void begin(RecordingBackend backend, Ledger ledger) {
                ledger.feels(post -> new Manner.Resetting());
            }
        },
        ANSWERS_502 {
            @Override
            void begin(RecordingBackend backend, Ledger ledger) {
                ledger.answers(502);
            }
        },
        ANSWERS_504 {
            @Override
            void begin(RecordingBackend backend, Ledger ledger) {
                ledger.answers(504);
            }
        };

        abstract void begin(RecordingBackend backend, Ledger ledger);

        void end(RecordingBackend backend, Ledger ledger) {
            ledger.takesAll();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostOrChangesPlaces(Failure failure) throws InterruptedException {
        connect();
        say(0, 5);
        failure.begin(backend, ledger);
        say(5, 15);
        relay.untilMeter(ASIDE, 1);

        passes(Duration.ofSeconds(1));
        failure.end(backend, ledger);

        say(15, MESSAGES);
        allHaveArrived();
        relay.untilMeter(ASIDE, 0);
    }

    @Test
    void nothingIsLostOrChangesPlacesOverHalfAMinuteOf503() throws InterruptedException {
        connect();
        say(0, 5);
        ledger.answers(503);
        say(5, 15);
        relay.untilMeter(ASIDE, 1);

        passes(Duration.ofSeconds(30));
        double retries = relay.meter("fairlead_gateway_retries_total{endpoint=\"/ws\"}");
        ledger.takesAll();

        say(15, MESSAGES);
        allHaveArrived();
        relay.untilMeter(ASIDE, 0);
        // those who were under way when it began, and then one after the other, with pauses
        assertThat(retries).isLessThan(SESSIONS + 60.0);
    }

    /** Each takes what came after a coin was thrown, so that repeats are many; the answer of some is lost behind it. */
    @Test
    void whatIsToldAgainBearsTheIdThatItHadSoThatRepeatsAreKnown() {
        Ledger all = ledger.feels(
                post -> Math.floorMod(post.body().hashCode() + backend.posts().size(), 3) == 0
                        ? new Manner.Resetting()
                        : RecordingBackend.TAKING);
        connect();
        say(0, MESSAGES);

        all.untilTaken(SESSIONS * (1 + MESSAGES), Duration.ofSeconds(60));
        ledger.takesAll();
        allHaveArrived();
    }

    private void connect() {
        for (int i = 0; i < SESSIONS; i++) {
            clients.add(relay.session("/ws"));
        }
    }

    private void say(int from, int to) {
        for (RawWebSocket client : clients) {
            for (int i = from; i < to; i++) {
                client.sends(WireFrame.text("message " + i));
            }
        }
    }

    private void allHaveArrived() {
        ledger.untilTaken(SESSIONS * (1 + MESSAGES), Duration.ofSeconds(30));
        for (RawWebSocket client : clients) {
            client.sends(WireFrame.close(1000, ""));
        }
        ledger.untilTaken(SESSIONS * (2 + MESSAGES), Duration.ofSeconds(30));

        List<String> story = new ArrayList<>(List.of("connect"));
        IntStream.range(0, MESSAGES).forEach(i -> story.add("message " + i));
        story.add("disconnect");
        assertThat(ledger.stories().values())
                .hasSize(SESSIONS)
                .allSatisfy(told -> assertThat(told).isEqualTo(story));
        assertThat(relay.meter(UNDELIVERED)).isZero();
    }

    private static void passes(Duration time) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS))
                .isFalse();
    }
}
