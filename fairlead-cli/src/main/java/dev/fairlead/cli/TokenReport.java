// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.InvalidAddress;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.server.settings.Durations;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/** What can be said of a token, line by line. */
final class TokenReport {

    private final SasToken token;
    private final Instant now;
    private final StringBuilder lines = new StringBuilder();
    private boolean good = true;

    TokenReport(SasToken token, Instant now) {
        this.token = token;
        this.now = now;
    }

    /** Tells what stands in the token. */
    void explain() {
        HybridPath path = token.resourcePath();
        line(
                "resource",
                token.resource() + " (sr): "
                        + (path.isEmpty() ? "the whole namespace" : "the path " + path + " and all below it"));
        line("rule", token.keyName() + " (skn): whose key is said to have signed");
        boolean expired = !now.isBefore(token.expiresAt());
        line(
                "expiry",
                token.expiresAt() + " (se): "
                        + (expired ? "EXPIRED " + past() : "in " + words(now, token.expiresAt())));
        good &= !expired;
    }

    /** Tells whether the token names a rule. */
    void compareKeyName(String expected) {
        boolean same = token.keyName().equalsIgnoreCase(expected);
        if (!same) {
            line("rule", "NOT " + expected + ": sign with that rule's key, and name it");
        }
        good &= same;
    }

    /** Tells whether a key has signed the token. */
    void verify(String key) {
        boolean signed = token.signedBy(SasKey.of(token.keyName(), key));
        line(
                "signature",
                signed
                        ? "valid: this key signed it"
                        : "NOT VALID: another key signed it, or the token was changed on its way");
        good &= signed;
    }

    /** Tells that nobody can say whether the signature is right. */
    void leaveSignature() {
        line("signature", "not verified; give the rule's key with --key");
    }

    /** Tells whether the token opens an address. */
    void compareResource(String uri) {
        boolean covered = token.covers(pathOf(uri));
        line("opens", uri + ": " + (covered ? "yes" : "NO: it is not below the resource"));
        good &= covered;
    }

    /** {@return whether nothing speaks against the token} */
    boolean isGood() {
        return good;
    }

    /** {@return the report, ending with a new line} */
    String text() {
        return lines.toString();
    }

    private String past() {
        return token.expiresAt().equals(now) ? "just now" : words(token.expiresAt(), now) + " ago";
    }

    /** Leaves out seconds where there are hours, since nobody counts them there. */
    private static String words(Instant from, Instant to) {
        Duration between = Duration.between(from, to);
        if (between.toHours() > 0) {
            return Durations.print(Duration.ofMinutes(between.toMinutes()));
        }
        return between.toSeconds() > 0 ? Durations.print(Duration.ofSeconds(between.toSeconds())) : "less than 1s";
    }

    private static HybridPath pathOf(String uri) {
        try {
            URI parsed = URI.create(uri);
            if (parsed.isAbsolute() && parsed.getRawPath() != null) {
                return HybridPath.ofUrlPath(parsed.getRawPath());
            }
        } catch (IllegalArgumentException | InvalidAddress _) {
            // told below, as for one without a scheme
        }
        throw CommandFailure.misused("--uri: " + uri + " (expected: a whole URI such as ws://localhost/hyco)");
    }

    private void line(String what, String text) {
        lines.append(String.format("%-10s %s%n", what, text));
    }
}
