// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.settings.Key;
import dev.fairlead.server.settings.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docs, operating, "Configuration": what a change of the file comes to. */
class ChangeTest {

    private static final String USUAL = "keys: [{name: root, primaryKey: secret, rights: [Manage]}]\n";

    /** Has another value than the usual one for every key there is. */
    private static final String OTHER = """
            namespace: relay.example.com
            dataDirectory: /var/lib/fairlead
            drainTimeout: 10s
            listen: [{address: 127.0.0.1:9500}]
            keys: [{name: root, primaryKey: changed, rights: [Manage]}]
            relay:
              publicAddress: wss://relay-1.example.com
              acceptTimeout: 20s
              pingInterval: 1m
              tokenGrace: 0s
              clockSkew: 1m
              idleTimeout: 1h
              maxWaitingPerListener: 100
              setAsideAfter: 5
              noListenerStatus: 502
              requestTimeout: 5m
              createOnListen: true
              compatibility: strict
              hybridConnections: [{path: orders}]
            gateway:
              externalUri: https://gateway.example.com
              endpoints: [{path: /ws, backend: {type: loopback}}]
              callbacks: {token: 0123456789abcdef}
              deadLetters: {file: letters, maxSize: 1MiB}
            limits:
              handshakeTimeout: 5s
              maxHeaderSize: 64KiB
              maxConnections: 20000
              maxConnectionsPerAddress: none
              trustedProxies: [10.0.0.0/8]
            management:
              address: 127.0.0.1:9501
            """;

    @TempDir
    private Path directory;

    @Test
    void everyKeyIsCompared() {
        assertThat(Change.between(config(USUAL), config(OTHER)))
                .extracting(Change::key)
                .containsExactlyElementsOf(keys(key -> true));
    }

    @Test
    void nothingChangesBetweenTheSame() {
        assertThat(Change.between(config(OTHER), config(OTHER))).isEmpty();
    }

    @Test
    void runningServerTakesOverWhatIsLiveAndNothingElse() {
        ServerConfig before = config(USUAL);
        ServerConfig after = config(OTHER);

        ServerConfig between = before.withLiveOf(after);

        assertThat(Change.between(before, between)).extracting(Change::key).containsExactlyElementsOf(keys(Key::live));
        assertThat(Change.between(before, between)).allMatch(Change::live);
        assertThat(Change.between(between, after))
                .extracting(Change::key)
                .containsExactlyElementsOf(keys(Predicate.not(Key::live)));
        assertThat(Change.between(between, after)).noneMatch(Change::live);
    }

    @Test
    void entriesOfAListAreToldByTheirNames() {
        String before = USUAL + "relay: {hybridConnections: [{path: a}, {path: b}, {path: c}, {path: d}]}";
        String after = USUAL
                + "relay: {hybridConnections: [{path: d}, {path: b, maxListeners: 1}, {path: c, "
                + "keys: [{name: own, primaryKey: hidden, rights: [Send]}]}, {path: e}]}";

        assertThat(Change.between(config(before), config(after)))
                .singleElement()
                .hasToString("relay.hybridConnections (added e; changed b, c; removed a)");
    }

    @Test
    void changedKeyIsToldByItsNameAlone() {
        assertThat(Change.between(config(USUAL), config(USUAL.replace("secret", "hidden"))))
                .singleElement()
                .hasToString("keys (changed root)");
    }

    private static List<String> keys(Predicate<Key> which) {
        return Reading.keys(ServerConfig::read).stream()
                .filter(key -> key.shape() != Key.Shape.SECTION && !key.path().contains("." + Key.INDEX + "."))
                .filter(which)
                .map(Key::path)
                .toList();
    }

    private ServerConfig config(String yaml) {
        try {
            Path file = Files.writeString(directory.resolve("fairlead.yaml"), yaml);
            return new ConfigLoader(file, List.of(), Map.of()).load().config();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
