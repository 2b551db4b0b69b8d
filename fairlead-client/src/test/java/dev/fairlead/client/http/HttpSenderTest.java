// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.spi.Token;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpSenderTest {

    private static final ConnectionString STRING =
            ConnectionString.parse("Endpoint=sb://Relay.test:9443/;SharedAccessKeyName=k;SharedAccessKey=c2VjcmV0");

    @Test
    void requestHasTheAddressAndAFreshToken() throws Exception {
        HttpRequest request =
                HttpSender.of(STRING, "a b/c").request("x/y?z").GET().build();

        assertThat(request.uri()).hasToString("https://Relay.test:9443/a%20b/c/x/y?z");
        SasToken token = SasToken.parse(
                request.headers().firstValue("ServiceBusAuthorization").orElseThrow());
        assertThat(token.signedBy(SasKey.of("k", "c2VjcmV0"))).isTrue();
        assertThat(token.resource()).isEqualTo("http://relay.test/a%20b/c/");
        assertThat(token.expiresAt()).isAfter(Instant.now().plusSeconds(3000));
    }

    @ParameterizedTest
    @CsvSource({
        "'', https://Relay.test:9443/hyco",
        "/, https://Relay.test:9443/hyco/",
        "?a=b, https://Relay.test:9443/hyco?a=b",
        "/?, https://Relay.test:9443/hyco/?",
        "x y/ü%20?q={|}, https://Relay.test:9443/hyco/x%20y/%C3%BC%20?q=%7B%7C%7D",
    })
    void whatMayNotStandInAUrlIsEscaped(String below, String uri) {
        assertThat(HttpSender.of(STRING, "hyco").uri(below)).hasToString(uri);
    }

    @Test
    void plainPortIsHttpAndTokensMayComeFromElsewhere() throws Exception {
        HttpSender sender = HttpSender.of(
                URI.create("http://127.0.0.1:9400/hyco"), audience -> Token.of("token for " + audience, Instant.now()));

        assertThat(sender.uri()).hasToString("http://127.0.0.1:9400/hyco");
        assertThat(sender.request().build().headers().firstValue("ServiceBusAuthorization"))
                .contains("token for http://127.0.0.1/hyco/");
    }

    @Test
    void senderWithoutACredentialSendsNone() throws IOException {
        HttpSender sender = HttpSender.of(ConnectionString.parse("Endpoint=sb://h/;EntityPath=open"));

        assertThat(sender.request().build().headers().map()).isEmpty();
        assertThat(sender).hasToString("HttpSender[open]");
    }

    @Test
    void hybridConnectionMustBeNamedOnce() {
        assertThatThrownBy(() -> HttpSender.of(STRING)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> HttpSender.of(ConnectionString.parse("Endpoint=sb://h/;EntityPath=a"), "b"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
