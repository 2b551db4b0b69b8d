// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.mesh.wire.Envelope;
import dev.fairlead.mesh.wire.MeshMessage;
import dev.fairlead.mesh.wire.MeshMessages;
import dev.fairlead.mesh.wire.MessageKind;
import dev.fairlead.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeshTalkTest {

    @Test
    void bothGatewaysSayTheSameJson() throws Exception {
        String fairlead = MeshTalk.response(Candidate.MESH_GATEWAY, 64);
        String node = MeshTalk.response(Candidate.NODE_MESH_GATEWAY, 64);

        assertThat(node).doesNotContain(" ");
        assertThat(Json.parse(node)).isEqualTo(Json.parse(fairlead));
        assertThat(Json.parse(MeshTalk.request(64)).toString()).contains("text=" + MeshTalk.text(64));
    }

    @Test
    void bodyIsThatOfARequest() {
        Envelope envelope = Envelope.ofCall(
                MessageKind.REQUEST, "7", "queue", Envelope.DEFAULT_TIME_TO_LIVE, MeshTalk.traceId(), false);

        MeshMessage read = MeshMessages.read(envelope, MeshTalk.body(64, "7").getBytes(StandardCharsets.US_ASCII));

        assertThat(read).isInstanceOfSatisfying(MeshMessage.Request.class, request -> {
            assertThat(request.method()).isEqualTo(MeshEcho.METHOD);
            assertThat(request.params()).isEqualTo(Map.of("text", MeshTalk.text(64)));
        });
    }
}
