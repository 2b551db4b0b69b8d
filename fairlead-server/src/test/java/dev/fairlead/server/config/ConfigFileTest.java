// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.server.edge.LimitsConfig;
import dev.fairlead.server.edge.ListenAddress;
import dev.fairlead.server.relay.HybridConnectionConfig;
import dev.fairlead.server.relay.RelayConfig;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.security.Right;
import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.HostPort;
import dev.fairlead.server.settings.Network;
import dev.fairlead.server.settings.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

    private static final String KEY = "keys: [{name: root, primaryKey: secret, rights: [Manage]}]\n";

    @TempDir
    private Path directory;

    @Test
    void wholeFileIsRead() {
        ServerConfig config = config("""
                namespace: relay.example.com
                dataDirectory: /var/lib/fairlead
                drainTimeout: 10s
                listen:
                  - address: 0.0.0.0:9400
                  - address: "[::1]:9400"
                keys:
                  - name: RootManageSharedAccessKey
                    primaryKey: first
                    secondaryKey: second
                    rights: [Listen, Send, Manage]
                relay:
                  publicAddress: wss://relay-1.example.com
                  acceptTimeout: 20s
                  pingInterval: 1m
                  tokenGrace: 0s
                  clockSkew: 10m
                  idleTimeout: 1h
                  createOnListen: true
                  compatibility: strict
                  maxWaitingPerListener: 100
                  setAsideAfter: 5
                  noListenerStatus: 503
                  requestTimeout: 2m
                  hybridConnections:
                    - path: orders/eu
                      senderAuthorization: anonymous
                      maxListeners: 2
                      keys:
                        - {name: listener, primaryKey: third, rights: [Listen]}
                limits:
                  handshakeTimeout: 5s
                  maxHeaderSize: 64KiB
                  maxConnections: 20000
                  maxConnectionsPerAddress: none
                  trustedProxies: [10.0.0.0/8, "::1"]
                management:
                  address: 127.0.0.1:9500
                """);

        AuthorizationRule root = new AuthorizationRule(
                "RootManageSharedAccessKey", Secret.of("first"), Secret.of("second"), Set.of(Right.values()));
        AuthorizationRule listener = new AuthorizationRule("listener", Secret.of("third"), null, Set.of(Right.LISTEN));
        assertThat(config.namespace()).isEqualTo("relay.example.com");
        assertThat(config.dataDirectory()).isEqualTo(Path.of("/var/lib/fairlead"));
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.listen())
                .containsExactly(
                        ListenAddress.plain(HostPort.parse("0.0.0.0:9400")),
                        ListenAddress.plain(HostPort.parse("[::1]:9400")));
        assertThat(config.keys()).containsExactly(root);
        assertThat(config.relay())
                .isEqualTo(new RelayConfig(
                        URI.create("wss://relay-1.example.com"),
                        Duration.ofSeconds(20),
                        Duration.ofMinutes(1),
                        Duration.ZERO,
                        Duration.ofMinutes(10),
                        Duration.ofHours(1),
                        100,
                        5,
                        503,
                        Duration.ofMinutes(2),
                        true,
                        true,
                        List.of(new HybridConnectionConfig("orders/eu", true, 2, List.of(listener)))));
        assertThat(config.limits())
                .isEqualTo(new LimitsConfig(
                        Duration.ofSeconds(5),
                        ByteSize.ofKiB(64),
                        20_000,
                        null,
                        List.of(Network.parse("10.0.0.0/8"), Network.parse("::1"))));
        assertThat(config.management().address()).isEqualTo(HostPort.parse("127.0.0.1:9500"));
    }

    @Test
    void whatIsNotWrittenHasItsDefault() {
        ServerConfig config = config(KEY);

        assertThat(config.namespace()).isEqualTo("localhost");
        assertThat(config.dataDirectory()).isEqualTo(Path.of("./data"));
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.listen()).containsExactly(ListenAddress.plain(HostPort.parse("127.0.0.1:9400")));
        assertThat(config.relay()).isEqualTo(RelayConfig.DEFAULT);
        assertThat(config.limits()).isEqualTo(LimitsConfig.DEFAULT);
        assertThat(config.management().address()).isEqualTo(HostPort.parse("127.0.0.1:9401"));
    }

    @Test
    void sectionWithoutKeysHasItsDefaults() {
        assertThat(config(KEY + "relay:\nlimits: {}\n").relay()).isEqualTo(RelayConfig.DEFAULT);
    }

    @Test
    void allProblemsAreToldAtOnce() {
        ConfigException problems = refused("""
                namespace: two words
                keys:
                  - name: root
                    primaryKey: secret
                    rights: [Manage]
                relay:
                  acceptTimeout: 0s
                  pingIntervall: 30s
                cluster:
                  type: nats
                """);

        assertThat(problems).hasMessage("""
                        %s cannot be used:
                          line 1: namespace: two words (expected: a host name such as relay.example.com)
                          line 7: relay.acceptTimeout: 0s (expected: 1s to 2m)
                          line 8: relay.pingIntervall: unknown key; did you mean pingInterval?
                          line 9: cluster: this version has no cluster yet; remove the key""".formatted(directory.resolve("fairlead.yaml")));
    }

    @ParameterizedTest
    @CsvSource({
        "maxWaitingPerListener, 0, 1 to 10000",
        "maxWaitingPerListener, 10001, 1 to 10000",
        "setAsideAfter, 0, 1 to 100",
        "setAsideAfter, 101, 1 to 100",
    })
    void limitOfTheRelayHasItsRange(String key, int value, String range) {
        assertThat(refused(KEY + "relay: {" + key + ": " + value + "}"))
                .hasMessageEndingWith("relay." + key + ": " + value + " (expected: " + range + ")");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cluster: {}",
                "cluster: {type: embedded}",
            })
    void keyOfALaterVersionIsRefusedAsSuch(String key) {
        assertThat(problems(KEY + key))
                .singleElement()
                .asString()
                .startsWith("line 2: ")
                .endsWith("yet; remove the key");
    }

    @Test
    void hybridConnectionMayBeForPlainHttpOrForWebSocketsAlone() {
        assertThat(config(
                                KEY
                                        + "relay: {hybridConnections: [{path: a, http: false}, {path: b, webSockets: false, requestTimeout: 5m}]}")
                        .relay()
                        .hybridConnections())
                .containsExactly(
                        new HybridConnectionConfig("a", false, 25, null, false, true, List.of()),
                        new HybridConnectionConfig("b", false, 25, Duration.ofMinutes(5), true, false, List.of()));
    }

    @Test
    void hybridConnectionForNothingIsAProblem() {
        assertThat(problems(KEY + "relay: {hybridConnections: [{path: a, http: false, webSockets: false}]}"))
                .containsExactly(
                        "line 2: relay.hybridConnections.0.webSockets: false, beside http: false (expected: at "
                                + "least one of them true, which is the default)");
    }

    @ParameterizedTest
    @CsvSource({"noListenerStatus, 500, '404, 502 or 503'", "requestTimeout, 500ms, 1s to 1d"})
    void whatPlainRequestsMeetHasItsRange(String key, String value, String range) {
        assertThat(problems(KEY + "relay: {" + key + ": " + value + "}"))
                .containsExactly("line 2: relay." + key + ": " + value + " (expected: " + range + ")");
    }

    @Test
    void doubledKeyIsAProblem() {
        assertThat(problems(KEY + "namespace: a\nnamespace: b\n"))
                .containsExactly("line 3: namespace: doubled key; keep one, the first is at "
                        + directory.resolve("fairlead.yaml") + ":2");
    }

    @Test
    void whatIsNoYamlIsToldWithItsLine() {
        assertThat(problems("namespace: a\nlisten: [\nkeys: }\n"))
                .singleElement()
                .asString()
                .startsWith("line 3: no YAML: ");
    }

    @Test
    void missingFileIsTold() {
        Path missing = directory.resolve("missing.yaml");

        ConfigException problems = catchThrowableOfType(
                ConfigException.class, () -> new ConfigLoader(missing, List.of(), Map.of()).load());

        assertThat(problems).hasMessage(missing + " cannot be used:\n  no such file (expected: a YAML file)");
    }

    @Test
    void directoryIsNoFile() {
        ConfigException problems = catchThrowableOfType(
                ConfigException.class, () -> new ConfigLoader(directory, List.of(), Map.of()).load());

        assertThat(problems).hasMessage(directory + " cannot be used:\n  a directory (expected: a YAML file)");
    }

    @Test
    void aliasOfItselfIsAProblem() {
        assertThat(problems(KEY + "relay: &r\n  hybridConnections: *r\n"))
                .contains("line 3: relay.hybridConnections: an alias of what it stands in (expected: a value)");
    }

    @Test
    void valueInThePlaceOfASectionIsAProblem() {
        assertThat(problems(KEY + "relay: fast\nlisten: 127.0.0.1:9400\n"))
                .containsExactly(
                        "line 2: relay: no section (expected: keys with their values, indented beneath it)",
                        "line 3: listen: no list (expected: entries that begin with \"- \", indented beneath it)");
    }

    @Test
    void sectionInThePlaceOfAValueIsAProblem() {
        assertThat(problems(KEY + "namespace: [a]\ndrainTimeout: {a: b}\n"))
                .containsExactly(
                        "line 2: namespace: a list (expected: a host name such as relay.example.com)",
                        "line 3: drainTimeout: a section (expected: 0s to 1h)");
    }

    @Test
    void fileWithoutAnyKeyIsAProblem() {
        assertThat(problems("namespace: relay.example.com\n"))
                .containsExactly("line 1: keys: none (expected: at least one rule here or at a hybrid connection); "
                        + "without a key nobody can listen");
    }

    @Test
    void keyOfAHybridConnectionIsEnough() {
        assertThat(config("relay: {hybridConnections: [{path: a, keys: [{name: n, primaryKey: k, rights: [Listen]}]}]}")
                        .keys())
                .isEmpty();
    }

    @Test
    void nobodyListensOnOneAddressTwice() {
        assertThat(problems(KEY + "listen:\n- address: 127.0.0.1:9401\n- address: 127.0.0.1:9401\n"))
                .containsExactly(
                        "line 1: management: 127.0.0.1:9401 (expected: an address that listen does not have)",
                        "line 4: listen.1: 127.0.0.1:9401 (expected: an address that no other entry has)");
    }

    @Test
    void portsThatTheSystemChoosesNeverCollide() {
        assertThat(config(KEY + "listen: [{address: 127.0.0.1:0}, {address: 127.0.0.1:0}]\n"
                                + "management: {address: 127.0.0.1:0}")
                        .listen())
                .hasSize(2);
    }

    @Test
    void emptyListOfAddressesIsAProblem() {
        assertThat(problems(KEY + "listen: []"))
                .containsExactly("line 2: listen: empty (expected: at least one entry with an address)");
    }

    @Test
    void ruleNeedsANameAKeyAndRights() {
        assertThat(problems("keys:\n- rights: []\n- {}\n"))
                .containsExactly(
                        "line 2: keys.0.name: missing (expected: 1 to 256 characters, none of them a control character)",
                        "line 2: keys.0.primaryKey: missing (expected: 1 to 256 characters)",
                        "line 2: keys.0.rights: missing (expected: a list, each entry Listen, Send or Manage)",
                        "line 3: keys.1.name: missing (expected: 1 to 256 characters, none of them a control character)",
                        "line 3: keys.1.primaryKey: missing (expected: 1 to 256 characters)",
                        "line 3: keys.1.rights: missing (expected: a list, each entry Listen, Send or Manage)");
    }

    @Test
    void namesOfRulesDifferInMoreThanCase() {
        assertThat(problems("""
                        keys:
                          - {name: Root, primaryKey: a, rights: [Manage]}
                          - {name: ROOT, primaryKey: b, rights: [Listen]}
                        """))
                .containsExactly(
                        "line 3: keys.1.name: ROOT (expected: a name that no other rule here has, in whatever case)");
    }

    @Test
    void scopeHasAtMostTwelveRules() {
        String thirteen = IntStream.range(0, 13)
                .mapToObj(i -> "- {name: n" + i + ", primaryKey: k, rights: [Send]}\n")
                .collect(Collectors.joining("", "keys:\n", ""));

        assertThat(problems(thirteen)).containsExactly("line 1: keys: 13 rules (expected: at most 12)");
    }

    @Test
    void unknownRightIsAProblem() {
        assertThat(problems("keys: [{name: n, primaryKey: k, rights: [Listen, Read]}]"))
                .containsExactly("line 1: keys.0.rights.1: Read (expected: Listen, Send or Manage)");
    }

    @Test
    void tooLongKeyIsAProblemAndIsNotShown() {
        assertThat(problems("keys: [{name: n, primaryKey: " + "k".repeat(257) + ", rights: [Send]}]"))
                .containsExactly(
                        "line 1: keys.0.primaryKey: a secret of 257 characters (expected: 1 to 256 characters)");
    }

    @Test
    void pathsOfHybridConnectionsDifferInMoreThanCase() {
        assertThat(problems(KEY + "relay:\n  hybridConnections:\n  - path: Orders\n  - path: orders\n"))
                .containsExactly("line 5: relay.hybridConnections.1.path: orders (expected: a path that no other "
                        + "hybrid connection has, in whatever case)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a",
                "wss://a/path",
                "wss://a?x=1",
                "wss://u@a",
                "wss://",
                "relay.example.com",
                "wss://a/#f"
            })
    void publicAddressIsAWebSocketAddressWithoutAPath(String address) {
        assertThat(problems(KEY + "relay:\n  publicAddress: \"" + address + "\"\n"))
                .containsExactly("line 3: relay.publicAddress: " + address
                        + " (expected: ws://HOST[:PORT] or wss://HOST[:PORT])");
    }

    @Test
    void slashAtTheEndOfThePublicAddressIsLeftOut() {
        assertThat(config(KEY + "relay: {publicAddress: \"WSS://a:444/\"}")
                        .relay()
                        .publicAddress())
                .isEqualTo(URI.create("wss://a:444"));
    }

    @Test
    void secretsCanStandInTheEnvironmentAndInFiles() throws IOException {
        Path file = Files.writeString(directory.resolve("key"), "from-file\n");

        ServerConfig config = load(
                        "keys: [{name: n, primaryKey: \"${env:K}\", secondaryKey: \"${file:" + file
                                + "}\", rights: [Send]}]",
                        List.of(),
                        Map.of("K", "from-variable"))
                .config();

        assertThat(config.keys())
                .containsExactly(new AuthorizationRule(
                        "n", Secret.of("from-variable"), Secret.of("from-file"), Set.of(Right.SEND)));
    }

    @Test
    void missingReferencesAreProblems() {
        assertThat(problems("""
                        namespace: ${host}
                        keys:
                          - name: n
                            primaryKey: ${env:NOT_SET}
                            secondaryKey: ${file:/not/there}
                            rights: [Send]
                        """))
                .containsExactly(
                        "line 1: namespace: ${host} (expected: ${env:NAME} or ${file:PATH})",
                        "line 4: keys.0.primaryKey: ${env:NOT_SET} (expected: an environment variable that is set)",
                        "line 5: keys.0.secondaryKey: ${file:/not/there} (expected: a text file that can be read)");
    }

    @Test
    void messageShowsTheReferenceAndNotWhatItStandsFor() {
        ConfigException problems =
                refused(KEY + "namespace: ${env:PASSWORD}\n", List.of(), Map.of("PASSWORD", "open sesame"));

        assertThat(problems.problems())
                .containsExactly(
                        "line 2: namespace: ${env:PASSWORD} (expected: a host name such as relay.example.com)");
    }

    @Test
    void listEntriesAreOverriddenByIndex() {
        ServerConfig config = load(
                        KEY + "listen: [{address: 127.0.0.1:1}, {address: 127.0.0.1:2}]",
                        List.of("listen.0.address=127.0.0.1:11"),
                        Map.of(
                                "FAIRLEAD_LISTEN_1_ADDRESS",
                                "127.0.0.1:12",
                                "FAIRLEAD_LISTEN_2_ADDRESS",
                                "127.0.0.1:13"))
                .config();

        assertThat(config.listen())
                .extracting(listen -> listen.address().getPort())
                .containsExactly(11, 12, 13);
    }

    @Test
    void defaultEntryIsOverriddenByIndexToo() {
        assertThat(load(KEY, List.of("listen.0.address=127.0.0.1:0"), Map.of())
                        .config()
                        .listen())
                .containsExactly(ListenAddress.plain(HostPort.parse("127.0.0.1:0")));
    }

    @Test
    void proxyProtocolNeedsATrustedProxy() {
        String file = KEY + "listen: [{address: 127.0.0.1:1}, {address: 127.0.0.1:2, proxyProtocol: true}]\n";

        assertThat(problems(file))
                .containsExactly(
                        "line 2: listen.1: proxyProtocol without a trusted proxy (expected: the proxy's address "
                                + "in limits.trustedProxies); nobody else's headers are believed");
        assertThat(config(file + "limits: {trustedProxies: [10.0.0.1]}")
                        .listen()
                        .get(1)
                        .proxyProtocol())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "all", "10000001"})
    void limitOfConnectionsIsANumberOrNone(String limit) {
        assertThat(problems(KEY + "limits: {maxConnections: " + limit + "}"))
                .containsExactly("line 2: limits.maxConnections: " + limit + " (expected: none, or 1 to 10000000)");
    }

    @Test
    void listOfValuesIsOverriddenWholeOrByIndex() {
        String file = KEY + "limits: {trustedProxies: [10.0.0.0/8, 11.0.0.0/8]}";

        assertThat(load(file, List.of("limits.trustedProxies=::1, ::2"), Map.of())
                        .config()
                        .limits()
                        .trustedProxies())
                .containsExactly(Network.parse("::1"), Network.parse("::2"));
        assertThat(load(file, List.of("limits.trustedProxies=[]"), Map.of())
                        .config()
                        .limits()
                        .trustedProxies())
                .isEmpty();
        assertThat(load(file, List.of("limits.trustedProxies.1=::1", "limits.trustedProxies.2=::2"), Map.of())
                        .config()
                        .limits()
                        .trustedProxies())
                .containsExactly(Network.parse("10.0.0.0/8"), Network.parse("::1"), Network.parse("::2"));
    }

    @Test
    void optionsThatFitNothingAreProblems() {
        ConfigException problems = refused(
                KEY,
                List.of("relay", "relay=1", "relay.acceptTimeOut=1s", "listen.5.address=127.0.0.1:1", "wind=1"),
                Map.of());

        assertThat(problems.problems())
                .containsExactly(
                        "--set: relay (expected: key.path=value)",
                        "--set: listen.5.address: no such entry (expected: an index of the list, or the next one to "
                                + "add an entry)",
                        "--set: relay: holds more keys (expected: the path of one of them)",
                        "--set: relay.acceptTimeOut: unknown key; did you mean relay.acceptTimeout?",
                        "--set: wind: unknown key; `fairlead config reference` tells all keys");
    }

    @Test
    void ofTwoOptionsForOneKeyTheLaterHolds() {
        assertThat(load(KEY, List.of("namespace=a", "namespace=b"), Map.of())
                        .config()
                        .namespace())
                .isEqualTo("b");
    }

    @Test
    void variableOfTheCommandLineIsNotWarnedOf() {
        assertThat(load(KEY, List.of(), Map.of("FAIRLEAD_CONNECTION_STRING", "x", "FAIRLEAD_DEBUG", "1"))
                        .warnings())
                .isEmpty();
    }

    @Test
    void variableThatAValueRefersToIsNotWarnedOf() {
        Loaded loaded = load(
                "keys: [{name: n, primaryKey: \"${env:FAIRLEAD_ROOT_KEY}\", rights: [Send]}]",
                List.of(),
                Map.of("FAIRLEAD_ROOT_KEY", "secret"));

        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void effectiveConfigurationMasksSecretsAndTellsTheirOrigin() {
        Path file = directory.resolve("fairlead.yaml");

        String page =
                EffectivePage.of(load("""
                namespace: relay.example.com
                keys:
                  - name: root
                    primaryKey: hunter2
                    rights: [Listen, Send]
                """, List.of("relay.acceptTimeout=10s"), Map.of("FAIRLEAD_DRAIN_TIMEOUT", "1s")));

        assertThat(page).doesNotContain("hunter2");
        assertThat(page.lines().map(line -> line.replaceAll(" +#", " #")))
                .containsExactly(
                        "namespace: relay.example.com # " + file + ":1",
                        "dataDirectory: ./data # default",
                        "drainTimeout: 1s # environment FAIRLEAD_DRAIN_TIMEOUT",
                        "listen:",
                        "  - address: 127.0.0.1:9400 # default",
                        "    proxyProtocol: false # default",
                        "keys:",
                        "  - name: root # " + file + ":3",
                        "    primaryKey: \"***\" # " + file + ":4",
                        "    secondaryKey: # unset",
                        "    rights: [Listen, Send] # " + file + ":5",
                        "relay:",
                        "  publicAddress: # unset",
                        "  acceptTimeout: 10s # --set",
                        "  pingInterval: 30s # default",
                        "  tokenGrace: 5m # default",
                        "  clockSkew: 0s # default",
                        "  idleTimeout: none # default",
                        "  maxWaitingPerListener: 256 # default",
                        "  setAsideAfter: 3 # default",
                        "  noListenerStatus: 404 # default",
                        "  requestTimeout: 1m # default",
                        "  createOnListen: false # default",
                        "  compatibility: standard # default",
                        "  hybridConnections: [] # default",
                        "gateway:",
                        "  externalUri: # unset",
                        "  endpoints: [] # default",
                        "  callbacks:",
                        "    token: # unset",
                        "  deadLetters:",
                        "    file: # unset",
                        "    maxSize: 1GiB # default",
                        "limits:",
                        "  handshakeTimeout: 10s # default",
                        "  maxHeaderSize: 32KiB # default",
                        "  maxConnections: none # default",
                        "  maxConnectionsPerAddress: 1000 # default",
                        "  trustedProxies: [] # default",
                        "management:",
                        "  address: 127.0.0.1:9401 # default");
    }

    @Test
    void backendOverHttpNeedsAnAddressOfMessages() {
        assertThat(problems("gateway: {endpoints: [{path: /ws, backend: {type: http, mayRefuse: true}}]}"))
                .containsExactly("line 1: gateway.endpoints.0.backend.messageUri: missing (expected: "
                        + "http://HOST[:PORT]/PATH, or https, without a user and a fragment)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://a/b", "http:///b", "http://user:secret@a/b", "http://a/b#c", "http://a:0/b", "/b"})
    void addressThatCannotBeCalledIsAProblem(String address) {
        assertThat(problems(
                        "gateway: {endpoints: [{path: /ws, backend: {type: http, messageUri: '" + address + "'}}]}"))
                .singleElement()
                .asString()
                .startsWith("line 1: gateway.endpoints.0.backend.messageUri: " + address + " (expected: http://");
    }

    @Test
    void keysOfAnotherBackendAreProblems() {
        assertThat(problems("gateway: {endpoints: [{path: /ws, backend: {type: loopback, answerTimeout: 30s}}]}"))
                .containsExactly(
                        "line 1: gateway.endpoints.0.backend.answerTimeout: set (expected: only with type: http)");
        assertThat(
                        problems(
                                "gateway: {endpoints: [{path: /ws, backend: {type: http, messageUri: 'http://a_b/m', reply: a}}]}"))
                .containsExactly("line 1: gateway.endpoints.0.backend.reply: set (expected: only with type: loopback)");
    }

    @Test
    void backendThatMayRefuseHasToBeAsked() {
        assertThat(problems("gateway: {endpoints: [{path: /ws, backend: "
                        + "{type: http, messageUri: 'http://a/m', mayRefuse: true}}]}"))
                .containsExactly("line 1: gateway.endpoints.0.backend.mayRefuse: true without connectUri (expected: an "
                        + "address that is asked)");
    }

    @Test
    void callbacksThatOthersReachNeedAToken() {
        String backend = "gateway: {%s endpoints: [{path: /ws, backend: {type: http, messageUri: 'http://a/m'}}]}\n";
        String open = "listen: [{address: '0.0.0.0:9400'}]\n";

        assertThat(problems(backend.formatted("") + open))
                .singleElement()
                .asString()
                .contains("gateway.callbacks.token: missing (expected: a token that callbacks show");
        assertThat(config(backend.formatted("callbacks: {token: 0123456789abcdef},") + open)
                        .gateway()
                        .servesCallbacks())
                .isTrue();
        assertThat(config(backend.formatted("")).gateway().servesCallbacks()).isTrue();
    }

    @Test
    void hybridConnectionCannotHaveThePathOfCallbacks() {
        String hybrid = KEY + "relay: {hybridConnections: [{path: Socket/a}]}\n";

        assertThat(problems(hybrid + "gateway: {callbacks: {token: 0123456789abcdef}}\n"))
                .singleElement()
                .asString()
                .contains("relay.hybridConnections.0.path: Socket/a");
        assertThat(config(hybrid).relay().hybridConnections()).hasSize(1);
    }

    private ServerConfig config(String yaml) {
        return load(yaml, List.of(), Map.of()).config();
    }

    private List<String> problems(String yaml) {
        return refused(yaml).problems();
    }

    private ConfigException refused(String yaml) {
        return refused(yaml, List.of(), Map.of());
    }

    private ConfigException refused(String yaml, List<String> set, Map<String, String> environment) {
        return catchThrowableOfType(ConfigException.class, () -> load(yaml, set, environment));
    }

    private Loaded load(String yaml, List<String> set, Map<String, String> environment) {
        Path file = directory.resolve("fairlead.yaml");
        try {
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return new ConfigLoader(file, set, environment).load();
    }
}
