// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import dev.fairlead.mesh.wire.Envelope;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A request or command before it is sent. Immutable: each method gives a changed copy. */
public final class MeshCall {

    /** How long a client waits for a response unless told: one minute. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);

    private final String service;
    private final String method;
    private final Map<String, @Nullable Object> params;
    private final Map<String, @Nullable Object> context;
    private final @Nullable Object traceId;
    private final Duration timeout;
    private final Duration timeToLive;
    private final boolean encrypted;

    private MeshCall(
            String service,
            String method,
            Map<String, @Nullable Object> params,
            Map<String, @Nullable Object> context,
            @Nullable Object traceId,
            Duration timeout,
            Duration timeToLive,
            boolean encrypted) {
        this.service = service;
        this.method = method;
        this.params = params;
        this.context = context;
        this.traceId = traceId;
        this.timeout = timeout;
        this.timeToLive = timeToLive;
        this.encrypted = encrypted;
    }

    /** {@return a call without parameters, of a trace of its own} */
    public static MeshCall to(String service, String method) {
        return new MeshCall(
                service, method, Map.of(), Map.of(), newId(), DEFAULT_TIMEOUT, Envelope.DEFAULT_TIME_TO_LIVE, false);
    }

    /** {@return the call with one parameter more} */
    public MeshCall param(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(params);
        more.put(name, value);
        return params(more);
    }

    /** {@return the call with these parameters and no others} */
    public MeshCall params(Map<String, ? extends @Nullable Object> all) {
        return new MeshCall(service, method, copy(all), context, traceId, timeout, timeToLive, encrypted);
    }

    /** {@return the call with this context, which says who calls; empty unless told} */
    public MeshCall context(Map<String, ? extends @Nullable Object> all) {
        return new MeshCall(service, method, params, copy(all), traceId, timeout, timeToLive, encrypted);
    }

    /** {@return the call as a part of this trace} */
    public MeshCall traceId(@Nullable Object id) {
        return new MeshCall(service, method, params, context, id, timeout, timeToLive, encrypted);
    }

    /**
     * {@return the call with this time-out, after which its future fails with {@code NuropbTimeoutError}}
     *
     * @param limit positive; a minute unless told
     */
    public MeshCall timeout(Duration limit) {
        return new MeshCall(
                service, method, params, context, traceId, positive("timeout", limit), timeToLive, encrypted);
    }

    /**
     * {@return the call that is dead-lettered if the service has not taken it after this time}
     *
     * @param limit positive; an hour unless told
     */
    public MeshCall timeToLive(Duration limit) {
        return new MeshCall(
                service, method, params, context, traceId, timeout, positive("timeToLive", limit), encrypted);
    }

    /** {@return the call with its body and the response's sealed; the service's public key is asked for if need be} */
    public MeshCall encrypted() {
        return new MeshCall(service, method, params, context, traceId, timeout, timeToLive, true);
    }

    String service() {
        return service;
    }

    String method() {
        return method;
    }

    Map<String, @Nullable Object> params() {
        return params;
    }

    Map<String, @Nullable Object> context() {
        return context;
    }

    @Nullable
    Object traceId() {
        return traceId;
    }

    Duration timeout() {
        return timeout;
    }

    Duration timeToLive() {
        return timeToLive;
    }

    boolean isEncrypted() {
        return encrypted;
    }

    /** As the original makes its ids. */
    static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static Map<String, @Nullable Object> copy(Map<String, ? extends @Nullable Object> all) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(all));
    }

    private static Duration positive(String name, Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException(name + ": " + limit + " (expected: a positive duration)");
        }
        return limit;
    }
}
