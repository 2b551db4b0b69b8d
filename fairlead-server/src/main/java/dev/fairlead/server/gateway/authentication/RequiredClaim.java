// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Section;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that a token has to say.
 *
 * @param name of the claim
 * @param value what it is, what it has as an entry, or as one of the words of its text; null, as unless told: anything
 */
public record RequiredClaim(String name, @Nullable String value) {

    private static final Kind<String> TEXT = Kind.text("a text", "scope", text -> !text.isBlank());

    /** Reads one entry of the list. */
    static RequiredClaim read(Section in) {
        return new RequiredClaim(
                in.required("name", "of the claim", TEXT),
                in.optional(
                        "value", "what it is, has as an entry, or as one of the words of its text", TEXT, "anything"));
    }

    /** {@return whether a token says it} */
    boolean isIn(Map<?, ?> claims) {
        return switch (claims.get(name)) {
            case null -> false;
            case List<?> entries ->
                value == null || entries.stream().anyMatch(one -> value.equals(String.valueOf(one)));
            case String text ->
                value == null
                        || value.equals(text)
                        || Arrays.asList(text.split(" ", -1)).contains(value);
            case Object other -> value == null || value.equals(other.toString());
        };
    }
}
