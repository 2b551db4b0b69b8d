// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.InvalidAddress;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.token.MalformedConnectionString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether the connection string can be read, what it names, and the mistakes that are often made with one. */
final class ConnectionStringStep {

    static final String NAME = "connection string";

    private static final Pattern ENDPOINT = Pattern.compile("(?i)(?:^|;)\\s*Endpoint\\s*=\\s*([^;]*)");
    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-Fa-f]{2}");
    private static final int KEY_OF_AZURE = 44;

    private ConnectionStringStep() {}

    /**
     * Looks at a connection string.
     *
     * @param path named beside it; null for none
     * @param ownToken whether a token is given beside it
     */
    static Insight<Relay> examine(String text, @Nullable String path, boolean ownToken) {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            return Insight.end(Finding.fail(NAME, "it is empty", form()));
        }
        if (stripped.matches("(?s)[\"'“”].*|.*[\"'“”]")) {
            return Insight.end(Finding.fail(
                    NAME, "a quotation mark stands at its beginning or end", "leave the quotation marks out"));
        }
        ConnectionString string;
        try {
            string = ConnectionString.parse(stripped);
        } catch (MalformedConnectionString e) {
            return Insight.end(Finding.fail(
                    NAME,
                    Objects.requireNonNullElse(e.getMessage(), "it is none").replaceFirst("^connection string: ", ""),
                    remedy(stripped)));
        }
        HybridPath entity = string.entityPath().orElse(HybridPath.EMPTY);
        if (path == null) {
            return read(string, entity, text, ownToken);
        }
        HybridPath named;
        try {
            named = HybridPath.of(path);
        } catch (InvalidAddress e) {
            return Insight.end(Finding.fail(
                    NAME,
                    "PATH cannot be one: " + e.getMessage(),
                    "name the hybrid connection as the relay spells it"));
        }
        if (!entity.isEmpty() && !named.isEmpty() && !entity.equals(named)) {
            return Insight.end(Finding.fail(
                    NAME,
                    "it is for " + entity + " (EntityPath), and PATH says " + named,
                    "use the connection string of " + named + ", or leave out PATH or EntityPath"));
        }
        return read(string, named.isEmpty() ? entity : named, text, ownToken);
    }

    private static Insight<Relay> read(ConnectionString string, HybridPath path, String text, boolean ownToken) {
        Relay relay = new Relay(string, path);
        String found = relay.authority()
                + (relay.isSecure() ? " over TLS" : " without TLS")
                + (path.isEmpty() ? "" : ", path " + path)
                + string.key().map(key -> ", key " + key.name()).orElse("")
                + string.sharedAccessSignature().map(ready -> ", a ready token").orElse("");
        List<String> doubts = doubts(string, path, text, ownToken);
        Finding finding =
                doubts.isEmpty() ? Finding.ok(NAME, found) : Finding.warn(NAME, found, doubts.toArray(String[]::new));
        return Insight.of(
                relay.isSecure()
                        ? finding
                        : finding.with(List.of("Azure Relay's .NET and Java clients take sb:// only, which is TLS")),
                relay);
    }

    private static List<String> doubts(ConnectionString string, HybridPath path, String text, boolean ownToken) {
        List<String> doubts = new ArrayList<>();
        if (!text.equals(text.strip())) {
            doubts.add("there are blanks at its ends: they are left out here, but not by every client");
        }
        if (path.isEmpty()) {
            doubts.add("it names no hybrid connection: give PATH, too, and more can be examined");
        }
        if (string.key().isEmpty() && string.sharedAccessSignature().isEmpty() && !ownToken) {
            doubts.add(
                    "it has no key: only a hybrid connection for anonymous senders takes that, and no listener can use it");
        }
        keyAsWritten(text).flatMap(ConnectionStringStep::doubtOfKey).ifPresent(doubts::add);
        return doubts;
    }

    private static Optional<String> keyAsWritten(String text) {
        Matcher key = Pattern.compile("(?i)(?:^|;)\\s*SharedAccessKey\\s*=\\s*([^;]*)")
                .matcher(text);
        return key.find() ? Optional.of(key.group(1).strip()) : Optional.empty();
    }

    /** A key is any text; these look like a mistake. */
    private static Optional<String> doubtOfKey(String key) {
        if (ESCAPE.matcher(key).find()) {
            return Optional.of("the key looks URL-encoded (%3D stands for =): decode it");
        }
        if (key.matches("[\"'“”].*|.*[\"'“”]")) {
            return Optional.of("the key has a quotation mark at its end: leave it out");
        }
        if (key.matches("[A-Za-z0-9+/]+") && key.length() >= KEY_OF_AZURE - 2 && key.length() < KEY_OF_AZURE) {
            return Optional.of("the key looks cut off: keys as Azure and Fairlead make them have " + KEY_OF_AZURE
                    + " characters and end in =");
        }
        return Optional.empty();
    }

    private static String remedy(String text) {
        if (text.toLowerCase(Locale.ROOT).contains("endpoint%3d")) {
            return "it looks URL-encoded: decode it once";
        }
        Matcher endpoint = ENDPOINT.matcher(text);
        if (endpoint.find()) {
            String value = endpoint.group(1).strip();
            if (!value.contains("://")) {
                return "write the scheme in front of the host: Endpoint=sb://HOST/";
            }
            if (value.replaceFirst("^.*?://[^/]*/*", "").matches("[^?#]+")) {
                return "leave the path out of Endpoint: it goes behind EntityPath=, or is the argument PATH";
            }
        }
        return form();
    }

    private static String form() {
        return "its form is Endpoint=sb://HOST/;SharedAccessKeyName=NAME;SharedAccessKey=KEY, as `fairlead serve` and Azure's "
                + "portal print it";
    }
}
