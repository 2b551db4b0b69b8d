// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1",
        "0.0.0.0/0, 203.0.113.7",
        "192.0.2.128/25, 192.0.2.129",
        "192.0.2.7, 192.0.2.7",
        "fd00::/8, fdab::1",
        "::1, ::1",
        "::ffff:10.0.0.0/104, 10.1.2.3",
        "::ffff:192.0.2.7, 192.0.2.7"
    })
    void networkContainsItsAddresses(String network, String address) {
        assertThat(Network.parse(network).contains(InetAddress.ofLiteral(address)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 11.0.0.1",
        "192.0.2.128/25, 192.0.2.127",
        "192.0.2.7, 192.0.2.8",
        "fd00::/8, fc00::1",
        "0.0.0.0/0, ::1",
        "::/0, 192.0.2.7"
    })
    void networkContainsNoOthers(String network, String address) {
        assertThat(Network.parse(network).contains(InetAddress.ofLiteral(address)))
                .isFalse();
    }

    @Test
    void addressMappedIntoIpv6IsItsIpv4Address() throws Exception {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
        InetAddress address = Inet6Address.getByAddress(null, mapped, 0);

        assertThat(address).isInstanceOf(Inet6Address.class);
        assertThat(Network.parse("10.0.0.0/8").contains(address)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 10.0.0.0/8", "192.0.2.7/32, 192.0.2.7", "fd00::/8, fd00:0:0:0:0:0:0:0/8"})
    void networkIsWrittenAsItIsRead(String text, String written) {
        assertThat(Network.parse(text)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0",
                "10",
                "10.0.0.0/33",
                "10.1.2.3/8",
                "::1/129",
                "::ffff:10.0.0.0/8",
                "256.0.0.1",
                "fe80::1%eth0",
                "10.0.0.0/",
                "1:2"
            })
    void whatIsWrittenOtherwiseIsRefused(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneOfSeveralIsEnough() throws Exception {
        List<Network> networks = List.of(Network.parse("10.0.0.0/8"), Network.parse("::1"));

        assertThat(Network.anyContains(networks, InetAddress.ofLiteral("10.1.2.3")))
                .isTrue();
        assertThat(Network.anyContains(networks, InetAddress.ofLiteral("11.1.2.3")))
                .isFalse();
        assertThat(Network.anyContains(List.of(), InetAddress.ofLiteral("::1"))).isFalse();
    }
}
