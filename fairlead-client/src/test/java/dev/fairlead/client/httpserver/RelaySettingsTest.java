// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the JVM is told of a relay, for a program that says nothing itself. */
class RelaySettingsTest {

    private static final String RELAY = "Endpoint=sb://relay.example.org/;SharedAccessKeyName=k;SharedAccessKey=s3cret";

    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    private RelayedHttpServer bound(int port) throws IOException {
        RelayedHttpServer server = new RelayedHttpServer(new RelaySettings(properties::get, environment::get)::at);
        server.bind(new InetSocketAddress(port), 0);
        return server;
    }

    @Test
    void everythingThatIsMissingIsNamedAtOnce() {
        assertThatIOException()
                .isThrownBy(() -> bound(8080))
                .withMessageContaining("dev.fairlead.connectionString")
                .withMessageContaining("FAIRLEAD_CONNECTION_STRING")
                .withMessageContaining("dev.fairlead.path")
                .withMessageContaining("EntityPath");
    }

    @Test
    void pathThatIsMissingIsNamedAlone() {
        environment.put(RelaySettings.VARIABLE, RELAY);

        assertThatIOException()
                .isThrownBy(() -> bound(8080))
                .withMessageContaining("dev.fairlead.path")
                .withMessageNotContaining("FAIRLEAD_CONNECTION_STRING");
    }

    @Test
    void connectionStringMayNameThePath() throws IOException {
        environment.put(RelaySettings.VARIABLE, RELAY + ";EntityPath=web");

        assertThat(bound(8080).uri()).hasToString("https://relay.example.org/web");
    }

    @Test
    void propertyWinsOverTheEnvironmentUnlessItIsBlank() throws IOException {
        environment.put(RelaySettings.VARIABLE, RELAY);
        properties.put(RelaySettings.PATH, "web/site");

        assertThat(bound(8080).uri()).hasToString("https://relay.example.org/web/site");
        properties.put(RelaySettings.CONNECTION_STRING, " ");
        assertThat(bound(8080).uri()).hasToString("https://relay.example.org/web/site");
        properties.put(RelaySettings.CONNECTION_STRING, RELAY.replace("sb://relay.example.org", "http://[::1]:9400"));
        assertThat(bound(8080).uri()).hasToString("http://[::1]:9400/web/site");
        assertThat(bound(8080).getAddress()).hasToString("/[0:0:0:0:0:0:0:1]:9400");
    }

    @Test
    void serversOfOneProgramHaveEachTheirPath() throws IOException {
        environment.put(RelaySettings.VARIABLE, RELAY);
        properties.put(RelaySettings.PATH, "web");
        properties.put(RelaySettings.PATH + ".8081", "admin");

        assertThat(bound(8080).uri()).hasPath("/web");
        assertThat(bound(8081).uri()).hasPath("/admin");
    }

    @Test
    void secretMayStandInAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), RELAY + ";EntityPath=web\n");
        environment.put(RelaySettings.VARIABLE, "@" + file);

        assertThat(bound(8080).uri()).hasPath("/web");
        environment.put(RelaySettings.VARIABLE, "@" + file + ".absent");
        assertThatIOException().isThrownBy(() -> bound(8080)).withMessageContaining(file + ".absent");
    }

    @Test
    void whatCannotBeUsedIsToldWithoutTheSecret() {
        properties.put(RelaySettings.PATH, "web");
        for (String told : new String[] {
            RELAY.replace("sb://", "ftp://"), RELAY.replaceFirst(";.*", ""), RELAY + ";EntityPath=other"
        }) {
            properties.put(RelaySettings.CONNECTION_STRING, told);

            assertThatIOException()
                    .isThrownBy(() -> bound(8080))
                    .withMessageContaining("expected")
                    .withMessageNotContaining("s3cret");
        }
    }

    @Test
    void serverIsBoundOnceAndStartedAfterThat() throws IOException {
        RelayedHttpServer server = new RelayedHttpServer(new RelaySettings(properties::get, environment::get)::at);
        environment.put(RelaySettings.VARIABLE, RELAY + ";EntityPath=web");

        assertThat(server.getAddress()).isNull();
        assertThatIllegalStateException().isThrownBy(server::start);
        server.bind(new InetSocketAddress(0), 0);

        assertThat(server.getAddress()).isEqualTo(InetSocketAddress.createUnresolved("relay.example.org", 443));
        assertThatIOException()
                .isThrownBy(() -> server.bind(new InetSocketAddress(0), 0))
                .isInstanceOf(BindException.class);
        server.stop(0);
    }
}
