// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import dev.fairlead.mesh.wire.MeshMessage.Command;
import dev.fairlead.mesh.wire.MeshMessage.Event;
import dev.fairlead.mesh.wire.MeshMessage.Request;
import dev.fairlead.mesh.wire.MeshMessage.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes bodies. Sealed ones are opened before, and sealed after ({@link SealedBody}). */
public final class MeshMessages {

    private MeshMessages() {}

    /** {@return the body of a message: UTF-8, with its members in the order of the Python library} */
    public static byte[] write(MeshMessage message) {
        return PythonJson.bytes(json(message));
    }

    /**
     * Reads a body. Members that nobody needs may be missing, and unknown ones are passed over.
     *
     * @param envelope says what the body is, and to which request it belongs
     * @throws MalformedMeshMessage if the body is no JSON object of this kind
     */
    public static MeshMessage read(Envelope envelope, byte[] body) {
        if (!(PythonJson.parse(body) instanceof Map<?, ?> json)) {
            throw new MalformedMeshMessage("body: no JSON object");
        }
        return switch (envelope.kind()) {
            case REQUEST ->
                new Request(
                        text(json, "service"),
                        method(json),
                        any(json, "params"),
                        envelope.correlationId(),
                        any(json, "context"),
                        envelope.traceId());
            case COMMAND ->
                new Command(
                        text(json, "service"),
                        method(json),
                        any(json, "params"),
                        envelope.correlationId(),
                        any(json, "context"),
                        envelope.traceId());
            case EVENT ->
                new Event(
                        text(json, "topic"),
                        any(json, "event"),
                        any(json, "context"),
                        envelope.traceId(),
                        envelope.correlationId(),
                        json.get("target"));
            case RESPONSE -> response(envelope, json);
        };
    }

    /** The result of a response must be there, be it null; its context only if there is an error. */
    private static Response response(Envelope envelope, Map<?, ?> json) {
        Object tag = any(json, "tag");
        Object error = any(json, "error");
        Object result = any(json, "result");
        if (error != null && !json.containsKey("context")) {
            throw MalformedMeshMessage.without("context");
        }
        return new Response(
                tag,
                result,
                error,
                envelope.correlationId(),
                json.containsKey("trace_id") ? json.get("trace_id") : envelope.traceId(),
                json.get("context"),
                json.get("warning"),
                json.get("reply_to"));
    }

    private static @Nullable Object any(Map<?, ?> json, String key) {
        if (!json.containsKey(key)) {
            throw MalformedMeshMessage.without(key);
        }
        return json.get(key);
    }

    private static String method(Map<?, ?> json) {
        Object method = any(json, "method");
        if (method instanceof String text) {
            return text;
        }
        throw MalformedMeshMessage.methodOfKind(kind(method));
    }

    /** {@return Python's name for the type of a value of JSON} */
    private static String kind(@Nullable Object value) {
        if (value == null) {
            return "NoneType";
        } else if (value instanceof Map) {
            return "dict";
        } else if (value instanceof List) {
            return "list";
        } else if (value instanceof Boolean) {
            return "bool";
        } else {
            return value instanceof Long ? "int" : "float";
        }
    }

    private static String text(Map<?, ?> json, String key) {
        if (any(json, key) instanceof String text) {
            return text;
        }
        throw new MalformedMeshMessage("body: " + key + " is no text");
    }

    private static Map<String, @Nullable Object> json(MeshMessage message) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        if (message instanceof Request request) {
            json.put("tag", "request");
            json.put("service", request.service());
            json.put("method", request.method());
            json.put("params", request.params());
            json.put("correlation_id", request.correlationId());
            json.put("context", request.context());
            json.put("trace_id", request.traceId());
        } else if (message instanceof Command command) {
            json.put("tag", "command");
            json.put("service", command.service());
            json.put("method", command.method());
            json.put("params", command.params());
            json.put("correlation_id", command.correlationId());
            json.put("context", command.context());
            json.put("trace_id", command.traceId());
        } else if (message instanceof Event event) {
            json.put("tag", "event");
            json.put("topic", event.topic());
            json.put("event", event.event());
            json.put("context", event.context());
            json.put("trace_id", event.traceId());
            json.put("correlation_id", event.correlationId());
            json.put("target", event.target());
        } else if (message instanceof Response response) {
            put(response, json);
        }
        return json;
    }

    private static void put(Response response, Map<String, @Nullable Object> json) {
        json.put("tag", response.tag());
        if (response.error() == null) {
            json.put("result", response.result());
            json.put("error", null);
            json.put("correlation_id", response.correlationId());
            json.put("trace_id", response.traceId());
            json.put("context", response.context());
        } else {
            json.put("correlation_id", response.correlationId());
            json.put("context", response.context());
            json.put("trace_id", response.traceId());
            json.put("result", response.result());
            json.put("error", response.error());
        }
        json.put("warning", response.warning());
        json.put("reply_to", response.replyTo());
    }
}
