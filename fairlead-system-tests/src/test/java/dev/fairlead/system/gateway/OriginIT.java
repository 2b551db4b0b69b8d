// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RelayUnderTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose pages may connect to an endpoint: a browser would take a user's cookies along for any of them. */
@ExtendWith(RelayUnderTest.Extension.class)
class OriginIT {

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.withTls()
                .offers("path: /own")
                .offers("path: /listed, allowedOrigins: [\"https://app.example.com\"]")
                .offers("path: /all, allowedOrigins: [\"*\"]");
    }

    private int status(String path, String origin) {
        return relay.socket().asks(Handshake.to(path).with("Origin", origin)).status();
    }

    @Test
    void pageOfTheAddressThatIsDialledMayConnect() {
        assertThat(status("/own", "http://127.0.0.1:" + relay.port())).isEqualTo(101);
        relay.overTls();
        assertThat(status("/own", "https://localhost:" + relay.port())).isEqualTo(101);
        assertThat(status("/own", "http://localhost:" + relay.port())).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "http://127.0.0.1",
                "http://127.0.0.1:1",
                "http://127.0.0.1.evil.example:%d",
                "http://evil.example/127.0.0.1:%d",
                "http://evil.example:%d@127.0.0.1:%<d",
                "https://127.0.0.1:%d",
                "127.0.0.1:%d",
                "http://127.0.0.1:%d/",
                "http://127.0.0.1:%d http://evil.example",
                "null",
                "file://"
            })
    void pageOfAnyOtherAddressIsRefusedBeforeTheUpgrade(String origin) {
        assertThat(status("/own", origin.formatted(relay.port()))).isEqualTo(403);
        assertThat(status("/listed", origin.formatted(relay.port()))).isEqualTo(403);
        assertThat(relay.meter("fairlead_gateway_sessions_opened_total{endpoint=\"/own\"}"))
                .isZero();
    }

    @Test
    void secondOriginInTheHeadHelpsNobody() {
        Handshake both = Handshake.to("/own")
                .with("Origin", "http://127.0.0.1:" + relay.port())
                .with("Origin", "http://evil.example");

        assertThat(relay.socket().asks(both).status()).isIn(400, 403);
    }

    @Test
    void listedOriginsMayConnectByWholeNameAlone() {
        assertThat(status("/listed", "https://app.example.com")).isEqualTo(101);
        assertThat(status("/listed", "https://APP.example.com")).isEqualTo(101);
        assertThat(status("/listed", "https://app.example.com:8443")).isEqualTo(403);
        assertThat(status("/listed", "https://app.example.com.evil.example")).isEqualTo(403);
        assertThat(status("/listed", "https://evilapp.example.com")).isEqualTo(403);
        assertThat(status("/listed", "http://app.example.com")).isEqualTo(403);
    }

    @Test
    void allOriginsMayConnectWhereTheyMay() {
        assertThat(status("/all", "http://evil.example")).isEqualTo(101);
        assertThat(status("/all", "null")).isEqualTo(101);
    }

    @Test
    void clientThatIsNoPageIsNotAsked() {
        assertThat(relay.socket().asks(Handshake.to("/own")).status()).isEqualTo(101);
        assertThat(relay.socket().asks(Handshake.to("/listed")).status()).isEqualTo(101);
    }
}
