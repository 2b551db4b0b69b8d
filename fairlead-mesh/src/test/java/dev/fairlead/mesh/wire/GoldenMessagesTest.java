// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.mesh.wire.Samples.Publish;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenMessagesTest {

    @ParameterizedTest
    @MethodSource("plain")
    void bodyThatIsReadIsWrittenByteForByte(Publish sample) {
        MeshMessage message = MeshMessages.read(sample.envelope(), sample.body().getBytes(UTF_8));

        assertThat(new String(MeshMessages.write(message), UTF_8)).isEqualTo(sample.body());
    }

    @ParameterizedTest
    @MethodSource("all")
    void propertiesAndHeadersAreTheRecordedOnesInTheirOrder(Publish sample) {
        Envelope envelope = sample.envelope();

        assertThat(envelope.headers()).isEqualTo(sample.headers());
        assertThat(List.copyOf(envelope.headers().keySet()))
                .isEqualTo(List.copyOf(sample.headers().keySet()));
        assertThat(envelope.expiration().orElse(null)).isEqualTo(sample.text("expiration"));
        assertThat(envelope.replyTo()).isEqualTo(sample.text("reply_to"));
        assertThat(sample.text("content_type")).isEqualTo(Envelope.CONTENT_TYPE);
    }

    @Test
    void responseIsJoinedToItsRequestByTheEnvelope() {
        List<Publish> flow = Samples.publishes().subList(0, 2);

        assertThat(flow.get(0).envelope().ofResponse()).isEqualTo(flow.get(1).envelope());
    }

    @Test
    void errorsOfTheTableAreTheRecordedOnes() {
        assertThat(PythonJson.write(MeshError.failed("lab", "boom", "ValueError", "boom happened")
                        .json()))
                .isEqualTo("{\"error\": \"NuropbException\", \"description\": \"Runtime exception calling "
                        + "lab.boom:ValueError: boom happened\"}");
        assertThat(MeshError.notDelivered("nosuch", "m").description())
                .isEqualTo("Service nosuch not available. unable to call method m");
    }

    @Test
    void namesAreTheRecordedOnes() {
        MeshNames client = MeshNames.ofClient("nuropb_gw_test", "f2cc2640242549c5b8ff1a4857ebc9b1");

        assertThat(client.service()).isEqualTo("nuropb_gw_test-client");
        assertThat(client.responseQueue())
                .isEqualTo("nuropb-nuropb_gw_test-client-f2cc2640242549c5b8ff1a4857ebc9b1-rq");
        assertThat(MeshNames.of("lab", "labinst1").serviceQueue()).isEqualTo("nuropb-lab-sq");
    }

    @Test
    void descriptionThatIsReadIsWrittenAsItWas() {
        Object recorded = Samples.read("describe.json");

        ServiceDescription description = ServiceDescription.read(recorded);

        assertThat(PythonJson.write(description.json())).isEqualTo(PythonJson.write(recorded));
        assertThat(description.publicKey()).isPresent();
        assertThat(ServiceKeys.pem(description.publicKey().orElseThrow()))
                .isEqualTo(description.publicKeyPem().orElseThrow());
        assertThat(description.requiresEncryption("secret")).isTrue();
        assertThat(description.requiresEncryption("echo")).isFalse();
    }

    static Stream<Publish> all() {
        return Samples.publishes().stream();
    }

    static Stream<Publish> plain() {
        List<Publish> plain = new ArrayList<>(Samples.publishes());
        plain.removeIf(sample -> "yes".equals(sample.headers().get("encrypted")));
        return plain.stream();
    }
}
