// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.CallOutcome;
import dev.fairlead.server.connection.CallerTerms;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.HttpCall;
import dev.fairlead.server.connection.HttpCaller;
import dev.fairlead.server.gateway.backend.Backend;
import dev.fairlead.server.gateway.backend.Receipt;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import io.netty.buffer.Unpooled;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts to a backend what happens to clients: the callbacks of SocketDock. {@code docs/protocol/socketdock.md} has every byte
 * of them. Safe from any thread.
 */
public final class HttpBackend implements Backend {

    private static final Logger LOGGER = LoggerFactory.getLogger(HttpBackend.class);

    /** Less than what servers commonly keep a connection without a request. */
    private static final Duration KEPT_IDLE = Duration.ofSeconds(4);

    /** A message of a kind that is not taken (RFC 6455, section 7.4.1). */
    private static final CloseStatus NO_TEXT = new CloseStatus(1003, "Binary messages have to be UTF-8 here");

    private static final CloseStatus TURNED_AWAY =
            CloseStatus.clipped(CloseStatus.POLICY_VIOLATION, "The service turned the client away");

    /** Stands where bytes are no character. */
    private static final char REPLACED = '\uFFFD';

    private static final List<Header> EVERY_CALL = List.of(
            new Header("Content-Type", "application/json"),
            new Header("Accept", "*/*"),
            new Header("User-Agent", "Fairlead"));

    private final HttpBackendConfig config;
    private final CallbackAddress callbacks;
    private final @Nullable Signature signature;
    private final Map<String, HttpCaller> callers = new HashMap<>();
    private final @Nullable Target connect;
    private final Target message;
    private final @Nullable Target disconnect;

    /**
     * Where something is posted.
     *
     * @param name of the address, for the log, without its query
     */
    private record Target(HttpCaller caller, String target, String name) {}

    /**
     * Makes a backend that has called nobody yet.
     *
     * @param callers make what calls a server; asked once for each
     * @param clock for signatures
     */
    public HttpBackend(
            HttpBackendConfig config,
            CallbackAddress callbacks,
            Function<CallerTerms, HttpCaller> callers,
            InstantSource clock) {
        this.config = config;
        this.callbacks = callbacks;
        this.signature = config.signingSecret() == null ? null : new Signature(config.signingSecret(), clock);
        URI connectUri = config.connectUri();
        URI disconnectUri = config.disconnectUri();
        this.connect = connectUri == null ? null : target(connectUri, callers);
        this.message = target(config.messageUri(), callers);
        this.disconnect = disconnectUri == null ? null : target(disconnectUri, callers);
    }

    private Target target(URI uri, Function<CallerTerms, HttpCaller> makers) {
        String server = (uri.getScheme() + "://" + uri.getRawAuthority()).toLowerCase(Locale.ROOT);
        HttpCaller caller = callers.computeIfAbsent(
                server,
                address -> makers.apply(new CallerTerms(
                        URI.create(address),
                        config.maxConnections(),
                        config.connectTimeout(),
                        KEPT_IDLE,
                        config.trust())));
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        return new Target(caller, target, server + path);
    }

    @Override
    public boolean isAskedFirst() {
        return config.mayRefuse();
    }

    @Override
    public CompletionStage<Receipt> connected(Session session) {
        if (connect == null) {
            return Receipt.AT_ONCE;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header line : session.request().headers().lines()) {
            headers.put(line.name().toLowerCase(Locale.ROOT), line.value());
        }
        AsciiJson body = meta(session, 1024).raw(", \"headers\": {");
        String separator = "";
        for (Map.Entry<String, String> header : headers.entrySet()) {
            body.raw(separator).text(header.getKey()).raw(": ").text(header.getValue());
            separator = ", ";
        }
        byte[] json = id(body.raw("}, "), session).raw("}}").bytes();
        return post(connect, session, "connect", json, config.inlineAnswers(), config.mayRefuse());
    }

    @Override
    public CompletionStage<Receipt> message(Session session, Message said) {
        if (said.isEmpty()) {
            return Receipt.AT_ONCE; // as in the original, which takes it for none
        }
        String text;
        boolean encoded = false;
        switch (said) {
            case Message.Text(long _, String same) -> text = same;
            case Message.Binary(long _, byte[] bytes) -> {
                encoded = config.binary() == BinaryForm.BASE64;
                text = encoded ? Base64.getEncoder().encodeToString(bytes) : utf8(bytes);
            }
        }
        if (text == null) {
            LOGGER.atDebug()
                    .addKeyValue("session", session.id())
                    .log("a binary message that is no UTF-8 ends its session");
            session.close(NO_TEXT);
            return Receipt.AT_ONCE;
        }
        AsciiJson body = id(meta(session, 320 + text.length()).raw(", "), session)
                .raw("}, \"message\": ")
                .text(text);
        byte[] json = body.raw(encoded ? ", \"encoding\": \"base64\"}" : "}").bytes();
        return post(message, session, Long.toString(said.number()), json, config.inlineAnswers(), false);
    }

    @Override
    public CompletionStage<Receipt> disconnected(Session session, SessionEnd end) {
        if (disconnect == null) {
            return Receipt.AT_ONCE;
        }
        byte[] json = id(new AsciiJson(64).raw("{"), session).raw("}").bytes();
        return post(disconnect, session, "disconnect", json, false, false);
    }

    private AsciiJson meta(Session session, int room) {
        String mine = callbacks.base() + "/socket/" + session.id();
        return new AsciiJson(room)
                .raw("{\"meta\": {\"send\": ")
                .text(mine + "/send")
                .raw(", \"disconnect\": ")
                .text(mine + "/disconnect");
    }

    private static AsciiJson id(AsciiJson body, Session session) {
        return body.raw("\"connection_id\": ").text(session.id());
    }

    private CompletionStage<Receipt> post(
            Target to, Session session, String number, byte[] json, boolean inline, boolean mayRefuse) {
        List<Header> headers = new ArrayList<>(EVERY_CALL);
        headers.add(new Header("Fairlead-Message-Id", session.id() + "-" + number));
        String user = session.user();
        if (user != null) {
            headers.add(new Header(
                    "Fairlead-User",
                    URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20")));
        }
        if (signature != null) {
            headers.add(signature.of(json));
        }
        HttpCall call = new HttpCall(
                "POST",
                to.target(),
                headers,
                json,
                config.answerTimeout(),
                Math.toIntExact(config.maxAnswerSize().bytes()));
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        var _ = to.caller()
                .call(
                        session.peer(),
                        call,
                        outcome -> receipt.complete(receipt(to, session, outcome, inline, mayRefuse)));
        return receipt;
    }

    private static Receipt receipt(Target to, Session session, CallOutcome outcome, boolean inline, boolean mayRefuse) {
        return switch (outcome) {
            case CallOutcome.Failed failed ->
                new Receipt.NotTaken(to.name() + ": " + failed.cause() + ", " + failed.evidence());
            case CallOutcome.Answered(int status, Headers headers, byte[] body) -> {
                String evidence = to.name() + " answered " + status;
                if (status == 502 || status == 503 || status == 504) {
                    yield new Receipt.NotTaken(evidence);
                }
                if (status >= 400 && status <= 599 && mayRefuse) {
                    yield new Receipt.Refused(status, TURNED_AWAY, evidence);
                }
                if (status > 299) {
                    yield new Receipt.Objected(evidence);
                }
                if (inline && status == 200 && body.length > 0 && !say(session, headers, body)) {
                    yield new Receipt.Objected(evidence + " with a text that is no UTF-8");
                }
                yield new Receipt.Taken();
            }
        };
    }

    /** {@return whether it could be said} */
    private static boolean say(Session session, Headers headers, byte[] body) {
        String type = headers.first("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        int parameters = type.indexOf(';');
        String essence = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        if (!essence.startsWith("text/") && !essence.equals("application/json")) {
            session.send(Unpooled.wrappedBuffer(body));
            return true;
        }
        String text = utf8(body);
        if (text != null) {
            session.send(text);
        }
        return text != null;
    }

    /** {@return the text, or null if the bytes are none} */
    static @Nullable String utf8(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACED) < 0) {
            return text;
        }
        try { // it may have been sent so
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    @Override
    public void close() {
        callers.values().forEach(HttpCaller::close);
    }
}
