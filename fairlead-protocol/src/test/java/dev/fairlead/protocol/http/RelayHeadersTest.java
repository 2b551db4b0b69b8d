// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RelayHeadersTest {

    private static final List<Header> UPGRADE = List.of(
            new Header("Host", "ns:443"),
            new Header("Connection", "Upgrade"),
            new Header("Upgrade", "websocket"),
            new Header("Sec-WebSocket-Key", "a2V5"),
            new Header("X-oDd~nAmE", "one"),
            new Header("servicebusauthorization", "s3cret"),
            new Header("Authorization", "Bearer b"),
            new Header("x-odd~name", "two"),
            new Header("Cookie", "a=1"),
            new Header("cookie", "b=2"));

    @Test
    void allHeadersOfTheUpgradeCrossInOrderAndLetterCase() {
        assertThat(RelayHeaders.connectHeaders(UPGRADE, false))
                .containsExactly(
                        Map.entry("Host", "ns:443"),
                        Map.entry("Connection", "Upgrade"),
                        Map.entry("Upgrade", "websocket"),
                        Map.entry("Sec-WebSocket-Key", "a2V5"),
                        Map.entry("X-oDd~nAmE", "one, two"),
                        Map.entry("Authorization", "Bearer b"),
                        Map.entry("Cookie", "a=1; b=2"));
    }

    @Test
    void relaysOwnCredentialNeverCrosses() {
        assertThat(RelayHeaders.connectHeaders(UPGRADE, false)).doesNotContainValue("s3cret");
    }

    @Test
    void authorizationEndsHereOnlyIfItLetTheSenderIn() {
        assertThat(RelayHeaders.connectHeaders(UPGRADE, true)).doesNotContainKey("Authorization");
    }
}
