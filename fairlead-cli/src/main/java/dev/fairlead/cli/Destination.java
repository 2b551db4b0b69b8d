// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.client.NotAuthorized;
import dev.fairlead.client.NotFound;
import dev.fairlead.client.Rejected;
import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelayUnreachable;
import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.InvalidAddress;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.protocol.token.MalformedConnectionString;
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

    private static final String VARIABLE = "FAIRLEAD_CONNECTION_STRING";
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
        boolean leads = words.size() == 2 || (words.size() == 1 && isConnectionString(words.getFirst()));
        ConnectionString string = parsed(
                leads
                        ? words.getFirst()
                        : Optional.ofNullable(environment.get(VARIABLE))
                                .filter(text -> !text.isBlank())
                                .orElseThrow(() -> CommandFailure.misused(STRING
                                        + ": none (expected: one before PATH, or " + VARIABLE
                                        + "; `fairlead serve` prints one)")));
        List<String> rest = leads ? words.subList(1, words.size()) : words;
        return rest.isEmpty() ? complete(string) : at(string, rest.getFirst());
    }

    /** A path has neither: a file's name may, and is then written otherwise. */
    private static boolean isConnectionString(String word) {
        return word.startsWith("@") || word.toLowerCase(Locale.ROOT).contains("endpoint=");
    }

    private static ConnectionString parsed(String text) {
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

    private static ConnectionString at(ConnectionString string, String word) {
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
     * @param right the one that the command needs: Listen or Send
     */
    static CommandFailure failure(RelayException failure, ConnectionString string, String right) {
        String path = string.entityPath().map(HybridPath::spelled).orElse("");
        String said = Objects.requireNonNullElse(failure.getMessage(), path);
        return CommandFailure.failed(
                switch (failure) {
                    case NotFound _
                    when right.equals("Send") ->
                        "nobody listens on " + path + ": start a listener first, with `fairlead listen " + path
                                + " --echo` for one (" + said + ")";
                    case NotFound _ ->
                        said + "; create the hybrid connection first, or see that the path is spelled right";
                    case NotAuthorized _ ->
                        said + "; see that the key is the relay's, and that its rule has the right " + right;
                    case RelayUnreachable _
                    when isDistrust(failure) ->
                        "the relay at " + string.endpoint() + " was reached, but its certificate is not trusted here: "
                                + "name its authority with --cacert FILE (the development CA of `fairlead serve` is "
                                + "data/tls/ca.pem), or dial it by a name that the certificate is for";
                    case RelayUnreachable _ ->
                        said + "; see that the relay runs, and that " + string.endpoint() + " is its address";
                    case Rejected _ when right.equals("Send") -> "the listener refuses: " + said;
                    default -> said;
                });
    }
}
