// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpSenderDriverTest {

    private ServerSocket server;
    private HttpSenderDriver sender;
    private Socket client;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sender = new HttpSenderDriver(URI.create("ws://127.0.0.1:" + server.getLocalPort()), "orders", "a token");
    }

    @AfterEach
    void close() throws IOException {
        sender.close();
        client.close();
        server.close();
    }

    /** Has whoever connects hear this, whatever it asks, and then the end. */
    private void serverSays(String words) {
        sender.socket();
        try {
            client = server.accept();
            client.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
            client.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String head(String... lines) {
        return "HTTP/1.1 200 Fine\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    @Test
    void bodyOfKnownLengthIsReadToItsEnd() {
        serverSays(head("Content-Length: 3") + "abc" + head("Content-Length: 0"));

        sender.gets().gets();

        assertThat(sender.isAnswered().text()).isEqualTo("abc");
        assertThat(sender.isAnswered().text()).isEmpty();
    }

    @Test
    void chunksAreReadOneByOne() {
        serverSays(head("Transfer-Encoding: chunked") + "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n");

        sender.gets();

        sender.receivesHead();
        sender.receives("abc").receives("0123456789").receivesEnd().receivesEnd();
    }

    @Test
    void answerToHeadAndOnesWithoutABodyHaveNone() {
        serverSays(head("Content-Length: 3") + "HTTP/1.1 304 No\r\nContent-Length: 3\r\n\r\n"
                + "HTTP/1.1 100 Continue\r\n\r\n" + head("Content-Length: 1") + "x");

        sender.asks("HEAD", "", head -> head).gets().posts("x");

        assertThat(sender.isAnswered().body()).isEmpty();
        assertThat(sender.isAnswered().body()).isEmpty();
        sender.isToldToContinue().isAnsweredWith(200, "x");
    }

    @Test
    void endBeforeTheLastChunkIsACut() {
        serverSays(head("Transfer-Encoding: chunked") + "3\r\nabc\r\n");

        sender.gets().receivesHead();

        sender.receives("abc").isCutOff();
    }

    @Test
    void endBeforeTheLengthIsACut() {
        serverSays(head("Content-Length: 5") + "abc");

        sender.gets().receivesHead();

        sender.isCutOff();
    }

    @Test
    void bodyThatEndedInOrderWasNotCut() {
        serverSays(head("Content-Length: 3") + "abc");

        sender.gets().receivesHead();

        assertThatThrownBy(sender::isCutOff).hasMessageContaining("ended as it was announced");
    }
}
