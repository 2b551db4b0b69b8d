// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.PercentEncoding;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerbTest {

    @TempDir
    private Path directory;

    private final CommandLineDriver user = new CommandLineDriver();

    private static String token(String uri, Duration life) {
        return SasToken.sign(uri, SasKey.of("root", "secret"), CommandLineDriver.NOW.plus(life))
                .text();
    }

    @Test
    void tokenIsSignedForAnHourUnlessTold() {
        user.types("token", "make", "--uri", "http://localhost/hyco", "--key-name", "root", "--key", "secret")
                .exitsWith(ExitCode.DONE);

        SasToken token = SasToken.parse(user.out());
        assertThat(token.signedBy(SasKey.of("root", "secret"))).isTrue();
        assertThat(token.resource()).isEqualTo("http://localhost/hyco");
        assertThat(token.keyName()).isEqualTo("root");
        assertThat(token.expiresAt()).isEqualTo(CommandLineDriver.NOW.plus(Duration.ofHours(1)));
    }

    @Test
    void keyIsReadFromAFileAndTheLifeIsTold() throws Exception {
        Path key = Files.writeString(directory.resolve("key"), "secret\n");

        user.types("token", "make", "--uri=sb://a/b", "--key-name=root", "--key=@" + key, "--ttl=1m30s")
                .exitsWith(ExitCode.DONE);

        SasToken token = SasToken.parse(user.out());
        assertThat(token.signedBy(SasKey.of("root", "secret"))).isTrue();
        assertThat(token.expiresAt()).isEqualTo(CommandLineDriver.NOW.plusSeconds(90));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--ttl=0s", "--ttl=soon", "--uri=hyco", "--key=@/not/there", "--key=", "--key-name="})
    void wrongOptionIsNamed(String option) {
        String name = option.substring(0, option.indexOf('='));
        String[] args = {"token", "make", "--uri=http://a/", "--key-name=root", "--key=secret", "--ttl=1h"};
        for (int i = 0; i < args.length; i++) {
            args[i] = args[i].startsWith(name + "=") ? option : args[i];
        }

        user.types(args).exitsWith(ExitCode.USAGE);

        assertThat(user.err()).startsWith("fairlead: " + name + ": ").contains("(expected: ");
        assertThat(user.out()).isEmpty();
    }

    @Test
    void everyFieldIsExplained() {
        user.types(
                        "token",
                        "check",
                        token("http://localhost/hyco/", Duration.ofMinutes(59).plusSeconds(30)))
                .exitsWith(ExitCode.DONE);

        assertThat(user.out().lines())
                .containsExactly(
                        "resource   http://localhost/hyco/ (sr): the path hyco and all below it",
                        "rule       root (skn): whose key is said to have signed",
                        "expiry     2026-11-01T12:59:30Z (se): in 59m30s",
                        "signature  not verified; give the rule's key with --key");
    }

    @Test
    void tokenOfTheWholeNamespaceIsToldAsSuch() {
        user.types("token", "check", token("http://localhost/", Duration.ofHours(49)))
                .exitsWith(ExitCode.DONE);

        assertThat(user.out()).contains(": the whole namespace").contains(": in 2d1h");
    }

    @Test
    void expiredTokenIsOfNoUse() {
        user.types("token", "check", token("http://localhost/hyco", Duration.ofMinutes(-5)))
                .exitsWith(ExitCode.FAILED);

        assertThat(user.out()).contains("expiry     2026-11-01T11:55:00Z (se): EXPIRED 5m ago");
    }

    @Test
    void signatureIsVerifiedWithTheKey() {
        String token = token("http://localhost/hyco", Duration.ofHours(1));

        user.types("token", "check", token, "--key", "secret").exitsWith(ExitCode.DONE);
        assertThat(user.out()).contains("signature  valid");

        user.types("token", "check", token, "--key", "other").exitsWith(ExitCode.FAILED);
        assertThat(user.out()).contains("signature  NOT VALID");
    }

    @Test
    void ruleIsComparedWithoutRegardToCase() {
        String token = token("http://localhost/hyco", Duration.ofHours(1));

        user.types("token", "check", token, "--key-name", "ROOT").exitsWith(ExitCode.DONE);
        user.types("token", "check", token, "--key-name", "sender").exitsWith(ExitCode.FAILED);
        assertThat(user.out()).contains("rule       NOT sender");
    }

    @Test
    void tokenOpensWhatLiesBelowItsResource() {
        String token = token("http://localhost/hyco", Duration.ofHours(1));

        user.types("token", "check", token, "--uri", "ws://elsewhere:9400/$hc/HYCO/sub?x=1")
                .exitsWith(ExitCode.DONE);
        assertThat(user.out()).contains("opens      ws://elsewhere:9400/$hc/HYCO/sub?x=1: yes");

        user.types("token", "check", token, "--uri", "ws://localhost/hyco2").exitsWith(ExitCode.FAILED);
        assertThat(user.out()).contains("opens      ws://localhost/hyco2: NO");
    }

    @Test
    void tokenOutOfAUrlIsDecodedFirst() {
        String token = PercentEncoding.encodeForm(token("http://localhost/hyco", Duration.ofHours(1)));

        user.types("token", "check", token, "--key", "secret").exitsWith(ExitCode.DONE);
    }

    @Test
    void tokenIsReadFromAFile() throws Exception {
        Path file = Files.writeString(directory.resolve("token"), token("http://a/b", Duration.ofHours(1)) + "\n");

        user.types("token", "check", "@" + file).exitsWith(ExitCode.DONE);
    }

    @Test
    void textThatIsNoTokenIsNotRepeated() {
        user.types("token", "check", "hunter2").exitsWith(ExitCode.FAILED);

        assertThat(user.err())
                .startsWith("fairlead: no token: ")
                .contains("(expected: ")
                .doesNotContain("hunter2");
    }
}
