// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.spi;

import java.time.Instant;
import java.util.Objects;

/** What lets its bearer listen or send, and until when. Its {@code toString} does not tell the text. */
public final class Token {

    private final String text;
    private final Instant expiresAt;

    private Token(String text, Instant expiresAt) {
        this.text = text;
        this.expiresAt = expiresAt;
    }

    /**
     * Makes a token.
     *
     * @param text as it goes over the wire, without a scheme such as {@code Bearer} in front
     * @param expiresAt when the relay stops taking it; the SDK asks for a new one some minutes before
     * @return the token: a secret
     * @throws IllegalArgumentException if the text is empty, or cannot stand in a header
     */
    public static Token of(String text, Instant expiresAt) {
        if (text.isBlank() || text.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("text: empty, or not printable ASCII (expected: a token)");
        }
        return new Token(text, Objects.requireNonNull(expiresAt, "expiresAt"));
    }

    /** {@return the token as it goes over the wire: a secret} */
    public String text() {
        return text;
    }

    /** {@return when the relay stops taking the token} */
    public Instant expiresAt() {
        return expiresAt;
    }

    @Override
    public String toString() {
        return "Token[expiresAt=" + expiresAt + "]";
    }
}
