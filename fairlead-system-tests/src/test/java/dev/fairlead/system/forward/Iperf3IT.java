// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** iperf3, with its control connection and its streams, through a relay, in both directions. */
class Iperf3IT {

    @ParameterizedTest
    @ValueSource(strings = {"", "--reverse", "--bidir"})
    void twoSecondsOfStreamArriveThroughAForwardedPort(String direction) {
        int port = Forward.freePort();
        try (RelayUnderTest relay = new RelayUnderTest();
                ForeignProgram server = ForeignProgram.running(
                                ForeignProgram.find("iperf3"), "-s", "-B", "127.0.0.1", "-p", "" + port, "--forceflush")
                        .start();
                Forward forward = Forward.with(relay, "-T", "speed:127.0.0.1:" + port, "-L", "0/" + port + ":speed")) {
            server.logs("Server listening on " + port);
            int local = forward.port();
            forward.listens("speed");

            List<String> words = new ArrayList<>(
                    List.of("-c", "127.0.0.1", "-p", "" + local, "-t", "2", "-P", "3", "--connect-timeout", "5000"));
            if (!direction.isEmpty()) {
                words.add(direction);
            }
            try (ForeignProgram client = ForeignProgram.running(
                            ForeignProgram.find("iperf3"), words.toArray(String[]::new))
                    .start()) {
                assertThat(client.exits())
                        .as("%s; %s", client.log(), server.log())
                        .isZero();
                assertThat(client.wholeLog())
                        .filteredOn(line -> line.startsWith("[SUM]") && line.contains("receiver"))
                        .isNotEmpty()
                        .noneMatch(line -> line.contains(" 0.00 Bytes"));
            }
        }
    }
}
