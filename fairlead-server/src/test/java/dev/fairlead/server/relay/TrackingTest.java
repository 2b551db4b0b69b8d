// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.connection.Refusal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "Refusals": the words that clients of Hybrid Connections look for. */
class TrackingTest {

    private static final String GUID = "9e3c0f4a-1f0b-4b5e-9d57-0a1b2c3d4e5f";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:04:05.678Z"));

    @Test
    void refusalNamesItsIdTheEntityAndTheTime() {
        Tracking tracking = Tracking.of(GUID, "relay.test", HybridPath.of("orders/eu"), CLOCK.instant());

        assertThat(tracking.refused(Refusal.ENTITY_UNKNOWN).reason())
                .isEqualTo("Endpoint does not exist. TrackingId:" + GUID
                        + "_G0, SystemTracker:sb://relay.test/orders/eu, Timestamp:2026-03-01T12:04:05");
    }

    @Test
    void idThatTheServiceMadeLongerIsCutToItsGuid() {
        assertThat(idFor(GUID + "_G17_G30")).isEqualTo(GUID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "me", "9e3c0f4a-1f0b-4b5e-9d57-0a1b2c3d4e5", "9e3c0f4a1f0b4b5e9d570a1b2c3d4e5f0000\r\n"})
    void idThatIsNoGuidIsReplacedByOne(String given) {
        String id = idFor(given);

        assertThat(UUID.fromString(id)).hasToString(id);
        assertThat(id).isNotEqualTo(idFor(given));
    }

    @Test
    void pathIsEncodedAndOfBoundedLength() {
        Tracking odd = Tracking.of(GUID, "relay.test", HybridPath.of("a b/\u00e4"), CLOCK.instant());
        Tracking longest = Tracking.of(GUID, "relay.test", HybridPath.of("x".repeat(30_000)), CLOCK.instant());

        assertThat(odd.entity()).isEqualTo("sb://relay.test/a%20b/%C3%A4");
        assertThat(longest.entity()).isEqualTo("sb://relay.test/" + "x".repeat(512));
    }

    private static String idFor(String given) {
        return Tracking.of(given, "relay.test", HybridPath.EMPTY, CLOCK.instant())
                .id();
    }
}
