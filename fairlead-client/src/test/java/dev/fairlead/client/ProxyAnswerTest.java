// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proxies that do not open a tunnel. */
class ProxyAnswerTest {

    private static final Authenticator KNOWING = new Authenticator() {
        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication("user", "secret".toCharArray());
        }
    };

    private LocalServer proxy;

    @AfterEach
    void stop() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
    }

    private CompletableFuture<RelayConnection> connects(LocalServer.Answers answers) throws IOException {
        proxy = new LocalServer(answers);
        URI address = URI.create(proxy.address());
        return connects(ProxySelector.of(new InetSocketAddress(address.getHost(), address.getPort())));
    }

    private static CompletableFuture<RelayConnection> connects(ProxySelector selector) {
        return connects("sb://relay.example.com:9443/", selector);
    }

    private static CompletableFuture<RelayConnection> connects(String endpoint, ProxySelector selector) {
        return RelaySender.builder(ConnectionString.parse("Endpoint=" + endpoint + ";EntityPath=hyco"))
                .proxy(selector, KNOWING)
                .build()
                .connect(new ConnectionHandler() {});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 403 Forbidden | does not connect to relay.example.com:9443: 403 Forbidden | false",
                "HTTP/1.0 502 Bad Gateway | does not connect to relay.example.com:9443: 502 Bad Gateway | true",
                "HTTP/1.1 302 Log in first | does not connect to relay.example.com:9443: 302 Log in first | false",
                "HTTP/1.1 407 x;Proxy-Authenticate: Basic realm=\"a\" | does not take the user name and the password | false",
                "HTTP/1.1 407 x;Proxy-Authenticate: NTLM;Proxy-Authenticate: Digest realm=\"a\", qop=\"auth\""
                        + " | is not spoken here: NTLM, Digest (expected: Basic) | false",
                "HTTP/1.1 407 x | is not spoken here: none that it names (expected: Basic) | false",
                "SSH-2.0-x | does not answer in HTTP/1.1 | true",
            })
    void refusalNamesTheProxyAndSaysWhy(String answer, String words, boolean retryable) throws Exception {
        CompletableFuture<RelayConnection> connecting =
                connects(asked -> asked.says(answer.replace(";", "\r\n") + "\r\n\r\n"));

        assertThatThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(RelayUnreachable.class, failure -> {
                    assertThat(failure.isRetryable()).isEqualTo(retryable);
                    assertThat(failure.statusCode()).isEmpty();
                })
                .hasMessageStartingWith("hyco: the proxy 127.0.0.1:")
                .hasMessageEndingWith(words);
    }

    @Test
    void tunnelIsAskedForByNameAndPort() throws Exception {
        CompletableFuture<LocalServer.Asked> seen = new CompletableFuture<>();

        CompletableFuture<RelayConnection> connecting = connects(seen::complete);

        LocalServer.Asked asked = seen.get(10, TimeUnit.SECONDS);
        assertThat(asked.method).isEqualTo("CONNECT");
        assertThat(asked.target).isEqualTo("relay.example.com:9443");
        assertThat(asked.headers).containsOnlyKeys("Host").containsEntry("Host", "relay.example.com:9443");
        assertThatThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
                .hasMessageEndingWith(" ended the connection before an answer");
    }

    @ParameterizedTest
    @CsvSource({
        "sb://ns.example.com/, ns.example.com:443",
        "https://ns.example.com/, ns.example.com:443",
        "http://ns.example.com/, ns.example.com:80",
    })
    void portIsTheSchemesOwnUnlessTold(String endpoint, String authority) throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        proxy = new LocalServer(asked -> seen.complete(asked.target));
        URI address = URI.create(proxy.address());

        connects(endpoint, ProxySelector.of(new InetSocketAddress(address.getHost(), address.getPort())));

        assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo(authority);
    }

    @Test
    void answerWithoutEndIsNotCollected() throws Exception {
        CompletableFuture<RelayConnection> connecting = connects(asked -> {
            asked.says("HTTP/1.1 200 x\r\nX: " + "y".repeat(16 * 1024));
            asked.part();
        });

        assertThatThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
                .hasMessageEndingWith(" answers with a head longer than 16384 bytes");
    }

    @Test
    void selectorThatFailsIsNamed() {
        CompletableFuture<RelayConnection> connecting = connects(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                throw new IllegalStateException("no settings");
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                throw new AssertionError("nothing was tried");
            }
        });

        assertThatThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RelayUnreachable.class)
                .hasMessageEndingWith("hyco: the proxy selector failed: no settings");
    }
}
