// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.json.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BusTalkTest {

    @Test
    void bothGatewaysSayTheSameJson() throws Exception {
        String fairlead = BusTalk.response(Candidate.NATS_BUS_GATEWAY, 64);
        String node = BusTalk.response(Candidate.NODE_BUS_GATEWAY, 64);

        assertThat(node).doesNotContain(" ");
        assertThat(Json.parse(node)).isEqualTo(Json.parse(fairlead));
    }

    @Test
    void serviceHearsWhatIsAsked() throws Exception {
        assertThat(Json.parse(BusTalk.request(64)))
                .isEqualTo(Map.of("type", BusEcho.REQUEST, "content", Map.of("text", MeshTalk.text(64))));
    }

    @Test
    void referenceIsToldTheSameAndAnswersWithIt() {
        assertThat(BusTalk.options(Candidate.GATEWAY_REFERENCE, 64)).containsExactly("-q", BusTalk.request(64));
        assertThat(BusTalk.options(Candidate.PYRO_BUS_GATEWAY, 64))
                .containsExactly("-q", BusTalk.request(64), "-a", BusTalk.response(Candidate.PYRO_BUS_GATEWAY, 64));
    }
}
