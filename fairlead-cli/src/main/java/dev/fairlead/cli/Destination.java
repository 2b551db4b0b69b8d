// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.client.NotAuthorized;
import dev.fairlead.client.NotFound;
import dev.fairlead.client.Rejected;
import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelayUnreachable;
import dev.fairlead.client.http.HttpReply;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.InvalidAddress;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.token.MalformedConnectionString;
import java.io.IOException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** The arguments that name a hybrid connection, and what opens it. */
final class Destination {

    /** Where the connection string stands if it is not typed. */
    static final String VARIABLE = "FAIRLEAD_CONNECTION_STRING";

    private static final String STRING = "CONNECTION_STRING";

    @Parameters(
            index = "0..1",
            arity = "0..2",
            hideParamSyntax = true,
            paramLabel = "[" + STRING + "] PATH",
            description = {
                "The relay and its key, as `fairlead serve` prints them, or @FILE with them; may be left out when "
                        + VARIABLE + " is set. Then the hybrid connection; may be left out when EntityPath names it."
            })
    private List<String> words = new ArrayList<>();

    /**
     * {@return the connection string, with an EntityPath}
     *
     * @throws CommandFailure if there is none, or two that differ
     */
    ConnectionString in(Map<String, String> environment) {
        ConnectionString string = string(environment);
        List<String> rest = leads() ? words.subList(1, words.size()) : words;
        return rest.isEmpty() ? complete(string) : at(string, rest.getFirst());
    }

    private boolean leads() {
        return words.size() == 2 || (words.size() == 1 && isConnectionString(words.getFirst()));
    }

    private ConnectionString string(Map<String, String> environment) {
        return parsed(
                leads()
                        ? words.getFirst()
                        : Optional.ofNullable(environment.get(VARIABLE))
                                .filter(text -> !text.isBlank())
                                .orElseThrow(() -> CommandFailure.misused(STRING
                                        + ": none (expected: one before PATH, or " + VARIABLE
                                        + "; `fairlead serve` prints one)")));
    }

    /**
     * What a request is for.
     *
     * @param string with an EntityPath
     * @param below path and query below it, as typed
     */
    record Asked(ConnectionString string, String below) {}

    /**
     * {@return what a request is for} Where the connection string names no hybrid connection, the first segment stands for it:
     * to the relay it is the same, since it looks for the longest name itself.
     *
     * @throws CommandFailure if there is no connection string, or PATH lies elsewhere
     */
    Asked asked(Map<String, String> environment) {
        ConnectionString string = string(environment);
        List<String> rest = leads() ? words.subList(1, words.size()) : words;
        String word = rest.isEmpty() ? "" : rest.getFirst().replaceFirst("^/+", "");
        int mark = word.indexOf('?');
        String path = mark < 0 ? word : word.substring(0, mark);
        String query = mark < 0 ? "" : word.substring(mark);
        if (path.isEmpty()) {
            return new Asked(complete(string), query);
        }
        HybridPath whole;
        try {
            whole = HybridPath.ofEncoded(path);
        } catch (InvalidAddress e) {
            throw CommandFailure.misused("PATH: " + e.getMessage()
                    + " (expected: a hybrid connection's name, and what lies" + " below it, as in a URL)");
        }
        HybridPath entity = string.entityPath()
                .orElseGet(() -> HybridPath.of(whole.segments().getFirst()));
        if (!entity.isWholeSegmentPrefixOf(whole)) {
            throw CommandFailure.misused("PATH: " + whole + " (expected: " + entity
                    + " or what lies below it, as the connection string's EntityPath says)");
        }
        return new Asked(
                string.withEntityPath(entity), behind(path, entity.segments().size()) + query);
    }

    private static String behind(String path, int segments) {
        String rest = path;
        for (int i = 0; i < segments; i++) {
            rest = rest.replaceFirst("^/*[^/]*", "");
        }
        return rest;
    }

    /** A path has neither: a file's name may, and is then written otherwise. */
    private static boolean isConnectionString(String word) {
        return word.startsWith("@")
                || word.replaceFirst("\\?.*", "").toLowerCase(Locale.ROOT).contains("endpoint=");
    }

    /**
     * {@return the connection string that is typed so}
     *
     * @throws CommandFailure if it is none
     */
    static ConnectionString parsed(String text) {
        try {
            return ConnectionString.parse(Argument.text(STRING, text));
        } catch (MalformedConnectionString e) {
            throw CommandFailure.misused(Objects.requireNonNullElse(e.getMessage(), STRING + ": it is none"));
        }
    }

    private static ConnectionString complete(ConnectionString string) {
        if (string.entityPath().isEmpty()) {
            throw CommandFailure.misused(
                    "PATH: none (expected: a hybrid connection's name, here or as EntityPath in the connection string)");
        }
        return string;
    }

    /**
     * {@return the connection string for the hybrid connection of this name}
     *
     * @throws CommandFailure if it is none, or not the one of the connection string
     */
    static ConnectionString at(ConnectionString string, String word) {
        HybridPath path;
        try {
            path = HybridPath.of(word);
        } catch (InvalidAddress e) {
            throw CommandFailure.misused("PATH: " + e.getMessage() + " (expected: a hybrid connection's name)");
        }
        if (path.isEmpty()) {
            throw CommandFailure.misused("PATH: empty (expected: a hybrid connection's name)");
        }
        string.entityPath().filter(named -> !named.equals(path)).ifPresent(named -> {
            throw CommandFailure.misused("PATH: " + path + " (expected: " + named
                    + ", as the connection string's EntityPath says); leave one of the two out");
        });
        return string.withEntityPath(path);
    }

    private static boolean isDistrust(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return what a relay's refusal means for whoever typed the command}
     *
     * @param environment may name the proxies that are on the way
     * @param right the one that the command needs: Listen or Send
     */
    static CommandFailure failure(
            RelayException failure, ConnectionString string, Map<String, String> environment, String right) {
        String path = string.entityPath().map(HybridPath::spelled).orElse("");
        String said = Objects.requireNonNullElse(failure.getMessage(), path);
        return CommandFailure.failed(
                switch (failure) {
                    case NotFound _ when right.equals("Send") -> nobodyListens(path, said);
                    case NotFound _ ->
                        said + "; create the hybrid connection first, or see that the path is spelled right";
                    case NotAuthorized _ -> notAuthorized(said, right);
                    case RelayUnreachable _ -> unreachable(failure, said, string, environment);
                    case Rejected _ when right.equals("Send") -> "the listener refuses: " + said;
                    default -> said;
                });
    }

    private static String nobodyListens(String path, String said) {
        return "nobody listens on " + path + ": start a listener first, with `fairlead listen " + path
                + " --echo` for one (" + said + ")";
    }

    private static String notAuthorized(String said, String right) {
        return said + "; see that the key is the relay's, and that its rule has the right " + right;
    }

    private static String unreachable(
            Throwable failure, String said, ConnectionString string, Map<String, String> environment) {
        return isDistrust(failure)
                ? "the relay at " + string.endpoint() + " was reached, but its certificate is not trusted here: "
                        + "name its authority with --cacert FILE (the development CA of `fairlead serve` is "
                        + "data/tls/ca.pem), or dial it by a name that the certificate is for"
                : said
                        + EnvironmentProxies.of(environment)
                                .flatMap(proxies -> proxies.advice(string.endpoint()))
                                .orElse("; see that the relay runs, and that " + string.endpoint() + " is its address");
    }

    /** {@return what it means that a request could not be sent, or was not answered} */
    static CommandFailure failure(IOException failure, ConnectionString string, Map<String, String> environment) {
        String path = string.entityPath().map(HybridPath::spelled).orElse("");
        String message = Objects.requireNonNullElse(
                failure.getMessage(), failure.getClass().getSimpleName());
        String said = path + ": " + (failure instanceof UnknownHostException ? "unknown host " : "") + message;
        return CommandFailure.failed(unreachable(failure, said, string, environment));
    }

    /** {@return what an answer of the relay itself means, which no listener has seen} */
    static CommandFailure refusal(HttpReply reply, ConnectionString string) {
        String path = string.entityPath().map(HybridPath::spelled).orElse("");
        String said = (path + ": " + reply.status() + " " + reply.reason()).strip();
        return CommandFailure.failed(
                switch (reply.status()) {
                    case 401, 403 -> notAuthorized(said, "Send");
                    case 404 -> nobodyListens(path, said);
                    default -> said;
                });
    }
}
