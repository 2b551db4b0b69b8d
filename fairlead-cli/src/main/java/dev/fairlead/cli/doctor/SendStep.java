// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;

/** Whether a sender is let through to a listener, by connecting as one and leaving at once. */
final class SendStep {

    static final String NAME = "send";

    private static final String TRIED = "a connection reached the listener, and was closed with 1000 at once";

    private SendStep() {}

    static Insight<Objection> examine(Way way, Pass pass, Hybrid hybrid) throws IOException {
        try {
            return judge(way.upgraded("connect", pass), hybrid);
        } catch (SocketTimeoutException _) {
            return of(
                    Finding.fail(
                            NAME,
                            "no answer in time: " + Objection.LISTENER_SILENT.meaning(),
                            Objection.LISTENER_SILENT.remedy()),
                    Objection.LISTENER_SILENT);
        }
    }

    static Insight<Objection> judge(Answer answer, Hybrid hybrid) {
        Objection objection = Objection.of(answer);
        if (objection != Objection.NONE && !answer.isOfRelay() && hybrid.listeners() != 0) {
            objection = Objection.LISTENER_REFUSES;
        }
        List<String> words = List.of("the relay says: " + answer.words());
        return switch (objection) {
            case NONE -> of(Finding.ok(NAME, TRIED), objection);
            case NO_RIGHT ->
                of(
                        Finding.warn(
                                        NAME,
                                        "this key may not send (no right Send): right for a listener's key, wrong for a sender's",
                                        "a sender needs a key whose rule has the right Send")
                                .with(words),
                        objection);
            case NOBODY_LISTENS ->
                of(
                        hybrid.listeners() == 0
                                ? Finding.ok(NAME, "this key may send, if somebody listened")
                                : Finding.fail(NAME, "this key may send, but nobody listens", objection.remedy())
                                        .with(words),
                        objection);
            case LISTENER_REFUSES ->
                of(
                        Finding.fail(NAME, objection.meaning(), objection.remedy())
                                .with(List.of("the answer: " + answer.words())),
                        objection);
            case WRONG_KEY,
                    EXPIRED,
                    AUDIENCE,
                    MALFORMED,
                    NO_TOKEN,
                    NO_TRUST,
                    FORBIDDEN,
                    NO_PATH,
                    QUOTA,
                    LISTENER_SILENT,
                    BUSY,
                    OTHER ->
                of(Finding.fail(NAME, objection.meaning(), objection.remedy()).with(words), objection);
        };
    }

    private static Insight<Objection> of(Finding finding, Objection objection) {
        return Insight.of(finding, objection);
    }
}
