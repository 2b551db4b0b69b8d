// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.javawebsocket;

import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.server.security.Right;
import dev.fairlead.system.interop.Transport;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.nio.file.Path;
import java.util.List;
import org.java_websocket.drafts.Draft;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The drop-in, with the same callbacks and the same assertions. */
@ParameterizedClass
@EnumSource(Transport.class)
@ExtendWith(RelayUnderTest.Extension.class)
class ServerBehindARelayIT extends ServerSentences {

    static final String PATH = "rooms";

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
    Program.Server server(Program program, List<Draft> drafts) {
        return new ServerBehindARelay(
                RelayListener.builder(ConnectionString.parse(relay.connectionString()))
                        .path(PATH)
                        .sslContext(relay.authority().trusting()),
                drafts,
                program);
    }

    @Override
    RawWebSocket socket() {
        return relay.socket();
    }

    @Override
    Handshake asking(String resource) {
        return asking(relay, resource);
    }

    /** A handshake for a path and query of a server's behind a relay. */
    static Handshake asking(RelayUnderTest relay, String resource) {
        String joint = resource.contains("?") ? "&" : "?";
        String below = resource.equals("/") ? "" : resource;
        return Handshake.to("/$hc/" + PATH + below + joint + "sb-hc-action=connect")
                .with("ServiceBusAuthorization", relay.token(PATH, Right.SEND));
    }
}
