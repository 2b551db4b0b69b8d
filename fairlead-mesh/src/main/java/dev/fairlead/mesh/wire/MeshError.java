// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as a response carries it.
 *
 * @param error its name, one of {@link ErrorKind} or any other
 * @param description for a person
 */
public record MeshError(String error, String description) {

    /** {@return an error with a name of the mesh} */
    public static MeshError of(ErrorKind kind, String description) {
        return new MeshError(kind.wireName(), description);
    }

    /** {@return what is said to one who calls a service that has no queue} */
    public static MeshError notDelivered(String service, String method) {
        return of(ErrorKind.NOT_DELIVERED, "Service " + service + " not available. unable to call method " + method);
    }

    /** {@return what is said to one who calls a method that is not there, or is private} */
    public static MeshError unknownMethod(String method) {
        return of(ErrorKind.HANDLING, "Unknown method " + method);
    }

    /**
     * {@return what is said to one who names a method by something else than a text}
     *
     * @param kind Python's name for its type, such as {@code int}
     */
    public static MeshError noMethod(String kind) {
        return new MeshError("AttributeError", "'" + kind + "' object has no attribute 'startswith'");
    }

    /** {@return what is said when a method fails with an exception that is none of the mesh's} */
    public static MeshError failed(String service, String method, String type, String text) {
        return of(
                ErrorKind.EXCEPTION, "Runtime exception calling " + service + "." + method + ":" + type + ": " + text);
    }

    /** {@return what is said when a method asks for a second delivery for the second time} */
    public static MeshError calledAgainTwice(@Nullable Object traceId, String correlationId) {
        return of(
                ErrorKind.CALL_AGAIN_REJECT,
                "Rejecting second call again request for trace_id: " + (traceId == null ? "None" : traceId)
                        + ", correlation_id: " + correlationId);
    }

    /**
     * {@return the error of a response}
     *
     * @param json what a service sent; an object without a name is a {@code NuropbException}, and so is a text
     */
    public static MeshError read(Object json) {
        if (json instanceof Map<?, ?> map) {
            return new MeshError(
                    map.get("error") instanceof String name ? name : ErrorKind.EXCEPTION.wireName(),
                    map.get("description") instanceof String text ? text : PythonJson.write(map));
        }
        return of(ErrorKind.EXCEPTION, json instanceof String text ? text : PythonJson.write(json));
    }

    /** {@return the object on the wire} */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("error", error);
        json.put("description", description);
        return json;
    }
}
