// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.server.edge.tls.IssuedFiles;
import dev.fairlead.server.edge.tls.KeyFiles;
import dev.fairlead.server.edge.tls.TlsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The section {@code tls} of a port. */
class TlsConfigFileTest {

    private static final String KEY = "keys: [{name: root, primaryKey: secret, rights: [Manage]}]\n";

    @TempDir
    Path folder;

    private IssuedFiles issued;
    private KeyFiles files;

    @BeforeEach
    void makeFiles() throws Exception {
        issued = new IssuedFiles(folder);
        files = issued.ecdsa("server", "relay.test");
    }

    private ConfigLoader loader(String tls) {
        try {
            Path file = Files.writeString(
                    folder.resolve("fairlead.yaml"), KEY + "listen:\n  - address: 127.0.0.1:0\n    tls:\n" + tls);
            return new ConfigLoader(file, List.of(), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TlsConfig read(String tls) {
        return loader(tls).load().config().listen().getFirst().tls();
    }

    private List<String> problems(String tls) {
        return catchThrowableOfType(ConfigException.class, () -> loader(tls).load())
                .problems();
    }

    private static String pair(KeyFiles pair) {
        return "      certificateChain: " + pair.certificateChain() + "\n      privateKey: " + pair.privateKey() + "\n";
    }

    @Test
    void wholeSectionIsRead() throws Exception {
        KeyFiles second = issued.rsa("second", "second.test");

        TlsConfig tls =
                read(pair(files) + """
                      additionalCertificates:
                        - certificateChain: %s
                          privateKey: %s
                      clientAuthorities: %s
                      clientCertificates: optional
                """.formatted(second.certificateChain(), second.privateKey(), issued.authority()));

        assertThat(tls).isEqualTo(new TlsConfig(List.of(files, second), issued.authority(), false));
    }

    @Test
    void twoKeysAreEnough() {
        assertThat(read(pair(files))).isEqualTo(TlsConfig.of(files.certificateChain(), files.privateKey()));
    }

    @Test
    void bothKeysAreRequired() {
        assertThat(problems("      additionalCertificates: []\n"))
                .anyMatch(problem -> problem.contains("listen.0.tls.certificateChain: "))
                .anyMatch(problem -> problem.contains("listen.0.tls.privateKey: "));
    }

    @Test
    void fileOfNoUseIsNamedWithItsLineAndKey() throws Exception {
        KeyFiles other = issued.ecdsa("other", "other.test");

        assertThat(problems(pair(new KeyFiles(files.certificateChain(), other.privateKey()))))
                .containsExactly("line 6: listen.0.tls.privateKey: " + other.privateKey()
                        + " is not the key of the first certificate in " + files.certificateChain()
                        + " (expected: the key that it was asked for with)");
        assertThat(problems(pair(new KeyFiles(folder.resolve("nowhere.pem"), files.privateKey()))))
                .containsExactly("line 5: listen.0.tls.certificateChain: " + folder.resolve("nowhere.pem")
                        + " is not there (expected: a PEM file)");
    }

    @Test
    void additionalCertificatesAndAuthoritiesAreLookedAtAsWell() {
        assertThat(problems(pair(files) + """
                      additionalCertificates:
                        - certificateChain: %s
                          privateKey: nowhere.pem
                      clientAuthorities: %s
                """.formatted(files.certificateChain(), files.privateKey())))
                .containsExactlyInAnyOrder(
                        "line 9: listen.0.tls.additionalCertificates.0.privateKey: nowhere.pem"
                                + " is not there (expected: a PEM file)",
                        "line 10: listen.0.tls.clientAuthorities: " + files.privateKey()
                                + " holds no certificate (expected: PEM, with -----BEGIN CERTIFICATE-----)");
    }

    @Test
    void unknownKeysAndWordsAreProblems() {
        assertThat(problems(pair(files) + "      clientCertificates: perhaps\n      protocols: [SSLv3]\n"))
                .hasSize(2)
                .anyMatch(problem -> problem.contains("listen.0.tls.clientCertificates: perhaps (expected: "))
                .anyMatch(problem -> problem.contains("listen.0.tls.protocols: "));
    }
}
