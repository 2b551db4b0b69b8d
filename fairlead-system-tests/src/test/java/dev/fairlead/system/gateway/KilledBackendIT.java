// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.resilience.ServerProcess;
import dev.fairlead.testkit.ForeignProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backend that is killed in the middle of nine thousand sessions, and started again: every message is accounted for. */
class KilledBackendIT {

    private static final int SESSIONS = 9_000;
    private static final int MESSAGES = 100;
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Pattern LETTER = Pattern.compile("\"kind\":\"message\",.*\"text\":\"(\\d+) (\\d+)\"");

    @TempDir
    private Path home;

    @Test
    void everyMessageIsDeliveredInOrderOrADeadLetter() throws IOException {
        Path file = home.resolve("tally");
        Tally tally = new Tally(file, SESSIONS);
        ForeignProgram backend = backend("0", file);
        String port = backend.prints("ready").split(" ", -1)[1];
        try (ServerProcess server = new ServerProcess(
                        home,
                        List.of("-XX:TieredStopAtLevel=4"),
                        plan -> plan,
                        "gateway.endpoints.0.path=/ws",
                        "gateway.endpoints.0.backend.type=http",
                        "gateway.endpoints.0.backend.connectUri=http://127.0.0.1:" + port + "/connect",
                        "gateway.endpoints.0.backend.messageUri=http://127.0.0.1:" + port + "/message",
                        "gateway.endpoints.0.backend.disconnectUri=http://127.0.0.1:" + port + "/disconnect");
                ForeignProgram crowd =
                        java("Crowd", String.valueOf(server.uri().getPort()), String.valueOf(SESSIONS))) {
            until("a third of the messages", () -> tally.total() > SESSIONS * MESSAGES / 3);

            backend.close(); // as kill -9 does
            int had = tally.total();
            server.untilMeter("fairlead_gateway_backend_aside{endpoint=\"/ws\"}", 1);
            assertThat(had).isLessThan(SESSIONS * MESSAGES);
            backend = backend(port, file);

            until("the end of the crowd", () -> crowd.log().stream().anyMatch(line -> line.startsWith("over")));
            assertThat(crowd.prints("over")).endsWith("lost 0");
            server.untilMeter("fairlead_gateway_sessions{endpoint=\"/ws\"}", 0);
            assertThat(server.isToldToStop().exits()).isZero();
            assertThat(unaccounted(tally)).isZero();
            assertThat(tally.leaps()).isZero();
            assertThat(server.log()).noneMatch(line -> line.contains(" ERROR ") || line.contains("\tat "));
        } finally {
            backend.close();
        }
    }

    private int unaccounted(Tally tally) throws IOException {
        BitSet known = new BitSet(SESSIONS * MESSAGES);
        for (int i = 0; i < SESSIONS; i++) {
            known.set(i * MESSAGES, i * MESSAGES + tally.of(i));
        }
        Path letters = home.resolve("dead-letters.jsonl");
        if (Files.exists(letters)) {
            for (String letter : Files.readAllLines(letters)) {
                Matcher said = LETTER.matcher(letter);
                if (said.find()) {
                    known.set(Integer.parseInt(said.group(1)) * MESSAGES + Integer.parseInt(said.group(2)));
                }
            }
        }
        return SESSIONS * MESSAGES - known.cardinality();
    }

    private ForeignProgram backend(String port, Path file) {
        return java("TallyingBackend", port, file.toString(), String.valueOf(SESSIONS));
    }

    private ForeignProgram java(String name, String... arguments) {
        List<String> words = new ArrayList<>(
                List.of("-cp", System.getProperty("java.class.path"), getClass().getPackageName() + "." + name));
        words.addAll(List.of(arguments));
        return ForeignProgram.running(
                        Path.of(System.getProperty("java.home"), "bin", "java"), words.toArray(String[]::new))
                .in(home)
                .start();
    }

    private static void until(String what, BooleanSupplier done) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waiting for " + what).isNegative();
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
