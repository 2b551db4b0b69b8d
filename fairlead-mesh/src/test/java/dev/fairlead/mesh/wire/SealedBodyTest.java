// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedBodyTest {

    private final Map<?, ?> python = (Map<?, ?>) Samples.read("sealed.json");
    private final PrivateKey key = ServiceKeys.privateKey((String) python.get("private"));

    @Test
    void bodyThatPythonSealedIsOpened() {
        SealedBody opened = SealedBody.open(((String) python.get("body")).getBytes(UTF_8), key);

        assertThat(new String(opened.plain(), UTF_8)).isEqualTo(python.get("plain"));
    }

    @Test
    void bodyIsForTheServiceAndTheResponseForWhoeverAsked() {
        FernetKey own = FernetKey.fresh();
        byte[] request =
                SealedBody.seal("question".getBytes(UTF_8), own, ServiceKeys.publicKey((String) python.get("public")));

        SealedBody opened = SealedBody.open(request, key);
        byte[] response = SealedBody.seal(
                "answer".getBytes(UTF_8), opened.key(), ServiceKeys.publicKey((String) python.get("public")));

        assertThat(opened.plain()).asString(UTF_8).isEqualTo("question");
        assertThat(SealedBody.open(response, own)).asString(UTF_8).isEqualTo("answer");
    }

    @Test
    void bodyForAnotherServiceIsRefused() {
        KeyPair other = ServiceKeys.fresh();
        byte[] body = SealedBody.seal("question".getBytes(UTF_8), FernetKey.fresh(), other.getPublic());

        assertThatThrownBy(() -> SealedBody.open(body, key))
                .isInstanceOf(MalformedMeshMessage.class)
                .hasMessage("body: not sealed for this service");
    }

    @Test
    void bodyThatWasChangedIsRefused() {
        byte[] body = ((String) python.get("body")).getBytes(UTF_8);
        int at = body.length - 30;
        body[at] = (byte) (body[at] == 'A' ? 'B' : 'A');

        assertThatThrownBy(() -> SealedBody.open(body, key)).isInstanceOf(MalformedMeshMessage.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"tag\": \"request\"}", ".", "AAAA.AAAA", "?.?"})
    void bodyThatIsNotSealedIsRefused(String body) {
        assertThatThrownBy(() -> SealedBody.open(body.getBytes(UTF_8), key)).isInstanceOf(MalformedMeshMessage.class);
    }

    @Test
    void keyIsNoText() {
        assertThat(FernetKey.fresh()).hasToString("FernetKey[…]");
    }
}
