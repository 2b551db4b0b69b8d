// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Authenticator.RequestorType;
import java.net.InetAddress;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentProxiesTest {

    private static String way(Map<String, String> environment, String address) {
        return EnvironmentProxies.of(environment)
                .orElseThrow()
                .select(URI.create(address))
                .getFirst()
                .toString();
    }

    @Test
    void withoutAVariableTheChoiceIsTheJvms() {
        assertThat(EnvironmentProxies.of(Map.of("no_proxy", "*", "https_proxy", " ")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https_proxy, http://proxy:3128, https://relay/, HTTP @ proxy/<unresolved>:3128",
        "HTTPS_PROXY, proxy:3128, https://relay/, HTTP @ proxy/<unresolved>:3128",
        "https_proxy, http://proxy, https://relay/, HTTP @ proxy/<unresolved>:1080",
        "https_proxy, http://proxy:3128, http://relay/, DIRECT",
        "http_proxy, http://proxy:3128/, http://relay/, HTTP @ proxy/<unresolved>:3128",
        "http_proxy, http://proxy:3128, https://relay/, DIRECT",
        "all_proxy, socks5h://proxy:1081, https://relay/, SOCKS @ proxy/<unresolved>:1081",
        "ALL_PROXY, socks5://[::1], http://relay/, SOCKS @ ::1/<unresolved>:1080",
        "https_proxy, http://proxy:3128, https://localhost:9443/, DIRECT",
        "https_proxy, http://proxy:3128, https://127.0.0.1/, DIRECT",
        "https_proxy, http://proxy:3128, https://[::1]/, DIRECT",
    })
    void variableNamesTheWay(String variable, String value, String address, String way) {
        assertThat(way(Map.of(variable, value), address)).isEqualTo(way);
    }

    @ParameterizedTest
    @CsvSource({
        "*, https://relay.example.com/, true",
        "example.com, https://relay.example.com/, true",
        ".example.com, https://relay.Example.com/, true",
        "*.example.com, https://relay.example.com/, true",
        "'a.org, relay.example.com', https://relay.example.com/, true",
        "relay.example.com:443, https://relay.example.com:443/, true",
        "relay.example.com:443, https://relay.example.com:9443/, false",
        "le.com, https://relay.example.com/, false",
        "10.0.0.7, https://10.0.0.7/, true",
        "fd00::7, https://[fd00::7]/, true",
        "'', https://relay.example.com/, false",
    })
    void hostsThatAreNamedAreReachedWithout(String noProxy, String address, boolean direct) {
        String way = way(Map.of("https_proxy", "http://proxy:3128", "no_proxy", noProxy), address);

        assertThat(way.equals("DIRECT")).isEqualTo(direct);
    }

    @Test
    void userAndPasswordAreGivenToTheirProxyAlone() throws Exception {
        EnvironmentProxies proxies = EnvironmentProxies.of(Map.of("https_proxy", "http://us%40er:p+a%3Ass@proxy:3128"))
                .orElseThrow();

        PasswordAuthentication given = asked(proxies, "proxy");

        assertThat(given.getUserName()).isEqualTo("us@er");
        assertThat(new String(given.getPassword())).isEqualTo("p+a:ss");
        assertThat(asked(proxies, "other")).isNull();
    }

    private static PasswordAuthentication asked(EnvironmentProxies proxies, String host) throws Exception {
        return proxies.authenticator()
                .requestPasswordAuthenticationInstance(
                        host,
                        InetAddress.getLoopbackAddress(),
                        3128,
                        "http",
                        "",
                        "Basic",
                        URI.create("https://relay/").toURL(),
                        RequestorType.PROXY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://proxy:3128", "ftp://proxy", "http://", "http://a b", "socks5://u:secret@proxy"})
    void proxyThatCannotBeUsedIsNamedByItsVariableWithoutItsValue(String value) {
        assertThatThrownBy(() -> EnvironmentProxies.of(Map.of("https_proxy", value)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("https_proxy: not a proxy that can be used (expected: http://")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"send", "request"})
    void commandWhoseProxyIsNotThereSaysWhereItIsNamed(String verb) {
        CommandLineDriver line = new CommandLineDriver()
                .in("https_proxy", "http://127.0.0.1:1")
                .types(verb, "Endpoint=sb://relay.example.com/;SharedAccessKeyName=k;SharedAccessKey=s", "hello");

        line.exitsWith(ExitCode.FAILED);
        assertThat(line.err())
                .contains(
                        "hello: the proxy 127.0.0.1:1 cannot be reached: Connection refused; the way to relay.example.com"
                                + " leads by a proxy: see that https_proxy is right");
    }
}
