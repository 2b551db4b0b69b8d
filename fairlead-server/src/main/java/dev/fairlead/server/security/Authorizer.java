// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.security;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.token.MalformedToken;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.settings.Secret;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges shared access signatures: a token is good if a key of the rule that it names signed it, if it is for the path
 * that is asked for or for one above it, if it is not expired, and if the rule has the right. Safe from any thread.
 */
public final class Authorizer {

    /** Signs for a rule that is not there, so that asking for one costs what a wrong key costs. */
    private static final SasKey NOBODY = SasKey.of("nobody", "no key of any rule");

    /** Some thousand senders' worth, in a few megabytes. */
    private static final int MOST_REMEMBERED = 4096;

    private static final int LONGEST_REMEMBERED = 1024;

    private final InstantSource clock;

    /**
     * Tokens whose signatures were found genuine: a sender of many requests has the same in each. What else makes a token
     * good is looked at each time. Whoever has not the whole token finds nothing here.
     */
    private final Map<String, Known> genuine = new ConcurrentHashMap<>();

    private volatile List<AuthorizationRule> namespaceRules;
    private volatile Duration clockSkew;

    /**
     * Judges by the rules of the namespace, and by those that each question brings.
     *
     * @param clockSkew how long after its end a token is still taken, for signers whose clocks are slow; zero or more
     */
    public Authorizer(List<AuthorizationRule> namespaceRules, Duration clockSkew, InstantSource clock) {
        this.namespaceRules = List.copyOf(namespaceRules);
        this.clockSkew = clockSkew;
        this.clock = clock;
    }

    /** Judges by other rules of the namespace, and with another skew of clocks, from now on. */
    public void follow(List<AuthorizationRule> rules, Duration skew) {
        namespaceRules = List.copyOf(rules);
        clockSkew = skew;
    }

    /**
     * Says whether a token permits something.
     *
     * @param token as it came, without its place; null if there was none
     * @param path of the request, with whatever stands below the hybrid connection
     * @param needed the right
     * @param ownRules the hybrid connection's own; asked before those of the namespace
     */
    public Verdict judge(@Nullable String token, HybridPath path, Right needed, List<AuthorizationRule> ownRules) {
        if (token == null || token.isBlank()) {
            return new Verdict.Denied(Refusal.TOKEN_MISSING, "no token");
        }
        Known known = genuine.get(token);
        if (known == null || !isOneOf(known.signature().rule(), ownRules)) {
            SasToken read;
            try {
                read = SasToken.parse(token);
            } catch (MalformedToken e) {
                return new Verdict.Denied(Refusal.TOKEN_MALFORMED, String.valueOf(e.getMessage()));
            }
            Optional<Signature> signature = rules(read.keyName(), ownRules)
                    .flatMap(rule -> signature(rule, read).stream())
                    .findFirst();
            if (signature.isEmpty()) {
                var _ = read.signedBy(NOBODY);
                return new Verdict.Denied(Refusal.TOKEN_SIGNATURE_INVALID, "key name " + read.keyName());
            }
            known = new Known(read, signature.get());
            remember(token, known);
        }
        return judge(known.token(), known.signature(), path, needed);
    }

    private Verdict judge(SasToken read, Signature signature, HybridPath path, Right needed) {
        AuthorizationRule rule = signature.rule();
        if (!clock.instant().isBefore(read.expiresAt().plus(clockSkew))) {
            return new Verdict.Denied(Refusal.TOKEN_EXPIRED, "expired at " + read.expiresAt());
        }
        if (!read.covers(path)) {
            return new Verdict.Denied(Refusal.TOKEN_AUDIENCE_WRONG, "for " + read.resourcePath());
        }
        if (!rule.grants(needed)) {
            return new Verdict.Denied(refusalOf(needed), "rule " + rule.name() + " has " + rule.rights());
        }
        return new Verdict.Granted(new Grant(rule.name(), signature.key(), read.expiresAt()));
    }

    /**
     * Says whether the rules of now still stand behind a grant that earlier ones gave. When it ends is not looked at.
     *
     * @param needed the right
     * @param ownRules the hybrid connection's own, as for {@link #judge}
     * @return why not; empty if they do
     */
    public Optional<Refusal> objection(Grant grant, Right needed, List<AuthorizationRule> ownRules) {
        Optional<AuthorizationRule> rule = rules(grant.keyName(), ownRules)
                .filter(each -> each.has(grant.key()))
                .findFirst();
        if (rule.isEmpty()) {
            return Optional.of(Refusal.TOKEN_SIGNATURE_INVALID);
        }
        return rule.get().grants(needed) ? Optional.empty() : Optional.of(refusalOf(needed));
    }

    private Stream<AuthorizationRule> rules(String name, List<AuthorizationRule> ownRules) {
        return Stream.concat(ownRules.stream(), namespaceRules.stream())
                .filter(each -> each.name().equalsIgnoreCase(name));
    }

    /** Whether a rule that a signature was found good by is still asked; an equal one would say the same. */
    private boolean isOneOf(AuthorizationRule rule, List<AuthorizationRule> ownRules) {
        return ownRules.contains(rule) || namespaceRules.contains(rule);
    }

    /** Only genuine tokens come here, so that nobody without a key can fill it. */
    private void remember(String token, Known known) {
        if (token.length() <= LONGEST_REMEMBERED) {
            if (genuine.size() >= MOST_REMEMBERED) {
                genuine.clear();
            }
            genuine.put(token, known);
        }
    }

    /** A token whose signature is genuine. */
    private record Known(SasToken token, Signature signature) {}

    /** Whose key it was that signed a token. */
    private record Signature(AuthorizationRule rule, Secret key) {}

    private static Optional<Signature> signature(AuthorizationRule rule, SasToken token) {
        if (token.signedBy(keyOf(rule, rule.primaryKey()))) {
            return Optional.of(new Signature(rule, rule.primaryKey()));
        }
        Secret second = rule.secondaryKey();
        return second != null && token.signedBy(keyOf(rule, second))
                ? Optional.of(new Signature(rule, second))
                : Optional.empty();
    }

    private static SasKey keyOf(AuthorizationRule rule, Secret secret) {
        return SasKey.of(rule.name(), secret.reveal());
    }

    private static Refusal refusalOf(Right needed) {
        return switch (needed) {
            case LISTEN -> Refusal.LISTEN_RIGHT_MISSING;
            case SEND -> Refusal.SEND_RIGHT_MISSING;
            case MANAGE -> Refusal.MANAGE_RIGHT_MISSING;
        };
    }
}
