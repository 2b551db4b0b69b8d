// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import dev.fairlead.mesh.wire.Envelope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who calls, and what else came with the message. A {@link MeshMethod} that has a parameter of this type is given it. */
public final class MeshContext {

    private final Envelope envelope;
    private final Map<String, @Nullable Object> values;
    private final Map<String, @Nullable Object> claims;
    private final boolean redelivered;

    MeshContext(
            Envelope envelope,
            Map<String, @Nullable Object> values,
            Map<String, @Nullable Object> claims,
            boolean redelivered) {
        this.envelope = envelope;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        this.claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
        this.redelivered = redelivered;
    }

    /** {@return what the caller said of itself; nobody has checked it} */
    public Map<String, @Nullable Object> values() {
        return values;
    }

    /** {@return the text that the caller gave under this key} */
    public Optional<String> text(String key) {
        return values.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** {@return what the service's {@link Authorizer} found out; empty if it was not asked} */
    public Map<String, @Nullable Object> claims() {
        return claims;
    }

    /** {@return what joins the traces of all that follows from one cause; any value of JSON} */
    public @Nullable Object traceId() {
        return envelope.traceId();
    }

    /** {@return what joins request and response} */
    public String correlationId() {
        return envelope.correlationId();
    }

    /** {@return whether the message was delivered before, and not finished} */
    public boolean isRedelivered() {
        return redelivered;
    }

    /** {@return whether the message came sealed} */
    public boolean isEncrypted() {
        return envelope.encrypted();
    }
}
