// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.protocol.address.HybridPath;
import java.nio.charset.StandardCharsets;

/** Whatever stands where a connection string should. */
class ConnectionStringFuzzTest {

    @FuzzTest
    void anyTextIsAConnectionStringOrIsRefused(byte[] input) {
        isAConnectionStringOrIsRefused(new String(input, StandardCharsets.UTF_8));
    }

    static void isAConnectionStringOrIsRefused(String text) {
        ConnectionString string;
        try {
            string = ConnectionString.parse(text);
        } catch (MalformedConnectionString refused) {
            assertThat(refused.getMessage()).startsWith("connection string: ");
            return;
        }
        assertThat(string.endpoint().getHost()).isNotEmpty();
        assertThat(string.endpoint().getPath()).isEqualTo("/");
        assertThat(string.port()).isBetween(0, 65_535);
        assertThat(string.key().isPresent() && string.sharedAccessSignature().isPresent())
                .isFalse();
        if (string.key().isPresent()) {
            assertThat(string.toString()).contains("SharedAccessKey=***");
        }
        assertThat(string.withEntityPath(HybridPath.of("other")).entityPath()).contains(HybridPath.of("other"));

        ConnectionString again = ConnectionString.parse(string.text());
        assertThat(again.text()).isEqualTo(string.text());
        assertThat(again.toString()).isEqualTo(string.toString());
        assertThat(again.entityPath()).isEqualTo(string.entityPath());
    }
}
