// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every byte of the other end is azbridge's, played by a driver (docs/protocol/azbridge.md). */
class AzbridgeWireIT {

    private static final RelayUnderTest RELAY = new RelayUnderTest();
    private static final WireFrame HEAD = WireFrame.binary(new byte[] {1, 0, 0, 3});
    private static final WireFrame NAME = WireFrame.binary(bytes("ssh"));
    private static final String YES = "010000";

    private static ServerSocket server;
    private static Forward forward;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        forward = Forward.with(RELAY, "-L", "0/ssh:played", "-T", "served:ssh/127.0.0.1:" + server.getLocalPort());
        port = forward.port();
        forward.listens("served");
    }

    @AfterAll
    static void stop() throws IOException {
        forward.close();
        server.close();
        RELAY.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(WireFrame frame) {
        assertThat(frame.opcode()).as("%s", frame).isEqualTo(WireFrame.BINARY);
        return HexFormat.of().formatHex(frame.payload());
    }

    private static SenderDriver sender() {
        return RELAY.sender("served").connects().isConnected();
    }

    private static Socket accepts() throws IOException {
        server.setSoTimeout(10_000);
        Socket socket = server.accept();
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Test
    void azbridgesSenderIsServedAndHalfClosed() throws Exception {
        SenderDriver sender = sender().sends(HEAD).sends(NAME);

        try (Socket target = accepts()) {
            assertThat(hex(sender.receivesMessage())).isEqualTo(YES);
            sender.sends(WireFrame.binary(bytes("ahoy"))).closes(1000, "Shutdown");
            assertThat(target.getInputStream().readAllBytes()).isEqualTo(bytes("ahoy"));
            target.getOutputStream().write(bytes("after the end"));
            target.shutdownOutput();

            assertThat(sender.receivesMessage().payload()).isEqualTo(bytes("after the end"));
            sender.isClosedWith(1000, "Shutdown").isCutOff();
        }
    }

    @Test
    void preambleMayBeCutAnywhereAndJoinedToWhatFollows() throws Exception {
        for (int first = 0; first <= 7; first++) {
            byte[] wire = bytes("\u0001\u0000\u0000\u0003sshahoy");
            SenderDriver sender = sender();
            for (int i = 0; i < first; i++) {
                sender.sends(WireFrame.binary(new byte[] {wire[i]}));
            }
            sender.sends(WireFrame.binary(Arrays.copyOfRange(wire, first, wire.length)));

            try (Socket target = accepts()) {
                assertThat(hex(sender.receivesMessage())).isEqualTo(YES);
                assertThat(target.getInputStream().readNBytes(4)).isEqualTo(bytes("ahoy"));
            }
        }
    }

    @Test
    void streamThatIsOneEndlessMessageIsPassedOnAsItComes() throws Exception {
        SenderDriver sender = sender().sends(HEAD.notFinal());
        sender.sends(WireFrame.of(WireFrame.CONTINUATION, bytes("ssh")).notFinal());

        try (Socket target = accepts()) {
            assertThat(hex(sender.receivesMessage())).isEqualTo(YES);
            InputStream in = target.getInputStream();
            for (int i = 0; i < 100; i++) {
                byte[] part = new byte[100_000];
                part[i] = 1;
                sender.sends(WireFrame.of(WireFrame.CONTINUATION, part).notFinal());
                assertThat(in.readNBytes(part.length)).isEqualTo(part);
            }
            sender.closes(1000, "Shutdown");
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void unknownPortNameIsClosed() {
        sender().sends(HEAD)
                .sends(WireFrame.binary(bytes("web")))
                .isClosedWith(1000, "Unknown port name")
                .closes(1000, "")
                .isCutOff();
        forward.tells("refused: port name \"web\" (expected: ssh)");
    }

    @Test
    void targetsAddressIsNoPortName() {
        byte[] address = bytes("127.0.0.1:" + server.getLocalPort());
        sender().sends(WireFrame.binary(new byte[] {1, 0, 0, (byte) address.length}))
                .sends(WireFrame.binary(address))
                .isClosedWith(1000, "Unknown port name");
    }

    @Test
    void unknownVersionIsAnsweredWithZeros() {
        SenderDriver sender = sender().sends(WireFrame.binary(new byte[] {2, 0, 0, 3}));

        assertThat(hex(sender.receivesMessage())).isEqualTo("000000");
        sender.isClosedWith(1000, "Shutdown");
    }

    @Test
    void datagramsAreRefusedAsAzbridgeRefusesThemOnAPortOfTcp() {
        SenderDriver sender =
                sender().sends(WireFrame.binary(new byte[] {1, 0, 1, 3})).sends(NAME);

        assertThat(hex(sender.receivesMessage())).isEqualTo("0000ff");
        sender.isClosedWith(1000, "Shutdown");
    }

    @Test
    void senderThatIsLostResetsItsTarget() throws Exception {
        SenderDriver sender = sender().sends(HEAD).sends(NAME);
        try (Socket target = accepts()) {
            assertThat(hex(sender.receivesMessage())).isEqualTo(YES);

            sender.isLost();

            assertThatThrownBy(() -> readsToTheEnd(target)).hasMessageContaining("reset");
        }
    }

    private static void readsToTheEnd(Socket socket) throws IOException {
        socket.getInputStream().readAllBytes();
    }

    @Test
    void azbridgesListenerIsAskedAsItsOwnSenderAsks() throws Exception {
        ListenerDriver listener = RELAY.listener("played").online();
        try (Socket client = Forward.dials(port)) {
            listener.isOffered();
            listener.dials();

            assertThat(hex(listener.receivesMessage())).isEqualTo("01000003");
            assertThat(hex(listener.receivesMessage())).isEqualTo("737368");
            listener.sends(WireFrame.binary(new byte[] {1})).sends(WireFrame.binary(new byte[] {0, 0, 'h', 'i'}));
            assertThat(client.getInputStream().readNBytes(2)).isEqualTo(bytes("hi"));

            client.getOutputStream().write(bytes("ahoy"));
            assertThat(listener.receivesMessage().payload()).isEqualTo(bytes("ahoy"));
            client.shutdownOutput();
            listener.isClosedWith(1000, "Shutdown");
            listener.sends(WireFrame.binary(bytes("after the end"))).closes(1000, "Shutdown");
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes("after the end"));
        } finally {
            listener.leaves();
        }
    }

    @Test
    void refusalOfAzbridgesListenerResetsTheClientAndIsTold() throws Exception {
        ListenerDriver listener = RELAY.listener("played").online();
        try {
            for (byte mode : new byte[] {0, 1, (byte) 255}) {
                try (Socket client = Forward.dials(port)) {
                    listener.isOffered();
                    listener.dials();
                    listener.receivesMessage();
                    listener.receivesMessage();

                    listener.sends(WireFrame.binary(new byte[] {0, 0, mode}));

                    listener.isClosedWith(1000, "Shutdown");
                    listener.closes(1000, "");
                    assertThatThrownBy(() -> readsToTheEnd(client)).hasMessageContaining("reset");
                }
            }
            forward.tells("refused: it speaks another version")
                    .tells("refused: it forwards UDP under this port name")
                    .tells("refused: it forwards TCP under this port name");
        } finally {
            listener.leaves();
        }
    }

    @Test
    void listenerThatClosesWithoutAnAnswerResetsTheClient() throws Exception {
        ListenerDriver listener = RELAY.listener("played").online();
        try (Socket client = Forward.dials(port)) {
            listener.isOffered();
            listener.dials();
            listener.receivesMessage();
            listener.receivesMessage();

            listener.closes(1000, "Shutdown");

            assertThatThrownBy(() -> readsToTheEnd(client)).hasMessageContaining("reset");
            forward.tells("refused: \"Shutdown\"");
        } finally {
            listener.leaves();
        }
    }
}
