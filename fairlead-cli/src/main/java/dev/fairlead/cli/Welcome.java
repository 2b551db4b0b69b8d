// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.server.config.ServerConfig;
import dev.fairlead.server.security.AuthorizationRule;
import java.net.URI;
import java.nio.file.Path;

/** What a server without a configuration file says at its start: how to reach it, and what to try. */
final class Welcome {

    private static final String FILE = "connection-string";

    private final ServerConfig config;
    private final AuthorizationRule rule;
    private final String authority;

    /**
     * Makes the text.
     *
     * @param relay where the relay is, with its real port
     */
    Welcome(ServerConfig config, URI relay) {
        this.config = config;
        this.rule = config.keys().getFirst();
        this.authority = dialled(relay) + ":" + relay.getPort();
    }

    /** {@return where the connection string is kept, so that commands need no secret} */
    Path file() {
        return config.dataDirectory().resolve(FILE).normalize();
    }

    /** {@return the connection string that works with this version: the one for a plain port} */
    String connectionString() {
        return connectionString("http");
    }

    /** {@return the whole text, ending with a new line} */
    String text() {
        return """
                Fairlead starts without a configuration file: hybrid connections come to be with their first listener, and one
                generated key, %2$s, opens them all. It is kept under %5$s for this user alone.

                Connection string, plain, for Fairlead's own SDK and command line (it is also in %6$s):
                  %3$s
                Connection string as Azure Relay's clients take it. sb means TLS, which this version leaves to a proxy in front:
                  %4$s

                Node's hyco-ws: its helpers insist on port 443, so give its `server:` option this URI (and senders the second):
                  ws://%1$s/$hc/PATH?sb-hc-action=listen
                  ws://%1$s/$hc/PATH?sb-hc-action=connect

                Try it in two more terminals:
                  ./fairlead listen @%6$s hyco --echo
                  ./fairlead send @%6$s hyco

                """.formatted(
                        authority,
                        rule.name(),
                        connectionString(),
                        connectionString("sb"),
                        config.dataDirectory().normalize(),
                        file());
    }

    private String connectionString(String scheme) {
        return ConnectionString.of(
                        URI.create(scheme + "://" + authority + "/"),
                        rule.name(),
                        rule.primaryKey().reveal())
                .text();
    }

    /** Nobody dials the address that stands for all of a machine's. */
    private String dialled(URI relay) {
        String host = relay.getHost();
        boolean wildcard = host.equals("0.0.0.0") || host.equals("[::]") || host.equals("[0:0:0:0:0:0:0:0]");
        return wildcard ? config.namespace() : host;
    }
}
