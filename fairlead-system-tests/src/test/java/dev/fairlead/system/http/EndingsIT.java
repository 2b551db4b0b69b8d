// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.Reply;
import dev.fairlead.testkit.WireFrame;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an answer that comes by a rendezvous ends, by the habits of every client; and how both sides are told of a loss. */
@ExtendWith(RelayUnderTest.Extension.class)
class EndingsIT {

    private RelayUnderTest relay;
    private ListenerDriver listener;
    private HttpSenderDriver sender;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared;
        listener = relay.listener("orders").online();
        sender = relay.http("orders");
    }

    private Asked answering() {
        sender.gets();
        Asked asked = listener.isAsked().dials().answers(Reply.of(200).announcingBody());
        assertThat(sender.receivesHead().status()).isEqualTo(200);
        return asked;
    }

    private void connectionIsKept() {
        sender.gets("/next");
        Asked next = listener.isAsked(); // by the control channel: a rendezvous is for one request
        assertThat(next.target()).isEqualTo("/orders/next");
        next.answers(200, "next");
        sender.isAnsweredWith(200, "next");
    }

    /** Node's way: it never closes by itself. */
    @Test
    void lastFrameEndsTheBodyAndTheRelayCloses() {
        Asked asked = answering().begins("one ").ends("two");

        sender.receives("one ").receives("two").receivesEnd();

        asked.isClosedWith(1000);
        asked.closes(1000, "");
        asked.channel().readsEnd();
        connectionIsKept();
    }

    /** .NET's way: an empty last frame, and its own Close, which waits to be answered. */
    @Test
    void closeBehindTheLastFrameIsAnsweredAtOnce() {
        Asked asked = answering().begins("one").ends("").closes(1000, "NormalClosure");

        sender.receives("one").receivesEnd();

        asked.isClosedWith(1000);
        asked.channel().readsEnd();
        connectionIsKept();
    }

    /** Java's way: no frame is ever the last one. */
    @Test
    void closeWithinTheMessageEndsTheBody() {
        Asked asked = answering().begins("one ").goesOn("two").closes(1000, "NormalClosure");

        sender.receives("one ").receives("two").receivesEnd();

        asked.isClosedWith(1000);
        asked.channel().readsEnd();
        connectionIsKept();
    }

    /** .NET's and Java's way of an answer without a body. */
    @Test
    void closeBehindAnAnswerWithoutABodyIsItsEnd() {
        sender.gets();

        Asked asked = listener.isAsked().dials().answers(200).closes(1000, "NormalClosure");

        sender.isAnsweredWith(200, "");
        asked.isClosedWith(1000);
        connectionIsKept();
    }

    /** Node's way: the socket stays open unless the relay closes it. */
    @Test
    void rendezvousIsClosedBehindAnAnswerWithoutABody() {
        sender.gets();

        Asked asked = listener.isAsked().dials().answers(204);

        assertThat(sender.isAnswered().status()).isEqualTo(204);
        asked.isClosedWith(1000);
        connectionIsKept();
    }

    /** Java's listener may close before it sent anything of an empty body. */
    @Test
    void closeInsteadOfTheAnnouncedBodyIsAnEmptyOne() {
        sender.gets();

        listener.isAsked().dials().answers(Reply.of(200).announcingBody()).closes(1000, "NormalClosure");

        sender.isAnsweredWith(200, "");
        connectionIsKept();
    }

    @Test
    void emptyMessageIsAnEmptyBody() {
        sender.gets();

        Asked asked = listener.isAsked().dials().answers(Reply.of(200).body(""));

        sender.isAnsweredWith(200, "");
        asked.isClosedWith(1000);
    }

    /** Nothing may make the sender believe that it has the whole. */
    @Test
    void lossWithinTheBodyCutsTheSenderOff() {
        Asked asked = answering().begins("one");
        sender.receives("one");

        asked.isLost();

        sender.isCutOff();
    }

    @Test
    void endWithoutACloseWithinTheBodyCutsTheSenderOff() {
        Asked asked = answering().begins("one");
        sender.receives("one");

        asked.channel().hangsUp();

        sender.isCutOff();
    }

    @ParameterizedTest
    @ValueSource(ints = {1002, 1011})
    void closeThatTellsOfAFaultCutsTheSenderOff(int code) {
        Asked asked = answering().begins("one");
        sender.receives("one");

        asked.closes(code, "a fault");

        sender.isCutOff();
    }

    @Test
    void frameThatBreaksTheRulesCutsTheSenderOff() {
        Asked asked = answering().begins("one");
        sender.receives("one");

        asked.sends(WireFrame.text("not in the middle of a message"));

        asked.isClosedWith(1002);
        sender.isCutOff();
    }

    @Test
    void lossBeforeTheAnswerIsToldToTheSender() {
        sender.gets();

        listener.isAsked().dials().isLost();

        sender.isRefusedWith(502, "The listener was lost before it had answered");
    }

    @Test
    void closeBeforeTheAnswerIsToldToTheSender() {
        sender.gets();

        listener.isAsked().dials().closes(1000, "");

        sender.isRefusedWith(502, "The listener was lost before it had answered");
    }

    @Test
    void lossWhileTheRequestIsFetchedIsToldToTheSender() {
        sender.startsPosting(100_000).sends(Bytes.of(1000));

        listener.fetches().isLost();

        assertThat(sender.receivesHead().status()).isEqualTo(502);
    }

    @Test
    void lossOfTheControlChannelBeforeTheAnswerIsToldToTheSender() {
        sender.gets();
        listener.isAsked();

        listener.loses();

        sender.isRefusedWith(502, "The listener was lost before it had answered");
    }

    @Test
    void lossOfTheControlChannelDoesNotTouchAnAnswerByARendezvous() {
        Asked asked = answering().begins("one");
        sender.receives("one");

        listener.loses();
        asked.ends("two");

        sender.receives("two").receivesEnd();
    }

    @Test
    void senderThatLeavesIsToldToTheListenerThatAnswers() {
        Asked asked = answering().begins("one");
        sender.receives("one");

        sender.givesUp();

        asked.isClosedWith(1001);
    }

    @Test
    void senderThatLeavesIsToldToTheListenerThatHasNotAnsweredYet() {
        sender.gets();
        Asked asked = listener.isAsked().dials();

        sender.givesUp();

        asked.isClosedWith(1001);
    }

    @Test
    void senderThatLeavesIsToldToTheListenerThatReadsItsBody() {
        sender.startsPosting(100_000).sends(Bytes.of(1000));
        Asked asked = listener.fetches();
        assertThat(asked.channel().receivesButNoPings().isFinal()).isFalse();

        sender.givesUp();

        WireFrame next = asked.channel().receivesButNoPings();
        while (next.opcode() == WireFrame.CONTINUATION) {
            assertThat(next.isFinal()).as("the end of a body that was cut").isFalse();
            next = asked.channel().receivesButNoPings();
        }
        assertThat(next.closeCode()).isEqualTo(1001);
    }

    @Test
    void listenerIsNotDisturbedByASenderThatLeaves() {
        sender.gets();
        Asked asked = listener.isAsked();
        sender.givesUp();

        asked.answers(200, "too late");

        sender = relay.http("orders");
        connectionIsKept();
    }

    /** hyco-https dials for a long answer, and its process ends when that dial is refused: so it is let in, and closed. */
    @Test
    void listenerThatDialsForASenderThatHasLeftIsLetInAndClosed() {
        sender.gets();
        Asked asked = listener.isAsked();
        sender.givesUp();
        listener.isNotOffered(); // while the relay notices

        asked.dials();

        asked.isClosedWith(1001);
    }

    @Test
    void addressIsGoodOnce() {
        Asked asked = answering().begins("one");

        assertThat(asked.dialsAgain().status()).isEqualTo(400);

        asked.ends("two");
        sender.receives("one").receives("two").receivesEnd();
        assertThat(asked.dialsAgain().status()).isEqualTo(400);
    }

    @Test
    void addressOfARequestThatWasAnsweredByTheControlChannelIsGoodNoMore() {
        sender.gets();
        Asked asked = listener.isAsked().answers(200, "done");
        sender.isAnsweredWith(200, "done");

        assertThat(asked.dialsAgain().status()).isEqualTo(400);
    }

    @Test
    void addressWithAnotherIdIsRefused() {
        sender.gets();
        Asked asked = listener.isAsked();

        assertThat(listener.startsDialling(asked.address().replaceFirst("sb-hc-id=.", "sb-hc-id=x"))
                        .readsHead()
                        .status())
                .isEqualTo(400);
        asked.answers(200, "not disturbed");
        sender.isAnsweredWith(200, "not disturbed");
    }

    @Test
    void pingsOnARendezvousAreAnswered() {
        Asked asked = answering().begins("one ").sends(WireFrame.ping("there?"));

        assertThat(asked.channel().receives().text()).isEqualTo("there?");
        asked.ends("two");
        sender.receives("one ").receives("two").receivesEnd();
    }

    @Test
    void answerBeforeTheBodyWasSentIsPassedOn() {
        sender.startsPosting(100_000_000).sends(Bytes.of(1000));

        listener.fetches().answers(413, "too much");

        sender.isAnsweredWith(413, "too much");
    }
}
