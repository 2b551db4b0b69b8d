// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.io.IOException;
import java.util.List;

/** Whether the relay takes the token, learnt by asking it about the hybrid connection as the .NET client does. */
final class KeyStep {

    static final String NAME = "key";

    private KeyStep() {}

    static Insight<Answer> examine(Way way, Pass pass) throws IOException {
        return judge(way.described(pass), pass);
    }

    static Insight<Answer> judge(Answer answer, Pass pass) {
        String taken = "the relay takes it" + (pass.rule().isEmpty() ? "" : "; its rule is " + pass.rule());
        Objection objection = Objection.of(answer);
        return switch (objection) {
            case NONE -> Insight.of(Finding.ok(NAME, taken + ", which has the right Manage"), answer);
            case NO_RIGHT ->
                Insight.of(
                        Finding.ok(
                                NAME, taken + ", which may not ask about paths: that needs Manage, and no client does"),
                        answer);
            case NO_PATH, NOBODY_LISTENS -> Insight.of(Finding.ok(NAME, taken), answer);
            case WRONG_KEY, EXPIRED, AUDIENCE, MALFORMED, NO_TOKEN, NO_TRUST ->
                Insight.end(Finding.fail(NAME, objection.meaning(), objection.remedy())
                        .with(List.of("the relay says: " + answer.words())));
            case FORBIDDEN, QUOTA, LISTENER_SILENT, BUSY, LISTENER_REFUSES, OTHER ->
                Insight.of(
                        Finding.warn(NAME, "the relay does not say whether it takes it", objection.remedy())
                                .with(List.of("the relay says: " + answer.words())),
                        answer);
        };
    }
}
