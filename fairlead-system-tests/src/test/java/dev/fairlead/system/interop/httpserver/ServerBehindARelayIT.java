// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.httpserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.client.RelayListener;
import dev.fairlead.client.httpserver.RelayedHttpServer;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.server.security.Right;
import dev.fairlead.system.interop.Transport;
import dev.fairlead.testkit.Answer;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The drop-in, with the same handlers and the same assertions. */
@ParameterizedClass
@EnumSource(Transport.class)
@ExtendWith(RelayUnderTest.Extension.class)
class ServerBehindARelayIT extends ServerSentences {

    private static final String PATH = "web/site";

    @TempDir
    Path folder;

    @Parameter
    Transport transport;

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = transport.of(prepared, new TestAuthority(folder));
    }

    @Override
    HttpServer server() {
        return RelayedHttpServer.create(RelayListener.builder(ConnectionString.parse(relay.connectionString()))
                .path(PATH)
                .sslContext(relay.authority().trusting()));
    }

    @Override
    HttpSenderDriver sender() {
        return relay.http(PATH);
    }

    @Override
    Handshake asking(String resource) {
        return Handshake.plain("/" + PATH + resource).with("ServiceBusAuthorization", relay.token(PATH, Right.SEND));
    }

    @Override
    void isTurnedAway(HttpSenderDriver sender) {
        Answer answer = sender.isAnswered();
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.toString()).doesNotContain("s3cret");
    }
}
