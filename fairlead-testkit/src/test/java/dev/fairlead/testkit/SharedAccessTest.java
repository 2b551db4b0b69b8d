// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SharedAccessTest {

    /** The signature was computed with OpenSSL: {@code openssl dgst -sha256 -hmac secret -binary | base64}. */
    @Test
    void tokenIsWhatAnotherProgramSigns() {
        String token =
                SharedAccess.token("http://localhost/orders/", "root", "secret", Instant.ofEpochSecond(2_000_000_000));

        assertThat(token)
                .isEqualTo("SharedAccessSignature sr=http%3A%2F%2Flocalhost%2Forders%2F"
                        + "&sig=Ed4wuamvOJjDMb4rE3YJMCzvQy29Se0twB1ggvh3xjg%3D&se=2000000000&skn=root");
    }
}
