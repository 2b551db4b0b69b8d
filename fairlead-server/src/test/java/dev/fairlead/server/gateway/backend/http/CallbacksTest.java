// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.FakeExchange;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.HttpAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.Sessions;
import dev.fairlead.server.settings.Secret;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How backends speak to clients. */
class CallbacksTest {

    private static final String RECORDED_ID = "7846542999a84586a5fc47fb299c98b9";
    private static final String TOKEN = "a token of enough length";

    private final FakeTime time = new FakeTime();
    private final Sessions sessions = new Sessions();
    private final Map<String, FakePeer> peers = new HashMap<>();

    private Session client(String id, @Nullable String user, String endpoint) {
        FakePeer peer = new FakePeer(id, time);
        peers.put(id, peer);
        Session session = new Session(
                id,
                endpoint,
                new UpgradeRequest(peer, endpoint, new Headers(List.of()), "ws://gateway.test"),
                new Client(user, null, Map.of(), null),
                GatewayObserver.NONE);
        session.open();
        sessions.enter(session);
        return session;
    }

    private Session client(String id) {
        return client(id, null, "/ws");
    }

    private FakePeer peer(String id) {
        return Objects.requireNonNull(peers.get(id));
    }

    private Callbacks open() {
        return new Callbacks(sessions, CallbacksConfig.DEFAULT);
    }

    private Callbacks guarded() {
        return new Callbacks(sessions, new CallbacksConfig(Secret.of(TOKEN)));
    }

    private FakeExchange asks(Callbacks callbacks, String method, String target, byte[] body, Header... headers) {
        FakeExchange exchange = new FakeExchange(time, method, target, OptionalLong.of(body.length), List.of(headers));
        var events = callbacks.onRequest(exchange);
        exchange.isHeardBy(events);
        if (!exchange.isEnded()) {
            events.onBody(Unpooled.copiedBuffer(body));
            events.onBodyRead();
            events.onBodyEnd();
        }
        assertThat(exchange.isEnded()).isTrue();
        return exchange;
    }

    private FakeExchange posts(Callbacks callbacks, String target, String body, Header... headers) {
        return asks(callbacks, "POST", target, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private FakeExchange bearing(String method, String target, String body) {
        return asks(
                guarded(),
                method,
                target,
                body.getBytes(StandardCharsets.UTF_8),
                new Header("Authorization", "Bearer " + TOKEN),
                new Header("Content-Type", "text/plain"));
    }

    private static int status(FakeExchange exchange) {
        return answer(exchange).status();
    }

    private static HttpAnswer answer(FakeExchange exchange) {
        return Objects.requireNonNull(exchange.answer());
    }

    private static @Nullable String header(FakeExchange exchange, String name) {
        return new Headers(answer(exchange).headers()).first(name).orElse(null);
    }

    @Test
    void answersAreThoseThatWereRecordedOfTheOriginal() {
        Session session = client(RECORDED_ID);
        Callbacks callbacks = open();
        for (Map<String, Object> recorded : Recorded.cases("recorded-callbacks.json")) {
            String name = String.valueOf(recorded.get("name"));
            Object type = recorded.get("contentType");
            int texts = peer(RECORDED_ID).sent().size();
            int binaries = peer(RECORDED_ID).binaries().size();
            int closes = peer(RECORDED_ID).closes().size();

            FakeExchange exchange = asks(
                    callbacks,
                    String.valueOf(recorded.get("method")),
                    String.valueOf(recorded.get("target")),
                    Recorded.bytes(Objects.requireNonNull(recorded.get("body"))),
                    type == null ? new Header[0] : new Header[] {new Header("Content-Type", type.toString())});

            assertThat(status(exchange)).as(name).isEqualTo(((Long) recorded.get("status")).intValue());
            assertThat(exchange.answerBytes().orElse(-1)).as(name).isEqualTo(recorded.get("length"));
            assertThat(header(exchange, "Allow")).as(name).isEqualTo(recorded.get("allow"));
            assertThat(header(exchange, "Content-Type")).as(name).isEqualTo("text/plain; charset=utf-8");
            if (!exchange.question().method().equals("HEAD")) { // whose body the exchange drops
                assertThat(exchange.body()).as(name).isEqualTo(recorded.get("answer"));
            }
            List<Object> sent = new ArrayList<>();
            peer(RECORDED_ID).sent().stream().skip(texts).forEach(text -> sent.add(List.of("<", "text", text)));
            peer(RECORDED_ID).binaries().stream()
                    .skip(binaries)
                    .forEach(bytes -> sent.add(List.of("<", "binary", new String(bytes, StandardCharsets.UTF_8))));
            peer(RECORDED_ID).closes().stream()
                    .skip(closes)
                    .forEach(status -> sent.add(
                            List.of("<", "close", Map.of("code", (long) status.code(), "reason", status.reason()))));
            assertThat(sent).as(name).isEqualTo(readable(Recorded.rows(recorded.get("sent"))));
            if (peer(RECORDED_ID).closes().size() > closes) { // the client returns the Close
                sessions.leave(session);
                session.end();
            }
        }
    }

    /** Bytes that are no text are recorded as digits. */
    private static List<List<Object>> readable(List<List<Object>> frames) {
        return frames.stream()
                .map(frame -> frame.getLast() instanceof Map<?, ?> bytes && bytes.containsKey("hex")
                        ? List.<Object>of(
                                frame.getFirst(),
                                frame.get(1),
                                new String(Recorded.bytes(bytes), StandardCharsets.UTF_8))
                        : frame)
                .toList();
    }

    @Test
    void sessionThatWasToldToCloseIsKnownUntilItsClientAnswers() {
        client("a");
        posts(open(), "/socket/a/disconnect", "");

        FakeExchange send = posts(open(), "/socket/a/send", "late", new Header("Content-Type", "text/plain"));
        FakeExchange again = posts(open(), "/socket/a/disconnect", "");

        assertThat(status(send)).isEqualTo(500);
        assertThat(send.body()).endsWith("\nCannot write to websocket interface after it is closed.\n\n");
        assertThat(again.body()).isEqualTo("OK");
        assertThat(peer("a").sent()).isEmpty();
    }

    @Test
    void sendsKeepTheirOrder() {
        client("a");
        for (int i = 0; i < 100; i++) {
            posts(open(), "/socket/a/send", "message " + i, new Header("Content-Type", "text/plain"));
        }

        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            expected.add("message " + i);
        }
        assertThat(peer("a").sent()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1000, ''",
        "?code=4000, 4000, ''",
        "?code=4001&reason=see%20you, 4001, see you",
        "?reason=a+b, 1000, a b"
    })
    void disconnectMaySayWhy(String query, int code, String reason) {
        client("a");

        posts(open(), "/socket/a/disconnect" + query, "");

        assertThat(peer("a").closes()).containsExactly(new CloseStatus(code, reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1005", "999", "5000", "x"})
    void codeThatMayNotBeSentIsRefused(String code) {
        client("a");

        FakeExchange exchange = posts(open(), "/socket/a/disconnect?code=" + code, "");

        assertThat(status(exchange)).isEqualTo(400);
        assertThat(peer("a").closes()).isEmpty();
    }

    @Test
    void bodyThatIsTooLongIsRefusedUnread() {
        client("a");
        FakeExchange exchange =
                new FakeExchange(time, "POST", "/socket/a/send", OptionalLong.of(100_000_001), List.of());

        open().onRequest(exchange);

        assertThat(status(exchange)).isEqualTo(413);
        assertThat(exchange.isReading()).isFalse();
    }

    @Test
    void bodyThatTurnsOutTooLongIsRefused() {
        FakeExchange exchange = new FakeExchange(time, "POST", "/socket/a/send", OptionalLong.empty(), List.of());
        BodyRoom room = new BodyRoom(10_000);
        exchange.isHeardBy(Gathering.begin(exchange, 3000, true, room, body -> TextPage.OK));

        exchange.sends("x".repeat(2000));
        assertThat(room.taken()).isBetween(2000L, 3000L);
        exchange.sends("x".repeat(1001));
        exchange.hasSentAll();

        assertThat(status(exchange)).isEqualTo(413);
        assertThat(room.taken()).isZero();
    }

    @Test
    void bodyThatDoesNotComeIsWaitedForNoLonger() {
        client("a");
        FakeExchange exchange = new FakeExchange(time, "POST", "/socket/a/send", OptionalLong.of(2), List.of());
        exchange.isHeardBy(open().onRequest(exchange));
        time.passes(Gathering.SILENCE.dividedBy(2));
        exchange.sends("x");

        time.passes(Gathering.SILENCE);
        assertThat(exchange.isEnded()).isFalse();
        time.passes(Gathering.SILENCE);

        assertThat(status(exchange)).isEqualTo(408);
        assertThat(time.timers()).isZero();
    }

    @Test
    void bodyThatThereIsNoRoomForIsRefusedForNow() {
        BodyRoom room = new BodyRoom(3000);
        FakeExchange one = new FakeExchange(time, "POST", "/socket/a/send", OptionalLong.of(2000), List.of());
        FakeExchange two = new FakeExchange(time, "POST", "/socket/a/send", OptionalLong.of(2000), List.of());

        one.isHeardBy(Gathering.begin(one, 3000, true, room, body -> TextPage.OK));
        two.isHeardBy(Gathering.begin(two, 3000, true, room, body -> TextPage.OK));
        one.leaves();

        assertThat(status(two)).isEqualTo(503);
        assertThat(header(two, "Retry-After")).isEqualTo("1");
        assertThat(room.taken()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer wrong", "Basic a token of enough length", "a token of enough length"})
    void whoDoesNotShowTheTokenIsTurnedAway(String shown) {
        client("a");

        FakeExchange exchange = posts(
                guarded(),
                "/socket/a/send",
                "hello",
                new Header("Content-Type", "text/plain"),
                new Header("Authorization", shown));

        assertThat(status(exchange)).isEqualTo(401);
        assertThat(header(exchange, "WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(peer("a").sent()).isEmpty();
    }

    @Test
    void whoShowsTheTokenIsHeard() {
        client("a");

        FakeExchange exchange = bearing("POST", "/socket/a/send", "hello");

        assertThat(status(exchange)).isEqualTo(200);
        assertThat(peer("a").sent()).containsExactly("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/socket",
                "/socket/a",
                "/socket/users/ada/send",
                "/socket/groups/all/disconnect",
                "/socket/groups/g/members/a"
            })
    void withoutATokenNobodyIsFoundByAnythingButAnId(String target) {
        client("a", "ada", "/ws");

        assertThat(status(posts(open(), target, ""))).isEqualTo(404);
        assertThat(status(posts(open(), "/socket/all/send", "", new Header("Content-Type", "text/plain"))))
                .isEqualTo(500);
        assertThat(peer("a").sent()).isEmpty();
    }

    @Test
    void allSessionsOfAUserAreSentTo() {
        client("a", "ada l", "/ws");
        client("b", "ada l", "/other");
        client("c", "bob", "/ws");

        assertThat(bearing("POST", "/socket/users/ada%20l/send", "to all").body())
                .isEqualTo("{\"count\":2}");
        assertThat(bearing("POST", "/socket/users/ada%20l/send?endpoint=/other", "to one")
                        .body())
                .isEqualTo("{\"count\":1}");
        assertThat(bearing("POST", "/socket/users/nobody/send", "to none").body())
                .isEqualTo("{\"count\":0}");

        assertThat(peer("a").sent()).containsExactly("to all");
        assertThat(peer("b").sent()).containsExactly("to all", "to one");
        assertThat(peer("c").sent()).isEmpty();
    }

    @Test
    void groupIsWhoWasPutIntoIt() {
        client("a");
        client("b");
        client("c");

        assertThat(bearing("PUT", "/socket/groups/g%2F1/members/a", "").body()).isEqualTo("OK");
        bearing("PUT", "/socket/groups/g%2F1/members/b", "");
        bearing("DELETE", "/socket/groups/g%2F1/members/b", "");
        assertThat(bearing("POST", "/socket/groups/g%2F1/send", "hello").body()).isEqualTo("{\"count\":1}");
        assertThat(bearing("POST", "/socket/groups/g%2F1/disconnect?code=4000", "")
                        .body())
                .isEqualTo("{\"count\":1}");

        assertThat(peer("a").sent()).containsExactly("hello");
        assertThat(peer("a").closes()).containsExactly(new CloseStatus(4000, ""));
        assertThat(peer("b").closes()).isEmpty();
        assertThat(status(bearing("PUT", "/socket/groups/g/members/unknown", "")))
                .isEqualTo(404);
    }

    @Test
    void everybodyIsSentToAndSentAway() {
        client("a");
        client("b");

        bearing("POST", "/socket/all/send", "hello");
        bearing("POST", "/socket/all/disconnect", "");

        assertThat(peer("a").sent()).containsExactly("hello");
        assertThat(peer("b").closes()).containsExactly(new CloseStatus(1000, ""));
        assertThat(bearing("POST", "/socket/all/send", "late").body()).isEqualTo("{\"count\":0}");
    }

    @Test
    void sessionsAreListed() {
        client("b", "ada", "/ws");
        client("a", "ada", "/ws");
        client("c", null, "/ws");
        bearing("PUT", "/socket/groups/g/members/a", "");

        assertThat(bearing("GET", "/socket", "").body()).isEqualTo("{\"count\":3}");
        assertThat(bearing("GET", "/socket?user=ada", "").body())
                .isEqualTo("{\"count\":2,\"connection_ids\":[\"a\",\"b\"]}");
        assertThat(bearing("GET", "/socket/?group=g", "").body()).isEqualTo("{\"count\":1,\"connection_ids\":[\"a\"]}");
        assertThat(bearing("GET", "/socket?group=g&user=ada", "").body())
                .isEqualTo("{\"count\":1,\"connection_ids\":[\"a\"]}");
        assertThat(bearing("GET", "/socket/a", "").body())
                .isEqualTo("{\"connection_id\":\"a\",\"endpoint\":\"/ws\",\"user\":\"ada\",\"groups\":[\"g\"]}");
        assertThat(status(bearing("GET", "/socket/unknown", ""))).isEqualTo(404);
        assertThat(header(bearing("POST", "/socket", ""), "Allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/socket/users/%zz/send", "/socket/users/%f/send", "/socket/users/%ff/send", "/socket/a?%"})
    void addressThatIsNotWellFormedIsRefused(String target) {
        assertThat(status(bearing("POST", target, "hello"))).isEqualTo(400);
    }
}
