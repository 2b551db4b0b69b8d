// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.management.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.connection.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, operating, "Metrics": which meter moves at what. */
class MetersTest {

    private final Meters meters = new Meters();

    @AfterEach
    void end() {
        meters.close();
    }

    static Stream<Arguments> everyCall() {
        return Stream.of(
                call("opened", Meters::opened, "connections_open", 1, "connections_accepted_total", 1),
                call("closed", Meters::closed, "connections_open", -1),
                call("joined", Meters::joined, "relay_pairs", 1, "relay_joins_total", 1),
                call("parted", Meters::parted, "relay_pairs", -1),
                call("relayed", meters -> meters.relayed(1234), "relay_bytes_total", 1234),
                call("violated", meters -> meters.violated(1009), "violations_total{close_code=\"1009\"}", 1),
                call("fellSilent", Meters::fellSilent, "connections_silent_total", 1),
                call("unproxied", Meters::unproxied, "connections_unproxied_total", 1),
                call("acceptFailed", Meters::acceptFailed, "connections_accept_failures_total", 1),
                call("memoryShort", Meters::memoryShort, "memory_shortages_total", 1),
                call("loopStalled", Meters::loopStalled, "loops_stalled_total", 1),
                call("online", Meters::listenerOnline, "relay_listeners", 1, "relay_listens_total", 1),
                call("offline", Meters::listenerOffline, "relay_listeners", -1),
                call(
                        "setAside",
                        Meters::listenerSetAside,
                        "relay_listeners_aside",
                        1,
                        "relay_listeners_set_aside_total",
                        1),
                call("takenBack", Meters::listenerTakenBack, "relay_listeners_aside", -1),
                call("waiting", Meters::senderWaiting, "relay_senders_waiting", 1),
                call("served", Meters::senderServed, "relay_senders_waiting", -1),
                call("rejected", Meters::rejected, "relay_rejections_total", 1),
                call("tokenEnded", Meters::tokenEnded, "relay_tokens_ended_total", 1));
    }

    private static Arguments call(String name, Consumer<Meters> call, Object... moved) {
        Map<String, Double> expected = new TreeMap<>();
        for (int i = 0; i < moved.length; i += 2) {
            expected.put("fairlead_" + moved[i], ((Integer) moved[i + 1]).doubleValue());
        }
        return Arguments.of(name, call, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyCall")
    void eachCallMovesItsMetersAndNoOthers(String name, Consumer<Meters> call, Map<String, Double> moved) {
        assertThat(moved()).isEmpty();

        call.accept(meters);
        assertThat(moved()).as(name).isEqualTo(moved);

        call.accept(meters);
        moved.replaceAll((meter, once) -> 2 * once);
        assertThat(moved()).as(name).isEqualTo(moved);
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void everyRefusalHasItsLabelFromTheStartAndCountsForItselfAlone(Refusal refusal) {
        String meter = "fairlead_refusals_total{cause=\"" + refusal.label() + "\"}";
        assertThat(values()).containsEntry(meter, 0.0);

        meters.refused(refusal);

        assertThat(moved()).isEqualTo(Map.of(meter, 1.0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1002, 1007, 1009})
    void everyViolationThatThereIsHasItsCodeFromTheStart(int closeCode) {
        assertThat(values()).containsEntry("fairlead_violations_total{close_code=\"" + closeCode + "\"}", 0.0);
    }

    @Test
    void meetingIsTimedAndFallsIntoItsBuckets() {
        meters.met(Duration.ofMillis(25));
        meters.met(Duration.ofMillis(1500));

        assertThat(values())
                .containsEntry("fairlead_relay_rendezvous_seconds_count", 2.0)
                .containsEntry("fairlead_relay_rendezvous_seconds_sum", 1.525)
                .containsEntry("fairlead_relay_rendezvous_seconds_bucket{le=\"0.005\"}", 0.0)
                .containsEntry("fairlead_relay_rendezvous_seconds_bucket{le=\"0.025\"}", 1.0)
                .containsEntry("fairlead_relay_rendezvous_seconds_bucket{le=\"2.0\"}", 2.0);
    }

    @Test
    void configurationIsStaleUntilOneIsReadThatCanBeUsed() {
        assertThat(values()).containsEntry("fairlead_config_stale", 0.0);

        meters.configStale();
        meters.configStale();
        assertThat(moved()).isEqualTo(Map.of("fairlead_config_stale", 1.0));

        meters.configRead();
        assertThat(moved()).isEmpty();
    }

    @Test
    void drainReadsHowManyAreLeft() {
        meters.joined();
        meters.joined();
        meters.parted();
        meters.listenerOnline();

        assertThat(meters.pairs()).isOne();
        assertThat(meters.listeners()).isOne();
    }

    @Test
    void everyMeterSaysWhatItMeans() {
        assertThat(meters.scrape().lines().filter(line -> line.startsWith("# HELP fairlead_")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.strip().split(" ", 4)).hasSize(4));
    }

    @Test
    void platformIsMeasuredToo() {
        assertThat(meters.scrape()).contains("jvm_memory_used_bytes", "process_uptime_seconds", "process_files_open");
    }

    /** The server's own meters that are not zero. */
    private Map<String, Double> moved() {
        Map<String, Double> moved = values();
        moved.values().removeIf(value -> value == 0);
        return moved;
    }

    private Map<String, Double> values() {
        Map<String, Double> values = new TreeMap<>();
        meters.scrape().lines().filter(line -> line.startsWith("fairlead_")).forEach(line -> {
            int blank = line.lastIndexOf(' ');
            values.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
        });
        return values;
    }
}
