// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.ExchangeEvents;
import dev.fairlead.server.connection.ExchangeService;
import dev.fairlead.server.connection.HttpExchange;
import dev.fairlead.server.connection.HttpQuestion;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.Sessions;
import dev.fairlead.server.settings.Secret;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code /socket}: backends send to clients here, and send them away. {@code docs/operating/gateway.md} lists
 * the addresses. Safe from any thread; each callback is dealt with on its own event loop.
 */
public final class Callbacks implements ExchangeService {

    /** What the addresses begin with. */
    public static final String PATH = "/socket";

    /** As much as the original takes. */
    static final int LONGEST_BODY = 100_000_000;

    private static final String SEND = "send";
    private static final String DISCONNECT = "disconnect";
    private static final String CONTENT_TYPE = "Content-Type";
    private static final CloseStatus NORMAL = new CloseStatus(CloseStatus.NORMAL, "");

    /** Answers every request with a page of 404, where nothing else is served. */
    public static final ExchangeService NOTHING = exchange -> {
        TextPage.unknown(exchange.question().path()).answer(exchange);
        return ExchangeEvents.NONE;
    };

    private final Sessions sessions;
    private final byte @Nullable [] token;
    private final BodyRoom room = BodyRoom.ofHeap(LONGEST_BODY);

    /** What is sent to clients. */
    private sealed interface Content {

        record Text(String text) implements Content {}

        @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
        record Binary(byte[] bytes) implements Content {}
    }

    /** Speaks to these sessions. */
    public Callbacks(Sessions sessions, CallbacksConfig config) {
        this.sessions = sessions;
        Secret secret = config.token();
        this.token = secret == null ? null : secret.reveal().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public ExchangeEvents onRequest(HttpExchange exchange) {
        HttpQuestion question = exchange.question();
        if (token != null && !bears(question, token)) {
            return answered(
                    exchange,
                    TextPage.error(
                            401,
                            "Unauthorized",
                            "Callbacks have to show the token of the gateway",
                            new Header("WWW-Authenticate", "Bearer")));
        }
        CallbackTarget target = CallbackTarget.parse(question.target());
        if (target == null) {
            return answered(exchange, TextPage.error(400, "Bad Request", "The address is not well-formed"));
        }
        boolean toAll = token != null && (target.is("all", SEND) || target.is("all", DISCONNECT));
        if (!toAll && target.is("*", SEND)) {
            return posted(exchange, () -> sendToOne(exchange, target));
        }
        if (!toAll && target.is("*", DISCONNECT)) {
            return posted(exchange, () -> disconnectOne(exchange, target));
        }
        if (token == null) {
            return answered(exchange, TextPage.unknown(question.path()));
        }
        if (target.is("groups", "*", "members", "*")) {
            return answered(exchange, member(question, target));
        }
        if (target.is("all", SEND) || target.is("users", "*", SEND) || target.is("groups", "*", SEND)) {
            return posted(exchange, () -> sendToMany(exchange, target));
        }
        if (toAll || target.is("users", "*", DISCONNECT) || target.is("groups", "*", DISCONNECT)) {
            return posted(exchange, () -> disconnectMany(exchange, target));
        }
        return answered(exchange, target.steps().size() <= 1 ? tell(question, target) : unknown(question));
    }

    /** Lets nothing but a {@code POST} through. */
    private static ExchangeEvents posted(HttpExchange exchange, Supplier<ExchangeEvents> then) {
        TextPage wrong = wrongMethod(exchange.question(), "POST");
        return wrong == null ? then.get() : answered(exchange, wrong);
    }

    private static boolean bears(HttpQuestion question, byte[] token) {
        String shown = question.headers().first("Authorization").orElse("");
        String scheme = "Bearer ";
        return shown.regionMatches(true, 0, scheme, 0, scheme.length())
                && MessageDigest.isEqual(
                        shown.substring(scheme.length()).strip().getBytes(StandardCharsets.UTF_8), token);
    }

    private static ExchangeEvents answered(HttpExchange exchange, TextPage page) {
        page.answer(exchange);
        return ExchangeEvents.NONE;
    }

    private static TextPage unknown(HttpQuestion question) {
        return TextPage.unknown(question.path());
    }

    private static @Nullable TextPage wrongMethod(HttpQuestion question, String... allowed) {
        return List.of(allowed).contains(question.method())
                ? null
                : TextPage.wrongMethod(question.method(), question.path(), String.join(", ", allowed));
    }

    private ExchangeEvents sendToOne(HttpExchange exchange, CallbackTarget target) {
        String id = target.steps().getFirst();
        boolean kept = sessions.find(id).isPresent();
        return Gathering.begin(exchange, LONGEST_BODY, kept, room, body -> {
            Optional<Session> session = sessions.find(id);
            if (!kept || session.isEmpty()) {
                return TextPage.FAIL;
            }
            Content content = content(exchange.question(), body);
            if (content == null) {
                return fault("The server encountered an internal error and cannot complete your request.");
            }
            if (session.get().isOver()) {
                return fault("Cannot write to websocket interface after it is closed.");
            }
            send(session.get(), content);
            return TextPage.OK;
        });
    }

    private static TextPage fault(String text) {
        return TextPage.error(500, "Internal Server Error", text);
    }

    /** {@return what is to be sent; null for a body without a type, or a text that is none} */
    private static @Nullable Content content(HttpQuestion question, byte[] body) {
        Optional<String> type = question.headers().first(CONTENT_TYPE);
        if (type.isEmpty()) {
            return null;
        }
        // exactly so, as backends are used to: with a charset behind it, it is as binary as all else
        if (!type.get().equals("text/plain")) {
            return new Content.Binary(body);
        }
        String text = HttpBackend.utf8(body);
        return text == null ? null : new Content.Text(text);
    }

    private static void send(Session session, Content content) {
        switch (content) {
            case Content.Text(String text) -> session.send(text);
            case Content.Binary(byte[] bytes) -> session.send(Unpooled.wrappedBuffer(bytes));
        }
    }

    private ExchangeEvents disconnectOne(HttpExchange exchange, CallbackTarget target) {
        CloseStatus status = status(target);
        return Gathering.begin(exchange, LONGEST_BODY, false, room, ignored -> {
            Optional<Session> session = sessions.find(target.steps().getFirst());
            if (session.isEmpty()) {
                return TextPage.FAIL;
            }
            if (status == null) {
                return noStatus();
            }
            session.get().close(status);
            return TextPage.OK;
        });
    }

    /** {@return what clients are told; null for what they cannot be} */
    private static @Nullable CloseStatus status(CallbackTarget target) {
        String code = target.query().get("code");
        String reason = target.query().getOrDefault("reason", "");
        if (code == null) {
            return reason.isEmpty() ? NORMAL : CloseStatus.clipped(CloseStatus.NORMAL, reason);
        }
        try {
            int number = Integer.parseInt(code);
            return CloseStatus.maySend(number) ? CloseStatus.clipped(number, reason) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static TextPage noStatus() {
        return TextPage.error(400, "Bad Request", "code: expected 1000-1003, 1007-1014 or 3000-4999");
    }

    private ExchangeEvents sendToMany(HttpExchange exchange, CallbackTarget target) {
        return Gathering.begin(exchange, LONGEST_BODY, true, room, body -> {
            Content content = content(exchange.question(), body);
            if (content == null) {
                return TextPage.error(400, "Bad Request", "A Content-Type is needed, and text/plain has to be UTF-8");
            }
            List<Session> those = addressed(target);
            those.forEach(session -> send(session, content));
            return TextPage.json(Json.write(Map.of("count", those.size())));
        });
    }

    private ExchangeEvents disconnectMany(HttpExchange exchange, CallbackTarget target) {
        CloseStatus status = status(target);
        return Gathering.begin(exchange, LONGEST_BODY, false, room, ignored -> {
            if (status == null) {
                return noStatus();
            }
            List<Session> those = addressed(target);
            those.forEach(session -> session.close(status));
            return TextPage.json(Json.write(Map.of("count", those.size())));
        });
    }

    private List<Session> addressed(CallbackTarget target) {
        Collection<Session> all =
                switch (target.steps().getFirst()) {
                    case "users" -> sessions.ofUser(target.steps().get(1));
                    case "groups" -> sessions.inGroup(target.steps().get(1));
                    default -> sessions.all();
                };
        String endpoint = target.query().get("endpoint");
        return all.stream()
                .filter(session -> !session.isOver())
                .filter(session -> endpoint == null || endpoint.equals(session.endpoint()))
                .toList();
    }

    private TextPage member(HttpQuestion question, CallbackTarget target) {
        TextPage wrong = wrongMethod(question, "DELETE", "PUT");
        if (wrong != null) {
            return wrong;
        }
        String group = target.steps().get(1);
        Optional<Session> session = sessions.find(target.steps().getLast());
        if (session.isEmpty()) {
            return unknown(question);
        }
        if (question.method().equals("PUT")) {
            return sessions.join(session.get(), group) ? TextPage.OK : unknown(question);
        }
        sessions.part(session.get(), group);
        return TextPage.OK;
    }

    private TextPage tell(HttpQuestion question, CallbackTarget target) {
        TextPage wrong = wrongMethod(question, "GET", "HEAD");
        if (wrong != null) {
            return wrong;
        }
        if (!target.steps().isEmpty()) {
            return sessions.find(target.steps().getFirst())
                    .map(session -> TextPage.json(Json.write(described(session))))
                    .orElseGet(() -> unknown(question));
        }
        String user = target.query().get("user");
        String group = target.query().get("group");
        if (user == null && group == null) {
            return TextPage.json(Json.write(Map.of("count", sessions.count())));
        }
        Collection<Session> those = user == null ? sessions.inGroup(String.valueOf(group)) : sessions.ofUser(user);
        List<String> ids = those.stream()
                .filter(session -> group == null || sessions.groupsOf(session).contains(group))
                .map(Session::id)
                .sorted()
                .toList();
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("count", ids.size());
        page.put("connection_ids", ids);
        return TextPage.json(Json.write(page));
    }

    private Map<String, Object> described(Session session) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("connection_id", session.id());
        page.put("endpoint", session.endpoint());
        String user = session.user();
        if (user != null) {
            page.put("user", user);
        }
        page.put("groups", sessions.groupsOf(session).stream().sorted().toList());
        return page;
    }

    /** {@return whether a hybrid connection of that path would never be asked} */
    public static boolean answers(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        return lower.equals(PATH) || lower.startsWith(PATH + "/");
    }
}
