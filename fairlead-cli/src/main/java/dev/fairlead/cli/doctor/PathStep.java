// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import dev.fairlead.protocol.address.HybridPath;
import java.util.List;

/** Whether the hybrid connection is there, and whom it takes. */
final class PathStep {

    static final String NAME = "path";

    private PathStep() {}

    /**
     * Judges what the relay said of it.
     *
     * @param answer to the question of {@link KeyStep}
     */
    static Insight<Hybrid> judge(HybridPath path, Answer answer) {
        return switch (Objection.of(answer)) {
            case NONE ->
                answer.body().contains("HybridConnectionDescription") ? there(path, answer) : missing(path, answer);
            case NO_PATH -> missing(path, answer);
            case NOBODY_LISTENS -> Insight.of(Finding.ok(NAME, path + " is there"), new Hybrid(false, 0));
            case NO_RIGHT ->
                Insight.of(
                        Finding.skipped(NAME, "this key may not ask (no right Manage); what follows tells"),
                        Hybrid.UNTOLD);
            case WRONG_KEY,
                    EXPIRED,
                    AUDIENCE,
                    MALFORMED,
                    NO_TOKEN,
                    NO_TRUST,
                    FORBIDDEN,
                    QUOTA,
                    LISTENER_SILENT,
                    BUSY,
                    LISTENER_REFUSES,
                    OTHER ->
                Insight.of(Finding.skipped(NAME, "the relay did not say; what follows tells"), Hybrid.UNTOLD);
        };
    }

    private static Insight<Hybrid> there(HybridPath path, Answer answer) {
        Hybrid hybrid = Hybrid.of(answer.body());
        return Insight.of(
                Finding.ok(
                        NAME,
                        path + " is there; "
                                + (hybrid.anonymousSenders() ? "senders need no token" : "senders need a token")),
                hybrid);
    }

    /** Azure Relay answers with a list where there is no such thing. */
    private static Insight<Hybrid> missing(HybridPath path, Answer answer) {
        return Insight.end(Finding.fail(NAME, "the relay has no hybrid connection " + path, Objection.NO_PATH.remedy())
                .with(answer.status() == 200 ? List.of() : List.of("the relay says: " + answer.words())));
    }
}
