// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import dev.fairlead.server.gateway.backend.json.JsonText;
import dev.fairlead.server.gateway.backend.json.Value;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Where services are asked, and events come from. Safe from any thread; never waits.
 */
interface Mesh extends AutoCloseable {

    /**
     * Asks a service.
     *
     * @return what comes of it, in bounded time only where the broker is lost; whoever loses patience completes it, and the
     *     answer is not waited for any more. It never fails
     */
    CompletableFuture<Outcome> request(Call call);

    /** {@return why services cannot be asked now, for operators; null if they can} */
    @Nullable
    String trouble();

    /** Lets go of the broker. Requests that are not answered yet fail with {@link Outcome.Away}. */
    @Override
    void close();

    /**
     * What is asked.
     *
     * @param service the name of a service
     * @param method any value, which the service judges
     * @param params any value, which the service judges
     * @param context who asks: the text of an object
     * @param traceId any value
     * @param timeToLive how long the request may wait for its service
     */
    record Call(String service, Value method, Value params, String context, Value traceId, Duration timeToLive) {

        /** {@return the body of the request, with its members in the order of the original} */
        String body(String correlationId) {
            StringBuilder out = new StringBuilder(192 + params.json().length() + context.length())
                    .append("{\"tag\": \"request\", \"service\": ");
            JsonText.quote(service, out);
            out.append(", \"method\": ").append(method.json());
            out.append(", \"params\": ").append(params.json());
            out.append(", \"correlation_id\": ");
            JsonText.quote(correlationId, out);
            out.append(", \"context\": ").append(context);
            return out.append(", \"trace_id\": ")
                    .append(traceId.json())
                    .append('}')
                    .toString();
        }
    }

    /** What comes of a request. */
    sealed interface Outcome {

        /** The service answered. */
        record Answered(Answer answer) implements Outcome {}

        /** There is no queue for such a service. */
        record NotDelivered() implements Outcome {}

        /**
         * The broker is away, and the service may not have the request.
         *
         * @param description what the client is told
         */
        record Away(String description) implements Outcome {}

        /** Nobody answered in time. */
        record TimedOut() implements Outcome {}
    }

    /** Is told events. */
    @FunctionalInterface
    interface EventListener {

        /** An event has come that is subscribed to. On a thread of the mesh, one at a time. */
        void heard(MeshEvent event);
    }

    /** Makes the mesh of a backend. */
    @FunctionalInterface
    interface Source {

        /**
         * {@return a mesh, which connects as soon as it can}
         *
         * @param onEvent told each event that is subscribed to
         */
        Mesh connect(EventListener onEvent);
    }
}
