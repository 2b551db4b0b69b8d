// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Secret;
import dev.fairlead.server.settings.Section;
import org.jspecify.annotations.Nullable;

/**
 * Who may call back.
 *
 * @param token what callbacks show as {@code Authorization: Bearer TOKEN}, {@value #SHORTEST_TOKEN} to {@value
 *     #LONGEST_TOKEN} characters; null, as unless told: a session's id is enough to speak to it, and users and groups are not
 *     served
 */
public record CallbacksConfig(@Nullable Secret token) {

    /** Shorter ones could be guessed. */
    public static final int SHORTEST_TOKEN = 16;

    /** More does not fit the heads that some backends send. */
    public static final int LONGEST_TOKEN = 1024;

    /** What an absent section means. */
    public static final CallbacksConfig DEFAULT = new CallbacksConfig(null);

    /** Reads the section. */
    public static CallbacksConfig read(Section in) {
        return new CallbacksConfig(in.optional(
                "token",
                "what callbacks have to show as Authorization: Bearer TOKEN; with it, users, groups and all sessions can be "
                        + "sent to, too",
                Kind.secret(SHORTEST_TOKEN, LONGEST_TOKEN),
                "a session's id is enough to speak to it"));
    }
}
