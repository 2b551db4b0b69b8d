// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.Programs;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RecordingBackend;
import dev.fairlead.testkit.RecordingBackend.Manner;
import dev.fairlead.testkit.RecordingBackend.Post;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.TestAuthority;
import dev.fairlead.testkit.WireFrame;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verb in the place of {@code python -m socketdock}, as its clients and its backend see it. */
class SocketDockIT {

    @TempDir
    private Path home;

    private RecordingBackend backend;
    private SocketDockProcess dock;

    @BeforeEach
    void begin() {
        backend = new RecordingBackend();
        dock = SocketDockProcess.before(backend, home);
    }

    @AfterEach
    void end() {
        dock.close();
        backend.close();
    }

    private static String numbered(int i) {
        return "message " + i + " \u017e";
    }

    @Test
    void backendIsToldWhatTheOriginalTells() {
        RawWebSocket client = RawWebSocket.dial(dock.address())
                .upgrades(Handshake.to("/ws").with("X-A", "1").with("x-a", "2").with("Authorization", "Bearer t"));
        client.sends(WireFrame.text("{\"didcomm\":\"\u017e\"}"));

        Post connect = backend.awaits("/connect");
        Post message = backend.awaits("/message");

        String id = connect.session();
        String mine = dock.address() + "/socket/" + id;
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(connect.body())
                .startsWith("{\"meta\": {\"send\": \"" + mine + "/send\", \"disconnect\": \"" + mine
                        + "/disconnect\", \"headers\": {\"host\": \"")
                .contains("\"x-a\": \"2\", \"authorization\": \"Bearer t\"")
                .endsWith("}, \"connection_id\": \"" + id + "\"}}");
        assertThat(message.body())
                .isEqualTo("{\"meta\": {\"send\": \"" + mine + "/send\", \"disconnect\": \"" + mine
                        + "/disconnect\", \"connection_id\": \"" + id
                        + "\"}, \"message\": \"{\\\"didcomm\\\":\\\"\\u017e\\\"}\"}");
        assertThat(message.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("accept", "*/*")
                .containsEntry("fairlead-message-id", id + "-1");
    }

    @Test
    void backendAnswersByPostingToTheAddressesThatItWasTold() {
        RawWebSocket client = dock.client();
        Post connect = backend.awaits("/connect");
        Object send = Objects.requireNonNull(connect.member("meta", "send"));

        assertThat(Callback.posts(send, "hi \u017e").body()).isEqualTo("OK");
        assertThat(Callback.posts(send, "application/ssi-agent-wire", new byte[] {0, 1})
                        .statusCode())
                .isEqualTo(200);

        assertThat(client.receivesMessage().text()).isEqualTo("hi \u017e");
        WireFrame binary = client.receivesMessage();
        assertThat(binary.opcode()).isEqualTo(WireFrame.BINARY);
        assertThat(binary.payload()).containsExactly(0, 1);
    }

    @Test
    void sendWithoutATypeIsTheErrorOfTheOriginal() {
        RawWebSocket client = dock.client();
        Object send = backend.awaits("/connect").member("meta", "send");

        HttpResponse<String> answer = Callback.posts(Objects.requireNonNull(send), "", new byte[] {1});

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).startsWith("\u26a0\ufe0f 500 \u2014 Internal Server Error\n====");
        client.hearsNothing();
    }

    @Test
    void messageLongerThanTheLimitOfMessagesIsSent() {
        RawWebSocket client = dock.client();
        Object send = backend.awaits("/connect").member("meta", "send");
        String text = "x".repeat(5 << 20);

        assertThat(Callback.posts(Objects.requireNonNull(send), text).statusCode())
                .isEqualTo(200);

        assertThat(client.receivesMessage().text()).isEqualTo(text);
    }

    @Test
    void messagesArePostedOneAfterTheOtherBehindTheConnect() {
        RawWebSocket client = dock.client();
        for (int i = 0; i < 200; i++) {
            client.sends(WireFrame.text(numbered(i)));
        }
        client.sends(WireFrame.close(1000, ""));

        backend.awaits("/disconnect");

        List<Post> posts = backend.posts();
        assertThat(posts.getFirst().path()).isEqualTo("/connect");
        assertThat(posts.getLast().path()).isEqualTo("/disconnect");
        List<Object> messages = new ArrayList<>();
        List<Object> expected = new ArrayList<>();
        for (Post post : posts.subList(1, posts.size() - 1)) {
            messages.add(post.member("message"));
            expected.add(numbered(expected.size()));
        }
        assertThat(messages).isEqualTo(expected).hasSize(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 302, 404, 500})
    void anyAnswerOfTheBackendLeavesTheClientAlone(int status) {
        backend.answers("/message", status);
        RawWebSocket client = dock.client();

        client.sends(WireFrame.text("one")).sends(WireFrame.text("two"));

        assertThat(backend.awaits(2, "/message"))
                .extracting(post -> post.member("message"))
                .containsExactly("one", "two");
        client.hearsNothing();
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void whatIsNotTakenIsPostedAgainAndInItsPlace(int status) {
        backend.answers("/message", status);
        RawWebSocket client = dock.client();
        client.sends(WireFrame.text("one")).sends(WireFrame.text("two"));
        backend.awaits(2, "/message");

        backend.answers("/message", RecordingBackend.TAKING);
        backend.awaits(1, post -> "two".equals(post.member("message")));

        List<Post> messages = backend.posts("/message");
        assertThat(messages.getLast().member("message")).isEqualTo("two");
        assertThat(messages.subList(0, messages.size() - 1)).allSatisfy(post -> {
            assertThat(post.member("message")).isEqualTo("one");
            assertThat(post.headers().get("fairlead-message-id")).isEqualTo(post.session() + "-1");
        });
        client.hearsNothing();
    }

    @Test
    void backendThatIsAwayOrResetsLosesNothing() {
        RawWebSocket client = dock.client();
        backend.awaits("/connect");
        backend.answers("/message", new Manner.Resetting());
        client.sends(WireFrame.text("one"));
        backend.awaits(2, "/message");

        backend.stops();
        client.sends(WireFrame.text("two"));
        backend.answers("/message", RecordingBackend.TAKING);
        backend.startsAgain();

        backend.awaits(1, post -> "two".equals(post.member("message")));
        assertThat(backend.posts("/message"))
                .extracting(post -> post.member("message"))
                .endsWith("one", "two");
        client.hearsNothing();
    }

    @Test
    void emptyMessagesAreNotPosted() {
        RawWebSocket client = dock.client();

        client.sends(WireFrame.text("")).sends(WireFrame.binary()).sends(WireFrame.text(" "));

        assertThat(backend.awaits("/message").member("message")).isEqualTo(" ");
        assertThat(backend.posts("/message")).hasSize(1);
    }

    @Test
    void bytesThatAreNoTextEndTheSessionWith1003() {
        RawWebSocket client = dock.client();

        client.sends(WireFrame.binary((byte) 0xFF, (byte) 0));

        assertThat(client.receivesButNoPings().closeCode()).isEqualTo(1003);
        client.sends(WireFrame.close(1003, ""));
        backend.awaits("/disconnect");
        assertThat(backend.posts("/message")).isEmpty();
    }

    @Test
    void otherAddressesAreNotThere() {
        for (String target : List.of("/", "/status", "/hyco", "/socket", "/WS")) {
            try (RawWebSocket socket = RawWebSocket.dial(dock.address())) {
                ResponseHead head = socket.asks(Handshake.plain(target));
                assertThat(head.status()).as(target).isEqualTo(404);
                assertThat(socket.readsBody(head)).contains("Not Found");
            }
        }
        try (RawWebSocket socket = RawWebSocket.dial(dock.address())) {
            assertThat(socket.asks(Handshake.to("/hyco")).status()).isEqualTo(404);
        }
    }

    @Test
    void clientOfAnyOriginIsLetInWithASlashBehindAndAQuery() {
        try (RawWebSocket socket = RawWebSocket.dial(dock.address())) {
            socket.upgrades(Handshake.to("/ws/?x=1").with("Origin", "https://elsewhere.example"));
        }
        backend.awaits("/disconnect");
    }

    @Test
    void clientOnNodeIsServed() {
        try (ForeignProgram node = Programs.node(Programs.file("node/sender.js"))
                .with("KIND", "ws")
                .start()) {
            isServed(node);
        }
    }

    @Test
    void clientOnPythonIsServed() {
        TestAuthority authority = new TestAuthority(home);
        try (ForeignProgram python =
                Programs.python(authority, Programs.file("python/sender.py")).start()) {
            isServed(python);
        }
    }

    private void isServed(ForeignProgram client) {
        client.prints("ready");
        client.tells(
                "{\"do\": \"open\", \"url\": \"ws://127.0.0.1:" + dock.address().getPort() + "/ws\"}");
        client.prints("open");
        client.tells("{\"do\": \"text\", \"text\": \"Hello world! (1)\", \"times\": 1}");
        Post message = backend.awaits("/message");
        assertThat(message.member("message")).isEqualTo("Hello world! (1)");

        Callback.posts(Objects.requireNonNull(message.member("meta", "send")), "answer");
        client.prints("text 6");
        Callback.posts(
                Objects.requireNonNull(message.member("meta", "send")),
                "application/didcomm-envelope-enc",
                "{}".getBytes(StandardCharsets.UTF_8));
        client.prints("binary 2");
        client.tells("{\"do\": \"close\", \"code\": 1000, \"reason\": \"done\"}");

        assertThat(backend.awaits("/disconnect").session()).isEqualTo(message.session());
    }

    @Test
    void sigtermSendsClientsAwayAndTellsTheBackend() {
        RawWebSocket client = dock.client();
        Post connect = backend.awaits("/connect");

        dock.program().handle().destroy();

        assertThat(client.receivesButNoPings().closeCode()).isEqualTo(1001);
        client.sends(WireFrame.close(1001, ""));
        assertThat(backend.awaits("/disconnect").session()).isEqualTo(connect.session());
        assertThat(dock.program().exits()).isZero();
    }

    @Test
    void startWarnsThatCallbacksNeedNoToken() {
        assertThat(dock.program().log())
                .anySatisfy(line -> assertThat(line)
                        .contains("warning: callbacks need no token")
                        .contains("--callback-token"));
    }
}
