// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.security;

import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Secret;
import dev.fairlead.server.settings.Section;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keys under a name, and what whoever signs with one of them may do. The quotas are those of the protocol's
 * documentation (fact sheet, sections 4.1 and 9).
 *
 * @param name what a token's {@code skn} names; 1 to {@value #LONGEST} characters, compared without regard to case
 * @param primaryKey signs tokens with its UTF-8 bytes; 1 to {@value #LONGEST} characters
 * @param secondaryKey signs as well, so that keys can be changed one after the other; null if there is none
 * @param rights at least one
 */
public record AuthorizationRule(
        String name, Secret primaryKey, @Nullable Secret secondaryKey, Set<Right> rights) {

    /** How many rules a scope (the namespace, or one hybrid connection) has at most. */
    public static final int MOST_RULES = 12;

    /** How many characters a name or a key has at most. */
    public static final int LONGEST = 256;

    private static final Kind<Right> RIGHT =
            Kind.oneOf(Arrays.stream(Right.values()).collect(Collectors.toMap(Function.identity(), Right::word)));
    private static final Kind<String> NAME = Kind.text(
            "1 to " + LONGEST + " characters, none of them a control character",
            "RootManageSharedAccessKey",
            name -> name.length() <= LONGEST && name.chars().noneMatch(Character::isISOControl));

    /** Takes a copy of the rights. */
    public AuthorizationRule {
        rights = Set.copyOf(rights);
    }

    /** {@return whether the rule permits {@code needed}; {@link Right#MANAGE} permits everything} */
    public boolean grants(Right needed) {
        return rights.contains(needed) || rights.contains(Right.MANAGE);
    }

    /** {@return whether {@code key} is one of the rule's} */
    boolean has(Secret key) {
        return key.equals(primaryKey) || key.equals(secondaryKey);
    }

    /**
     * Reads the rules of one scope.
     *
     * @param key where they stand in {@code in}
     * @param meaning whose rules they are
     */
    public static List<AuthorizationRule> readAll(Section in, String key, String meaning) {
        Set<String> names = new HashSet<>();
        List<AuthorizationRule> rules = in.sections(key, meaning, List.of(), rule -> read(rule, names));
        if (rules.size() > MOST_RULES) {
            in.problem(key, rules.size() + " rules (expected: at most " + MOST_RULES + ")");
        }
        return rules;
    }

    private static AuthorizationRule read(Section in, Set<String> names) {
        String name = in.required("name", "what tokens name the rule by, without regard to case", NAME);
        if (in.isSound("name") && !names.add(name.toLowerCase(Locale.ROOT))) {
            in.problem("name", name + " (expected: a name that no other rule here has, in whatever case)");
        }
        Secret primaryKey = in.required(
                "primaryKey", "signs tokens; best given as ${env:NAME} or ${file:PATH}", Kind.secret(1, LONGEST));
        Secret secondaryKey = in.optional(
                "secondaryKey",
                "signs as well, so that keys can be changed one after the other",
                Kind.secret(1, LONGEST),
                "the primary key alone signs");
        List<Right> rights = in.requiredValues("rights", "what the keys permit; Manage permits all", RIGHT);
        return new AuthorizationRule(name, primaryKey, secondaryKey, Set.copyOf(rights));
    }
}
