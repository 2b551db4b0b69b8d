// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import dev.fairlead.mesh.wire.ErrorKind;
import dev.fairlead.mesh.wire.MeshError;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.gateway.backend.Backend;
import dev.fairlead.server.gateway.backend.Receipt;
import dev.fairlead.server.gateway.backend.json.JsonFault;
import dev.fairlead.server.gateway.backend.json.JsonText;
import dev.fairlead.server.gateway.backend.json.SniffedText;
import dev.fairlead.server.gateway.backend.json.Value;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import dev.fairlead.server.gateway.session.Sessions;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks services of a mesh what clients ask, and tells clients what they answer, as NuroPb's gateway does: a hello first, then
 * a response for each request. A message is taken when its answer is on its way, so that the window of the session's delivery
 * says how many requests of a client are under way at once: one, unless told.
 */
public final class MeshBackend implements Backend {

    /** What the original says where its broker is away. */
    static final String BROKER_AWAY = "RMQ channel closed";

    private static final Logger LOGGER = LoggerFactory.getLogger(MeshBackend.class);

    private final MeshBackendConfig config;
    private final Sessions sessions;
    private final Mesh mesh;

    /**
     * Those that have been told hello, by the id that they were told. It is none that opens anything else: what names a
     * session within the gateway is not told to clients.
     */
    private final ConcurrentMap<String, Session> greeted = new ConcurrentHashMap<>();

    private final ConcurrentMap<Session, String> ids = new ConcurrentHashMap<>();

    MeshBackend(MeshBackendConfig config, Sessions sessions, Mesh.Source source) {
        this.config = config;
        this.sessions = sessions;
        this.mesh = source.connect(this::tell);
    }

    /**
     * Begins to connect, and goes on until it is closed.
     *
     * @param endpoint the path of the endpoint, for the log
     * @param sessions where the users of events are found
     */
    public static MeshBackend begin(MeshBackendConfig config, String endpoint, Sessions sessions) {
        return new MeshBackend(config, sessions, onEvent -> RabbitMesh.begin(config, endpoint, onEvent));
    }

    @Override
    public boolean refusesAfterUpgrade() {
        return config.refuseAfterUpgrade();
    }

    @Override
    public @Nullable String trouble() {
        return mesh.trouble();
    }

    @Override
    public CompletionStage<Receipt> connected(Session session) {
        StringBuilder hello = new StringBuilder(224)
                .append("{\"type\": \"event\", \"payload\": {\"topic\": \"hello\", \"event\": {\"session_id\": ");
        String id = newId();
        JsonText.quote(id, hello);
        String user = name(session.user());
        hello.append(", \"user_id\": ").append(user);
        hello.append(", \"username\": ").append(user).append("}}}");
        session.send(hello.toString());
        ids.put(session, id);
        greeted.put(id, session);
        return Receipt.AT_ONCE;
    }

    private static String name(@Nullable String text) {
        return text == null ? Value.NULL.json() : Value.of(text).json();
    }

    @Override
    public CompletionStage<Receipt> disconnected(Session session, SessionEnd end) {
        String id = ids.remove(session);
        if (id != null) {
            greeted.remove(id);
        }
        return Receipt.AT_ONCE;
    }

    @Override
    public CompletionStage<Receipt> message(Session session, Message message) {
        Optional<ClientRequest> request;
        try {
            request = ClientRequest.read(
                    switch (message) {
                        case Message.Text text -> text.text();
                        case Message.Binary binary -> SniffedText.of(binary.bytes());
                    });
        } catch (JsonFault fault) {
            session.send(ClientRequest.refusal(fault));
            return Receipt.AT_ONCE;
        }
        if (request.isEmpty()) {
            LOGGER.atDebug().addKeyValue("session", session.id()).log("a message that is no request is passed over");
            return Receipt.AT_ONCE;
        }
        return ask(session, request.get());
    }

    private CompletionStage<Receipt> ask(Session session, ClientRequest request) {
        Value given = request.traceId();
        Value traceId = given == null ? Value.of(newId()) : given;
        String service = request.service().text();
        if (service == null) {
            session.send(failed(
                    traceId,
                    JsonText.error(
                            "AssertionError", "AssertionError: A non-string value was supplied for self.routing_key")));
            return Receipt.AT_ONCE;
        }
        CompletableFuture<Mesh.Outcome> outcome = mesh.request(new Mesh.Call(
                service,
                request.method(),
                request.params(),
                context(session, traceId),
                traceId,
                config.requestTimeout()));
        if (outcome.isDone()) {
            session.send(response(outcome.join(), request, service, traceId));
            return Receipt.AT_ONCE;
        }
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        Cancellable timer =
                session.peer().schedule(config.requestTimeout(), () -> outcome.complete(new Mesh.Outcome.TimedOut()));
        var _ = outcome.thenAccept(what -> {
            String response = response(what, request, service, traceId);
            session.peer().execute(() -> {
                timer.cancel();
                session.send(response);
                receipt.complete(new Receipt.Taken());
            });
        });
        return receipt;
    }

    /** {@return a name for what has none: a random UUID without its hyphens} */
    static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** {@return who asks, as services are told} The spelling is the original's. */
    private String context(Session session, Value traceId) {
        String token =
                config.originalContext() ? session.user() : session.client().token();
        return "{\"user_id\": " + name(session.user()) + ", \"Authorisation\": " + name(token) + ", \"trace_id\": "
                + traceId.json() + "}";
    }

    private static String response(Mesh.Outcome outcome, ClientRequest request, String service, Value traceId) {
        return switch (outcome) {
            case Mesh.Outcome.Answered(Answer answer) -> answered(answer, service, traceId);
            case Mesh.Outcome.NotDelivered() ->
                failed(
                        traceId,
                        error(MeshError.notDelivered(service, request.method().printed())));
            case Mesh.Outcome.Away(String description) ->
                failed(traceId, error(MeshError.of(ErrorKind.TRANSPORT, description)));
            case Mesh.Outcome.TimedOut() ->
                failed(
                        traceId,
                        error(MeshError.of(
                                ErrorKind.TIMEOUT,
                                "Service " + service + " did not answer in time. called method "
                                        + request.method().printed())));
        };
    }

    /** A tag of which {@code response} is no part of the original meets with silence; here nobody waits in vain. */
    private static String answered(Answer answer, String service, Value traceId) {
        Value error = answer.error();
        Value result = answer.result();
        Value tag = answer.tag();
        if (error == null || result == null || tag == null) {
            String missing = error == null ? "error" : result == null ? "result" : "tag";
            return ClientRequest.refusal(JsonFault.missing(missing));
        }
        String kind = tag.text();
        if (kind == null || !"response".contains(kind)) {
            return "request".equals(kind)
                    ? payload(traceId, Value.NULL.json(), Value.NULL.json())
                    : failed(
                            traceId,
                            error(MeshError.of(
                                    ErrorKind.MESSAGE, "Service " + service + " sent something else than a response")));
        }
        return error.isNull() ? payload(traceId, result.json(), error.json()) : failed(traceId, error.json());
    }

    private static String error(MeshError error) {
        return JsonText.error(error.error(), error.description());
    }

    private static String failed(Value traceId, String error) {
        return payload(traceId, Value.NULL.json(), error);
    }

    private static String payload(Value traceId, String result, String error) {
        return "{\"type\": \"response\", \"payload\": {\"trace_id\": " + traceId.json() + ", \"result\": " + result
                + ", \"error\": " + error + "}}";
    }

    /** Tells clients of an event, or closes their connections. Any thread. */
    private void tell(MeshEvent event) {
        if (event.closes()) {
            concerned(event.target()).forEach(session -> session.close(CloseStatus.NONE));
        } else {
            String message = event.message();
            concerned(event.target()).forEach(session -> session.send(message));
        }
    }

    private Collection<Session> concerned(Target target) {
        if (target.everybody()) {
            return greeted.values();
        }
        Set<Session> concerned = new LinkedHashSet<>();
        for (String id : target.sessions()) {
            Session named = greeted.get(id);
            if (named != null) {
                concerned.add(named);
            }
        }
        for (String user : target.users()) {
            sessions.ofUser(user).stream().filter(ids::containsKey).forEach(concerned::add);
        }
        return concerned;
    }

    @Override
    public void close() {
        mesh.close();
    }
}
