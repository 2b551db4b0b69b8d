// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The body of a message. Which kind it is says the {@link Envelope}, and not the body. */
public sealed interface MeshMessage {

    /** {@return joins a response to its request; what counts is the envelope's} */
    String correlationId();

    /** {@return any value of JSON} */
    @Nullable
    Object traceId();

    /**
     * Asks a service, which responds.
     *
     * @param service its name
     * @param method the method's name
     * @param params by name; services refuse all but an object
     * @param context who asks, as an object
     */
    record Request(
            String service,
            String method,
            @Nullable Object params,
            String correlationId,
            @Nullable Object context,
            @Nullable Object traceId)
            implements MeshMessage {}

    /**
     * Tells a service to do something; nothing comes back.
     *
     * @param service its name
     * @param method the method's name
     * @param params by name; services refuse all but an object
     * @param context who tells, as an object
     */
    record Command(
            String service,
            String method,
            @Nullable Object params,
            String correlationId,
            @Nullable Object context,
            @Nullable Object traceId)
            implements MeshMessage {}

    /**
     * Tells everybody who subscribed.
     *
     * @param topic what it is about: the routing key
     * @param event what happened
     * @param context who caused it, as an object
     * @param target whom it concerns, as the publisher and its subscribers agreed; null for everybody
     */
    record Event(
            String topic,
            @Nullable Object event,
            @Nullable Object context,
            @Nullable Object traceId,
            String correlationId,
            @Nullable Object target)
            implements MeshMessage {}

    /**
     * Answers one request.
     *
     * @param tag {@code response}; peers send a part of that word as well
     * @param result what the method returned
     * @param error null, or what went wrong: an object mostly, a text from some services. It is passed on as it is
     * @param context the request's
     * @param warning for the caller's developer
     * @param replyTo the queue that the response goes to
     */
    record Response(
            @Nullable Object tag,
            @Nullable Object result,
            @Nullable Object error,
            String correlationId,
            @Nullable Object traceId,
            @Nullable Object context,
            @Nullable Object warning,
            @Nullable Object replyTo)
            implements MeshMessage {

        /** {@return the response of a method that returned} */
        public static Response succeeded(
                @Nullable Object result,
                String correlationId,
                @Nullable Object traceId,
                @Nullable Object context,
                String replyTo) {
            return new Response("response", result, null, correlationId, traceId, context, null, replyTo);
        }

        /** {@return the response of a method that failed} */
        public static Response failed(
                MeshError error,
                String correlationId,
                @Nullable Object traceId,
                @Nullable Object context,
                String replyTo) {
            return new Response("response", null, error.json(), correlationId, traceId, context, null, replyTo);
        }

        /** {@return the error, if there is one, in the mesh's usual form} */
        public Optional<MeshError> meshError() {
            return error == null ? Optional.empty() : Optional.of(MeshError.read(error));
        }
    }
}
