// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.CallOutcome;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.HttpCall;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.backend.Receipt;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend is told over HTTP, and what its answers mean. */
class HttpBackendTest {

    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final Pattern CONNECTION_ID = Pattern.compile("\"connection_id\": \"([0-9a-f]{32})\"");

    private final FakeTime time = new FakeTime();
    private final FakePeer peer = new FakePeer("client", time);
    private final FakeCaller caller = new FakeCaller();

    private Session session(String id, @Nullable String user, Header... headers) {
        Session session = new Session(
                id,
                "/ws",
                new UpgradeRequest(peer, "/ws", new Headers(List.of(headers)), "ws://elsewhere.example"),
                new Client(user, null, Map.of(), null),
                GatewayObserver.NONE);
        session.open();
        return session;
    }

    private Session session() {
        return session(ID, null);
    }

    private static HttpBackendConfig config() {
        return HttpBackendConfig.of(
                URI.create("http://127.0.0.1:4242/connect"),
                URI.create("http://127.0.0.1:4242/message"),
                URI.create("http://127.0.0.1:4242/disconnect"),
                Duration.ofSeconds(30));
    }

    private static HttpBackendConfig config(
            BinaryForm binary, boolean mayRefuse, boolean inlineAnswers, @Nullable Secret secret) {
        HttpBackendConfig same = config();
        return new HttpBackendConfig(
                same.connectUri(),
                same.messageUri(),
                same.disconnectUri(),
                same.answerTimeout(),
                same.connectTimeout(),
                same.maxConnections(),
                ByteSize.ofMiB(1),
                null,
                binary,
                mayRefuse,
                inlineAnswers,
                secret);
    }

    private HttpBackend backend(HttpBackendConfig config) {
        CallbackAddress address =
                new CallbackAddress(URI.create("http://127.0.0.1:8765/"), () -> URI.create("http://0.0.0.0:1"));
        return new HttpBackend(config, address, caller::caller, time);
    }

    private HttpBackend backend() {
        return backend(config());
    }

    private static Receipt receipt(CompletionStage<Receipt> told) {
        return told.toCompletableFuture().getNow(new Receipt.NotTaken("not answered yet"));
    }

    static Stream<Map<String, Object>> recordedPosts() {
        return Recorded.cases("recorded-posts.json").stream();
    }

    @ParameterizedTest
    @MethodSource("recordedPosts")
    void postsAreTheBytesThatWereRecordedOfTheOriginal(Map<String, Object> recorded) {
        List<List<Object>> posts = Recorded.rows(recorded.get("posts"));
        Matcher id = CONNECTION_ID.matcher(posts.getFirst().getLast().toString());
        assertThat(id.find()).isTrue();
        HttpBackend backend = backend();
        Session session = session(
                id.group(1),
                null,
                ((List<?>) recorded.get("upgrade"))
                        .stream().map(line -> header(line.toString())).toArray(Header[]::new));

        backend.connected(session);
        int number = 0;
        for (List<Object> said : Recorded.rows(recorded.get("said"))) {
            number++;
            backend.message(
                    session,
                    said.getFirst().equals("text")
                            ? new Message.Text(number, said.getLast().toString())
                            : new Message.Binary(number, Recorded.bytes(said.getLast())));
        }
        boolean disconnectRecorded = posts.getLast().getFirst().equals("disconnect");
        if (disconnectRecorded) { // which the original did not always send
            backend.disconnected(session, SessionEnd.LOST);
        }

        List<List<Object>> made = new ArrayList<>();
        caller.calls().forEach(call -> made.add(List.of(call.target().substring(1), FakeCaller.body(call))));
        assertThat(made).isEqualTo(posts);
    }

    private static Header header(String line) {
        int colon = line.indexOf(':');
        return new Header(line.substring(0, colon), line.substring(colon + 1).strip());
    }

    @Test
    void callsSayThatTheyAreJsonAndBearTheNumberOfTheMessage() {
        backend().message(session(), new Message.Text(7, "hello"));

        HttpCall call = caller.lastCall();
        assertThat(call.method()).isEqualTo("POST");
        assertThat(FakeCaller.header(call, "Content-Type")).isEqualTo("application/json");
        assertThat(FakeCaller.header(call, "Accept")).isEqualTo("*/*");
        assertThat(FakeCaller.header(call, "Fairlead-Message-Id")).isEqualTo(ID + "-7");
        assertThat(call.patience()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void userIsNamedInAHeader() {
        backend().message(session(ID, "Zoë + 1"), new Message.Text(1, "hello"));

        assertThat(FakeCaller.header(caller.lastCall(), "Fairlead-User")).isEqualTo("Zo%C3%AB%20%2B%201");
    }

    @Test
    void whatTheClientDialledIsInNoAddress() {
        CallbackAddress address = new CallbackAddress(null, () -> URI.create("http://0.0.0.0:9400"));
        HttpBackend backend = new HttpBackend(config(), address, caller::caller, time);

        backend.connected(session(ID, null, new Header("Host", "elsewhere.example")));

        assertThat(FakeCaller.body(caller.lastCall()))
                .contains("\"send\": \"http://127.0.0.1:9400/socket/" + ID + "/send\"");
    }

    @Test
    void eachServerIsCalledOverConnectionsOfItsOwn() {
        HttpBackend backend = backend(HttpBackendConfig.of(
                URI.create("http://one:80/a?key=1"),
                URI.create("http://ONE:80"),
                URI.create("https://two/c"),
                Duration.ofSeconds(1)));

        backend.connected(session());
        backend.message(session(), new Message.Text(1, "hello"));

        assertThat(caller.servers())
                .extracting(terms -> terms.server().toString())
                .containsExactly("http://one:80", "https://two");
        assertThat(caller.calls()).extracting(HttpCall::target).containsExactly("/a?key=1", "/");
        backend.close();
        assertThat(caller.isClosed()).isTrue();
    }

    @Test
    void nothingIsPostedWhereNoAddressIsConfigured() {
        HttpBackend backend = backend(
                HttpBackendConfig.of(null, URI.create("http://127.0.0.1:4242/message"), null, Duration.ofSeconds(1)));

        assertThat(receipt(backend.connected(session()))).isInstanceOf(Receipt.Taken.class);
        assertThat(receipt(backend.disconnected(session(), SessionEnd.LOST))).isInstanceOf(Receipt.Taken.class);
        assertThat(caller.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 299})
    void successIsTaken(int status) {
        CompletionStage<Receipt> told = backend().message(session(), new Message.Text(1, "hello"));
        caller.answers(status);

        assertThat(receipt(told)).isInstanceOf(Receipt.Taken.class);
        assertThat(peer.sent()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 400, 404, 429, 500, 501, 505})
    void anyOtherAnswerIsAnAnswerAndNeverFollowed(int status) {
        CompletionStage<Receipt> told = backend().message(session(), new Message.Text(1, "hello"));
        caller.answers(status);

        assertThat(receipt(told)).isEqualTo(new Receipt.Objected("http://127.0.0.1:4242/message answered " + status));
        assertThat(caller.calls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void backendThatIsAwayHasNotTakenIt(int status) {
        CompletionStage<Receipt> told = backend().message(session(), new Message.Text(1, "hello"));
        caller.answers(status);

        assertThat(receipt(told)).isInstanceOf(Receipt.NotTaken.class);
    }

    @ParameterizedTest
    @EnumSource(CallOutcome.Cause.class)
    void whatHasNoAnswerIsNotTaken(CallOutcome.Cause cause) {
        CompletionStage<Receipt> told = backend().message(session(), new Message.Text(1, "hello"));
        caller.ends(new CallOutcome.Failed(cause, "planned"));

        assertThat(receipt(told))
                .isEqualTo(new Receipt.NotTaken("http://127.0.0.1:4242/message: " + cause + ", planned"));
    }

    @Test
    void bytesThatAreNoTextEndTheSessionWith1003() {
        backend().message(session(), new Message.Binary(1, new byte[] {(byte) 0xFF}));

        assertThat(caller.calls()).isEmpty();
        assertThat(peer.closes()).extracting(CloseStatus::code).containsExactly(1003);
    }

    @Test
    void bytesArePostedAsBase64WhereThatIsConfigured() {
        HttpBackend backend = backend(config(BinaryForm.BASE64, false, false, null));

        backend.message(session(), new Message.Binary(1, new byte[] {0, 1, (byte) 0xFF}));
        backend.message(session(), new Message.Text(2, "hello"));

        assertThat(FakeCaller.body(caller.calls().getFirst()))
                .endsWith("\"}, \"message\": \"AAH/\", \"encoding\": \"base64\"}");
        assertThat(FakeCaller.body(caller.lastCall())).endsWith("\"}, \"message\": \"hello\"}");
        assertThat(peer.closes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"403", "418", "500"})
    void backendThatMayRefuseGivesTheClientItsStatus(int status) {
        HttpBackend backend = backend(config(BinaryForm.TEXT, true, false, null));

        CompletionStage<Receipt> told = backend.connected(session());
        caller.answers(status);

        assertThat(backend.isAskedFirst()).isTrue();
        assertThat(receipt(told))
                .isInstanceOfSatisfying(
                        Receipt.Refused.class,
                        refused -> assertThat(refused.httpStatus()).isEqualTo(status));
    }

    @Test
    void backendThatMayNotRefuseObjects() {
        CompletionStage<Receipt> told = backend().connected(session());
        caller.answers(403);

        assertThat(receipt(told)).isInstanceOf(Receipt.Objected.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "TEXT/html; charset=utf-8", "application/json", "application/json ;a=b"})
    void textInAnAnswerIsSentAsText(String type) {
        HttpBackend backend = backend(config(BinaryForm.TEXT, false, true, null));

        backend.message(session(), new Message.Text(1, "hello"));
        caller.answers(200, type, "\u00c3\u00ab");

        assertThat(peer.sent()).containsExactly("\u00eb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "application/octet-stream", "application/didcomm-envelope-enc"})
    void anythingElseInAnAnswerIsSentAsBytes(String type) {
        HttpBackend backend = backend(config(BinaryForm.TEXT, false, true, null));

        backend.message(session(), new Message.Text(1, "hello"));
        caller.answers(200, type, "\u00ff");

        assertThat(peer.binaries()).containsExactly(new byte[] {(byte) 0xFF});
    }

    @Test
    void answerWithoutABodyOrOfAnotherStatusIsNotSent() {
        HttpBackend backend = backend(config(BinaryForm.TEXT, false, true, null));

        backend.message(session(), new Message.Text(1, "hello"));
        caller.answers(200);
        backend.message(session(), new Message.Text(2, "hello"));
        caller.answers(202, "text/plain", "queued");
        backend.disconnected(session(), SessionEnd.LOST);
        caller.answers(200, "text/plain", "bye");

        assertThat(peer.sent()).isEmpty();
        assertThat(peer.binaries()).isEmpty();
    }

    @Test
    void textThatIsNoneIsNotSent() {
        HttpBackend backend = backend(config(BinaryForm.TEXT, false, true, null));

        CompletionStage<Receipt> told = backend.message(session(), new Message.Text(1, "hello"));
        caller.answers(200, "text/plain", "\u00ff");

        assertThat(peer.sent()).isEmpty();
        assertThat(receipt(told)).isInstanceOf(Receipt.Objected.class);
    }

    @Test
    void signatureIsOfTheTimeAndTheBody() throws Exception {
        String secret = "a secret of enough length";
        HttpBackend backend = backend(config(BinaryForm.TEXT, false, false, Secret.of(secret)));

        backend.message(session(), new Message.Text(1, "hello"));

        long seconds = FakeTime.START.getEpochSecond();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] expected =
                mac.doFinal((seconds + "." + FakeCaller.body(caller.lastCall())).getBytes(StandardCharsets.UTF_8));
        assertThat(FakeCaller.header(caller.lastCall(), "Fairlead-Signature"))
                .isEqualTo("t=" + seconds + ",v1=" + HexFormat.of().formatHex(expected));
    }
}
