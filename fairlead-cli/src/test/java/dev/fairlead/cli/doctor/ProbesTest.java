// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the steps after the token make of the relay's answers. */
class ProbesTest {

    private static final HybridPath HELLO = HybridPath.of("hello");
    private static final Pass PASS = new Pass("token", "root");
    private static final Answer UPGRADED = new Answer(101, "Switching Protocols", List.of(), "");
    private static final Answer NO_RIGHT = answer(403, "Unauthorized access. 'Send' claim(s) are required");
    private static final Answer NOBODY = answer(404, "There are no listeners connected for the endpoint");

    private static Answer answer(int status, String sentence) {
        return new Answer(status, sentence + ". TrackingId:1_G0", List.of(), "");
    }

    private static Answer described(String elements) {
        return new Answer(
                200, "OK", List.of(), "<HybridConnectionDescription>" + elements + "</HybridConnectionDescription>");
    }

    @Test
    void keyThatMayNotAskIsAGoodKey() {
        assertThat(KeyStep.judge(NO_RIGHT, PASS).finding().outcome()).isEqualTo(Outcome.OK);
        assertThat(KeyStep.judge(answer(404, "Endpoint does not exist"), PASS)
                        .finding()
                        .outcome())
                .isEqualTo(Outcome.OK);
    }

    @Test
    void keyThatIsUnknownEndsTheExamination() {
        Insight<Answer> insight =
                KeyStep.judge(answer(401, "InvalidSignature: The token has an invalid signature"), PASS);

        assertThat(insight.learnt()).isNull();
        assertThat(insight.finding().outcome()).isEqualTo(Outcome.FAIL);
    }

    @Test
    void entryTellsOfSendersAndListeners() {
        Answer entry = described("<RequiresClientAuthorization>false</RequiresClientAuthorization>"
                + "<ListenerCount>2</ListenerCount>");

        Insight<Hybrid> insight = PathStep.judge(HELLO, entry);

        assertThat(insight.learnt()).isEqualTo(new Hybrid(true, 2));
        assertThat(insight.finding().found()).isEqualTo("hello is there; senders need no token");
        assertThat(ListenersStep.judge(HELLO, new Hybrid(true, 2)).found()).isEqualTo("2 are online");
    }

    @Test
    void absentElementsStandForATokenAndForNobody() {
        assertThat(PathStep.judge(HELLO, described("")).learnt()).isEqualTo(new Hybrid(false, 0));
        assertThat(ListenersStep.judge(HELLO, new Hybrid(false, 0)).outcome()).isEqualTo(Outcome.FAIL);
    }

    /** Azure Relay answers a question for an unknown name with a list. */
    @Test
    void listInsteadOfAnEntryMeansThatThePathIsNotThere() {
        Answer feed = new Answer(200, "OK", List.of(), "<feed/>");

        assertThat(PathStep.judge(HELLO, feed).finding().outcome()).isEqualTo(Outcome.FAIL);
    }

    @Test
    void missingRightToSendIsAWarning() {
        assertThat(SendStep.judge(NO_RIGHT, Hybrid.UNTOLD).finding().outcome()).isEqualTo(Outcome.WARN);
    }

    @Test
    void absenceOfListenersIsToldOnce() {
        assertThat(SendStep.judge(NOBODY, new Hybrid(false, 0)).finding().outcome())
                .isEqualTo(Outcome.OK);
        assertThat(SendStep.judge(NOBODY, Hybrid.UNTOLD).finding().outcome()).isEqualTo(Outcome.FAIL);
    }

    @Test
    void refusalOfAListenerIsNotTheRelays() {
        Answer rejection = new Answer(403, "Not today", List.of(), "");

        assertThat(SendStep.judge(rejection, new Hybrid(false, 1)).finding().found())
                .startsWith("the listener's program itself");
    }

    @Test
    void missingRightToListenIsAFaultWhereItIsNeeded() {
        assertThat(ListenStep.judge(NO_RIGHT, false).outcome()).isEqualTo(Outcome.WARN);
        assertThat(ListenStep.judge(NO_RIGHT, true).outcome()).isEqualTo(Outcome.FAIL);
        assertThat(ListenStep.judge(UPGRADED, true).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void nobodyListensForATrialWhereOthersDo() {
        assertThat(ListenStep.abstention(PASS, new Hybrid(false, 1), null, false))
                .isPresent();
        assertThat(ListenStep.abstention(PASS, Hybrid.UNTOLD, Objection.NONE, false))
                .isPresent();
        assertThat(ListenStep.abstention(PASS, Hybrid.UNTOLD, Objection.NO_RIGHT, false))
                .isPresent();
        assertThat(ListenStep.abstention(PASS, Hybrid.UNTOLD, Objection.NOBODY_LISTENS, false))
                .isEmpty();
        assertThat(ListenStep.abstention(PASS, new Hybrid(false, 0), null, false))
                .isEmpty();
        assertThat(ListenStep.abstention(PASS, new Hybrid(false, 1), null, true))
                .isEmpty();
        assertThat(ListenStep.abstention(new Pass(null, ""), new Hybrid(false, 0), null, true))
                .isPresent();
    }
}
