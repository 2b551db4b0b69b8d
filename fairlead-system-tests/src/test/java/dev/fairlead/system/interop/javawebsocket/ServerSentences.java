// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.javawebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.WireFrame;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.protocols.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for a server of Java-WebSocket's, wherever it is reached: its examples, the ends, the order of callbacks. */
abstract class ServerSentences {

    private Program.Server server;

    /** A server that was not started. */
    abstract Program.Server server(Program program, List<Draft> drafts);

    /** A connected socket that has said nothing yet. */
    abstract RawWebSocket socket();

    /** A handshake for a path and query of the server's. */
    abstract Handshake asking(String resource);

    /** {@return where a program reads its client's address} */
    String addressRead(WebSocket conn, ClientHandshake handshake) {
        InetSocketAddress remote = conn.getRemoteSocketAddress();
        return remote.getAddress().getHostAddress() + " " + remote.getPort();
    }

    /** {@return the address of a client, as {@link #addressRead} spells it} */
    String addressOf(RawWebSocket client) {
        return "127.0.0.1 " + client.localPort();
    }

    /** {@return what onClose is told of a client that hangs up} */
    String loss() {
        return "1006  by the peer";
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (server != null) {
            server.stop(200, "");
        }
    }

    final Program.Server serves(Program program, Draft... drafts) throws InterruptedException {
        server = server(program, List.of(drafts));
        server.start();
        program.tells("start");
        return server;
    }

    final RawWebSocket connects(String resource) {
        return socket().upgrades(asking(resource));
    }

    @Test
    void everybodyInTheChatHearsWhoComesWhatIsSaidAndWhoLeaves() throws Exception {
        serves(new Program() {
            @Override
            void onOpen(Server server, WebSocket conn, ClientHandshake handshake) {
                conn.send("Welcome to the server!");
                server.broadcast("new connection: " + handshake.getResourceDescriptor());
            }

            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                server.broadcast(message);
            }

            @Override
            @SuppressWarnings("ByteBufferBackingArray") // as the example of Java-WebSocket does
            void onMessage(Server server, WebSocket conn, ByteBuffer message) {
                server.broadcast(message.array());
            }

            @Override
            void onClose(Server server, WebSocket conn, int code, String reason, boolean remote) {
                server.broadcast(conn.getResourceDescriptor() + " has left the room!");
            }
        });

        RawWebSocket ada = connects("/ada");
        assertThat(ada.receivesMessage().text()).isEqualTo("Welcome to the server!");
        assertThat(ada.receivesMessage().text()).isEqualTo("new connection: /ada");
        RawWebSocket bob = connects("/bob");
        assertThat(bob.receivesMessage().text()).isEqualTo("Welcome to the server!");
        assertThat(bob.receivesMessage().text()).isEqualTo("new connection: /bob");
        assertThat(ada.receivesMessage().text()).isEqualTo("new connection: /bob");
        bob.sends(WireFrame.text("hallo")).sends(WireFrame.binary((byte) 1, (byte) 2));
        for (RawWebSocket each : List.of(ada, bob)) {
            assertThat(each.receivesMessage().text()).isEqualTo("hallo");
            assertThat(each.receivesMessage().payload()).containsExactly(1, 2);
        }
        bob.sends(WireFrame.close(1000, ""));
        assertThat(ada.receivesMessage().text()).isEqualTo("/bob has left the room!");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536, 300_000})
    void echoComesBackWhole(int size) throws Exception {
        Program program = new Program();
        serves(program);

        RawWebSocket client = connects("/");
        program.tells("open /");
        byte[] bytes = "ä".repeat(size).getBytes(StandardCharsets.UTF_8);
        client.sends(WireFrame.of(WireFrame.TEXT, bytes)).sends(WireFrame.of(WireFrame.BINARY, bytes));

        WireFrame text = client.receivesMessage();
        assertThat(text.opcode()).isEqualTo(WireFrame.TEXT);
        assertThat(text.payload()).isEqualTo(bytes);
        WireFrame binary = client.receivesMessage();
        assertThat(binary.opcode()).isEqualTo(WireFrame.BINARY);
        assertThat(binary.payload()).isEqualTo(bytes);
    }

    @Test
    void thousandMessagesComeBackInOrder() throws Exception {
        serves(new Program());

        RawWebSocket client = connects("/");
        for (int i = 0; i < 1000; i++) {
            client.sends(WireFrame.text("message " + i));
        }

        for (int i = 0; i < 1000; i++) {
            assertThat(client.receivesMessage().text()).isEqualTo("message " + i);
        }
    }

    @Test
    void messageInFragmentsIsHeardOnceAndWhole() throws Exception {
        Program program = new Program() {
            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                notes("message " + message);
            }
        };
        serves(program);

        connects("/")
                .sends(WireFrame.text("one ").notFinal())
                .sends(WireFrame.ping("in between"))
                .sends(WireFrame.of(WireFrame.CONTINUATION, "two ".getBytes(StandardCharsets.UTF_8))
                        .notFinal())
                .sends(WireFrame.of(WireFrame.CONTINUATION, "three".getBytes(StandardCharsets.UTF_8)));

        program.tells("open /", "message one two three");
    }

    @Test
    void fragmentIsSentBeforeTheRestOfItsMessageIsThere() throws Exception {
        serves(new Program() {
            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                conn.sendFragmentedFrame(Opcode.TEXT, utf8("part of "), false);
                if (message.equals("go on")) {
                    conn.sendFragmentedFrame(Opcode.TEXT, utf8("a whole"), true);
                }
            }
        });

        RawWebSocket client = connects("/").sends(WireFrame.text("begin"));
        WireFrame first = client.receivesButNoPings();
        client.sends(WireFrame.text("go on"));

        assertThat(first.text()).isEqualTo("part of ");
        assertThat(first.isFinal()).isFalse();
        WireFrame second = client.receivesButNoPings();
        assertThat(second.opcode()).isEqualTo(WireFrame.CONTINUATION);
        assertThat(second.text()).isEqualTo("part of ");
        WireFrame last = client.receivesButNoPings();
        assertThat(last.text()).isEqualTo("a whole");
        assertThat(last.isFinal()).isTrue();
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void attachmentOfTheHandshakeIsThereInEveryCallback() throws Exception {
        Program program = new Program() {
            @Override
            void onHandshake(Server server, WebSocket conn, ClientHandshake request) {
                conn.setAttachment(
                        new AtomicInteger(request.getFieldValue("X-Start").length()));
            }

            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                conn.send("" + conn.<AtomicInteger>getAttachment().incrementAndGet());
            }

            @Override
            void onClose(Server server, WebSocket conn, int code, String reason, boolean remote) {
                notes("in the end " + conn.<AtomicInteger>getAttachment());
            }
        };
        serves(program);

        RawWebSocket client = socket().upgrades(asking("/").with("X-Start", "seven"));
        client.sends(WireFrame.text("a")).sends(WireFrame.text("b"));

        assertThat(client.receivesMessage().text()).isEqualTo("6");
        assertThat(client.receivesMessage().text()).isEqualTo("7");
        client.sends(WireFrame.close(1000, ""));
        program.tells("open /", "closing 1000  by the peer", "in the end 7");
    }

    @Test
    void subprotocolIsTheServersChoiceAmongThoseOffered() throws Exception {
        serves(
                new Program() {
                    @Override
                    void onMessage(Server server, WebSocket conn, String message) {
                        conn.send(conn.getProtocol().getProvidedProtocol());
                    }
                },
                new Draft_6455(List.of(), List.of(new Protocol("chat.v3"), new Protocol("chat.v2"))));

        RawWebSocket client = socket();
        ResponseHead head = client.starts(asking("/").with("Sec-WebSocket-Protocol", "chat.v1, chat.v2, chat.v3"))
                .readsUpgrade();

        assertThat(head.all("Sec-WebSocket-Protocol")).containsExactly("chat.v3");
        assertThat(client.sends(WireFrame.text("?")).receivesMessage().text()).isEqualTo("chat.v3");
    }

    @Test
    void secondDraftTakesWhomTheFirstDoesNot() throws Exception {
        serves(
                new Program(),
                new Draft_6455(List.of(), List.of(new Protocol("chat.v3"))),
                new Draft_6455(List.of(), List.of(new Protocol(""))));

        RawWebSocket client = socket();
        ResponseHead head = client.starts(asking("/").with("Sec-WebSocket-Protocol", "other"))
                .readsUpgrade();

        assertThat(head.all("Sec-WebSocket-Protocol")).isEmpty();
        assertThat(client.sends(WireFrame.text("?")).receivesMessage().text()).isEqualTo("?");
    }

    @Test
    void whoOffersNoSubprotocolOfTheServersIsRefused() throws Exception {
        Program program = new Program();
        serves(program, new Draft_6455(List.of(), List.of(new Protocol("chat.v3"))));

        ResponseHead head = socket().asks(asking("/").with("Sec-WebSocket-Protocol", "chat.v1"));

        assertThat(head.status()).isEqualTo(404);
        program.tells("closing 1002 no draft matches");
        program.tellsNothingMore();
    }

    @Test
    void hookRefusesAndNobodyIsTold() throws Exception {
        Program program = new Program() {
            @Override
            void onHandshake(Server server, WebSocket conn, ClientHandshake request) throws InvalidDataException {
                if (!request.getFieldValue("Cookie").equals("username=ada")) {
                    throw new InvalidDataException(CloseFrame.POLICY_VALIDATION, "Not accepted!");
                }
            }
        };
        serves(program);

        ResponseHead head = socket().asks(asking("/").with("Cookie", "username=bob"));
        RawWebSocket client = socket().upgrades(asking("/").with("Cookie", "username=ada"));

        assertThat(head.status()).isEqualTo(404);
        assertThat(head.reason()).isEqualTo("WebSocket Upgrade Failure");
        assertThat(client.sends(WireFrame.text("let in")).receivesMessage().text())
                .isEqualTo("let in");
        program.tellsInAnyOrder("closing 1008 Not accepted!", "open /");
        program.tellsNothingMore();
    }

    @Test
    void hookThatFailsIsTheServersFault() throws Exception {
        Program program = new Program() {
            @Override
            void onHandshake(Server server, WebSocket conn, ClientHandshake request) {
                throw new IllegalStateException("s3cret");
            }
        };
        serves(program);

        ResponseHead head = socket().asks(asking("/"));

        assertThat(head.status()).isEqualTo(500);
        assertThat(head.toString()).doesNotContain("s3cret");
        program.tells("error IllegalStateException", "closing -1 s3cret");
        program.tellsNothingMore();
    }

    @Test
    void handshakeHasWhatTheClientAskedFor() throws Exception {
        Program program = new Program() {
            @Override
            void onOpen(Server server, WebSocket conn, ClientHandshake handshake) {
                notes(handshake.getResourceDescriptor());
                notes(conn.getResourceDescriptor());
                notes(handshake.getFieldValue("x-custom") + handshake.getFieldValue("X-Absent"));
                notes("" + handshake.hasFieldValue("X-Absent"));
            }
        };
        serves(program);

        socket().upgrades(asking("/rooms/the%20first?name=ada%26bob&x").with("X-Custom", "some thing"));

        program.tells(
                "/rooms/the%20first?name=ada%26bob&x", "/rooms/the%20first?name=ada%26bob&x", "some thing", "false");
    }

    @Test
    void addressOfTheClientIsItsOwn() throws Exception {
        Program program = new Program() {
            @Override
            void onOpen(Server server, WebSocket conn, ClientHandshake handshake) {
                notes(addressRead(conn, handshake));
            }
        };
        serves(program);

        RawWebSocket client = connects("/");

        program.tells(addressOf(client));
    }

    @Test
    void clientsCloseIsAnsweredAndToldWithCodeAndReason() throws Exception {
        Program program = new Program();
        serves(program);

        RawWebSocket client = connects("/").sends(WireFrame.close(4001, "I have to go"));
        WireFrame answer = client.receivesButNoPings();

        assertThat(answer.closeCode()).isEqualTo(4001);
        assertThat(answer.closeReason()).isEqualTo("I have to go");
        client.readsEnd();
        program.tells("open /", "closing 4001 I have to go by the peer", "close 4001 I have to go by the peer");
        program.tellsNothingMore();
    }

    @Test
    void closeWithoutACodeCountsAsOneInOrder() throws Exception {
        Program program = new Program();
        serves(program);

        RawWebSocket client = connects("/").sends(WireFrame.emptyClose());

        assertThat(client.receivesButNoPings().closeCode()).isEqualTo(1000);
        program.tells("open /", "closing 1000  by the peer", "close 1000  by the peer");
    }

    @Test
    void serversCloseReachesTheClientBehindAllThatWasSent() throws Exception {
        Program program = new Program() {
            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                for (int i = 0; i < 50; i++) {
                    conn.send(new byte[10_000]);
                }
                conn.close(4002, "enough");
                conn.close(4003, "twice");
                assertThatThrownBy(() -> conn.send("late")).isInstanceOf(WebsocketNotConnectedException.class);
                notes("open: " + conn.isOpen());
            }
        };
        serves(program);

        RawWebSocket client = connects("/").sends(WireFrame.text("go"));
        for (int i = 0; i < 50; i++) {
            assertThat(client.receivesMessage().length()).isEqualTo(10_000);
        }
        WireFrame last = client.receivesButNoPings();

        assertThat(last.closeCode()).isEqualTo(4002);
        assertThat(last.closeReason()).isEqualTo("enough");
        client.sends(last);
        program.tells("open /", "initiated 4002 enough", "closing 4002 enough");
        program.tellsInAnyOrder("open: false", "close 4002 enough");
        program.tellsNothingMore();
    }

    @Test
    void closeMayBeSaidAsSoonAsTheConnectionIsOpen() throws Exception {
        Program program = new Program() {
            @Override
            void onOpen(Server server, WebSocket conn, ClientHandshake handshake) {
                conn.close(CloseFrame.POLICY_VALIDATION, "full");
            }
        };
        serves(program);

        RawWebSocket client = connects("/");
        WireFrame last = client.receivesButNoPings();
        client.sends(last);

        assertThat(last.closeCode()).isEqualTo(1008);
        assertThat(last.closeReason()).isEqualTo("full");
        program.tells("initiated 1008 full", "closing 1008 full", "close 1008 full");
    }

    @ParameterizedTest
    @ValueSource(ints = {1004, 1005, 1015, 2000, 5000})
    void codeThatMayNotBeSentEndsTheConnectionWithoutAWord(int code) throws Exception {
        Program program = new Program() {
            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                conn.close(code);
            }

            @Override
            void onError(WebSocket conn, Exception failure) {
                notes("error " + (failure instanceof InvalidDataException));
            }
        };
        serves(program);

        RawWebSocket client = connects("/").sends(WireFrame.text("go"));

        client.readsToTheEnd();
        program.tells(
                "open /",
                "initiated " + code + " ",
                "error true",
                "closing 1006 generated frame is invalid",
                "close 1006 generated frame is invalid");
        program.tellsNothingMore();
    }

    @Test
    void closeWithoutAHandshakeCutsTheClientOff() throws Exception {
        Program program = new Program() {
            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                conn.closeConnection(4004, "for us alone");
                notes("open: " + conn.isOpen());
            }

            @Override
            void onClose(Server server, WebSocket conn, int code, String reason, boolean remote) {
                // when it comes is what differs: during the call on a port, after it behind a relay
                conn.<AtomicReference<String>>getAttachment().set(code + " " + reason + " " + remote);
            }

            @Override
            void onOpen(Server server, WebSocket conn, ClientHandshake handshake) {
                conn.setAttachment(end);
            }
        };
        serves(program);

        RawWebSocket client = connects("/").sends(WireFrame.text("go"));

        client.readsToTheEnd();
        program.tells("open: false");
        server.stop(2000, "");
        assertThat(end).hasValue("4004 for us alone false");
    }

    private final AtomicReference<String> end = new AtomicReference<>();

    @Test
    void clientThatHangsUpIsLost() throws Exception {
        Program program = new Program();
        serves(program);

        connects("/").close();

        program.tells("open /", "close " + loss());
        program.tellsNothingMore();
    }

    @Test
    void connectionIsClosingInOnCloseAndClosedAfterIt() throws Exception {
        AtomicReference<WebSocket> socket = new AtomicReference<>();
        Program program = new Program() {
            @Override
            void onClose(Server server, WebSocket conn, int code, String reason, boolean remote) {
                socket.set(conn);
                notes(conn.getReadyState() + " " + server.getConnections().size());
            }
        };
        serves(program);

        connects("/").sends(WireFrame.close(1000, ""));

        program.tells("open /", "closing 1000  by the peer", "CLOSING 0");
        server.stop(2000, "");
        assertThat(socket.get().isClosed()).isTrue();
        assertThatThrownBy(() -> socket.get().send("late")).isInstanceOf(WebsocketNotConnectedException.class);
    }

    @Test
    void callbackThatFailsIsToldAndTheConnectionGoesOn() throws Exception {
        Program program = new Program() {
            @Override
            void onOpen(Server server, WebSocket conn, ClientHandshake handshake) {
                throw new IllegalStateException("open");
            }

            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                if (message.equals("fail")) {
                    throw new IllegalArgumentException("message");
                }
                super.onMessage(server, conn, message);
            }
        };
        serves(program);

        RawWebSocket client = connects("/").sends(WireFrame.text("fail")).sends(WireFrame.text("go on"));

        assertThat(client.receivesMessage().text()).isEqualTo("go on");
        program.tells("error IllegalStateException", "error IllegalArgumentException");
    }

    @Test
    void nothingIsSentThatIsNull() throws Exception {
        Program program = new Program() {
            @Override
            void onOpen(Server server, WebSocket conn, ClientHandshake handshake) {
                assertThatThrownBy(() -> conn.send((String) null)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> conn.send((ByteBuffer) null)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> server.broadcast((String) null)).isInstanceOf(IllegalArgumentException.class);
                notes("refused");
            }
        };
        serves(program);

        connects("/");

        program.tells("refused");
    }

    @Test
    void broadcastReachesThoseWhoAreMeantAndPassesOverThoseWhoLeft() throws Exception {
        AtomicReference<WebSocket> gone = new AtomicReference<>();
        Program program = new Program() {
            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                ByteBuffer data = utf8(message);
                server.broadcast(data, List.of(gone.get(), conn));
                server.broadcast(data, List.of(conn));
            }

            @Override
            void onClose(Server server, WebSocket conn, int code, String reason, boolean remote) {
                gone.set(conn);
                super.onClose(server, conn, code, reason, remote);
            }
        };
        serves(program);
        RawWebSocket stays = connects("/stays");
        RawWebSocket other = connects("/other");
        connects("/goes").sends(WireFrame.close(1000, ""));
        program.tellsInAnyOrder(
                "open /stays", "open /other", "open /goes", "closing 1000  by the peer", "close 1000  by the peer");

        stays.sends(WireFrame.text("anyone?"));

        assertThat(stays.receivesMessage().text()).isEqualTo("anyone?");
        assertThat(stays.receivesMessage().text()).isEqualTo("anyone?");
        assertThat(server.getConnections()).hasSize(2);
        other.hearsNothing();
    }

    @Test
    void pingIsAnsweredByWhoeverIsAtTheOtherEnd() throws Exception {
        Program program = new Program() {
            @Override
            void onMessage(Server server, WebSocket conn, String message) {
                conn.sendPing();
                conn.send("pinged");
            }

            @Override
            void onPong(Server server, WebSocket conn) {
                notes("pong");
            }
        };
        serves(program);

        RawWebSocket client = connects("/").sends(WireFrame.text("go"));

        assertThat(client.receivesMessage().text()).isEqualTo("pinged");
        program.tells("open /", "pong");
    }

    @Test
    void quietConnectionThatAnswersPingsIsNotLost() throws Exception {
        AtomicInteger pongs = new AtomicInteger();
        Program program = new Program() {
            @Override
            void onPong(Server server, WebSocket conn) {
                if (pongs.incrementAndGet() == 3) {
                    conn.send("alive");
                }
            }
        };
        serves(program).setConnectionLostTimeout(1);

        RawWebSocket client = connects("/");

        assertThat(client.receivesMessage().text()).isEqualTo("alive");
    }

    @Test
    void stopSaysGoodbyeToEverybodyAndReturnsWhenAllHaveLeft() throws Exception {
        Program program = new Program() {
            @Override
            void onClosing(WebSocket conn, int code, String reason, boolean remote) {}
        };
        serves(program);
        List<RawWebSocket> clients = List.of(connects("/"), connects("/"));
        program.tells("open /", "open /");

        Thread stopping = Thread.ofVirtual().start(() -> {
            try {
                server.stop(5000, "maintenance");
                program.notes("stopped");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        for (RawWebSocket client : clients) {
            WireFrame last = client.receivesButNoPings();
            assertThat(last.closeCode()).isEqualTo(1001);
            assertThat(last.closeReason()).isEqualTo("maintenance");
            client.sends(last);
        }

        program.tellsInAnyOrder(
                "initiated 1001 maintenance",
                "initiated 1001 maintenance",
                "close 1001 maintenance",
                "close 1001 maintenance");
        program.tells("stopped");
        stopping.join();
        assertThat(server.getConnections()).isEmpty();
        assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
        server.stop();
    }
}
