// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.protocol.address.PercentEncoding;
import dev.fairlead.protocol.token.MalformedToken;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.server.settings.Durations;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes and explains tokens; asks no server. */
@Command(
        name = "token",
        description = "Makes, explains and verifies SAS tokens; asks no server.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExample:%n",
        footer =
                "  fairlead token make --uri http://localhost/hyco --key-name RootManageSharedAccessKey --key @data/root-key")
final class TokenVerb {

    private final Surroundings surroundings;

    TokenVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "make",
            description = "Signs a token, and prints it.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footerHeading = "%nExamples:%n",
            footer = {
                "  fairlead token make --uri http://localhost/hyco --key-name RootManageSharedAccessKey --key @data/root-key",
                "  fairlead token make --uri http://relay.example.com/ --key-name sender --key @sender.key --ttl 5m"
            })
    int make(
            @Option(
                            names = "--uri",
                            required = true,
                            paramLabel = "URI",
                            description = "What the token opens: the namespace, or a path and all below it. Scheme, "
                                    + "port and query do not count.")
                    String uri,
            @Option(
                            names = "--key-name",
                            required = true,
                            paramLabel = "NAME",
                            description = "The authorization rule that the key belongs to.")
                    String keyName,
            @Option(
                            names = "--key",
                            required = true,
                            paramLabel = "KEY|@FILE",
                            description = "The key, or a file with it.")
                    String key,
            @Option(
                            names = "--ttl",
                            paramLabel = "DURATION",
                            defaultValue = "1h",
                            description =
                                    "How long the token lives, such as 5m or 1h30m; ${DEFAULT-VALUE} unless told.")
                    String ttl) {
        Instant end = surroundings.clock().instant().plus(lifetime(ttl));
        surroundings.output().line(signed(uri, key(keyName, key), end).text());
        return ExitCode.DONE.code();
    }

    @Command(
            name = "check",
            description =
                    "Explains a token, and exits with 1 if it is of no use: broken, expired, or not as asked for.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footerHeading = "%nExamples:%n",
            footer = {
                "  fairlead token check \"SharedAccessSignature sr=…&sig=…&se=…&skn=…\"",
                "  fairlead token check @token --key @data/root-key --uri ws://localhost/hyco"
            })
    int check(
            @Parameters(
                            paramLabel = "TOKEN|@FILE",
                            description =
                                    "The token, or a file with it; one that was cut out of a URL is decoded first.")
                    String token,
            @Option(names = "--key-name", paramLabel = "NAME", description = "The rule that the token is to name.")
                    @Nullable
                    String keyName,
            @Option(
                            names = "--key",
                            paramLabel = "KEY|@FILE",
                            description = "The key that the token is to be signed with, or a file with it.")
                    @Nullable
                    String key,
            @Option(names = "--uri", paramLabel = "URI", description = "What the token is to open.") @Nullable
                    String uri) {
        TokenReport report = new TokenReport(
                parsed(Argument.text("TOKEN", token)), surroundings.clock().instant());
        report.explain();
        if (keyName != null) {
            report.compareKeyName(keyName);
        }
        if (key == null) {
            report.leaveSignature();
        } else {
            report.verify(Argument.text("--key", key));
        }
        if (uri != null) {
            report.compareResource(uri);
        }
        surroundings.output().text(report.text());
        return (report.isGood() ? ExitCode.DONE : ExitCode.FAILED).code();
    }

    private static SasKey key(String name, String key) {
        if (name.isBlank()) {
            throw CommandFailure.misused("--key-name: empty (expected: the name of an authorization rule)");
        }
        return SasKey.of(name, Argument.text("--key", key));
    }

    private static Duration lifetime(String text) {
        try {
            Duration lifetime = Durations.parse(text);
            if (lifetime.compareTo(Duration.ofSeconds(1)) >= 0) {
                return lifetime;
            }
        } catch (IllegalArgumentException _) {
            // told below, as for one that is too short
        }
        throw CommandFailure.misused("--ttl: " + text + " (expected: " + Durations.EXPECTED + ", at least 1s)");
    }

    private static SasToken signed(String uri, SasKey key, Instant end) {
        try {
            return SasToken.sign(uri, key, end);
        } catch (MalformedToken _) {
            throw CommandFailure.misused("--uri: " + uri + " (expected: a whole URI such as http://localhost/hyco)");
        }
    }

    private static SasToken parsed(String token) {
        try {
            return SasToken.parse(token);
        } catch (MalformedToken asGiven) {
            try {
                return SasToken.parse(PercentEncoding.decodeForm(token));
            } catch (MalformedToken _) {
                throw CommandFailure.failed("no token: " + asGiven.getMessage()
                        + " (expected: SharedAccessSignature sr=…&sig=…&se=…&skn=…)");
            }
        }
    }
}
