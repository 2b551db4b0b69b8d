// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A text that no log, message or listing may show. Only {@link #reveal} gives it out, so that each place that needs it
 * can be found.
 */
public final class Secret {

    /** What is shown in a secret's place. */
    public static final String MASK = "***";

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /** {@return the secret that is {@code text}} */
    public static Secret of(String text) {
        return new Secret(text);
    }

    /** {@return the text itself, for whoever signs or compares with it, and for nobody else} */
    public String reveal() {
        return text;
    }

    /** Takes the same time wherever two secrets of one length differ. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(text.getBytes(UTF_8), secret.text.getBytes(UTF_8));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
