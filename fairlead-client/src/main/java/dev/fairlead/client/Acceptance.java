// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.internal.FrameSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a listener answers to a sender who asks for a connection. */
public final class Acceptance {

    private static final Acceptance PLAIN = new Acceptance("", null, null);

    private final String subprotocol;
    private final @Nullable Refusal refusal;
    private final @Nullable FrameSocket onward;

    private Acceptance(String subprotocol, @Nullable Refusal refusal, @Nullable FrameSocket onward) {
        this.subprotocol = subprotocol;
        this.refusal = refusal;
        this.onward = onward;
    }

    /** Status and words of a refusal. */
    record Refusal(int status, String text) {}

    /** {@return the answer that takes the connection, without a subprotocol} */
    public static Acceptance accept() {
        return PLAIN;
    }

    /**
     * Takes the connection with a subprotocol.
     *
     * @param subprotocol one that the sender offered; another is refused, and the sender told 502
     * @return what {@code onAccept} answers then
     */
    public static Acceptance accept(String subprotocol) {
        return new Acceptance(Objects.requireNonNull(subprotocol, "subprotocol"), null, null);
    }

    /**
     * Refuses the connection.
     *
     * @param status the HTTP status that the sender is answered, 400 to 599
     * @param text the reason phrase that the sender reads, verbatim; without control characters
     * @return what {@code onAccept} answers then
     * @throws IllegalArgumentException if either cannot be sent
     */
    public static Acceptance reject(int status, String text) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("text: has a control character (expected: one line)");
        }
        return new Acceptance("", new Refusal(status, text), null);
    }

    /** {@return the answer that joins the sender to somebody else, whose choice of subprotocol is its own} */
    static Acceptance joining(FrameSocket onward) {
        return new Acceptance(onward.subprotocol().orElse(""), null, onward);
    }

    /** {@return whom the sender is joined to; the caller's from now on} */
    @Nullable
    FrameSocket onward() {
        return onward;
    }

    /** Lets go whom the sender was to be joined to. */
    void dropOnward() {
        if (onward != null) {
            onward.abort();
        }
    }

    String subprotocol() {
        return subprotocol;
    }

    @Nullable
    Refusal refusal() {
        return refusal;
    }

    @Override
    public String toString() {
        return refusal == null
                ? "accept" + (subprotocol.isEmpty() ? "" : " " + subprotocol)
                : "reject " + refusal.status + " " + refusal.text;
    }
}
