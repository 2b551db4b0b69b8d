// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Secret;
import dev.fairlead.server.settings.Section;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * A token that the configuration knows.
 *
 * @param token 8 to 4096 characters of {@code A-Z a-z 0-9 - . _ ~ + /}, and {@code =} at the end
 * @param user whose it is; null, as unless told: nobody's in particular
 */
public record KnownToken(Secret token, @Nullable String user) {

    private static final Kind<String> USER =
            Kind.text("1 to 256 characters without control characters", "ada", KnownToken::isUser);

    /** {@return whether a user may be called so} 1 to 256 characters, none of them a control character. */
    static boolean isUser(String name) {
        return !name.isBlank() && name.length() <= 256 && name.chars().noneMatch(Character::isISOControl);
    }

    /** Reads one entry of the list. */
    static KnownToken read(Section in) {
        Secret token = in.required("token", "what the client shows", Kind.secret(8, 4096));
        if (in.isSound("token") && !Place.isToken(token.reveal())) {
            in.problem("token", "a secret with other characters (expected: A-Z a-z 0-9 - . _ ~ + / and = at the end)");
        }
        return new KnownToken(token, in.optional("user", "whose it is", USER, "nobody's in particular"));
    }

    /** {@return what is compared instead of the token: of one length for all, so that the time tells nothing} */
    static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: not in this JDK (expected: as in every one)", e);
        }
    }
}
