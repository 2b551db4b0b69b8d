// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a listener is let in, by opening a control channel and leaving at once. For that moment it is a listener like
 * others: a sender that it is offered waits until it has left, and is then offered to another, or hears that nobody listens.
 * So it is done by itself only where nobody else listens.
 */
final class ListenStep {

    static final String NAME = "listen";

    private ListenStep() {}

    /**
     * {@return why the probe is better left out, if it is}
     *
     * @param sending how a sender fared; null if none was tried
     * @param asked whether the user wants it in any case
     */
    static Optional<Finding> abstention(Pass pass, Hybrid hybrid, @Nullable Objection sending, boolean asked) {
        if (pass.token() == null) {
            return Optional.of(Finding.skipped(NAME, "without a key or a token nobody may listen"));
        }
        if (asked || hybrid.listeners() == 0 || sending == Objection.NOBODY_LISTENS) {
            return Optional.empty();
        }
        boolean others = hybrid.online().isPresent() || sending == Objection.NONE;
        return Optional.of(Finding.skipped(
                NAME,
                (others ? "others listen, and" : "it is not known whether others listen, and if they do")
                        + " a sender could be kept waiting for a moment; --probe-listen tries all the same"));
    }

    /**
     * Tries it.
     *
     * @param needed whether a key that may not listen is a fault
     */
    static Finding examine(Way way, Pass pass, boolean needed) throws IOException {
        return judge(way.upgraded("listen", pass), needed);
    }

    static Finding judge(Answer answer, boolean needed) {
        Objection objection = Objection.of(answer);
        List<String> words = List.of("the relay says: " + answer.words());
        return switch (objection) {
            case NONE ->
                Finding.ok(NAME, "a listener is let in: a control channel opened, and was closed with 1000 at once");
            case NO_RIGHT -> {
                String found =
                        "this key may not listen (no right Listen): right for a sender's key, wrong for a listener's";
                String remedy = "a listener needs a key whose rule has the right Listen";
                yield (needed ? Finding.fail(NAME, found, remedy) : Finding.warn(NAME, found, remedy)).with(words);
            }
            case WRONG_KEY,
                    EXPIRED,
                    AUDIENCE,
                    MALFORMED,
                    NO_TOKEN,
                    NO_TRUST,
                    FORBIDDEN,
                    NO_PATH,
                    NOBODY_LISTENS,
                    QUOTA,
                    LISTENER_SILENT,
                    BUSY,
                    LISTENER_REFUSES,
                    OTHER ->
                Finding.fail(NAME, objection.meaning(), objection.remedy()).with(words);
        };
    }
}
