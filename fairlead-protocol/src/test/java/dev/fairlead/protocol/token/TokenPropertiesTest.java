// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.PercentEncoding;
import dev.fairlead.protocol.trials.Trials;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for all tokens and keys. */
class TokenPropertiesTest {

    @Test
    void anyTextIsATokenOrIsRefused() {
        Trials.of(
                5_000,
                random -> TokenFuzzTest.isATokenOrIsRefused("SharedAccessSignature "
                        + Trials.text(random, "sr=", "&sig=", "&se=", "&skn=", "http%3A%2F%2Fh%2Fp", "1700000000")));
    }

    @Test
    void damagedTokenIsATokenOrIsRefusedAndIsSignedByNobodyUnlessItSaysTheSame() {
        Trials.of(2_000, random -> {
            SasKey key = key(random);
            SasToken token = token(random, key);
            String damaged = Trials.damaged(random, token.text());

            TokenFuzzTest.isATokenOrIsRefused(damaged);

            try {
                SasToken other = SasToken.parse(damaged);
                if (other.signedBy(key)) {
                    assertThat(other.resource()).isEqualTo(token.resource());
                    assertThat(other.expiresAt()).isEqualTo(token.expiresAt());
                }
            } catch (MalformedToken refused) {
                assertThat(refused.getStackTrace()).isEmpty();
            }
        });
    }

    @Test
    void tokenThatIsSignedSaysWhatItWasSignedForAndIsSignedByThatKeyAlone() {
        Trials.of(2_000, random -> {
            SasKey key = key(random);
            String resource = resource(random);
            Instant expiry = Instant.ofEpochSecond(random.nextLong(SasToken.LATEST_EXPIRY.getEpochSecond()));

            SasToken token = SasToken.parse(SasToken.sign(resource, key, expiry).text());

            assertThat(token.signedBy(key)).isTrue();
            assertThat(token.signedBy(SasKey.of(key.name(), "another key"))).isFalse();
            assertThat(token.resource()).isEqualTo(resource);
            assertThat(token.expiresAt()).isEqualTo(expiry);
            assertThat(token.keyName()).isEqualTo(key.name());
        });
    }

    @Test
    void tokenCoversWhatLiesBelowItsPathAndNothingBeside() {
        Trials.of(2_000, random -> {
            String path = "a" + random.nextInt(100) + "/b" + random.nextInt(100);
            SasToken token = SasToken.sign("http://h/" + path, key(random), Instant.EPOCH);

            assertThat(token.covers(HybridPath.of(path))).isTrue();
            assertThat(token.covers(HybridPath.of(path + "/" + random.nextInt())))
                    .isTrue();
            assertThat(token.covers(HybridPath.of(path + random.nextInt(10)))).isFalse();
            assertThat(token.covers(HybridPath.of("x" + path))).isFalse();
        });
    }

    @Test
    void signatureIsThatOfTheTextAlone() {
        Trials.of(2_000, random -> {
            SasKey key = key(random);
            String text = Trials.wholeText(random);
            String signature = key.sign(text);

            assertThat(key.signed(text, signature)).isTrue();
            assertThat(key.signed(text + "x", signature)).isFalse();
            assertThat(key.signed(text, Trials.text(random))).isFalse();
            assertThat(key.toString()).isEqualTo("SasKey[" + key.name() + "]");
        });
    }

    private static SasToken token(Random random, SasKey key) {
        return SasToken.sign(resource(random), key, Instant.ofEpochSecond(random.nextInt(Integer.MAX_VALUE)));
    }

    private static String resource(Random random) {
        String scheme = random.nextBoolean() ? "http" : "sb";
        String path =
                PercentEncoding.encodePath("n" + random.nextInt(1_000) + "/" + (char) (0xC0 + random.nextInt(0x20)));
        return scheme + "://relay.test/" + path + (random.nextBoolean() ? "/" : "");
    }

    private static SasKey key(Random random) {
        return SasKey.of("rule " + Trials.wholeText(random), "key" + Trials.wholeText(random) + random.nextLong());
    }
}
