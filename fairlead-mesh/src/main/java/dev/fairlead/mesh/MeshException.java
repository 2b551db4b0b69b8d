// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import dev.fairlead.mesh.wire.ErrorKind;
import dev.fairlead.mesh.wire.MeshError;

/**
 * An error of the mesh. A client's futures fail with it; a service's method throws it to answer with that error and no
 * other. It is an answer and no fault, so it has no stack trace.
 */
public final class MeshException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient MeshError error;

    /** Carries an error as it stands on the wire. */
    public MeshException(MeshError error) {
        super(error.error() + ": " + error.description(), null, false, false);
        this.error = error;
    }

    /**
     * Carries an error with a name of the mesh.
     *
     * @param description what the caller is told
     */
    public MeshException(ErrorKind kind, String description) {
        this(MeshError.of(kind, description));
    }

    /** {@return the error} */
    public MeshError error() {
        return error;
    }

    /** {@return whether it is this one} */
    public boolean is(ErrorKind kind) {
        return error.error().equals(kind.wireName());
    }
}
