// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SampleTest {

    private static final String ECHO = """
            {"mode":"echo","c":64,"s":1000,"P":16,"secs":2.00,"msgs":500000,"msgs_s":250000,"p50_us":10.5,"p99_us":20.5,\
            "p999_us":30.5,"lost":0,"err":0,"cpu_s":2.000,"user_s":0.30,"sys_s":0.90}
            """;
    private static final String HTTP = """
            {"mode":"http","kind":"echo","c":64,"s":1000,"secs":2.000,"requests":50000,"requests_s":25000.0,"bytes":125000000,\
            "p50_us":10.5,"p99_us":20.5,"p999_us":30.5,"lost":0,"err":0,"cpu_s":2.000,"user_s":0.30,"sys_s":0.90}
            """;
    private static final String RATE = """
            {"mode":"rate","c":16,"secs":2.00,"conns_s":1000,"failed":0,"p50_us":400,"p99_us":900,"cpu_us_per_conn":150.0,\
            "resumed":1500,"cpu_s":0.300,"user_s":0.20,"sys_s":0.10}
            """;

    private static final String STREAM = """
            {"mode":"stream","bytes":1000000000,"came":1000000000,"secs":2.000,"GB_s":0.5,"cpu_s":2.000,"user_s":0.30,"sys_s":0.90}
            """;

    @Test
    void cpuIsDividedByMessagesAndByBytes() {
        Sample sample = Sample.of(ECHO);

        assertThat(sample.figures())
                .contains(
                        entry(Figure.MESSAGES_PER_SECOND, 250_000.0),
                        entry(Figure.P50_MICROS, 10.5),
                        entry(Figure.P99_MICROS, 20.5),
                        entry(Figure.P999_MICROS, 30.5),
                        entry(Figure.USER_PER_MILLION, 1.0),
                        entry(Figure.SYSTEM_PER_MILLION, 3.0),
                        entry(Figure.USER_PER_GB, 1.0),
                        entry(Figure.SYSTEM_PER_GB, 3.0));
        assertThat(sample.cpuPerUnit()).isEqualTo(2.0 / 500_000);
    }

    @Test
    void ticksOnlyDivideTheExactWhole() {
        Sample sample = Sample.of(ECHO.replace("\"user_s\":0.30,\"sys_s\":0.90", "\"user_s\":0.00,\"sys_s\":0.00"));

        assertThat(sample.figures())
                .contains(entry(Figure.USER_PER_MILLION, 0.0), entry(Figure.SYSTEM_PER_MILLION, 4.0));
    }

    @Test
    void cpuOfConnectionsIsToldForEach() {
        Sample sample = Sample.of(RATE);

        assertThat(sample.figures().get(Figure.USER_MICROS_PER_CONNECTION)).isCloseTo(100, Offset.offset(1e-9));
        assertThat(sample.figures().get(Figure.SYSTEM_MICROS_PER_CONNECTION)).isCloseTo(50, Offset.offset(1e-9));
        assertThat(sample.figures()).contains(entry(Figure.RESUMED_SHARE, 0.75));
    }

    @Test
    void cpuOfRequestsIsToldForEachAndForWhatTheyCarried() {
        Sample sample = Sample.of(HTTP);

        assertThat(sample.figures())
                .contains(
                        entry(Figure.REQUESTS_PER_SECOND, 25_000.0),
                        entry(Figure.P99_MICROS, 20.5),
                        entry(Figure.USER_MICROS_PER_REQUEST, 10.0),
                        entry(Figure.SYSTEM_MICROS_PER_REQUEST, 30.0),
                        entry(Figure.USER_PER_RELAYED_GB, 4.0),
                        entry(Figure.SYSTEM_PER_RELAYED_GB, 12.0));
        assertThat(Sample.of(HTTP.replace("\"bytes\":125000000", "\"bytes\":0")).figures())
                .doesNotContainKey(Figure.USER_PER_RELAYED_GB);
    }

    @Test
    void messageThereAndBackIsRelayedTwice() {
        Sample path = Sample.of(ECHO).perRelayedByte();

        assertThat(path.figures())
                .contains(entry(Figure.USER_PER_RELAYED_GB, 0.5), entry(Figure.SYSTEM_PER_RELAYED_GB, 1.5));
        assertThat(Sample.of(HTTP).besideWebSocket(path).figures()).contains(entry(Figure.WEBSOCKET_RATIO, 8.0));
    }

    @Test
    void streamTellsItsSpeedAndWhatItCost() {
        Sample faster = Sample.of(STREAM.replace("\"GB_s\":0.5", "\"GB_s\":1.25"));

        Sample sample = Sample.of(STREAM).besideSocat(faster);

        assertThat(sample.figures())
                .contains(
                        entry(Figure.STREAMED_GB_PER_SECOND, 0.5),
                        entry(Figure.USER_PER_STREAMED_GB, 0.5),
                        entry(Figure.SYSTEM_PER_STREAMED_GB, 1.5),
                        entry(Figure.SOCAT_RATIO, 0.4));
    }

    @Test
    void streamThatDidNotArriveWholeIsNoRun() {
        assertThatExceptionOfType(UnusableRun.class)
                .isThrownBy(() -> Sample.of(STREAM.replace("\"came\":1000000000", "\"came\":7")))
                .withMessageStartingWith("the stream did not arrive whole");
    }

    @Test
    void onlyTheLastLineCounts() {
        assertThat(Sample.of("control channel lost\n" + RATE)).isEqualTo(Sample.of(RATE));
    }

    @Test
    void lostConnectionsAndWrongBytesSpoilARun() {
        assertThatExceptionOfType(UnusableRun.class)
                .isThrownBy(() -> Sample.of(ECHO.replace("\"lost\":0", "\"lost\":1")));
        assertThatExceptionOfType(UnusableRun.class)
                .isThrownBy(() -> Sample.of(ECHO.replace("\"err\":0", "\"err\":1")));
        assertThatExceptionOfType(UnusableRun.class)
                .isThrownBy(() -> Sample.of(HTTP.replace("\"err\":0", "\"err\":1")));
        assertThatExceptionOfType(UnusableRun.class)
                .isThrownBy(() -> Sample.of(RATE.replace("\"failed\":0", "\"failed\":21")));
    }

    @Test
    void runWithoutWorkIsNoRun() {
        assertThatExceptionOfType(UnusableRun.class)
                .isThrownBy(() -> Sample.of(ECHO.replace("\"msgs\":500000", "\"msgs\":0")))
                .withMessage("no message came back");
        assertThatExceptionOfType(UnusableRun.class)
                .isThrownBy(() -> Sample.of(RATE.replace("\"conns_s\":1000", "\"conns_s\":0")))
                .withMessage("no connection was opened");
    }

    @Test
    void httpWithoutAnAnswerIsNoRun() {
        assertThatExceptionOfType(UnusableRun.class)
                .isThrownBy(() -> Sample.of(HTTP.replace("\"requests\":50000", "\"requests\":0")))
                .withMessage("no request was answered");
    }

    @Test
    void outputWithoutResultSaysSo() {
        assertThatExceptionOfType(UnusableRun.class)
                .isThrownBy(() -> Sample.of("opened only 3 of 9\n"))
                .withMessage("the load generator printed no result");
        assertThatExceptionOfType(UnusableRun.class)
                .isThrownBy(() -> Sample.of("{\"mode\":\"echo\"}"))
                .withMessageContaining("lacks lost");
    }
}
