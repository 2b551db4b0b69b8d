// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.PercentEncoding;
import dev.fairlead.protocol.token.MalformedToken;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.server.settings.Durations;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the token says, field by field, and whether that fits the relay and the path. Its signature the relay alone can judge. */
final class TokenStep {

    static final String NAME = "token";

    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration LONG = Duration.ofDays(3653);
    private static final Pattern JWT =
            Pattern.compile("(?:Bearer\\s+)?[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    private final Relay relay;
    private final Instant now;
    private final Duration ahead;

    /**
     * Prepares a look at a token.
     *
     * @param now this machine's time, by which a token is made
     * @param ahead what is to be added to it to have the relay's, by which it ends
     */
    TokenStep(Relay relay, Instant now, Duration ahead) {
        this.relay = relay;
        this.now = now;
        this.ahead = ahead;
    }

    /**
     * Makes a token if none is given.
     *
     * @param given beside the connection string; null for none
     */
    Insight<Pass> examine(@Nullable String given) {
        String ready =
                given != null ? given : relay.string().sharedAccessSignature().orElse(null);
        if (ready != null) {
            return ready(ready.strip());
        }
        return relay.string()
                .key()
                .map(key -> judge(SasToken.sign(relay.audience(), key, now.plus(LIFE)), true))
                .orElseGet(() -> Insight.of(
                        Finding.warn(
                                NAME,
                                "none, since there is no key",
                                "a hybrid connection for anonymous senders takes that; all else needs a key or a token"),
                        new Pass(null, "")));
    }

    private Insight<Pass> ready(String text) {
        if (JWT.matcher(text).matches()) {
            return Insight.of(
                    Finding.ok(NAME, "a JWT, of Entra ID for one: it is used as it is, and not explained"),
                    new Pass(text, ""));
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            return Insight.end(Finding.fail(NAME, "it goes over several lines", "write it in one line"));
        }
        try {
            return judge(SasToken.parse(text), false);
        } catch (MalformedToken e) {
            String message = Objects.requireNonNullElse(e.getMessage(), "it cannot be read");
            return Insight.end(
                    isEncoded(text)
                            ? Finding.fail(NAME, "it is still URL-encoded", "decode it once")
                            : Finding.fail(
                                    NAME,
                                    message,
                                    "its form is SharedAccessSignature sr=…&sig=…&se=…&skn=…; `fairlead token make` makes one"));
        }
    }

    private static boolean isEncoded(String text) {
        try {
            SasToken.parse(PercentEncoding.decodeForm(text));
            return true;
        } catch (RuntimeException _) {
            return false;
        }
    }

    /**
     * Judges what a token says.
     *
     * @param made whether it was made here
     */
    Insight<Pass> judge(SasToken token, boolean made) {
        Instant relayTime = now.plus(ahead);
        List<String> details = List.of(
                "sr   " + token.resource() + ": " + scope(token.resourcePath()),
                "skn  " + token.keyName() + ": the rule whose key is said to have signed",
                "se   " + token.expiresAt() + ": " + ending(token.expiresAt(), relayTime),
                "sig  not shown");
        Optional<Finding> problem = problem(token, relayTime);
        if (problem.isPresent()) {
            return Insight.end(problem.get().with(details));
        }
        String found = made ? "made from the key, for an hour" : "ready-made";
        List<String> doubts = doubts(token, relayTime);
        Finding finding =
                doubts.isEmpty() ? Finding.ok(NAME, found) : Finding.warn(NAME, found, doubts.toArray(String[]::new));
        return Insight.of(finding.with(details), new Pass(token.text(), token.keyName()));
    }

    private Optional<Finding> problem(SasToken token, Instant relayTime) {
        if (!relayTime.isBefore(token.expiresAt())) {
            boolean fresh = now.isBefore(token.expiresAt());
            return Optional.of(Finding.fail(
                    NAME,
                    fresh
                            ? "it is expired by the relay's clock, though not by this machine's"
                            : "it is expired: it ended " + words(Duration.between(token.expiresAt(), relayTime))
                                    + " ago",
                    fresh
                            ? "set the clock that is wrong"
                            : "sign a new one, or give the key, which signs one each time"));
        }
        if (!token.covers(relay.path())) {
            return Optional.of(Finding.fail(
                    NAME,
                    "it is for " + token.resourcePath() + ", and not for "
                            + (relay.path().isEmpty() ? "the whole namespace" : relay.path()),
                    "sign it for " + relay.audience() + ", or for the whole namespace"));
        }
        return Optional.empty();
    }

    private List<String> doubts(SasToken token, Instant relayTime) {
        List<String> doubts = new ArrayList<>();
        String host = hostOf(token.resource());
        if (!host.isEmpty() && !host.equals(relay.host().toLowerCase(Locale.ROOT))) {
            doubts.add("it is for the host " + host + ", and the relay is " + relay.host()
                    + ": Azure Relay refuses that; a Fairlead does not compare the host");
        }
        if (Duration.between(relayTime, token.expiresAt()).compareTo(LONG) > 0) {
            doubts.add("it ends very late: se counts seconds since 1970, and no milliseconds");
        }
        return doubts;
    }

    private static String hostOf(String resource) {
        try {
            return Objects.requireNonNullElse(URI.create(resource).getHost(), "")
                    .replaceAll("[\\[\\]]", "")
                    .toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    private static String scope(HybridPath path) {
        return path.isEmpty() ? "the whole namespace" : "the path " + path + " and all below it";
    }

    private static String ending(Instant end, Instant relayTime) {
        return relayTime.isBefore(end)
                ? "it ends in " + words(Duration.between(relayTime, end))
                : "it ended " + words(Duration.between(end, relayTime)) + " ago";
    }

    private static String words(Duration duration) {
        Duration shown = duration.toHours() > 0
                ? Duration.ofMinutes(duration.toMinutes())
                : Duration.ofSeconds(Math.max(1, duration.toSeconds()));
        return Durations.print(shown);
    }
}
