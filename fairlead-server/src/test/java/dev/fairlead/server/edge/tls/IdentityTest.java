// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.server.edge.tls.UnusableCertificate.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators bring as certificate and key, and what they are told of it. */
class IdentityTest {

    @TempDir
    Path folder;

    private IssuedFiles issued;

    @BeforeEach
    void makeAuthority() throws Exception {
        issued = new IssuedFiles(folder);
    }

    private static UnusableCertificate unusable(KeyFiles files) {
        return catchThrowableOfType(UnusableCertificate.class, () -> Identity.read(files));
    }

    @Test
    void ecdsaIsRead() throws Exception {
        Identity identity = Identity.read(issued.ecdsa("server", "relay.test"));

        assertThat(identity.key().getAlgorithm()).isEqualTo("EC");
        assertThat(identity.expires()).isEqualTo(IssuedFiles.END);
        assertThat(identity.names()).containsExactly("relay.test");
    }

    @Test
    void rsaIsRead() throws Exception {
        assertThat(Identity.read(issued.rsa("server", "relay.test")).key().getAlgorithm())
                .isEqualTo("RSA");
    }

    @Test
    void chainIsReadInItsOrderAndEndsWithTheFirstToEnd() throws Exception {
        KeyFiles files = issued.until(IssuedFiles.END.plusSeconds(60), "server", "relay.test");
        Files.writeString(
                files.certificateChain(),
                Files.readString(files.certificateChain()) + "text between is passed over\n"
                        + Files.readString(issued.authority()));

        Identity identity = Identity.read(files);

        assertThat(identity.chain())
                .extracting(certificate -> certificate.getSubjectX500Principal().getName())
                .containsExactly("CN=server", "CN=authority");
        assertThat(identity.expires()).isEqualTo(IssuedFiles.END.plusSeconds(1));
    }

    @Test
    void expiredCertificateIsNotRefused() throws Exception {
        KeyFiles files = issued.until(IssuedFiles.BEGIN.plusSeconds(60), "server", "relay.test");

        assertThat(Identity.read(files).expires()).isEqualTo(IssuedFiles.BEGIN.plusSeconds(60));
    }

    @Test
    void missingFilesAreNamed() throws Exception {
        KeyFiles files = issued.ecdsa("server", "relay.test");
        Path nowhere = folder.resolve("nowhere.pem");

        UnusableCertificate chain = unusable(new KeyFiles(nowhere, files.privateKey()));
        UnusableCertificate key = unusable(new KeyFiles(files.certificateChain(), nowhere));

        assertThat(chain.why()).isEqualTo(nowhere + " is not there (expected: a PEM file)");
        assertThat(chain.part()).isEqualTo(Part.CHAIN);
        assertThat(key.why()).isEqualTo(nowhere + " is not there (expected: a PEM file)");
        assertThat(key.part()).isEqualTo(Part.KEY);
    }

    @Test
    void directoryCannotBeRead() throws Exception {
        KeyFiles files = issued.ecdsa("server", "relay.test");

        assertThat(unusable(new KeyFiles(folder, files.privateKey())).why())
                .startsWith(folder + " cannot be read (")
                .endsWith("); let the server's user read it");
    }

    @Test
    void fileOfMoreThanAMebibyteIsNotRead() throws Exception {
        KeyFiles files = issued.ecdsa("server", "relay.test");
        Files.write(files.certificateChain(), new byte[(1 << 20) + 1]);

        assertThat(unusable(files).why())
                .isEqualTo(files.certificateChain() + " is larger than any certificate (expected: a PEM file)");
    }

    @Test
    void fileWithoutACertificateIsToldFromABrokenOne() throws Exception {
        KeyFiles files = issued.ecdsa("server", "relay.test");

        Files.writeString(files.certificateChain(), "hello");
        assertThat(unusable(files).why())
                .isEqualTo(files.certificateChain()
                        + " holds no certificate (expected: PEM, with -----BEGIN CERTIFICATE-----)");

        Files.writeString(files.certificateChain(), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThat(unusable(files).why())
                .isEqualTo(files.certificateChain() + " holds a certificate that cannot be read; write the file anew");
    }

    @Test
    void fileWithoutAKeyIsSaidToHoldNone() throws Exception {
        KeyFiles files = issued.ecdsa("server", "relay.test");
        Files.writeString(files.privateKey(), Files.readString(files.certificateChain()));

        assertThat(unusable(files).why())
                .isEqualTo(
                        files.privateKey() + " holds no private key (expected: PEM, with -----BEGIN PRIVATE KEY-----)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    void keyInAnotherFormIsNamedWithTheCommandThatTurnsItIntoAUsefulOne(String kind) throws Exception {
        KeyFiles files = issued.rsa("server", "relay.test");
        Files.writeString(
                files.privateKey(), Files.readString(files.privateKey()).replace("PRIVATE KEY", kind));

        UnusableCertificate unusable = unusable(files);

        assertThat(unusable.why())
                .isEqualTo(files.privateKey() + " holds a " + kind
                        + " (expected: a PRIVATE KEY, which is PKCS#8 without a password);"
                        + " write it with `openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW`");
        assertThat(unusable.part()).isEqualTo(Part.KEY);
    }

    @Test
    void keyOfAnotherCertificateIsRefused() throws Exception {
        KeyFiles one = issued.ecdsa("one", "one.test");
        KeyFiles two = issued.ecdsa("two", "two.test");

        UnusableCertificate unusable = unusable(new KeyFiles(one.certificateChain(), two.privateKey()));

        assertThat(unusable.why())
                .isEqualTo(two.privateKey() + " is not the key of the first certificate in " + one.certificateChain()
                        + " (expected: the key that it was asked for with)");
        assertThat(unusable.part()).isEqualTo(Part.KEY);
    }

    @Test
    void keyOfAnotherAlgorithmIsRefused() throws Exception {
        KeyFiles one = issued.ecdsa("one", "one.test");
        KeyFiles two = issued.rsa("two", "two.test");

        assertThat(unusable(new KeyFiles(one.certificateChain(), two.privateKey()))
                        .why())
                .isEqualTo(two.privateKey() + " holds no key that is EC, as its certificate's is");
    }

    @Test
    void nothingOfABrokenKeyIsTold() throws Exception {
        KeyFiles files = issued.ecdsa("server", "relay.test");
        Files.writeString(
                files.privateKey(), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n!!!\n-----END PRIVATE KEY-----\n");

        assertThat(unusable(files).why())
                .isEqualTo(files.privateKey() + " holds no key that is EC, as its certificate's is");
    }

    @ParameterizedTest
    @CsvSource({
        "relay.test, true",
        "RELAY.Test, true",
        "relay.test., false",
        "other.test, false",
        "a.relay.test, false",
        "test, false",
        "'', false",
    })
    void certificateIsForItsNames(String asked, boolean expected) throws Exception {
        assertThat(Identity.read(issued.ecdsa("server", "relay.test")).isFor(asked))
                .isEqualTo(expected);
    }
}
