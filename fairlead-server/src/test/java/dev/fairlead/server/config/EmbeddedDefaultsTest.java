// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.server.edge.ListenAddress;
import dev.fairlead.server.edge.tls.TlsConfig;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.security.Right;
import dev.fairlead.server.settings.HostPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDefaultsTest {

    @TempDir
    private Path directory;

    private Path data;

    @BeforeEach
    void nameDataDirectory() {
        data = directory.resolve("data");
    }

    private ConfigLoader loader(String... set) {
        List<String> all = new ArrayList<>(List.of(set));
        all.add("dataDirectory=" + data);
        return new ConfigLoader(null, all, Map.of());
    }

    @Test
    void serverWithoutAFileListensOnTheLoopbackAndCreatesOnListen() {
        ServerConfig config = loader().load().config();

        assertThat(config.namespace()).isEqualTo("localhost");
        assertThat(config.listen())
                .containsExactly(
                        ListenAddress.plain(HostPort.parse("127.0.0.1:9400")),
                        new ListenAddress(
                                HostPort.parse("localhost:9443"),
                                TlsConfig.of(data.resolve("tls/server.pem"), data.resolve("tls/server-key.pem")),
                                false));
        assertThat(config.management().address()).isEqualTo(HostPort.parse("127.0.0.1:9401"));
        assertThat(config.relay().createOnListen()).isTrue();
    }

    @Test
    void oneKeyWithAllRightsIsGenerated() {
        AuthorizationRule rule = loader().load().config().keys().getFirst();

        assertThat(rule.name()).isEqualTo("RootManageSharedAccessKey");
        assertThat(rule.rights()).containsExactlyInAnyOrder(Right.values());
        assertThat(Base64.getDecoder().decode(rule.primaryKey().reveal())).hasSize(256 / 8);
    }

    @Test
    void keyIsGeneratedOnce() {
        List<AuthorizationRule> first = loader().load().config().keys();

        assertThat(loader().load().config().keys()).isEqualTo(first);
        assertThat(loader().inspect().config().keys()).isEqualTo(first);
    }

    @Test
    void keyIsItsOwnersAlone() throws Exception {
        loader().load();

        assertThat(Files.getPosixFilePermissions(data)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(data.resolve("root-key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void keyThatOthersCouldReadIsClosedAndWarnedOf() throws Exception {
        loader().load();
        Path file = data.resolve("root-key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        Loaded loaded = loader().load();

        assertThat(loaded.warnings()).singleElement().asString().startsWith(file + ": others could read this key");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void inspectingWritesNothing() {
        assertThat(loader().inspect().config().keys()).hasSize(1);
        assertThat(data).doesNotExist();
    }

    @Test
    void brokenKeyFileIsAProblemAndIsKept() throws Exception {
        Files.createDirectories(data);
        Path file = Files.writeString(data.resolve("root-key"), "not a key");

        assertThatThrownBy(() -> loader().load())
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + " cannot be used:\n  no generated key (expected: 256 bits in base64); remove the "
                        + "file, and a new key is made");
        assertThat(file).hasContent("not a key");
    }

    @Test
    void dataDirectoryThatCannotBeWrittenIsAProblem() throws Exception {
        Files.writeString(data, "a file, where a directory is to be");

        assertThatThrownBy(() -> loader().load())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("let the server's user write there, or set dataDirectory");
    }

    @Test
    void embeddedDefaultsAreOverriddenLikeAFile() {
        ServerConfig config = loader("listen.0.address=127.0.0.1:0", "relay.createOnListen=false", "keys.0.name=mine")
                .load()
                .config();

        assertThat(config.listen().getFirst()).isEqualTo(ListenAddress.plain(HostPort.parse("127.0.0.1:0")));
        assertThat(config.relay().createOnListen()).isFalse();
        assertThat(config.keys()).extracting(AuthorizationRule::name).containsExactly("mine");
    }

    @Test
    void problemsOfOverridesAreToldBeforeAnythingIsWritten() {
        assertThatThrownBy(() -> loader("relay.acceptTimeout=0s").load())
                .isInstanceOf(ConfigException.class)
                .hasMessage("the configuration cannot be used:\n  --set: relay.acceptTimeout: 0s (expected: 1s to 2m)");
        assertThat(data).doesNotExist();
    }

    @Test
    void effectiveConfigurationTellsWhatIsEmbedded() {
        assertThat(EffectivePage.of(loader().inspect()))
                .containsPattern("createOnListen: true +# embedded default\n")
                .containsPattern("primaryKey: \"\\*{3}\" +# embedded default\n");
    }
}
