// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import dev.fairlead.server.gateway.backend.json.JsonFault;
import dev.fairlead.server.gateway.backend.json.JsonReader;
import dev.fairlead.server.gateway.backend.json.JsonText;
import dev.fairlead.server.gateway.backend.json.Value;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of a service: {@code {"type": "request", "payload": {"service", "method", "params", "trace_id"}}}. Other
 * members count for nothing.
 *
 * @param service the service's name; any value, of which only a text can be delivered
 * @param method any value, which the service judges
 * @param params any value, which the service judges
 * @param traceId any value, which comes back; null if the client gave none
 */
record ClientRequest(
        Value service, Value method, Value params, @Nullable Value traceId) {

    private static final String REQUEST = "request";

    /**
     * {@return what a client asks; empty for a message that is none of this kind, which is answered by nothing}
     *
     * @throws JsonFault for what the client is to be told in {@link #refusal}
     */
    static Optional<ClientRequest> read(String message) {
        JsonReader in = new JsonReader(message);
        if (!in.isObject()) {
            Value other = in.value();
            in.end();
            throw JsonFault.noAttribute(other.kind(), "get");
        }
        Members members = new Members();
        in.object(members);
        in.end();
        return members.request();
    }

    /** {@return what a client is told whose message cannot be understood: no response, but the bare error} */
    static String refusal(JsonFault fault) {
        return JsonText.error(fault.type(), "Error decoding JSON: " + fault.text());
    }

    /** Members of the message, and of its payload; of two with one name the last counts. */
    private static final class Members implements JsonReader.Members {

        private boolean asked;
        private @Nullable String payloadKind;
        private @Nullable Value service;
        private @Nullable Value method;
        private @Nullable Value params;
        private @Nullable Value traceId;

        @Override
        public void member(String name, JsonReader in) {
            switch (name) {
                case "type" -> asked = REQUEST.equals(in.value().text());
                case "payload" -> payload(in);
                default -> in.skip();
            }
        }

        private void payload(JsonReader in) {
            service = null;
            method = null;
            params = null;
            traceId = null;
            if (!in.isObject()) {
                payloadKind = in.value().kind();
                return;
            }
            payloadKind = "dict";
            in.object((name, value) -> {
                switch (name) {
                    case "service" -> service = value.value();
                    case "method" -> method = value.value();
                    case "params" -> params = value.value();
                    case "trace_id" -> traceId = value.value();
                    default -> value.skip();
                }
            });
        }

        Optional<ClientRequest> request() {
            if (!asked || payloadKind == null || payloadKind.equals(Value.NULL.kind())) {
                return Optional.empty();
            }
            if (!payloadKind.equals("dict")) {
                throw JsonFault.noAttribute(payloadKind, "get");
            }
            return Optional.of(new ClientRequest(
                    present("service", service), present("method", method), present("params", params), traceId));
        }

        private static Value present(String key, @Nullable Value value) {
            if (value == null) {
                throw JsonFault.missing(key);
            }
            return value;
        }
    }
}
