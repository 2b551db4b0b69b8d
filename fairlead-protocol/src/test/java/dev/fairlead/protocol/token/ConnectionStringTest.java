// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.protocol.address.HybridPath;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionStringTest {

    private static final String TEXT =
            "Endpoint=sb://relay.example.com/;SharedAccessKeyName=root;SharedAccessKey=c2VjcmV0=;EntityPath=hyco";

    @Test
    void everyPartIsRead() {
        ConnectionString string = ConnectionString.parse(TEXT + ";OperationTimeout=00:01:00");

        assertThat(string.endpoint()).isEqualTo(URI.create("sb://relay.example.com/"));
        assertThat(string.isSecure()).isTrue();
        assertThat(string.port()).isEqualTo(443);
        assertThat(string.key())
                .hasValueSatisfying(key -> assertThat(key.sign("a"))
                        .isEqualTo(SasKey.of("root", "c2VjcmV0=").sign("a")));
        assertThat(string.entityPath()).contains(HybridPath.of("hyco"));
        assertThat(string.operationTimeout()).contains("00:01:00");
        assertThat(string.text()).isEqualTo(TEXT + ";OperationTimeout=00:01:00");
    }

    @Test
    void keysComeInAnyOrderAndLetterCase() {
        assertThat(ConnectionString.parse(
                                " sharedaccesskey = c2VjcmV0= ;;ENTITYPATH=hyco; endpoint=sb://relay.example.com;SharedAccessKeyName=root; ")
                        .text())
                .isEqualTo(TEXT);
    }

    @ParameterizedTest
    @CsvSource({
        "sb://h, sb://h/, 443, true",
        "sb://h:9443/, sb://h:9443/, 9443, true",
        "HTTP://127.0.0.1:9400, http://127.0.0.1:9400/, 9400, false",
        "ws://h, ws://h/, 80, false",
        "wss://h, wss://h/, 443, true",
        "https://[::1]:1/, https://[::1]:1/, 1, true",
    })
    void endpointIsWrittenWithASlashAtItsEnd(String given, URI endpoint, int port, boolean secure) {
        ConnectionString string = ConnectionString.parse("Endpoint=" + given);

        assertThat(string.endpoint()).isEqualTo(endpoint);
        assertThat(string.port()).isEqualTo(port);
        assertThat(string.isSecure()).isEqualTo(secure);
    }

    @Test
    void readyTokenStandsAloneAndKeepsItsEqualsSigns() {
        ConnectionString string = ConnectionString.parse(
                "Endpoint=sb://h/;SharedAccessSignature=SharedAccessSignature sr=a&sig=b%3d&se=1&skn=k");

        assertThat(string.sharedAccessSignature()).contains("SharedAccessSignature sr=a&sig=b%3d&se=1&skn=k");
        assertThat(string.key()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EntityPath=a | no Endpoint",
                "Endpoint= | no Endpoint",
                "Endpoint=sb://h/;Bogus=1 | Bogus is unknown (expected: one of Endpoint, EntityPath, SharedAccessKeyName,",
                "Endpoint=sb://h/;c2Vj/mV0=1 | a key that is not shown is unknown",
                "Endpoint=sb://h/;c2VjcmV0 | a part without '='",
                "Endpoint=sb://h/;Endpoint=sb://i/ | Endpoint twice",
                "Endpoint=ftp://h/ | Endpoint is no relay's",
                "Endpoint=h:443 | Endpoint is no relay's",
                "Endpoint=sb://h/path | Endpoint is no relay's",
                "Endpoint=sb://u@h/ | Endpoint is no relay's",
                "Endpoint=sb://h/?a | Endpoint is no relay's",
                "Endpoint=sb://h:70000/ | Endpoint is no relay's",
                "Endpoint=sb://h h/ | Endpoint is not a URI",
                "Endpoint=sb://h/;SharedAccessKeyName=k | SharedAccessKeyName without SharedAccessKey (expected: both or neither)",
                "Endpoint=sb://h/;SharedAccessKey=k | SharedAccessKey without SharedAccessKeyName (expected: both or neither)",
                "Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=k;SharedAccessSignature=s | SharedAccessSignature beside",
                "Endpoint=sb://h/;EntityPath=a/../b | EntityPath cannot be one",
            })
    void mistakeIsNamedWithoutTellingAKey(String text, String words) {
        assertThatThrownBy(() -> ConnectionString.parse(text))
                .isInstanceOf(MalformedConnectionString.class)
                .hasMessageStartingWith("connection string: " + words)
                .hasMessageNotContainingAny("c2Vj");
    }

    @Test
    void madeForAKeyItIsReadBack() {
        ConnectionString string = ConnectionString.of(URI.create("sb://localhost:9443"), "root", "k=")
                .withEntityPath(HybridPath.of("a/b"));

        assertThat(string.text())
                .isEqualTo("Endpoint=sb://localhost:9443/;SharedAccessKeyName=root;SharedAccessKey=k=;EntityPath=a/b");
        assertThat(ConnectionString.parse(string.text()).text()).isEqualTo(string.text());
        assertThatThrownBy(() -> ConnectionString.of(URI.create("sb://h"), "root", "a;b"))
                .isInstanceOf(MalformedConnectionString.class);
    }

    @Test
    void secretsDoNotShowInLogs() {
        assertThat(ConnectionString.parse(TEXT))
                .hasToString(
                        "Endpoint=sb://relay.example.com/;SharedAccessKeyName=root;SharedAccessKey=***;EntityPath=hyco");
        assertThat(ConnectionString.parse("Endpoint=sb://h/;SharedAccessSignature=s3cret")
                        .toString())
                .doesNotContain("s3cret");
    }

    @Test
    void entityPathKeepsTheBlanksAtItsEnds() {
        ConnectionString string = ConnectionString.parse("Endpoint=sb://h/;EntityPath=/ a / b /");

        assertThat(ConnectionString.parse(string.text())
                        .entityPath()
                        .orElseThrow()
                        .spelled())
                .isEqualTo(" a / b ");
    }

    @Test
    void entityPathWithASemicolonIsNotWrittenAsIfItEndedThere() {
        ConnectionString string =
                ConnectionString.parse("Endpoint=sb://h/").withEntityPath(HybridPath.of("a;SharedAccessKey=b"));

        assertThatThrownBy(string::text)
                .isInstanceOf(MalformedConnectionString.class)
                .hasMessageContaining("';'");
    }
}
