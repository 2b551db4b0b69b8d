// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.util.Map;

/**
 * How the clients of an endpoint show who they are.
 *
 * @param type the way
 * @param expiredCloseCode what a session is told whose credentials end; 4000 to 4999, 4401 unless told
 */
public record AuthenticationConfig(Type type, int expiredCloseCode) {

    /** The ways. */
    public enum Type {
        /** Everybody is let in, and nobody has a name. */
        NONE
    }

    /** What an absent section means. */
    public static final AuthenticationConfig DEFAULT = new AuthenticationConfig(Type.NONE, 4401);

    /** Reads the section. */
    public static AuthenticationConfig read(Section in) {
        return new AuthenticationConfig(
                in.choice(
                        "type",
                        "how clients show who they are; none: everybody is let in",
                        Map.of(Type.NONE, "none"),
                        DEFAULT.type),
                in.integer(
                        "expiredCloseCode",
                        "what a session is told whose credentials end",
                        DEFAULT.expiredCloseCode,
                        Range.of(4000, 4999)));
    }
}
