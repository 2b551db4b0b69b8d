// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherIT {

    @TempDir
    private Path home;

    private Checkout checkout;

    @BeforeEach
    void prepare() {
        checkout = new Checkout(home);
    }

    @Test
    void firstLaunchBuildsAndBecomesJava() {
        List<String> lines = launch("serve", "--set", "namespace=two words");

        assertThat(lines.getFirst()).isEqualTo("building…");
        assertThat(lines)
                .endsWith(
                        "java 25 <dev.fairlead.cli.Main>",
                        "java 25 <serve>",
                        "java 25 <--set>",
                        "java 25 <namespace=two words>");
    }

    @Test
    void javaRunsWithTheFlagsThatTheServerIsMeasuredWith() {
        List<String> lines = launch();

        assertThat(lines)
                .contains(
                        "java 25 <--enable-native-access=ALL-UNNAMED>",
                        "java 25 <--sun-misc-unsafe-memory-access=allow>",
                        "java 25 <-Dio.netty.noUnsafe=false>",
                        "java 25 <-XX:+UseCompactObjectHeaders>");
    }

    @Test
    void optionsOfTheUsersOwnComeBehindThem() {
        List<String> lines = finished(plan().with("FAIRLEAD_JAVA_OPTS", "-Xmx1g -Dmine=1"));

        assertThat(lines)
                .containsSubsequence(
                        "java 25 <-XX:+UseCompactObjectHeaders>", "java 25 <-Xmx1g>", "java 25 <-Dmine=1>");
    }

    @Test
    void classesOfTheUsersOwnComeBehindOurs() {
        List<String> lines = finished(plan().with("FAIRLEAD_CLASSPATH", "/opt/clock.jar:/opt/my services"));

        assertThat(lines).anyMatch(line -> line.matches("java 25 <.*/\\*:/opt/clock.jar:/opt/my services>"));
        assertThat(launch()).anyMatch(line -> line.matches("java 25 <.*/runs/.*/\\*>"));
    }

    @Test
    void secondLaunchBuildsNothing() {
        launch();

        assertThat(launch()).doesNotContain("building…");
        assertThat(checkout.builds()).isEqualTo(1);
    }

    @Test
    void newerSourceIsBuilt() {
        launch();

        checkout.saves("fairlead-server/src/main/java/dev/fairlead/New.java");

        assertThat(launch()).contains("building…");
        assertThat(checkout.builds()).isEqualTo(2);
    }

    @Test
    void newerPomIsBuilt() {
        launch();

        checkout.saves("fairlead-client/pom.xml");

        assertThat(launch()).contains("building…");
    }

    @Test
    void newerTestIsNotBuilt() {
        launch();

        checkout.saves("fairlead-server/src/test/java/dev/fairlead/NewTest.java");

        assertThat(launch()).doesNotContain("building…");
    }

    @Test
    void launchesAtOnceBuildOnce() {
        Path maven = checkout.maven("sleep 0.5");
        List<ForeignProgram> launches = IntStream.range(0, 4)
                .mapToObj(i -> plan(maven, checkout.jdk("25")).start())
                .toList();

        launches.forEach(launch -> assertThat(launch.exits()).isZero());

        assertThat(checkout.builds()).isEqualTo(1);
        assertThat(launches).allSatisfy(launch -> launch.prints("java 25 <dev.fairlead.cli.Main>"));
    }

    @Test
    void buildLeavesTheJarsUnderARunningServerAlone() throws IOException {
        launch();
        Path runs = checkout.folder().resolve("fairlead-cli/target/runs");
        Path first = runs.resolve(Files.readString(runs.resolve("current")).strip());

        checkout.saves("pom.xml");
        launch();

        assertThat(first.resolve("library.jar")).exists();
        assertThat(Files.readString(runs.resolve("current")).strip())
                .isNotEqualTo(first.getFileName().toString());
    }

    @Test
    void failedBuildTellsWhatMavenSaid() {
        Path maven = checkout.maven("echo 'the compiler is cross'; exit 1");

        try (ForeignProgram launch = plan(maven, checkout.jdk("25")).start()) {
            assertThat(launch.exits()).isEqualTo(1);
            launch.prints("building…");
            launch.prints("the compiler is cross");
            launch.prints("fairlead: the build failed");
        }
    }

    @Test
    void missingMavenIsToldInOneLine() {
        ForeignProgram.Plan plan = ForeignProgram.running(checkout.launcher())
                .with("JAVA_HOME", checkout.jdk("25").toString())
                .with("PATH", checkout.bareTools().toString());

        try (ForeignProgram launch = plan.start()) {
            assertThat(launch.exits()).isEqualTo(1);
            assertThat(launch.prints("fairlead: mvn is not on the path")).contains("install Maven");
            assertThat(launch.log()).hasSize(1);
        }
    }

    @Test
    void newerJavaHomeIsTaken() {
        assertThat(finished(plan(checkout.maven(), checkout.jdk("26.0.1"))))
                .contains("java 26.0.1 <dev.fairlead.cli.Main>");
    }

    @Test
    void olderJavaHomeIsSkipped() {
        assertThat(finished(plan(checkout.maven(), checkout.jdk("17.0.9")).with("FAIRLEAD_JAVA_OPTS", "--version")))
                .noneMatch(line -> line.startsWith("java 17"));
    }

    @Test
    void launcherIsFoundThroughALinkAndFromAnywhere() throws IOException {
        Path link = Files.createSymbolicLink(home.resolve("a link"), Path.of("my own checkout/fairlead"));
        ForeignProgram.Plan plan = ForeignProgram.running(link)
                .in(Path.of("/"))
                .with("JAVA_HOME", checkout.jdk("25").toString())
                .with("PATH", checkout.maven() + ":" + System.getenv("PATH"));

        assertThat(finished(plan)).contains("java 25 <dev.fairlead.cli.Main>");
    }

    private List<String> launch(String... arguments) {
        return finished(plan(checkout.maven(), checkout.jdk("25"), arguments));
    }

    private ForeignProgram.Plan plan() {
        return plan(checkout.maven(), checkout.jdk("25"));
    }

    private ForeignProgram.Plan plan(Path maven, Path jdk, String... arguments) {
        return ForeignProgram.running(checkout.launcher(), arguments)
                .with("JAVA_HOME", jdk.toString())
                .with("PATH", maven + ":" + System.getenv("PATH"));
    }

    private static List<String> finished(ForeignProgram.Plan plan) {
        try (ForeignProgram launch = plan.start()) {
            assertThat(launch.exits()).as(() -> String.join("\n", launch.log())).isZero();
            return launch.wholeLog();
        }
    }
}
