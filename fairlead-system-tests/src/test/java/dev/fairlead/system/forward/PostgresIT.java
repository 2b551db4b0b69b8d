// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PostgreSQL's {@code psql} and a server of the test's own, through a relay. The server refuses to run as root, so it is given up then. */
class PostgresIT {

    private static final boolean ROOT = System.getProperty("user.name").equals("root");

    private final RelayUnderTest relay = new RelayUnderTest();
    private Path folder;
    private int port;
    private ForeignProgram server;

    @BeforeEach
    void startServer() throws IOException {
        folder = Files.createTempDirectory("fairlead-postgres");
        if (ROOT) {
            // PostgreSQL's package brings this user
            Files.setOwner(
                    folder,
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
        }
        port = Forward.freePort();
        String data = folder.resolve("data").toString();
        try (ForeignProgram made =
                plan("initdb", "-D", data, "-U", "tester", "-A", "trust", "--no-sync", "--locale=C")) {
            made.logs("Success");
            assertThat(made.exits()).isZero();
        }
        server = plan(
                "postgres",
                "-D",
                data,
                "-p",
                "" + port,
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off");
        server.logs("database system is ready to accept connections");
    }

    private ForeignProgram plan(String program, String... arguments) throws IOException {
        List<String> words = new ArrayList<>();
        if (ROOT) {
            words.addAll(List.of(ForeignProgram.find("runuser").toString(), "-u", "postgres", "--"));
        }
        words.add(found(program).toString());
        words.addAll(List.of(arguments));
        return ForeignProgram.running(
                        Path.of(words.getFirst()),
                        words.subList(1, words.size()).toArray(String[]::new))
                .in(folder)
                .start();
    }

    /** Debian keeps the server's programs off the path, in a folder for each version. */
    private static Path found(String program) throws IOException {
        Path versions = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(versions)) {
            try (Stream<Path> folders = Files.list(versions)) {
                List<String> candidates = folders.map(version ->
                                version.resolve("bin").resolve(program).toString())
                        .sorted(Comparator.reverseOrder())
                        .toList();
                return ForeignProgram.find(
                        Stream.concat(candidates.stream(), Stream.of(program)).toArray(String[]::new));
            }
        }
        return ForeignProgram.find(program);
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
        relay.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Test
    void queriesAreAnsweredThroughAForwardedPort() {
        try (Forward forward = Forward.with(relay, "-T", "db:127.0.0.1:" + port, "-L", "0/" + port + ":db")) {
            int local = forward.port();
            forward.listens("db");

            try (ForeignProgram psql = ForeignProgram.running(
                            ForeignProgram.find("psql"),
                            "-X",
                            "-At",
                            "-h",
                            "127.0.0.1",
                            "-p",
                            "" + local,
                            "-U",
                            "tester",
                            "-c",
                            "create table words as select i, repeat('x', 100) as word from generate_series(1, 50000) i",
                            "-c",
                            "select sum(i), sum(length(word)) from words",
                            "-c",
                            "copy words to stdout",
                            "postgres")
                    .start()) {
                assertThat(psql.exits())
                        .as("%s", psql.log().stream().limit(5).toList())
                        .isZero();
                List<String> heard = psql.wholeLog();
                assertThat(heard).hasSize(50_002).startsWith("SELECT 50000", "1250025000|5000000");
            }
        }
    }
}
