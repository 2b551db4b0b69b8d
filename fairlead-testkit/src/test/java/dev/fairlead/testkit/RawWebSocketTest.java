// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RawWebSocketTest {

    private ServerSocket server;
    private RawWebSocket socket;
    private Socket other;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        socket = RawWebSocket.dial(URI.create("ws://127.0.0.1:" + server.getLocalPort()));
        other = server.accept();
    }

    @AfterEach
    void disconnect() throws IOException {
        socket.close();
        other.close();
        server.close();
    }

    @Test
    void headIsReadExactlyAndFramesAfterIt() throws IOException {
        otherSays("HTTP/1.1 404 Not \r\r\nX-a:  b \r\nx-A: c\r\n\r\n");
        otherSays(WireFrame.text("hi").unmasked());

        ResponseHead head = socket.readsHead();
        assertThat(head.status()).isEqualTo(404);
        assertThat(head.reason()).isEqualTo("Not \r");
        assertThat(head.all("x-a")).containsExactly("b", "c");
        assertThat(socket.receives().text()).isEqualTo("hi");
    }

    @Test
    void fragmentsAreJoinedAndPingsBetweenThemAnswered() throws IOException {
        otherSays(WireFrame.text("one ").unmasked().notFinal());
        otherSays(WireFrame.ping("there?").unmasked());
        otherSays(WireFrame.of(WireFrame.CONTINUATION, "two".getBytes(StandardCharsets.UTF_8))
                .unmasked());

        assertThat(socket.receivesMessage().text()).isEqualTo("one two");
        assertThat(other.getInputStream().readNBytes(12))
                .isEqualTo(WireFrame.pong("there?").bytes());
    }

    @Test
    void endInOrderIsSeen() throws IOException {
        other.close();
        assertThat(socket.readsEnd()).isEqualTo(RawWebSocket.End.FINISHED);
    }

    @Test
    void resetIsSeen() throws IOException {
        other.setSoLinger(true, 0);
        other.close();
        assertThat(socket.readsEnd()).isEqualTo(RawWebSocket.End.RESET);
    }

    @Test
    void whatCameBeforeIsToldWhenTheRelayHangsUp() throws IOException {
        otherSays(WireFrame.text("last words").unmasked());
        other.close();

        socket.receives();
        assertThatThrownBy(socket::receives).isInstanceOf(AssertionError.class).hasMessageContaining("last words");
    }

    @Test
    void byteWhereNothingWasExpectedFails() throws IOException {
        socket.hearsNothing();
        otherSays("x");
        assertThatThrownBy(socket::hearsNothing).isInstanceOf(AssertionError.class);
    }

    private void otherSays(String text) throws IOException {
        other.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void otherSays(WireFrame frame) throws IOException {
        other.getOutputStream().write(frame.bytes());
    }
}
