// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.server.config.DevelopmentCertificate;
import dev.fairlead.server.config.ServerConfig;
import dev.fairlead.server.security.AuthorizationRule;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What a server without a configuration file says at its start: how to reach it, how to trust it, and what to try. */
final class Welcome {

    private static final String FILE = "connection-string";
    private static final String PLAIN_FILE = "connection-string-plain";

    private final ServerConfig config;
    private final AuthorizationRule rule;
    private final String plain;
    private final String secure;

    /**
     * Makes the text.
     *
     * @param relay where the relay is, with its real ports
     */
    Welcome(ServerConfig config, List<URI> relay) {
        this.config = config;
        this.rule = config.keys().getFirst();
        this.plain = authority(relay, "http");
        this.secure = authority(relay, "https");
    }

    /** {@return where the connection string is kept, so that commands need no secret} */
    Path file() {
        return config.dataDirectory().resolve(FILE).normalize();
    }

    /** {@return where the connection string of the plain port is kept} */
    Path plainFile() {
        return config.dataDirectory().resolve(PLAIN_FILE).normalize();
    }

    /** {@return the connection string of the port that speaks TLS, as Azure Relay's clients take it} */
    String connectionString() {
        return connectionString("sb", secure);
    }

    /** {@return the connection string of the plain port} */
    String plainConnectionString() {
        return connectionString("http", plain);
    }

    /** {@return the whole text, ending with a new line} */
    String text() {
        // Whoever is told of it may be started elsewhere.
        Path authority = new DevelopmentCertificate(config.dataDirectory())
                .authority()
                .toAbsolutePath()
                .normalize();
        return """
                Fairlead starts without a configuration file: hybrid connections come to be with their first listener, and one
                generated key, %1$s, opens them all. It is kept under %2$s for this user alone.

                Connection string (it is also in %3$s; the one of the plain port, for Fairlead's own
                SDK and command line, is in %4$s):
                  %5$s

                The port of TLS, https://%6$s, shows a certificate of a development CA: %7$s
                Fairlead's command line trusts it when it is started here. Others are told:
                  Node:           export NODE_EXTRA_CA_CERTS=%7$s
                  OpenSSL, .NET:  export SSL_CERT_FILE=%7$s   (Python, curl and Ruby, too)
                  JVM:            keytool -importcert -noprompt -alias fairlead -file %7$s -keystore trust.p12 -storepass changeit
                                  java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit …

                Node's hyco-ws and hyco-https: their helpers insist on port 443, so give the `server:` option this URI, and
                senders the second; ws://%8$s does without TLS:
                  wss://%6$s/$hc/PATH?sb-hc-action=listen
                  wss://%6$s/$hc/PATH?sb-hc-action=connect
                %9$s
                Try it in two more terminals:
                  ./fairlead listen @%3$s hyco --echo
                  ./fairlead send @%3$s hyco

                """.formatted(
                        rule.name(),
                        config.dataDirectory().normalize(),
                        file(),
                        plainFile(),
                        connectionString(),
                        secure,
                        authority,
                        plain,
                        gateway());
    }

    private String gateway() {
        return config.gateway().endpoints().stream()
                .map(endpoint -> "\nThe gateway answers every client at ws://" + plain + endpoint.path()
                        + " with what it said, until a backend is named.\n")
                .collect(Collectors.joining());
    }

    private String connectionString(String scheme, String authority) {
        return ConnectionString.of(
                        URI.create(scheme + "://" + authority + "/"),
                        rule.name(),
                        rule.primaryKey().reveal())
                .text();
    }

    /** Of the first port that speaks so; without one, of any. */
    private String authority(List<URI> relay, String scheme) {
        URI address = relay.stream()
                .filter(one -> one.getScheme().equals(scheme))
                .findFirst()
                .orElse(relay.getFirst());
        return dialled(address) + ":" + address.getPort();
    }

    /** Nobody dials the address that stands for all of a machine's. */
    private String dialled(URI relay) {
        String host = relay.getHost();
        boolean wildcard = host.equals("0.0.0.0") || host.equals("[::]") || host.equals("[0:0:0:0:0:0:0:0]");
        return wildcard ? config.namespace() : host;
    }
}
