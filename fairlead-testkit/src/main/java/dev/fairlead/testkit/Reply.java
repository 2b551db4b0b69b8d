// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A listener's {@code response}, legal or not, as JSON; and the body that is to follow. Not safe for more than one thread. */
public final class Reply {

    private final Map<String, String> members = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private byte @Nullable [] body;

    private Reply() {}

    /** {@return a response with this status, and nothing else} */
    public static Reply of(int status) {
        return new Reply().member("statusCode", String.valueOf(status));
    }

    /** Gives it a reason phrase. */
    public Reply saying(String description) {
        return member("statusDescription", Json.quoted(description));
    }

    /** Adds a header. */
    public Reply with(String name, String value) {
        return withRaw(name, Json.quoted(value));
    }

    /** Adds a header whose value is any JSON. */
    public Reply withRaw(String name, String json) {
        headers.put(name, json);
        return this;
    }

    /** Announces a body, and has it follow. */
    public Reply body(byte[] bytes) {
        body = bytes.clone();
        return member("body", "true");
    }

    /** Announces a body, and has this text follow. */
    public Reply body(String text) {
        return body(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Announces a body that is not sent with it. */
    public Reply announcingBody() {
        return member("body", "true");
    }

    /** Sets a member to any JSON, be it one that is there already. */
    public Reply member(String name, String json) {
        members.put(name, json);
        return this;
    }

    /** {@return the text message that answers a request} */
    public String json(String requestId) {
        Map<String, String> all = new LinkedHashMap<>(members);
        all.putIfAbsent("requestId", Json.quoted(requestId));
        if (!headers.isEmpty()) {
            all.putIfAbsent("responseHeaders", object(headers));
        }
        return "{\"response\":" + object(all) + "}";
    }

    byte @Nullable [] body() {
        return body;
    }

    private static String object(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> Json.quoted(value.getKey()) + ":" + value.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }
}
