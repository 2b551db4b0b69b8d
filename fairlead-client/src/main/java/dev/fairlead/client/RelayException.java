// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.internal.HandshakeRefused;
import dev.fairlead.client.internal.ProxyRefused;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.OptionalInt;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Why the relay, or who is behind it, could not be reached or is gone. Each kind is something that a caller can act on. */
public abstract class RelayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What every relay puts into its own refusals, and no listener into those that the relay passes on. */
    private static final String RELAYS_OWN_MARK = "TrackingId";

    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

    private final int statusCode;

    RelayException(String message, @Nullable Throwable cause, int statusCode) {
        super(message, cause);
        this.statusCode = statusCode;
    }

    /** {@return whether the same call may succeed a little later, with nothing changed} */
    public abstract boolean isRetryable();

    /** {@return the HTTP status that a handshake was answered with, if that is what happened} */
    public OptionalInt statusCode() {
        return statusCode == 0 ? OptionalInt.empty() : OptionalInt.of(statusCode);
    }

    /** {@return what a failed attempt to listen means} */
    static RelayException ofListening(String where, Exception failure) {
        if (!(failure instanceof HandshakeRefused refusal)) {
            return ofFailure(where, failure);
        }
        String what = words(where, refusal);
        return switch (refusal.statusCode()) {
            case 401 -> new NotAuthorized(what, refusal, 401);
            case 403 ->
                refusal.reason().contains("QuotaExceeded")
                        ? new Rejected(what, refusal, 403, refusal.reason())
                        : new NotAuthorized(what, refusal, 403);
            case 404 -> new NotFound(what, refusal);
            case 400 -> new Rejected(what, refusal, 400, refusal.reason());
            default -> new RelayUnreachable(what, refusal, refusal.statusCode(), true);
        };
    }

    /** {@return what a failed attempt to connect means} The relay's own words and a listener's are told apart by the mark. */
    static RelayException ofConnecting(String where, Exception failure) {
        if (!(failure instanceof HandshakeRefused refusal)) {
            return ofFailure(where, failure);
        }
        String what = words(where, refusal);
        int status = refusal.statusCode();
        if (refusal.reason().contains(RELAYS_OWN_MARK)) {
            if (status == 401 || status == 403) {
                return new NotAuthorized(what, refusal, status);
            }
            if (status == 404) {
                return new NotFound(what, refusal);
            }
            if (PASSING.contains(status)) {
                return new RelayUnreachable(what, refusal, status, true);
            }
        }
        return new Rejected(what, refusal, status, refusal.reason());
    }

    private static String words(String where, HandshakeRefused refusal) {
        return where + ": " + refusal.statusCode() + " " + refusal.reason();
    }

    private static RelayException ofFailure(String where, Exception failure) {
        if (failure instanceof RelayException known) {
            return known;
        }
        if (failure instanceof IOException) {
            boolean distrusted = isDistrust(failure);
            return new RelayUnreachable(
                    where + ": " + (distrusted ? "the relay's certificate is not trusted" : words(failure)),
                    failure,
                    0,
                    !distrusted && !ProxyRefused.isLasting(failure));
        }
        return new NotAuthorized(where + ": no token could be had: " + words(failure), failure, 0);
    }

    private static String words(Exception failure) {
        String message = failure.getMessage();
        String kind = failure.getClass().getSimpleName();
        return message == null
                ? kind
                : failure instanceof java.net.UnknownHostException ? "unknown host " + message : message;
    }

    private static boolean isDistrust(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof GeneralSecurityException || cause instanceof SSLPeerUnverifiedException) {
                return true;
            }
        }
        return false;
    }
}
