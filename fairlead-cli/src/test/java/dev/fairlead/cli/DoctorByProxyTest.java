// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorByProxyTest {

    private static final String STRING =
            "Endpoint=http://relay.invalid/;SharedAccessKeyName=root;SharedAccessKey=secret";

    private final CommandLineDriver user = new CommandLineDriver();

    /** An HTTP proxy that answers whatever it is asked with the same line, and is the relay behind the tunnel, too. */
    private static final class Proxy implements AutoCloseable {

        private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<String> heads = new CopyOnWriteArrayList<>();
        private final String status;

        Proxy(String status) throws IOException {
            this.status = status;
            Thread.ofVirtual().start(this::serve);
        }

        private void serve() {
            while (!entrance.isClosed()) {
                try (Socket socket = entrance.accept()) {
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                    for (String head = head(in); !head.isEmpty(); head = head(in)) {
                        heads.add(head);
                        String answer = head.startsWith("CONNECT ")
                                ? status + "\r\n\r\n"
                                : "404 Endpoint does not exist\r\nContent-Length: 0\r\n\r\n";
                        socket.getOutputStream().write(("HTTP/1.1 " + answer).getBytes(StandardCharsets.US_ASCII));
                    }
                } catch (IOException over) {
                    // this connection is, and maybe the test
                }
            }
        }

        private static String head(BufferedReader in) throws IOException {
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.append(line).append('\n');
            }
            return head.toString();
        }

        String url(String user) {
            return "http://" + user + "127.0.0.1:" + entrance.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            entrance.close();
        }
    }

    @Test
    void everyStepGoesByTheProxyThatTheEnvironmentNames() throws Exception {
        try (Proxy proxy = new Proxy("200 Connection established")) {
            user.in("http_proxy", proxy.url("me:hidden@")).types("doctor", STRING, "hello");

            assertThat(user.out())
                    .contains(
                            "ok        name               relay.invalid is looked up by the proxy that http_proxy names")
                    .contains(
                            "ok        port               relay.invalid:80 is reached by the proxy that http_proxy names (")
                    .contains("ok        key                the relay takes it")
                    .doesNotContain("hidden", "127.0.0.1");
            assertThat(proxy.heads)
                    .filteredOn(head -> head.startsWith("CONNECT "))
                    .hasSizeGreaterThan(3)
                    .containsOnly(
                            "CONNECT relay.invalid:80 HTTP/1.1\nHost: relay.invalid:80\nProxy-Authorization: Basic bWU6aGlkZGVu\n");
            assertThat(proxy.heads)
                    .filteredOn(head -> !head.startsWith("CONNECT "))
                    .noneMatch(head -> head.contains("Proxy-Authorization"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "407 Proxy Authentication Required, '', wants a user name and a password",
        "407 Proxy Authentication Required, me:wrong@, does not take the user name and password in it",
        "403 Forbidden, '', opens no way to relay.invalid:80: it answers 403 Forbidden",
        "502 Bad Gateway, '', has no way to relay.invalid:80: it answers 502 Bad Gateway"
    })
    void proxyThatOpensNoWayIsAFinding(String status, String credentials, String found) throws Exception {
        try (Proxy proxy = new Proxy(status)) {
            user.in("http_proxy", proxy.url(credentials))
                    .types("doctor", STRING, "hello")
                    .exitsWith(ExitCode.FAILED);
        }

        assertThat(user.out())
                .contains("FAIL      port               the proxy that http_proxy names " + found)
                .endsWith("Not well: port." + System.lineSeparator());
    }

    @Test
    void proxyThatIsNotThereIsAFinding() throws Exception {
        Proxy proxy = new Proxy("200 OK");
        proxy.close();

        user.in("all_proxy", proxy.url("")).types("doctor", STRING, "hello").exitsWith(ExitCode.FAILED);

        assertThat(user.out())
                .contains("FAIL      port               the proxy that all_proxy names cannot be reached")
                .contains("-> see that all_proxy is right, or name relay.invalid in no_proxy");
    }

    @Test
    void relayThatIsExemptIsReachedStraight() {
        user.in("http_proxy", "http://proxy.invalid:3128")
                .in("no_proxy", "invalid")
                .types("doctor", STRING, "hello")
                .exitsWith(ExitCode.FAILED);

        assertThat(user.out()).contains("FAIL      name               relay.invalid is unknown");
    }
}
