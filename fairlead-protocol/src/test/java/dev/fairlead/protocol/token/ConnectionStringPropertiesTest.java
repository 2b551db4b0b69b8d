// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.trials.Trials;
import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for all connection strings. */
class ConnectionStringPropertiesTest {

    @Test
    void anyTextIsAConnectionStringOrIsRefused() {
        Trials.of(
                5_000,
                random -> ConnectionStringFuzzTest.isAConnectionStringOrIsRefused(Trials.text(
                        random,
                        "Endpoint=sb://h/;",
                        ";EntityPath=",
                        ";SharedAccessKeyName=",
                        ";SharedAccessKey=",
                        ";SharedAccessSignature=",
                        ";OperationTimeout=")));
    }

    @Test
    void damagedConnectionStringIsOneOrIsRefused() {
        Trials.of(
                2_000,
                random -> ConnectionStringFuzzTest.isAConnectionStringOrIsRefused(
                        Trials.damaged(random, string(random).text())));
    }

    @Test
    void whatWasPutInIsReadBack() {
        Trials.of(2_000, random -> {
            ConnectionString string = string(random);

            ConnectionString again = ConnectionString.parse(string.text());

            assertThat(again.text()).isEqualTo(string.text());
            assertThat(again.endpoint()).isEqualTo(string.endpoint());
            assertThat(again.entityPath()).isEqualTo(string.entityPath());
            assertThat(again.key()).isPresent();
            assertThat(again.key().orElseThrow().sign("x"))
                    .isEqualTo(string.key().orElseThrow().sign("x"));
        });
    }

    @Test
    void secretIsNeverPrinted() {
        Trials.of(2_000, random -> {
            String secret = "secret" + random.nextLong();
            String text = "Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=" + secret;

            assertThat(ConnectionString.parse(text).toString()).doesNotContain(secret);
            try {
                assertThat(ConnectionString.parse(Trials.damaged(random, text)).toString())
                        .doesNotContain(secret);
            } catch (MalformedConnectionString refused) {
                assertThat(refused.getMessage()).doesNotContain(secret);
            }
        });
    }

    private static ConnectionString string(Random random) {
        String port = random.nextBoolean() ? "" : ":" + random.nextInt(65_536);
        String scheme = random.nextBoolean() ? "sb" : "http";
        ConnectionString string = ConnectionString.of(
                URI.create(scheme + "://relay" + random.nextInt(100) + ".test" + port + "/"),
                "rule" + random.nextInt(),
                Long.toString(random.nextLong(), 36) + "=");
        return random.nextBoolean() ? string : string.withEntityPath(HybridPath.of("a/b" + random.nextInt()));
    }
}
