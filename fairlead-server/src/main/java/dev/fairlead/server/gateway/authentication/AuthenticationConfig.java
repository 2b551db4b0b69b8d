// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the clients of an endpoint show who they are.
 *
 * @param way what they show
 * @param from where it is looked for, in this order; the {@code Authorization} header unless told. The first place where
 *     something stands decides
 * @param expiredCloseCode what a session is told whose credentials end; 4000 to 4999, 4401 unless told
 */
public record AuthenticationConfig(Way way, List<Place> from, int expiredCloseCode) {

    private static final List<Place> DEFAULT_FROM = List.of(new Place.Authorization());

    /** What clients show. */
    public sealed interface Way {

        /** Nothing: everybody is let in, and nobody has a name. */
        record Nothing() implements Way {}

        /**
         * A token that the configuration knows.
         *
         * @param tokens those that it knows: one or more
         */
        record Bearer(List<KnownToken> tokens) implements Way {
            /** Takes a copy of the list. */
            public Bearer {
                tokens = List.copyOf(tokens);
            }
        }

        /**
         * A JWT.
         *
         * @param terms which are believed
         */
        record Jwt(JwtConfig terms) implements Way {}
    }

    /** What an absent section means. */
    public static final AuthenticationConfig DEFAULT = new AuthenticationConfig(new Way.Nothing(), DEFAULT_FROM, 4401);

    /** Takes a copy of the places. */
    public AuthenticationConfig {
        from = List.copyOf(from);
    }

    /** {@return whether clients show who they are} */
    public boolean knowsUsers() {
        return !(way instanceof Way.Nothing);
    }

    private enum Type {
        NONE,
        BEARER,
        JWT
    }

    /** Reads the section. */
    public static AuthenticationConfig read(Section in) {
        Type type = in.choice(
                "type",
                "how clients show who they are; none: everybody is let in; bearer: with a token of tokens; jwt: with a "
                        + "signed token of an issuer",
                Map.of(Type.NONE, "none", Type.BEARER, "bearer", Type.JWT, "jwt"),
                Type.NONE);
        List<Place> from = in.oneOrSeveral(
                "from",
                "where the token is looked for, in this order; the first place where something stands decides",
                Place.KIND,
                DEFAULT_FROM);
        int expiredCloseCode = in.integer(
                "expiredCloseCode",
                "what a session is told whose credentials end",
                DEFAULT.expiredCloseCode,
                Range.of(4000, 4999));
        List<KnownToken> tokens =
                in.sections("tokens", "the tokens that are let in with type: bearer", List.of(), KnownToken::read);
        JwtConfig jwt = JwtConfig.read(in, type == Type.JWT);
        checkFrom(in, type, from);
        checkTokens(in, type, tokens);
        Way way =
                switch (type) {
                    case NONE -> new Way.Nothing();
                    case BEARER -> new Way.Bearer(tokens);
                    case JWT -> new Way.Jwt(jwt);
                };
        return new AuthenticationConfig(way, from, expiredCloseCode);
    }

    private static void checkFrom(Section in, Type type, List<Place> from) {
        if (!in.isSound("from")) {
            return;
        }
        if (type == Type.NONE && !from.equals(DEFAULT_FROM)) {
            in.problem("from", "set (expected: only with type: bearer or jwt)");
        } else if (from.isEmpty()) {
            in.problem("from", "no place (expected: " + Place.KIND.expected() + ")");
        } else if (Set.copyOf(from).size() < from.size()) {
            in.problem("from", "a place twice (expected: each once)");
        }
    }

    private static void checkTokens(Section in, Type type, List<KnownToken> tokens) {
        if (!in.isSound("tokens")) {
            return;
        }
        if (type != Type.BEARER) {
            if (!tokens.isEmpty()) {
                in.problem("tokens", "set (expected: only with type: bearer)");
            }
            return;
        }
        if (tokens.isEmpty()) {
            in.problem("tokens", "missing (expected: one or more, each with token, and with user if it has one)");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (!seen.add(tokens.get(i).token().reveal())) {
                in.problem("tokens." + i, "a token that stands above, too (expected: each once)");
            }
        }
    }
}
