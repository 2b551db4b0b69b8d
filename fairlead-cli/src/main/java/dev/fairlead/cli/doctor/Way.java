// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A way to the relay that was found good, and what is asked along it.
 *
 * @param context null for a plain port
 */
record Way(Relay relay, Approach approach, @Nullable SSLContext context, Duration limit) {

    private static final String AGENT = "User-Agent: fairlead-doctor\r\n";

    private Line open() throws IOException {
        Line line = Line.open(approach, limit);
        try {
            if (context != null) {
                line.secure(context, relay.host(), true);
            }
            return line;
        } catch (IOException | RuntimeException e) {
            line.close();
            throw e;
        }
    }

    /** {@return a request that is nobody's, and needs no token} */
    static String anyRequest(Relay relay) {
        return "GET / HTTP/1.1\r\nHost: " + relay.hostHeader() + "\r\n" + AGENT + "Connection: close\r\n\r\n";
    }

    /** {@return what is answered to somebody without a token} No listener sees it, whomever it takes. */
    Answer anything() throws IOException {
        return described(new Pass(null, ""));
    }

    /** {@return what the relay says of the hybrid connection to the .NET client's question for it} */
    Answer described(Pass pass) throws IOException {
        try (Line line = open()) {
            return line.ask("GET /" + relay.path().encoded() + "?api-version=2016-07 HTTP/1.1\r\nHost: "
                    + relay.hostHeader() + "\r\n" + AGENT + "X-PROCESS-AT: ServiceBus\r\n"
                    + header("Authorization", pass) + "Connection: close\r\n\r\n");
        }
    }

    /**
     * Opens a WebSocket, and leaves it at once if it opens; what comes over it is not heeded.
     *
     * @param action {@code connect} or {@code listen}
     */
    Answer upgraded(String action, Pass pass) throws IOException {
        byte[] nonce = new byte[16];
        new SecureRandom().nextBytes(nonce);
        try (Line line = open()) {
            Answer answer = line.ask("GET /$hc/" + relay.path().encoded() + "?sb-hc-action=" + action + "&sb-hc-id="
                    + UUID.randomUUID() + " HTTP/1.1\r\nHost: " + relay.hostHeader() + "\r\n" + AGENT
                    + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                    + Base64.getEncoder().encodeToString(nonce) + "\r\n"
                    + header("ServiceBusAuthorization", pass) + "\r\n");
            if (answer.status() == Answer.UPGRADED) {
                line.leave();
            }
            return answer;
        }
    }

    private static String header(String name, Pass pass) {
        return pass.token() == null ? "" : name + ": " + pass.token() + "\r\n";
    }
}
