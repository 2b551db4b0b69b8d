// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read, and what is not. */
class KeySourceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Thread::startVirtualThread);
        server.start();
    }

    @AfterEach
    void end() {
        over.countDown();
        server.stop(0);
    }

    private KeySource.AtUrl at(HttpHandler handler, Duration timeout) {
        server.createContext("/keys", handler);
        return new KeySource.AtUrl(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys"), timeout);
    }

    @Test
    void answerIsRead() throws Exception {
        KeySource source = at(
                exchange -> {
                    exchange.sendResponseHeaders(200, 2);
                    exchange.getResponseBody().write("{}".getBytes(US_ASCII));
                    exchange.close();
                },
                PATIENCE);

        assertThat(source.read()).isEqualTo("{}");
    }

    @Test
    void redirectIsNotFollowed() {
        AtomicInteger elsewhere = new AtomicInteger();
        server.createContext("/elsewhere", exchange -> {
            elsewhere.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        KeySource source = at(
                exchange -> {
                    exchange.getResponseHeaders().add("Location", "/elsewhere");
                    exchange.sendResponseHeaders(302, -1);
                    exchange.close();
                },
                PATIENCE);

        assertThatThrownBy(source::read)
                .isInstanceOf(UnusableKeys.class)
                .hasMessageContaining("answered 302 (expected: 200");
        assertThat(elsewhere).hasValue(0);
    }

    @Test
    void answerThatNeverEndsIsGivenUp() {
        KeySource source = at(
                exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                Duration.ofMillis(200));

        assertThatThrownBy(source::read)
                .isInstanceOf(UnusableKeys.class)
                .hasMessageContaining("no whole answer in time");
    }

    @Test
    void answerThatIsTooLongIsGivenUp() {
        KeySource source = at(
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    byte[] blanks = new byte[64 * 1024];
                    try {
                        while (over.getCount() > 0) {
                            exchange.getResponseBody().write(blanks);
                        }
                    } catch (IOException e) {
                        // as it is to be
                    }
                },
                PATIENCE);

        assertThatThrownBy(source::read).isInstanceOf(UnusableKeys.class).hasMessageContaining("at most 512 KiB");
    }

    @Test
    void nobodyThereIsSaidInPlainWords() throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        KeySource source = new KeySource.AtUrl(URI.create("http://127.0.0.1:" + port + "/"), PATIENCE);

        assertThatThrownBy(source::read).isInstanceOf(UnusableKeys.class).hasMessageContaining("cannot be reached");
    }

    @Test
    void fileIsReadAnewEachTime() throws Exception {
        Path file = directory.resolve("keys.json");
        KeySource source = KeySource.parse(file.toString());
        assertThatThrownBy(source::read).isInstanceOf(UnusableKeys.class).hasMessageContaining("not there");
        Files.writeString(file, "one");
        assertThat(source.read()).isEqualTo("one");
        Files.writeString(file, "two");
        assertThat(source.read()).isEqualTo("two");
        Files.writeString(file, "x".repeat(KeySource.LONGEST + 1));

        assertThatThrownBy(source::read).isInstanceOf(UnusableKeys.class).hasMessageContaining("too long");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "null",
                "[]",
                "{\"keys\":5}",
                "{\"keys\":[]}",
                "{\"keys\":[5]}",
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}",
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQ\",\"e\":\"AQAB\"}]}",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}",
            })
    void setWithoutAKeyThatCouldBeUsedIsRefused(String written) {
        assertThatThrownBy(() -> Keys.of(written, Algorithm.USUAL)).isInstanceOf(UnusableKeys.class);
    }
}
