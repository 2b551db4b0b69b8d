// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SharedAccess;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand pairs at once echo messages of odd sizes, and every byte of every message is compared. */
@ExtendWith(RelayUnderTest.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ThousandPairsIT {

    private static final Path RULER = Path.of("../fairlead-benchmarks/ruler").toAbsolutePath();
    private static final int PAIRS = 1_000;

    private RelayUnderTest relay;
    private String token;
    private ForeignProgram listener;

    @BeforeAll
    void build(RelayUnderTest started) {
        try (ForeignProgram make = ForeignProgram.running(ForeignProgram.find("make"), "-C", RULER.toString(), "wsload")
                .start()) {
            assertThat(make.exits()).as(() -> String.join("\n", make.log())).isZero();
        }
        relay = started;
        token = SharedAccess.encode(relay.token("load"));
        listener = wsload("listener", "-n", "load", "-k", token, "-p", String.valueOf(relay.port()), "-K", "2");
        relay.untilMeter("fairlead_relay_listeners", 2);
    }

    @AfterAll
    void end() {
        listener.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 125, 126, 127, 4_093, 65_535, 65_536, 100_001})
    void everyByteOfEveryMessageComesBack(int size) {
        try (ForeignProgram load = wsload(
                "echo",
                "-V",
                "-n",
                "load",
                "-k",
                token,
                "-p",
                String.valueOf(relay.port()),
                "-c",
                String.valueOf(PAIRS),
                "-s",
                String.valueOf(size),
                "-P",
                "3",
                "-w",
                "0.2",
                "-d",
                "1")) {
            String result = load.prints("{");

            assertThat(load.exits()).as(() -> String.join("\n", load.log())).isZero();
            assertThat(number(result, "err")).isZero();
            assertThat(number(result, "lost")).isZero();
            assertThat(number(result, "msgs")).isPositive();
        }
        relay.untilMeter("fairlead_relay_pairs", 0);
    }

    private static ForeignProgram wsload(String... arguments) {
        return ForeignProgram.running(RULER.resolve("wsload"), arguments).start();
    }

    private static long number(String result, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":(\\d+)").matcher(result);
        assertThat(matcher.find()).as(result).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
