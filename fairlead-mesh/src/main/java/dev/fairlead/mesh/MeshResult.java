// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a method returns that has events to publish beside its result. They carry the call's correlation, trace and context. */
public final class MeshResult {

    /** An event to be published. */
    record Published(
            String topic, @Nullable Object event, @Nullable Object target) {}

    private final @Nullable Object value;
    private final List<Published> events;

    private MeshResult(@Nullable Object value, List<Published> events) {
        this.value = value;
        this.events = events;
    }

    /** {@return a result, without events so far} */
    public static MeshResult of(@Nullable Object value) {
        return new MeshResult(value, List.of());
    }

    /** {@return the result with one event more, for everybody who subscribed} */
    public MeshResult andEvent(String topic, @Nullable Object event) {
        return andEvent(topic, event, null);
    }

    /**
     * {@return the result with one event more}
     *
     * @param target whom it concerns, as publisher and subscribers agreed
     */
    public MeshResult andEvent(String topic, @Nullable Object event, @Nullable Object target) {
        List<Published> more = new ArrayList<>(events);
        more.add(new Published(topic, event, target));
        return new MeshResult(value, List.copyOf(more));
    }

    @Nullable
    Object value() {
        return value;
    }

    List<Published> events() {
        return events;
    }
}
