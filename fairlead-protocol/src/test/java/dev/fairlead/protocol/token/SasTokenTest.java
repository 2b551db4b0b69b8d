// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.protocol.address.HybridPath;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The signatures were computed with Python's {@code hmac}, over resources as each client encodes them. */
class SasTokenTest {

    private static final String SECRET = "c2VjcmV0LWtleS10aGF0LWxvb2tzLWxpa2UtYmFzZTY0PT0=";
    private static final SasKey KEY = SasKey.of("listener", SECRET);
    private static final String SR = "http%3A%2F%2Frelay.example.com%2Fhyco%2F";
    private static final String SIG = "Bf4PlHFSReeLQWbuR0suGLI0W1suIHG7Zf8f5PF9B7c%3D";
    private static final String TOKEN =
            "SharedAccessSignature sr=" + SR + "&sig=" + SIG + "&se=1900000000&skn=listener";

    @ParameterizedTest
    @CsvSource({
        "http%3A%2F%2Frelay.example.com%2Fhyco%2F, Bf4PlHFSReeLQWbuR0suGLI0W1suIHG7Zf8f5PF9B7c%3D, hyco",
        "http%3A%2F%2Fns%3A443%2Fhyco, %2B4iVl1RsTaRohCDW3Fj%2BOe4wds6hV1GCa10Im%2B1Qdm8%3D, hyco",
        "http%3a%2f%2frelay.example.com%2fhyco, s7xdjewTjC5Ki46QEDZLJuq2uD8SauPRJDQ8XrrMbEM%3d, hyco",
        "sb%3A%2F%2Frelay.example.com%3A9443%2Fa+b%2F%2F, vh5lM06kYy2ZOeI6j9lHIE4kAefGXZHgeCkJ%2F4d1wUE=, a b",
    })
    void signatureIsJudgedOverTheResourceAsItStandsInTheToken(String sr, String sig, String path) {
        SasToken token =
                SasToken.parse("SharedAccessSignature sr=" + sr + "&sig=" + sig + "&se=1900000000&skn=listener");

        assertThat(token.signedBy(KEY)).isTrue();
        assertThat(token.signedBy(SasKey.of("listener", SECRET + "x"))).isFalse();
        assertThat(token.resourcePath()).isEqualTo(HybridPath.of(path));
    }

    @Test
    void signedTokenIsTheOneThatOthersCompute() {
        SasToken token =
                SasToken.sign("http://relay.example.com/hyco/", KEY, Instant.ofEpochSecond(1_900_000_000, 999));

        assertThat(token.text()).isEqualTo(TOKEN);
        assertThat(token.resource()).isEqualTo("http://relay.example.com/hyco/");
        assertThat(token.keyName()).isEqualTo("listener");
        assertThat(token.expiresAt()).isEqualTo(Instant.ofEpochSecond(1_900_000_000));
    }

    @Test
    void keyIsTheTextItselfAndNotTheBytesThatItEncodes() {
        assertThat(SasKey.of("k", "schlüssel").sign(SR + "\n1900000000"))
                .isEqualTo("gTauukJuxWEsxXZjczBoXs0nnkh8S1zkKkwx/sbyOas=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sharedaccesssignature %s",
                "SHAREDACCESSSIGNATURE\t  %s",
                "  SharedAccessSignature %s  ",
            })
    void firstWordIsReadInAnyLetterCase(String form) {
        String fields = TOKEN.substring("SharedAccessSignature ".length());

        assertThat(SasToken.parse(form.formatted(fields)).signedBy(KEY)).isTrue();
    }

    @Test
    void fieldsComeInAnyOrderAndLetterCaseWithStrangersBetween() {
        SasToken token =
                SasToken.parse("SharedAccessSignature SKN=Listener&x=1&SE=1900000000&&Sig=" + SIG + "&new&SR=" + SR);

        assertThat(token.signedBy(KEY)).isTrue();
        assertThat(token.keyName()).isEqualTo("Listener");
    }

    @Test
    void signatureNeedNotBeEscaped() {
        String token = "SharedAccessSignature sr=%s&sig=%s&se=1900000007&skn=k";
        SasKey key = SasKey.of("k", "k");
        String sig = "pg9tff720k9lMdCKOXc+HxghG2c56aF/7SZOLF47Azo=";

        assertThat(SasToken.parse(token.formatted(SR, sig)).signedBy(key)).isTrue();
        assertThat(SasToken.parse(token.formatted(SR, sig.replace('+', ' '))).signedBy(key))
                .isTrue();
        assertThat(SasToken.parse(token.formatted(SR, sig.replace("+", "%2B"))).signedBy(key))
                .isTrue();
        assertThat(SasToken.parse(token.formatted(SR, sig.replace("=", ""))).signedBy(key))
                .isFalse();
    }

    @Test
    void anyChangedFieldBreaksTheSignature() {
        assertThat(SasToken.parse(TOKEN.replace("1900000000", "1900000001")).signedBy(KEY))
                .isFalse();
        assertThat(SasToken.parse(TOKEN.replace("hyco", "other")).signedBy(KEY)).isFalse();
        assertThat(SasToken.parse(TOKEN.replace("%2F", "%2f")).signedBy(KEY)).isFalse();
        assertThat(SasToken.parse(TOKEN.replace("sig=B", "sig=b")).signedBy(KEY))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer x",
                "SharedAccessSignature",
                "SharedAccessSignature ",
                "SharedAccessSignaturesr=a",
                "eyJhbGciOiJIUzI1NiJ9.e30.x",
                "SharedAccessSignature sig=a&se=1&skn=k",
                "SharedAccessSignature sr=http://h&se=1&skn=k",
                "SharedAccessSignature sr=http://h&sig=a&skn=k",
                "SharedAccessSignature sr=http://h&sig=a&se=1",
                "SharedAccessSignature sr=http://h&sig=a&se=&skn=k",
                "SharedAccessSignature sr=http://h&sig=a&se=-1&skn=k",
                "SharedAccessSignature sr=http://h&sig=a&se=1.5&skn=k",
                "SharedAccessSignature sr=http://h&sig=a&se=%D9%A3&skn=k",
                "SharedAccessSignature sr=http://h&SR=http://h&sig=a&se=1&skn=k",
                "SharedAccessSignature sr=hyco&sig=a&se=1&skn=k",
                "SharedAccessSignature sr=/hyco&sig=a&se=1&skn=k",
                "SharedAccessSignature sr=://h&sig=a&se=1&skn=k",
                "SharedAccessSignature sr=http://h/a/../b&sig=a&se=1&skn=k",
                "SharedAccessSignature sr=http://h/%2500&sig=a&se=1&skn=k",
            })
    void whatIsNoTokenIsRefusedWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> SasToken.parse(text))
                .isInstanceOf(MalformedToken.class)
                .hasMessageStartingWith("The token")
                .satisfies(refusal -> assertThat(refusal.getStackTrace()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"253402300800", "999999999999", "9223372036854775808", "99999999999999999999999999"})
    void expiryBeyondAllCalendarsIsClamped(String expiry) {
        assertThat(SasToken.parse(TOKEN.replace("1900000000", expiry)).expiresAt())
                .isEqualTo(SasToken.LATEST_EXPIRY);
    }

    @ParameterizedTest
    @CsvSource({
        "http://host/path/, path",
        "sb://host:5671/path, path",
        "sb://host:5671/path//, path",
        "sb://host:5671/path?x=1, path",
        "sb://host, ''",
        "sb://host:9443, ''",
        "https://host/, ''",
        "http://host:443/path, path",
        "wss://HOST/$hc/path, path",
        "wss://host/%24hc/path/suffix, path/suffix",
        "https://host:1/entity/suffix?q=/x, entity/suffix",
        "http://user@host/a%20b, a b",
        "http://host/a b, a b",
        "http://host?x=/path, ''",
        "http://host#/path, ''",
        "HTTP://host/Path/With//Slashes, path/with/slashes",
        "amqp+ssl://host/p, p",
    })
    void resourceOfEveryClientNamesItsPath(String resource, String path) {
        assertThat(SasToken.sign(resource, KEY, Instant.EPOCH).resourcePath()).isEqualTo(HybridPath.of(path));
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/, a/b, true",
        "http://h/a, a, true",
        "http://h/A/, a/b, true",
        "http://h/a/b, a/b, true",
        "http://h/a/b, a, false",
        "http://h/a, ab, false",
    })
    void tokenCoversItsPathAndAllBelow(String resource, String request, boolean covered) {
        assertThat(SasToken.sign(resource, KEY, Instant.EPOCH).covers(HybridPath.of(request)))
                .isEqualTo(covered);
    }

    @Test
    void secretsDoNotShowInLogs() {
        assertThat(SasToken.parse(TOKEN).toString())
                .contains("hyco", "listener")
                .doesNotContain("Bf4Pl");
        assertThat(KEY).hasToString("SasKey[listener]");
    }

    @Test
    void emptyKeyIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> SasKey.of("", "k"));
        assertThatIllegalArgumentException().isThrownBy(() -> SasKey.of("n", ""));
    }
}
