// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.UpgradeRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose pages may connect. */
class OriginCheckTest {

    private static UpgradeRequest request(String dialled, String... origins) {
        List<Header> lines = List.of(origins).stream()
                .map(origin -> new Header("origin", origin))
                .toList();
        return new UpgradeRequest(new FakePeer("one", new FakeTime()), "/ws", new Headers(lines), dialled);
    }

    @ParameterizedTest
    @CsvSource({
        "wss://gateway.test, https://gateway.test, true",
        "wss://gateway.test, HTTPS://Gateway.Test, true",
        "wss://gateway.test:443, https://gateway.test, true",
        "ws://gateway.test:80, http://gateway.test, true",
        "ws://127.0.0.1:9400, http://127.0.0.1:9400, true",
        "wss://gateway.test, http://gateway.test, false",
        "wss://gateway.test:8443, https://gateway.test, false",
        "wss://gateway.test, https://evil-gateway.test, false",
        "wss://gateway.test, https://gateway.test.evil.test, false",
        "wss://gateway.test, null, false",
    })
    void unlessToldPagesOfTheDialledHostMayConnect(String dialled, String origin, boolean passes) {
        assertThat(new OriginCheck(List.of()).passes(request(dialled, origin))).isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example.com, true",
        "https://APP.example.com, true",
        "https://evil-app.example.com, false",
        "https://app.example.com.evil.test, false",
        "https://app.example.com:444, false",
        "http://app.example.com, false",
        "https://gateway.test, false",
    })
    void namedOriginIsComparedWhole(String origin, boolean passes) {
        OriginCheck check = new OriginCheck(List.of("https://app.example.com"));

        assertThat(check.passes(request("wss://gateway.test", origin))).isEqualTo(passes);
    }

    @Test
    void severalOriginsAreNone() {
        assertThat(new OriginCheck(List.of()).passes(request("ws://a.test", "http://a.test", "http://a.test")))
                .isFalse();
    }

    @Test
    void whoeverNamesNoOriginIsNoPage() {
        assertThat(new OriginCheck(List.of()).passes(request("wss://gateway.test")))
                .isTrue();
    }

    @Test
    void starLetsAllPagesIn() {
        assertThat(new OriginCheck(List.of("*")).passes(request("wss://gateway.test", "https://evil.test")))
                .isTrue();
    }
}
