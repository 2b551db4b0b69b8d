// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.ConversationTerms;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.PlannedFault;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.connection.UpgradeService;
import dev.fairlead.server.edge.EmbeddedSocket;
import dev.fairlead.server.edge.http.MemoryShortage;
import dev.fairlead.server.settings.Network;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, section 4.2.1: what an upgrade request must look like, and who is asked about it. */
class UpgradeDispatchTest {

    private static final List<String> USUAL = List.of(
            "Host: relay.test:9400",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13");

    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final List<String> asked = new ArrayList<>();
    private final List<UpgradeRequest> requests = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private CompletableFuture<UpgradeAnswer> answer = new CompletableFuture<>();
    private EdgeLoop loop;

    private final Conversation conversation = new Conversation() {
        @Override
        public void onOpen() {
            heard.add("open");
        }

        @Override
        public void onText(String text) {
            heard.add("text " + text);
        }

        @Override
        public void onBinary(byte[] message) {}

        @Override
        public void onClose(CloseStatus status) {}
    };

    @BeforeEach
    void connect() {
        loop = EdgeLoop.of(socket.eventLoop(), new UnpooledByteBufAllocator(true), Duration.ofSeconds(30));
        List<Route> routes = List.of(
                new Route.Pages("/", question -> {
                    throw new AssertionError("no page was asked for");
                }),
                new Route.Upgrades("/deep/er", service("deeper")),
                new Route.Upgrades("/deep", service("deep")),
                new Route.Upgrades("/broken", request -> {
                    throw new PlannedFault();
                }),
                new Route.Upgrades("/a", service("a")));
        socket.pipeline().addLast(new HttpRequestDecoder());
        socket.pipeline()
                .addLast(new UpgradeDispatch(
                        routes,
                        List.of(Network.parse("192.0.2.0/24")),
                        new ReadBuffers(socket, new MemoryShortage(ConnectionObserver.NONE)),
                        any -> loop,
                        null,
                        ConnectionObserver.NONE));
    }

    private UpgradeService service(String name) {
        return request -> {
            asked.add(name);
            requests.add(request);
            return answer;
        };
    }

    @AfterEach
    void end() {
        socket.finishAndReleaseAll();
        loop.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: WebSocket",
                "Upgrade: h2c, websocket",
                "Connection: keep-alive, UPGRADE",
                "Sec-WebSocket-Key: 13-1700000000000",
            })
    void requestOfAnUnusualFormThatIsSoundIsAskedAbout(String line) {
        socket.receives(request("GET", "/a", line));

        assertThat(asked).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | Upgrade: websocket | UPGRADE_MALFORMED",
                "HEAD | Upgrade: websocket | UPGRADE_MALFORMED",
                "GET | Connection: keep-alive | UPGRADE_MALFORMED",
                "GET | -Connection | UPGRADE_MALFORMED",
                "GET | +Content-Length: 0 | UPGRADE_MALFORMED",
                "GET | +Transfer-Encoding: chunked | UPGRADE_MALFORMED",
                "GET | -Sec-WebSocket-Key | UPGRADE_MALFORMED",
                "GET | 'Sec-WebSocket-Key: ' | UPGRADE_MALFORMED",
                "GET | +Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== | UPGRADE_MALFORMED",
                "GET | -Sec-WebSocket-Version | VERSION_UNSUPPORTED",
                "GET | Sec-WebSocket-Version: 8 | VERSION_UNSUPPORTED",
                "GET | Sec-WebSocket-Version: 13, 8 | VERSION_UNSUPPORTED",
            })
    void requestOfAFormThatIsNoneIsRefusedAndNobodyIsAsked(String method, String line, Refusal refusal) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> socket.receives(request(method, "/a", line)))
                .satisfies(refused -> assertThat(refused.answer().refusal()).isEqualTo(refusal));
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Upgrade", "Upgrade: h2c", "Upgrade: websockets"})
    void otherRequestsPass(String line) {
        socket.receives(request("GET", "/a", line));

        assertThat(socket.inboundMessages().stream().filter(HttpRequest.class::isInstance))
                .hasSize(1);
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/deep/er/x, deeper", "/deep/e, deep", "/deep?/deep/er, deep", "/a, a", "/a?b, a"})
    void firstRouteThatFitsIsAsked(String target, String route) {
        socket.receives(request("GET", target));

        assertThat(asked).containsExactly(route);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/elsewhere", "/deeper", "/ab"})
    void pathWithoutARouteIsUnknown(String path) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> socket.receives(request("GET", path)))
                .satisfies(refused -> assertThat(refused.answer().refusal()).isEqualTo(Refusal.PAGE_UNKNOWN));
    }

    @Test
    void serviceHearsTheRequestAsItWasSpelled() {
        socket.receives(request("GET", "/a/%20b?c=d&c", "+x-Odd: 1", "+X-ODD: 2", "+X-Forwarded-Proto: https"));

        assertThat(requests).singleElement().satisfies(request -> {
            assertThat(request.target()).isEqualTo("/a/%20b?c=d&c");
            assertThat(request.headers().lines()).contains(new Header("x-Odd", "1"), new Header("X-ODD", "2"));
            assertThat(request.baseAddress()).isEqualTo("wss://relay.test:9400");
            assertThat(request.peer().remoteAddress()).isEqualTo(socket.remoteAddress());
            assertThat(request.peer().inLoop()).isTrue();
        });
    }

    @Test
    void requestThatIsCutAnywhereIsAskedAboutOnce() {
        for (byte each : request("GET", "/a").getBytes(StandardCharsets.US_ASCII)) {
            assertThat(asked).isEmpty();
            socket.receives(new byte[] {each});
        }

        assertThat(asked).containsExactly("a");
    }

    @Test
    void answerMayComeLateAndWhatThePeerSaysMeanwhileIsHeld() {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(request("GET", "/a").getBytes(StandardCharsets.US_ASCII));
        wire.writeBytes(text("one"));
        byte[] two = text("two");
        wire.writeBytes(Arrays.copyOf(two, 3));

        socket.receives(wire.toByteArray());
        socket.receives(Arrays.copyOfRange(two, 3, two.length));
        assertThat(socket.written()).isEmpty();
        answers(new UpgradeAnswer.Conversing(List.of(new Header("X-More", "yes")), 100, conversation));
        socket.receives(text("three"));

        assertThat(heard).containsExactly("open", "text one", "text two", "text three");
        assertThat(socket.writtenText())
                .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nX-More: yes\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({"true, permessage-deflate, true", "true, permessage-bzip2, false", "false, permessage-deflate, false"})
    void compressionIsAgreedWhereItIsOfferedAndMeant(boolean compressed, String offer, boolean agreed) {
        socket.receives(
                request("GET", "/a", "+Sec-WebSocket-Extensions: x-odd", "+Sec-WebSocket-Extensions: " + offer));

        answers(new UpgradeAnswer.Conversing(
                List.of(), new ConversationTerms(100, 1000, null, true, null, compressed), conversation));

        assertThat(socket.writtenText().lines().filter(line -> line.startsWith("Sec-WebSocket-Extensions")))
                .containsExactlyElementsOf(
                        agreed
                                ? List.of("Sec-WebSocket-Extensions: permessage-deflate;"
                                        + " server_no_context_takeover; client_no_context_takeover")
                                : List.of());
    }

    @Test
    void conversationIsPausedAndResumedThroughItsPeer() {
        socket.receives(request("GET", "/a"));
        answers(new UpgradeAnswer.Conversing(List.of(), 100, conversation));
        Peer peer = requests.getFirst().peer();

        peer.pause();
        socket.receives(text("one"));
        assertThat(heard).containsExactly("open");
        peer.resume();
        socket.runPendingTasks();

        assertThat(heard).containsExactly("open", "text one");
    }

    @Test
    void refusalOfTheServiceIsPassedOnInItsWords() {
        socket.receives(request("GET", "/a"));

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> {
                    answers(new UpgradeAnswer.Refused(Refusal.LISTENER_REJECTED, 418, "I am a teapot"));
                    socket.checkException();
                })
                .satisfies(refused -> assertThat(refused.answer())
                        .isEqualTo(new UpgradeAnswer.Refused(Refusal.LISTENER_REJECTED, 418, "I am a teapot")));
    }

    @Test
    void serviceThatFailsLaterIsAFault() {
        socket.receives(request("GET", "/a"));

        assertThatExceptionOfType(PlannedFault.class).isThrownBy(() -> {
            answer.completeExceptionally(new PlannedFault());
            socket.runPendingTasks();
            socket.checkException();
        });
    }

    @Test
    void faultOfAStepOnTheWayToTheAnswerIsToldItself() {
        CompletableFuture<UpgradeAnswer> source = answer;
        answer = source.thenApply(any -> any);
        socket.receives(request("GET", "/a"));

        assertThatExceptionOfType(PlannedFault.class).isThrownBy(() -> {
            source.completeExceptionally(new PlannedFault());
            socket.runPendingTasks();
            socket.checkException();
        });
    }

    @Test
    void serviceThatThrowsIsAFault() {
        assertThatExceptionOfType(PlannedFault.class).isThrownBy(() -> socket.receives(request("GET", "/broken")));
    }

    @Test
    void conversationWithAPeerThatIsGoneByThenNeverBegins() {
        socket.receives(request("GET", "/a"));
        socket.close();

        answers(new UpgradeAnswer.Conversing(List.of(), 100, conversation));
        socket.passes(Duration.ofMinutes(2));

        assertThat(heard).isEmpty();
        assertThat(socket.handlers()).isEmpty();
    }

    private void answers(UpgradeAnswer given) {
        answer.complete(given);
        socket.runPendingTasks();
    }

    private static byte[] text(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return FrameWriter.clientFrame(0x81, payload, 0, payload.length, 0x5A17_C3E9);
    }

    /** The usual lines, of which one is changed ({@code Name: value}), added ({@code +}) or left out ({@code -Name}). */
    private static String request(String method, String target, String... changes) {
        List<String> lines = new ArrayList<>(USUAL);
        for (String change : changes) {
            if (change.startsWith("+")) {
                lines.add(change.substring(1));
            } else if (change.startsWith("-")) {
                lines.removeIf(line -> line.startsWith(change.substring(1) + ":"));
            } else {
                String name = change.substring(0, change.indexOf(':') + 1);
                lines.replaceAll(line -> line.startsWith(name) ? change : line);
            }
        }
        return method + " " + target + " HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }
}
