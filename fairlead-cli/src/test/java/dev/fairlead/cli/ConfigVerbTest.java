// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.config.ReferencePage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigVerbTest {

    @TempDir
    private Path directory;

    private Path file;
    private final CommandLineDriver user = new CommandLineDriver();

    @BeforeEach
    void writeFile() throws Exception {
        file = Files.writeString(
                directory.resolve("fairlead.yaml"), "keys: [{name: root, primaryKey: hunter2, rights: [Manage]}]\n");
    }

    @Test
    void goodFileHasNoProblems() {
        user.types("config", "check", "-c", file.toString()).exitsWith(ExitCode.DONE);

        assertThat(user.out().lines()).containsExactly(file + ": no problems");
        assertThat(user.err()).isEmpty();
    }

    @Test
    void brokenFileIsToldWithAllItsProblems() throws Exception {
        Files.writeString(file, "cluster: {}\nrelay: {acceptTimeout: 0s}\nkeys: []\n");

        user.types("config", "check", "-c", file.toString(), "--set", "wind=1").exitsWith(ExitCode.USAGE);

        assertThat(user.out()).isEmpty();
        assertThat(user.err().lines())
                .containsExactly(
                        file + " cannot be used:",
                        "  line 1: cluster: this version has no cluster yet; remove the key",
                        "  line 2: relay.acceptTimeout: 0s (expected: 1s to 2m)",
                        "  line 3: keys: none (expected: at least one rule here or at a hybrid connection); without a "
                                + "key nobody can listen",
                        "  --set: wind: unknown key; `fairlead config reference` tells all keys");
    }

    @Test
    void embeddedDefaultsAreCheckedToo() {
        user.types("config", "check", "--set", "dataDirectory=" + directory).exitsWith(ExitCode.DONE);

        assertThat(user.out().lines()).containsExactly("the configuration: no problems");
    }

    @Test
    void variableWithoutAKeyIsWarnedOf() {
        user.in("FAIRLEAD_NAMESPCAE", "a")
                .types("config", "check", "-c", file.toString())
                .exitsWith(ExitCode.DONE);

        assertThat(user.err().lines())
                .containsExactly("fairlead: warning: FAIRLEAD_NAMESPCAE: no key has this name, so it changes nothing; "
                        + "did you mean FAIRLEAD_NAMESPACE?");
    }

    @Test
    void whatHoldsIsShownWithoutSecrets() {
        user.types("config", "show", "-c", file.toString(), "--set=drainTimeout=5s")
                .exitsWith(ExitCode.DONE);

        assertThat(user.out())
                .containsPattern("drainTimeout: 5s +# --set\n")
                .contains("primaryKey: \"***\"")
                .doesNotContain("hunter2");
    }

    @Test
    void manualIsPrinted() {
        user.types("config", "reference").exitsWith(ExitCode.DONE);

        assertThat(user.out()).isEqualTo(ReferencePage.markdown());
    }
}
