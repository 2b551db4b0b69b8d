// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.json.MalformedJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a message says: a value of JSON, kept as text or as plain values, whichever it came as, and turned into the other only
 * when asked. Safe from any thread; what it gives out is not to be changed.
 */
public final class Content {

    /** Says nothing. */
    public static final Content NULL = of(null);

    private volatile @Nullable String json;
    private volatile @Nullable Object value;
    private volatile boolean read;

    private Content(@Nullable String json, @Nullable Object value) {
        this.json = json;
        this.value = value;
        this.read = json == null;
    }

    /**
     * {@return content of plain values}
     *
     * @param value null, a {@link Boolean}, {@link Number}, {@link String}, a {@link List} or {@link Map} of such, or an
     *     {@link Address} in the place of a list of its two; not changed any more
     */
    public static Content of(@Nullable Object value) {
        return new Content(null, value);
    }

    /**
     * {@return content of a text}
     *
     * @param json one value of JSON, for which the caller vouches
     */
    public static Content ofJson(String json) {
        return new Content(Objects.requireNonNull(json, "json"), null);
    }

    /**
     * {@return the value: null, a {@link Boolean}, {@link Number}, {@link String}, {@link List} or {@link Map}; an {@link
     * Address} stays one where the bus is within the program, and {@link Address#read} reads it wherever it comes from}
     *
     * @throws IllegalArgumentException if it came as a text that is no JSON (RFC 8259), or nests too deep
     */
    public @Nullable Object value() {
        if (!read) {
            value = read(Objects.requireNonNull(json));
            read = true;
        }
        return value;
    }

    private static @Nullable Object read(String json) {
        try {
            return Json.parse(json);
        } catch (MalformedJson malformed) {
            throw new IllegalArgumentException("content: no JSON: " + malformed.getMessage(), malformed);
        }
    }

    /**
     * {@return the members of an object, in their order}
     *
     * @throws IllegalArgumentException if it is no object
     */
    @SuppressWarnings("unchecked") // what Json reads has texts for names
    public Map<String, @Nullable Object> object() {
        if (value() instanceof Map<?, ?> members) {
            return (Map<String, @Nullable Object>) members;
        }
        throw new IllegalArgumentException("content: " + shortened() + " (expected: an object)");
    }

    /**
     * {@return the text}
     *
     * @throws IllegalArgumentException if it came as a value that has no form in JSON
     */
    public String json() {
        String text = json;
        if (text == null) {
            text = Json.write(plain(value));
            json = text;
        }
        return text;
    }

    /** Addresses become lists; everything else stays what it is. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Address address) {
            return List.of(address.host(), address.port());
        }
        if (value instanceof List<?> list && list.stream().anyMatch(Content::holdsOther)) {
            ArrayList<@Nullable Object> plain = new ArrayList<>(list.size());
            list.forEach(element -> plain.add(plain(element)));
            return plain;
        }
        if (value instanceof Map<?, ?> map && map.values().stream().anyMatch(Content::holdsOther)) {
            LinkedHashMap<Object, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((name, member) -> plain.put(name, plain(member)));
            return plain;
        }
        return value;
    }

    private static boolean holdsOther(@Nullable Object value) {
        return value instanceof Address || value instanceof List<?> || value instanceof Map<?, ?>;
    }

    private String shortened() {
        String text = json();
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    /** {@return whether both say the same, as values} */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Content content && Objects.equals(read(json()), read(content.json()));
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(read(json()));
    }

    /** {@return the text} */
    @Override
    public String toString() {
        return json();
    }
}
