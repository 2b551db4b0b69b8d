// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.Reply;
import dev.fairlead.testkit.WireFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers on a control channel in any order, and ones that nobody waits for. */
@ExtendWith(RelayUnderTest.Extension.class)
class StrayResponseIT {

    private static final String IGNORED = "fairlead_relay_responses_stray_total";

    private RelayUnderTest relay;
    private ListenerDriver listener;

    @BeforeEach
    void listen(RelayUnderTest prepared) {
        relay = prepared.knows("path: short, requestTimeout: 1s");
        listener = relay.listener("orders").online();
    }

    private void listenerGoesOn() {
        HttpSenderDriver sender = relay.http("orders").gets("/next");
        Asked asked = listener.isAsked();
        assertThat(asked.target()).isEqualTo("/orders/next");
        asked.answers(200, "next");
        sender.isAnsweredWith(200, "next");
    }

    @Test
    void answersMayComeInAnyOrder() {
        List<HttpSenderDriver> senders = new ArrayList<>();
        List<Asked> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            senders.add(relay.http("orders").gets("/" + i));
            requests.add(listener.isAsked());
        }

        requests.reversed().forEach(asked -> asked.answers(200, asked.target()));

        for (int i = 0; i < 20; i++) {
            senders.get(i).isAnsweredWith(200, "/orders/" + i);
        }
    }

    @Test
    void secondAnswerIsIgnored() {
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked();

        asked.answers(200, "first").answers(500, "second");

        sender.isAnsweredWith(200, "first");
        listenerGoesOn();
        assertThat(relay.meter(IGNORED)).isOne();
    }

    @Test
    void secondAnswerWithinTheFirstOnesTimeIsIgnored() {
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked();
        String second = Reply.of(500).json(asked.id());
        asked.dials().answers(Reply.of(200).announcingBody()).begins("one ");

        listener.commands(second);
        listenerGoesOn();
        asked.ends("two");

        sender.isAnsweredWith(200, "one two");
    }

    @Test
    void answerToNobodysRequestIsIgnored() {
        listener.commands(Reply.of(200).announcingBody().json(UUID.randomUUID().toString()))
                .control()
                .sends(WireFrame.binary(Bytes.of(1000)));

        listenerGoesOn();
        assertThat(relay.meter(IGNORED)).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"response\":{}}",
                "{\"response\":null}",
                "{\"response\":[]}",
                "{\"response\":{\"requestId\":7,\"statusCode\":200}}",
                "{\"response\":{\"requestId\":\"\",\"statusCode\":200}}",
                "{\"response\":{\"requestId\":\"x\",\"statusCode\":\"abc\"}}",
                "{\"response\":{\"requestId\":\"x\",\"responseHeaders\":[],\"statusCode\":200}}",
                "{\"request\":{\"id\":\"x\",\"method\":\"GET\"}}"
            })
    void answerThatIsNoneIsIgnored(String text) {
        listener.commands(text);

        listenerGoesOn();
    }

    @Test
    void answerToAnotherListenersRequestIsIgnored() {
        ListenerDriver other = relay.listener("invoices").online();
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked();

        other.commands(Reply.of(200).saying("Stolen").json(asked.id()));
        HttpSenderDriver others = relay.http("invoices").gets();
        other.isAsked().answers(200, "read on");
        others.isAnsweredWith(200, "read on");

        asked.answers(200, "the right one");
        sender.isAnsweredWith(200, "the right one");
    }

    @Test
    void lateAnswerIsIgnored() {
        ListenerDriver late = relay.listener("short").online();
        HttpSenderDriver sender = relay.http("short").gets();
        Asked asked = late.isAsked();
        sender.isRefusedWith(504, "did not respond in the required time");

        asked.answers(200, "late");

        sender.gets();
        late.isAsked().answers(200, "in time");
        sender.isAnsweredWith(200, "in time");
    }

    /** Some listeners repeat what Java reads of an id. */
    @Test
    void firstThirtySixCharactersOfAnIdAreEnough() {
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked();

        listener.commands(Reply.of(200).saying("Found").json(asked.id().substring(0, 36)));

        assertThat(sender.isAnswered().reason()).isEqualTo("Found");
    }

    @Test
    void strayBinaryMessagesAreIgnored() {
        listener.control().sends(WireFrame.binary()).sends(WireFrame.binary(Bytes.of(5)));

        listenerGoesOn();
    }

    /** Rust announces a body and sends none. */
    @Test
    void textInsteadOfAnAnnouncedBodyIsItsEnd() {
        HttpSenderDriver first = relay.http("orders").gets();
        Asked firstAsked = listener.isAsked();
        HttpSenderDriver second = relay.http("orders").gets();
        Asked secondAsked = listener.isAsked();

        firstAsked.answers(Reply.of(200).announcingBody());
        secondAsked.answers(200, "mine");

        first.isAnsweredWith(200, "");
        second.isAnsweredWith(200, "mine");
    }

    @Test
    void membersMayComeInAnyOrderWithOthersAmongThem() {
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked();

        listener.commands("{\"response\":{\"more\":{\"a\":[1]},\"body\":false,\"responseHeaders\":{\"X-A\":\"b\"},"
                + "\"statusDescription\":\"Odd\",\"requestId\":\"" + asked.id() + "\",\"statusCode\":\"299\"}}");

        assertThat(sender.isAnswered().head().statusLine()).isEqualTo("HTTP/1.1 299 Odd");
    }
}
