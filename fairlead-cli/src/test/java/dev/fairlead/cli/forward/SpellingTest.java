// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.protocol.address.HybridPath;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How forwards are written: as azbridge's options are, with its own examples among them. */
class SpellingTest {

    private static final HybridPath HOME = HybridPath.of("home");

    @ParameterizedTest
    @CsvSource({
        "5432:home,                       ,          5432, 5432",
        "127.0.100.1:8008:home,           127.0.100.1, 8008, 8008",
        "13389/rdp:home,                  ,          13389, rdp",
        "localhost:2222/ssh:home,         localhost, 2222, ssh",
        "*:80:home,                       *,         80,   80",
        ":80:home,                        *,         80,   80",
        "[::1]:80/web:home,               ::1,       80,   web",
        "0/db.lab:5432:home,              ,          0,    db.lab:5432",
    })
    void localForwardIsReadAsAzbridgeReadsIt(String text, String host, int port, String portName) {
        assertThat(LocalForward.parse(text)).containsExactly(new LocalForward(host, port, portName, HOME));
    }

    @Test
    void oneOptionCanNameSeveralPorts() {
        assertThat(LocalForward.parse("127.0.8.1:5671/amqps;5672:a/b.c-d_e"))
                .containsExactly(
                        new LocalForward("127.0.8.1", 5671, "amqps", HybridPath.of("a/b.c-d_e")),
                        new LocalForward(null, 5672, "5672", HybridPath.of("a/b.c-d_e")));
        assertThat(TcpForward.parse("home:22;web/nas:80"))
                .containsExactly(
                        new TcpForward(HOME, "22", new Target("localhost", 22)),
                        new TcpForward(HOME, "web", new Target("nas", 80)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "home",
                ":home",
                "80:",
                "70000:home",
                "0:home",
                "a:b:80:home",
                "80/:home",
                "name:home",
                "80;:home",
                "-1:home",
                "80:a/../b"
            })
    void whatIsNoLocalForwardIsRefusedByItsName(String text) {
        assertThatThrownBy(() -> LocalForward.parse(text))
                .isInstanceOf(MalformedForward.class)
                .hasMessageStartingWith("-L: ")
                .hasMessageContaining("(expected: ");
    }

    @ParameterizedTest
    @CsvSource({
        "home:123,                123,  localhost, 123",
        "home:10.1.1.1:123,       123,  10.1.1.1,  123",
        "home:port/123,           port, localhost, 123",
        "home:port/10.1.1.1:123,  port, 10.1.1.1,  123",
        "home:port/NAS:123,       port, nas,       123",
        "home:six/[fe80::1]:123,  six,  fe80::1,   123",
    })
    void remoteForwardIsReadAsAzbridgeReadsIt(String text, String portName, String host, int port) {
        assertThat(TcpForward.parse(text)).containsExactly(new TcpForward(HOME, portName, new Target(host, port)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "home",
                "home:",
                ":80",
                "home:0",
                "home:70000",
                "home:/80",
                "home:a/b/80",
                "home:sock",
                "home:h:x",
                "home:80;"
            })
    void whatIsNoRemoteForwardIsRefusedByItsName(String text) {
        assertThatThrownBy(() -> TcpForward.parse(text))
                .isInstanceOf(MalformedForward.class)
                .hasMessageStartingWith("-T: ")
                .hasMessageContaining("(expected: ");
    }

    @Test
    void portOfUdpIsRefusedAndTheReasonTold() {
        assertThatThrownBy(() -> LocalForward.parse("53U/dns:home")).hasMessageContaining("UDP is not forwarded");
        assertThatThrownBy(() -> TcpForward.parse("home:dns/ns:53U")).hasMessageContaining("UDP is not forwarded");
    }

    @Test
    void portNameMustFitOneByteOfLength() {
        assertThat(LocalForward.parse("80/" + "ü".repeat(127) + "x:home")
                        .getFirst()
                        .portName())
                .hasSize(128);

        assertThatThrownBy(() -> LocalForward.parse("80/" + "ü".repeat(128) + ":home"))
                .hasMessageContaining("1 to 255 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "home:https/service.example.com,        https://service.example.com",
        "home:http/service.example.com:81,      http://service.example.com:81",
        "home:http/service.example.com/foo,     http://service.example.com/foo",
        "home:http/service.example.com/foo:81,  http://service.example.com:81/foo",
        "home:http/service.example.com:81/foo,  http://service.example.com:81/foo",
        "home:localhost:8080,                   http://localhost:8080",
        "home:http/8080,                        http://localhost:8080",
        "home:8080,                             http://localhost:8080",
        "home:https://[::1]:8443/app/,          https://[::1]:8443/app/",
    })
    void webServerIsReadAsAzbridgeReadsItAndAsAUrl(String text, String target) {
        assertThat(HttpForward.parse(text)).isEqualTo(new HttpForward(HOME, URI.create(target)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "home",
                "home:",
                "home:ftp://x",
                "home:http/x:0",
                "home:http/x:1/a:2",
                "home:http/a;http/b",
                "home:http://a b/",
                "home:http://u@h/"
            })
    void whatIsNoWebServerIsRefusedByItsName(String text) {
        assertThatThrownBy(() -> HttpForward.parse(text))
                .isInstanceOf(MalformedForward.class)
                .hasMessageStartingWith("-H: ");
    }

    @Test
    void tunnelsPortNameStandsBehindTheLastSlash() {
        assertThat(Tunnel.parse("home/22", Optional.empty())).isEqualTo(new Tunnel(HOME, "22"));
        assertThat(Tunnel.parse("home", Optional.empty())).isEqualTo(new Tunnel(HOME, ""));
        assertThat(Tunnel.parse("a/b/", Optional.empty())).isEqualTo(new Tunnel(HybridPath.of("a/b"), ""));
        assertThat(Tunnel.parse("lab/db:5432", Optional.empty()))
                .isEqualTo(new Tunnel(HybridPath.of("lab"), "db:5432"));
    }

    @Test
    void tunnelsPortNameIsWhatTheConnectionStringDoesNotName() {
        Optional<HybridPath> entity = Optional.of(HybridPath.of("a/b"));

        assertThat(Tunnel.parse("a/b", entity)).isEqualTo(new Tunnel(HybridPath.of("a/b"), ""));
        assertThat(Tunnel.parse("A/b/22", entity)).isEqualTo(new Tunnel(HybridPath.of("a/b"), "22"));
        assertThatThrownBy(() -> Tunnel.parse("c", entity))
                .hasMessage("-W: c (expected: a/b[/PORT_NAME], as the " + "connection string's EntityPath says)");
    }

    @Test
    void senderReachesWhatIsNamedAndNothingElse() {
        Targets targets = new Targets(TcpForward.parse("home:22;web/nas:80"), Set.of(new Target("db", 5432)));

        assertThat(targets.find("22")).contains(new Target("localhost", 22));
        assertThat(targets.find("web")).contains(new Target("nas", 80));
        assertThat(List.of("", "80", "nas:80", "db:5432", "WEB", "23"))
                .allSatisfy(name -> assertThat(targets.find(name)).isEmpty());
    }

    @Test
    void senderWithoutAPortNameReachesTheOnlyTargetThereIs() {
        assertThat(new Targets(TcpForward.parse("home:22"), Set.of()).find("")).contains(new Target("localhost", 22));
    }

    @Test
    void senderChoosesOnlyOfWhatIsAllowed() {
        Targets targets = new Targets(
                TcpForward.parse("home:*;web/nas:80"), Set.of(new Target("db.lab", 5432), new Target("::1", 22)));

        assertThat(targets.find("db.lab:5432")).contains(new Target("db.lab", 5432));
        assertThat(targets.find("DB.lab:5432")).contains(new Target("db.lab", 5432));
        assertThat(targets.find("[::1]:22")).contains(new Target("::1", 22));
        assertThat(targets.find("web")).contains(new Target("nas", 80));
        assertThat(List.of("", "db.lab:5433", "db:5432", "127.0.0.1:22", "nas:80", "*", "db.lab:5432\n"))
                .allSatisfy(name -> assertThat(targets.find(name)).isEmpty());
    }

    @Test
    void choiceOfNothingIsRefused() {
        assertThatThrownBy(() -> new Targets(TcpForward.parse("home:*"), Set.of()))
                .hasMessage(
                        "-T: home:*, and nothing is allowed (expected: --allow HOST:PORT for each target that senders may "
                                + "choose)");
    }

    @Test
    void portNameForTwoTargetsIsRefused() {
        assertThatThrownBy(() -> new Targets(TcpForward.parse("home:22;nas:22"), Set.of()))
                .hasMessageContaining("home with the port name 22 twice (expected: a name for each target");
    }
}
