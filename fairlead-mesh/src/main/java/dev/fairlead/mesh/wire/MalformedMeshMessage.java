// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a message, without repeating what it says. It has no stack trace, since peers cause it at will;
 * such a message is dead-lettered, and never ends the consumer.
 */
public final class MalformedMeshMessage extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String missingKey;
    private final @Nullable MeshError answer;

    MalformedMeshMessage(String message) {
        this(message, null, null);
    }

    private MalformedMeshMessage(String message, @Nullable String missingKey, @Nullable MeshError answer) {
        super(message, null, false, false);
        this.missingKey = missingKey;
        this.answer = answer;
    }

    static MalformedMeshMessage without(String key) {
        return new MalformedMeshMessage("body: no " + key, key, new MeshError("KeyError", "'" + key + "'"));
    }

    static MalformedMeshMessage methodOfKind(String kind) {
        return new MalformedMeshMessage("body: method is no text", null, MeshError.noMethod(kind));
    }

    /** {@return the member that the body lacks, if that is what is wrong} */
    public Optional<String> missingKey() {
        return Optional.ofNullable(missingKey);
    }

    /** {@return what a service answers a request that is wrong in this way; nothing where the original has no answer} */
    public Optional<MeshError> answer() {
        return Optional.ofNullable(answer);
    }
}
