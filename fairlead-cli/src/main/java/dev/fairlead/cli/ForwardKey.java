// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.protocol.token.ConnectionString;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments that name a relay and what opens it, in the ways of this command line and of azbridge. */
final class ForwardKey {

    private static final String ITS_VARIABLE = "AZURE_BRIDGE_CONNECTIONSTRING";
    private static final String STRING = "CONNECTION_STRING";

    @Parameters(
            arity = "0..1",
            paramLabel = STRING,
            description =
                    "The relay and its key, as `fairlead serve` prints them, or @FILE with them; may be left out when "
                            + Destination.VARIABLE + " or " + ITS_VARIABLE + " is set.")
    private @Nullable String word;

    @Option(
            names = {"-x", "--connection-string"},
            paramLabel = STRING,
            description = "The same.")
    private @Nullable String string;

    @Option(names = "-e", paramLabel = "ENDPOINT", description = "The relay, such as sb://relay.example.com/.")
    private @Nullable String endpoint;

    @Option(names = "-K", paramLabel = "NAME", description = "The name of the key.")
    private @Nullable String keyName;

    @Option(names = "-k", paramLabel = "KEY", description = "The key, or @FILE with it.")
    private @Nullable String key;

    @Option(names = "-s", paramLabel = "TOKEN", description = "A ready token instead of a key, or @FILE with it.")
    private @Nullable String token;

    /**
     * {@return the connection string, changed by -e, -K, -k and -s}
     *
     * @throws CommandFailure if there is none
     */
    ConnectionString in(Map<String, String> environment) {
        if (word != null && string != null) {
            throw CommandFailure.misused("-x: beside " + STRING + " (expected: one of the two)");
        }
        String given = Stream.of(
                        Optional.ofNullable(word),
                        Optional.ofNullable(string),
                        named(environment, Destination.VARIABLE))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> named(environment, ITS_VARIABLE))
                .orElse("");
        Map<String, String> parts = new LinkedHashMap<>();
        if (!given.isEmpty()) {
            String text = Destination.parsed(given).text();
            for (String part : text.split(";", -1)) {
                parts.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
            }
        } else if (endpoint == null) {
            throw CommandFailure.misused(STRING + ": none (expected: one, here or in " + Destination.VARIABLE
                    + ", or -e with -K and -k or -s; `fairlead serve` prints one)");
        }
        change(parts);
        StringBuilder changed = new StringBuilder();
        parts.forEach(
                (name, value) -> changed.append(name).append('=').append(value).append(';'));
        return Destination.parsed(changed.toString());
    }

    private static Optional<String> named(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable)).filter(text -> !text.isBlank());
    }

    private void change(Map<String, String> parts) {
        if (endpoint != null) {
            parts.put("Endpoint", plain("-e", endpoint));
        }
        if (token != null) {
            parts.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).startsWith("sharedaccess"));
            parts.put("SharedAccessSignature", plain("-s", Argument.text("-s", token)));
        }
        if (keyName != null || key != null) {
            parts.remove("SharedAccessSignature");
        }
        if (keyName != null) {
            parts.put("SharedAccessKeyName", plain("-K", keyName));
        }
        if (key != null) {
            parts.put("SharedAccessKey", plain("-k", Argument.text("-k", key)));
        }
        if (token != null && (keyName != null || key != null)) {
            throw CommandFailure.misused("-s: beside -K or -k (expected: a token or a key)");
        }
    }

    private static String plain(String option, String value) {
        if (value.indexOf(';') >= 0) {
            throw CommandFailure.misused(option + ": a value with ';' (expected: none)");
        }
        return value;
    }
}
