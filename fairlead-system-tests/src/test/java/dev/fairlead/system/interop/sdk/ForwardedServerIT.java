// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.sdk;

import dev.fairlead.client.RelayForwarder;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.system.interop.Programs;
import dev.fairlead.system.interop.Story;
import dev.fairlead.system.interop.http.HttpListenerSentences;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.net.URI;

/** A server of Node's that knows nothing of a relay, on a port of its own, and a forwarder in front of it. */
class ForwardedServerIT extends HttpListenerSentences {

    @Override
    protected String asTold(String segment) {
        return segment.replace(" ", "%20");
    }

    @Override
    protected Story online(RelayUnderTest on, String path) {
        ForeignProgram server = Programs.node(on.authority(), Programs.file("node/http-listener.js"))
                .with("KIND", "http")
                .start();
        String port = server.prints("online").split(" ", -1)[1];
        RelayListener listener = RelayListener.builder(ConnectionString.parse(on.connectionString()))
                .path(path)
                .sslContext(on.authority().trusting())
                .forwardTo(RelayForwarder.to(URI.create("http://127.0.0.1:" + port + "/" + path)))
                .build();
        listener.open().join();
        return new Story() {
            @Override
            public String prints(String beginning) {
                return server.prints(beginning);
            }

            @Override
            public void close() {
                listener.close();
                server.close();
            }
        };
    }
}
