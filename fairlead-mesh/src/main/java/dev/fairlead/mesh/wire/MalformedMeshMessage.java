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

    MalformedMeshMessage(String message) {
        super(message, null, false, false);
        this.missingKey = null;
    }

    private MalformedMeshMessage(String message, String missingKey) {
        super(message, null, false, false);
        this.missingKey = missingKey;
    }

    static MalformedMeshMessage without(String key) {
        return new MalformedMeshMessage("body: no " + key, key);
    }

    /** {@return the member that the body lacks, if that is what is wrong} */
    public Optional<String> missingKey() {
        return Optional.ofNullable(missingKey);
    }
}
