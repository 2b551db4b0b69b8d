// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.protocol.address.HybridPath;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Whatever stands where a token should. */
class TokenFuzzTest {

    private static final SasKey KEY = SasKey.of("RootManageSharedAccessKey", "a key that no input holds");

    @FuzzTest
    void anyTextIsATokenOrIsRefused(byte[] input) {
        isATokenOrIsRefused(new String(input, StandardCharsets.UTF_8));
        isATokenOrIsRefused(new String(input, StandardCharsets.ISO_8859_1));
    }

    static void isATokenOrIsRefused(String text) {
        SasToken token;
        try {
            token = SasToken.parse(text);
        } catch (MalformedToken refused) {
            assertThat(refused.getMessage()).startsWith("The token").hasSizeLessThan(60);
            return;
        }
        assertThat(token.signedBy(KEY)).isFalse();
        assertThat(token.expiresAt()).isBetween(Instant.EPOCH, SasToken.LATEST_EXPIRY);
        assertThat(token.covers(token.resourcePath())).isTrue();
        assertThat(token.covers(HybridPath.EMPTY))
                .isEqualTo(token.resourcePath().isEmpty());
        assertThat(token.keyName()).isNotEmpty();
        assertThat(token.toString()).contains("sig=***");

        SasToken again = SasToken.parse(token.text());
        assertThat(again.text()).isEqualTo(token.text());
        assertThat(again.toString()).isEqualTo(token.toString());
        assertThat(again.resourcePath()).isEqualTo(token.resourcePath());
    }
}
