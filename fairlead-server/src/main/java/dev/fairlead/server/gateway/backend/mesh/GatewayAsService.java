// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import dev.fairlead.mesh.wire.Envelope;
import dev.fairlead.mesh.wire.MeshError;
import dev.fairlead.mesh.wire.ServiceDescription;
import dev.fairlead.server.gateway.backend.json.JsonFault;
import dev.fairlead.server.gateway.backend.json.JsonReader;
import dev.fairlead.server.gateway.backend.json.JsonText;
import dev.fairlead.server.gateway.backend.json.SniffedText;
import dev.fairlead.server.gateway.backend.json.Value;
import org.jspecify.annotations.Nullable;

/**
 * The gateway as a service of the mesh: it says what it is when asked for {@value ServiceDescription#METHOD}, and has no other
 * method, as the original has none unless it is extended.
 */
final class GatewayAsService {

    private static final String DESCRIPTION = "Holds the WebSockets of clients, and asks services for them.";

    private final String name;

    GatewayAsService(String name) {
        this.name = name;
    }

    /**
     * What the gateway answers.
     *
     * @param queue that of the asker
     * @param traceId what the request's header says
     */
    record Response(String queue, String correlationId, Value traceId, String body) {}

    /**
     * What becomes of a message.
     *
     * @param accepted false for one that is dead-lettered
     * @param response null for none
     */
    record Reply(boolean accepted, @Nullable Response response) {

        /** Done, and no answer. */
        static final Reply DONE = new Reply(true, null);

        /** Dead-lettered, and no answer. */
        static final Reply REJECTED = new Reply(false, null);
    }

    /**
     * {@return what becomes of a message}
     *
     * @param body borrowed
     * @throws JsonFault if the body is no JSON; the message is to be dead-lettered
     */
    Reply asked(Envelope envelope, byte[] body) {
        if (envelope.encrypted()) {
            return Reply.REJECTED; // the gateway has no key
        }
        return switch (envelope.kind()) {
            case REQUEST -> envelope.replyTo().isEmpty() ? Reply.REJECTED : request(envelope, body);
            case COMMAND, RESPONSE -> Reply.REJECTED;
            case EVENT -> Reply.DONE; // an old binding; events come by a queue of their own
        };
    }

    private Reply request(Envelope envelope, byte[] body) {
        Members members = new Members();
        JsonReader in = new JsonReader(SniffedText.of(body));
        if (!in.isObject()) {
            return Reply.REJECTED;
        }
        in.object(members);
        in.end();
        for (String key : new String[] {"service", "method", "params", "context"}) {
            if (members.get(key) == null) {
                JsonFault fault = JsonFault.missing(key);
                return failed(envelope, members, JsonText.error(fault.type(), fault.text()));
            }
        }
        Value method = members.method == null ? Value.NULL : members.method;
        if (ServiceDescription.METHOD.equals(method.text())) {
            return new Reply(true, response(envelope, members, description(), Value.NULL.json()));
        }
        MeshError error =
                method.text() == null ? MeshError.noMethod(method.kind()) : MeshError.unknownMethod(method.text());
        return failed(envelope, members, JsonText.error(error.error(), error.description()));
    }

    private static Reply failed(Envelope envelope, Members members, String error) {
        return new Reply(false, response(envelope, members, null, error));
    }

    /** The members of both forms are in the order of the original. */
    private static Response response(Envelope envelope, Members members, @Nullable String result, String error) {
        Value traceId = traceId(envelope);
        String context = members.context == null ? "{}" : members.context.json();
        String id = Value.of(envelope.correlationId()).json();
        String queue = Value.of(envelope.replyTo()).json();
        String body = result == null
                ? "{\"tag\": \"response\", \"correlation_id\": " + id + ", \"context\": " + context + ", \"trace_id\": "
                        + traceId.json() + ", \"result\": null, \"error\": " + error
                        + ", \"warning\": null, \"reply_to\": " + queue + "}"
                : "{\"tag\": \"response\", \"result\": " + result + ", \"error\": null, \"correlation_id\": " + id
                        + ", \"trace_id\": " + traceId.json() + ", \"context\": " + context
                        + ", \"warning\": null, \"reply_to\": " + queue + "}";
        return new Response(envelope.replyTo(), envelope.correlationId(), traceId, body);
    }

    private static Value traceId(Envelope envelope) {
        Object traceId = envelope.traceId();
        if (traceId == null) {
            return Value.NULL;
        }
        return traceId instanceof Number || traceId instanceof Boolean
                ? new JsonReader(traceId.toString()).value()
                : Value.of(traceId.toString());
    }

    private String description() {
        StringBuilder out = new StringBuilder(256).append("{\"service_name\": ");
        JsonText.quote(name, out);
        out.append(", \"service_version\": null, \"description\": ");
        JsonText.quote(DESCRIPTION, out);
        return out.append(", \"warnings\": [], \"encrypted_methods\": false, \"public_key\": null, \"methods\": {}}")
                .toString();
    }

    private static final class Members implements JsonReader.Members {

        private @Nullable Value service;
        private @Nullable Value method;
        private @Nullable Value params;
        private @Nullable Value context;

        @Override
        public void member(String name, JsonReader in) {
            switch (name) {
                case "service" -> service = in.value();
                case "method" -> method = in.value();
                case "params" -> params = in.value();
                case "context" -> context = in.value();
                default -> in.skip();
            }
        }

        @Nullable
        Value get(String key) {
            return switch (key) {
                case "service" -> service;
                case "method" -> method;
                case "params" -> params;
                default -> context;
            };
        }
    }
}
