// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.cli.doctor.Complaint;
import dev.fairlead.cli.doctor.Doctor;
import dev.fairlead.cli.doctor.Report;
import dev.fairlead.server.settings.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Why a client cannot connect. */
@Command(
        name = "doctor",
        description = {
            "Finds out why a client cannot connect: looks, step by step, at the connection string, name, port, TLS, clock, "
                    + "token, key, path, listeners, and at what a sender and a listener are told. It says of each what is "
                    + "the case, and where it is wrong what to do. Works with Azure Relay, too.",
            "The sender's step connects to a listener that is online, and closes with 1000 at once. The listener's step opens "
                    + "a control channel, and closes it at once; by itself it does so only where nobody else listens.",
            "It goes by the proxy that https_proxy, http_proxy or all_proxy names, as the other commands do."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExit code 0 tells that nothing is wrong (warnings do not count), 1 that something is.%n"
                + "%nExamples:%n",
        footer = {
            "  fairlead doctor @data/connection-string hello",
            "  fairlead doctor @listener.txt orders --cacert ca.pem --probe-listen",
            "  FAIRLEAD_CONNECTION_STRING=@data/connection-string fairlead doctor hello --json"
        })
final class DoctorVerb implements Callable<Integer> {

    private static final String STRING = "CONNECTION_STRING";

    private final Surroundings surroundings;

    @Parameters(
            index = "0..1",
            arity = "0..2",
            hideParamSyntax = true,
            paramLabel = "[" + STRING + "] [PATH]",
            description = {
                "What the client is given, or @FILE with it; may be left out when " + Destination.VARIABLE
                        + " is set. Then the hybrid connection; may be left out when EntityPath names it."
            })
    private List<String> words = new ArrayList<>();

    @Mixin
    private Trust trust = new Trust();

    @Option(
            names = "--token",
            paramLabel = "TOKEN|@FILE",
            description =
                    "The token that the client uses, or a file with it, instead of one that is made from the key.")
    private @Nullable String token;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            description = "How long each step may take; ${DEFAULT-VALUE} unless told.")
    private String timeout = "";

    @Option(names = "--no-connect", description = "Do not connect to the listener.")
    private boolean noConnect;

    @Option(
            names = "--probe-listen",
            description =
                    "Open a control channel even where others listen or may: a sender that comes in that moment waits a "
                            + "little longer. A key that may not listen is then a fault.")
    private boolean probeListen;

    @Option(names = "--json", description = "Print one JSON object, at the end.")
    private boolean json;

    DoctorVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        Duration limit = limit();
        Report report = new Report();
        new Doctor(complaint(limit), finding -> {
                    report.add(finding);
                    if (!json) {
                        surroundings.output().line(Report.text(finding));
                    }
                })
                .examine();
        surroundings.output().line(json ? report.json() : System.lineSeparator() + report.verdict());
        return (report.isWell() ? ExitCode.DONE : ExitCode.FAILED).code();
    }

    private Complaint complaint(Duration limit) {
        Optional<EnvironmentProxies> proxies = EnvironmentProxies.of(surroundings.environment());
        return new Complaint(
                text(string()),
                path(),
                token == null ? null : Argument.text("--token", token),
                trust.authorities(),
                surroundings.environment(),
                url -> proxies.flatMap(named -> named.detour(url)),
                surroundings.clock(),
                limit,
                !noConnect,
                probeListen);
    }

    private Duration limit() {
        try {
            Duration limit = Durations.parse(timeout);
            if (limit.compareTo(Duration.ofMillis(100)) >= 0 && limit.compareTo(Duration.ofMinutes(5)) <= 0) {
                return limit;
            }
        } catch (IllegalArgumentException _) {
            // told below, as for one that is too short or too long
        }
        throw CommandFailure.misused("--timeout: " + timeout + " (expected: " + Durations.EXPECTED + ", 100ms to 5m)");
    }

    /** Blanks at the ends of what was typed are a finding; in a file they are its last line's end. */
    private static String text(String given) {
        return given.startsWith("@") ? Argument.text(STRING, given) : given;
    }

    private boolean leads() {
        return words.size() == 2
                || (words.size() == 1
                        && (looksLikeString(words.getFirst()) || variable().isBlank()));
    }

    /** Whatever is broken about it, it is no path. */
    private static boolean looksLikeString(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return word.startsWith("@")
                || word.contains(";")
                || lower.contains("endpoint")
                || lower.contains("sharedaccess");
    }

    private String variable() {
        return surroundings.environment().getOrDefault(Destination.VARIABLE, "");
    }

    private String string() {
        if (leads()) {
            return words.getFirst();
        }
        if (variable().isBlank()) {
            throw CommandFailure.misused(
                    STRING + ": none (expected: one before PATH, or " + Destination.VARIABLE + ")");
        }
        return variable();
    }

    private @Nullable String path() {
        int before = leads() ? 1 : 0;
        return words.size() > before ? words.get(before) : null;
    }
}
