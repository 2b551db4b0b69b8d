// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.Story;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.RelayUnderTest;
import org.junit.jupiter.api.Test;

class HycoHttpsListenerIT extends HttpListenerSentences {

    @Override
    protected Story online(RelayUnderTest on, String path) {
        return HttpListenerKind.HYCO_HTTPS.online(on, path);
    }

    /** It dials for a long answer without asking whether the dial may fail: a refusal would end its process. */
    @Test
    void sendersThatLeaveBeforeALongAnswerDoNotEndItsProcess() {
        try (ForeignProgram program = HttpListenerKind.HYCO_HTTPS.start(relay(), "impatient")) {
            program.prints("online");
            for (int i = 0; i < 20; i++) {
                HttpSenderDriver sender = relay().http("impatient").gets("/bytes?length=1000000&i=" + i);
                program.prints("asked GET /impatient/bytes?length=1000000&i=" + i);
                sender.givesUp();
            }

            HttpSenderDriver sender = relay().http("impatient").gets("/bytes?length=1000000");

            assertThat(sender.isAnswered().body()).isEqualTo(Body.pattern(1_000_000));
            assertThat(program.log()).noneMatch(line -> line.contains("Error"));
        }
    }

    /** Nor does it look for the end of a body that breaks off. */
    @Test
    void sendersThatLeaveWithinABodyDoNotEndItsProcess() {
        try (ForeignProgram program = HttpListenerKind.HYCO_HTTPS.start(relay(), "impatient")) {
            program.prints("online");
            for (int i = 0; i < 20; i++) {
                relay().http("impatient")
                        .asks("POST", "/digest", head -> head.with("Content-Length", "1000000"))
                        .sends(Body.pattern(100_000))
                        .givesUp();
            }

            HttpSenderDriver sender = relay().http("impatient").gets("/bytes?length=7");

            assertThat(sender.isAnswered().body()).isEqualTo(Body.pattern(7));
            assertThat(program.log()).noneMatch(line -> line.contains("Error"));
        }
    }

    /** Told of one, its process ends: it uses a name that it never declared. */
    @Test
    void sendersOfWebSocketsCanBeKeptAway() {
        try (RelayUnderTest other =
                        new RelayUnderTest().withTls().inPlain().knows("path: protected, webSockets: false");
                ForeignProgram program = HttpListenerKind.HYCO_HTTPS.start(other, "protected")) {
            program.prints("online");

            other.sender("protected").connects().isRefusedWith(405, "plain HTTP requests only");

            HttpSenderDriver sender = other.http("protected").gets("/bytes?length=7");
            assertThat(sender.isAnswered().body()).isEqualTo(Body.pattern(7));
        }
    }

    /** It answers with names in lower case, and with one value of a name. */
    @Test
    void headersArriveAsItWritesThem() {
        HttpSenderDriver sender = relay().http("pages").gets("/headers?x=y");

        var answer = sender.isAnswered();

        assertThat(answer.head().lines()).contains("x-answer: one, two", "content-type: application/json");
        assertThat(answer.header("Via")).hasValue("1.1 localhost");
        assertThat(answer.text())
                .contains("\"url\":\"/pages/headers?x=y\"")
                .contains("\"via\":\"1.1 localhost\"")
                .doesNotContainIgnoringCase("servicebusauthorization");
    }

    @Test
    void odderStatusesAndTheirWordsArrive() {
        assertThat(relay().http("pages")
                        .gets("/status?code=306&words=So%20what")
                        .isAnswered()
                        .head()
                        .statusLine())
                .isEqualTo("HTTP/1.1 306 So what");
    }

    /** A rendezvous that it dialled it never closes by itself. */
    @Test
    void noRendezvousIsLeftBehind() {
        try (RelayUnderTest other = new RelayUnderTest().withTls().inPlain();
                ForeignProgram program = HttpListenerKind.HYCO_HTTPS.start(other, "pages")) {
            program.prints("online");
            double before = other.meter("fairlead_connections_open");
            HttpSenderDriver sender = other.http("pages");

            for (int i = 0; i < 10; i++) {
                sender.gets("/bytes?length=100000");
                assertThat(sender.isAnswered().body()).hasSize(100_000);
            }
            sender.close();

            other.untilMeter("fairlead_connections_open", before);
        }
    }
}
