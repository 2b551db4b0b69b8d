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
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests go by the control channel, which by a rendezvous, and in which messages. */
@ExtendWith(RelayUnderTest.Extension.class)
class ChannelChoiceIT {

    private static final int MOST_ON_CONTROL = 65_536;

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared;
    }

    @Test
    void requestIsToldByTheControlChannelAndAnsweredThere() {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets("/7?a=b");

        Asked asked = listener.isAsked();

        assertThat(asked.method()).isEqualTo("GET");
        assertThat(asked.target()).isEqualTo("/orders/7?a=b");
        assertThat(asked.announcesBody()).isFalse();
        assertThat(asked.remoteAddress()).isEqualTo("127.0.0.1");
        assertThat(asked.remotePort()).isEqualTo(sender.socket().localPort());
        asked.answers(Reply.of(201).saying("Made").body("hello"));
        assertThat(sender.isAnsweredWith(201, "hello").head().statusLine()).isEqualTo("HTTP/1.1 201 Made");
    }

    @Test
    void idsBeginWithAUuidAndAreNotAlike() {
        ListenerDriver listener = relay.listener("orders").online();
        relay.http("orders").gets("?sb-hc-id=not-a-guid");
        Asked first = listener.isAsked();
        relay.http("orders").gets();
        Asked second = listener.isAsked();

        for (Asked asked : List.of(first, second)) {
            assertThat(UUID.fromString(asked.id().substring(0, 36))).isNotNull();
        }
        assertThat(first.id()).isNotEqualTo(second.id());
        assertThat(first.address()).isNotEqualTo(second.address());
    }

    /** Java's listener ends its control channel over some queries, so that an address has none of the sender's. */
    @Test
    void addressHoldsNothingOfTheSendersTarget() {
        ListenerDriver listener = relay.listener("Orders/eu").online();
        relay.http("orders/EU").gets("/below?t=a=b&%3D=c");

        assertThat(listener.isAsked().address())
                .matches("wss?://(127\\.0\\.0\\.1|localhost):" + relay.port()
                        + "/\\$hc/Orders/eu\\?sb-hc-action=request&sb-hc-id=[^&=?]+");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 32_768, 32_769, 65_535, MOST_ON_CONTROL})
    void bodyThatFitsTheControlChannelFollowsItsRequestThere(int length) {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").posts(Bytes.of(length));

        Asked asked = listener.isAsked();

        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.body()).isEqualTo(Bytes.of(length));
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
    }

    @Test
    void bodyOfNoBytesIsNone() {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").posts();

        Asked asked = listener.isAsked();

        assertThat(asked.announcesBody()).isFalse();
        asked.answers(200);
        assertThat(sender.isAnswered().header("Content-Length")).hasValue("0");
    }

    @ParameterizedTest
    @ValueSource(ints = {MOST_ON_CONTROL + 1, 70_000, 1_000_000})
    void bodyThatDoesNotFitIsFetched(int length) {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").startsPosting(length);
        sender.socket().writesInBackground(Bytes.of(length));

        Asked asked = listener.fetches();

        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.target()).isEqualTo("/orders");
        assertThat(asked.announcesBody()).isTrue();
        assertThat(asked.receivesBody()).isEqualTo(Bytes.of(length));
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
    }

    @Test
    void bodyOfUnknownLengthIsFetchedAndArrivesBeforeItsEnd() {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").startsPostingChunks().sendsChunk("first ");

        Asked asked = listener.fetches();
        WireFrame first = asked.channel().receivesButNoPings();
        sender.sendsChunk("second").endsChunks();

        assertThat(first.opcode()).isEqualTo(WireFrame.BINARY);
        assertThat(first.isFinal()).isFalse();
        StringBuilder whole = new StringBuilder(first.text());
        WireFrame next = first;
        while (!next.isFinal()) {
            next = asked.channel().receivesButNoPings();
            assertThat(next.opcode()).as("opcode of %s", next).isEqualTo(WireFrame.CONTINUATION);
            whole.append(next.text());
        }
        assertThat(whole).hasToString("first second");
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
    }

    /** Java's listener never answers a request that comes by a rendezvous and has no body. */
    @Test
    void bodyOfUnknownLengthThatIsEmptyIsFetchedAsAnEmptyMessage() {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").startsPostingChunks().endsChunks();

        Asked asked = listener.fetches();

        assertThat(asked.announcesBody()).isTrue();
        assertThat(asked.receivesBody()).isEmpty();
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
    }

    /** For the same reason a request without a body is fetched with an empty one. */
    @Test
    void requestWhoseHeadersDoNotFitACommandIsFetched() {
        relay.with("limits.maxHeaderSize=256KiB");
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets(head -> head.with("X-Long", "x".repeat(70_000)));

        Asked asked = listener.fetches();

        assertThat(asked.headers().get("X-Long")).hasSize(70_000);
        assertThat(asked.announcesBody()).isTrue();
        assertThat(asked.receivesBody()).isEmpty();
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
    }

    /** The .NET listener reads nothing else while it waits for a body. */
    @Test
    void requestIsNotToldBeforeItsBodyIsWhole() {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver slow = relay.http("orders").startsPosting(10).sends("half ");
        listener.isNotOffered();
        HttpSenderDriver quick = relay.http("orders").gets("/quick");

        Asked first = listener.isAsked();
        assertThat(first.target()).isEqualTo("/orders/quick");
        slow.sends("a word");
        assertThat(listener.isAsked().body()).asString().isEqualTo("half a wor");

        first.answers(200, "quick");
        quick.isAnsweredWith(200, "quick");
    }

    /** hyco-https takes the next message for the body, whatever it is. */
    @Test
    void nothingComesBetweenARequestAndItsBody() {
        relay.with("relay.maxWaitingPerListener=1000");
        ListenerDriver listener = relay.listener("orders").online();
        List<HttpSenderDriver> senders = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            listener.control().sends(WireFrame.ping("ping " + i));
            senders.add(relay.http("orders").posts(Bytes.of(60_000 + i)));
            relay.sender("orders").startsConnecting();
        }

        List<Asked> requests = new ArrayList<>();
        int offers = 0;
        while (requests.size() < 50 || offers < 50) {
            Optional<Asked> asked = listener.isAskedOrOffered();
            asked.ifPresent(requests::add);
            offers += asked.isPresent() ? 0 : 1;
        }

        for (Asked asked : requests) {
            asked.answers(Reply.of(200).body(asked.body()));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(senders.get(i).isAnswered().body()).isEqualTo(Bytes.of(60_000 + i));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,false", "65535,false", "65536,false", "65537,true", "1000000,true"})
    void answerOfEverySizeComesByEitherWay(int length, boolean byRendezvous) {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked();

        if (byRendezvous) {
            asked.dials();
        }
        asked.answers(Reply.of(200).body(Bytes.of(length)));

        assertThat(sender.isAnswered().body()).isEqualTo(Bytes.of(length));
    }

    @Test
    void bodiesOnTheControlChannelAreToldByLengthAndThoseOfARendezvousInChunks() {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets().gets();

        listener.isAsked().answers(200, "hello");
        assertThat(sender.isAnsweredWith(200, "hello").header("Content-Length")).hasValue("5");
        listener.isAsked().dials().answers(200, "hello");

        assertThat(sender.isAnsweredWith(200, "hello").header("Transfer-Encoding"))
                .hasValue("chunked");
    }

    @Test
    void answersBodyMayComeInFragmentsWithPingsBetween() {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets();
        Asked asked = listener.isAsked();

        asked.answers(Reply.of(200).announcingBody()).begins("one ");
        listener.control().sends(WireFrame.ping("between"));
        asked.goesOn("two ").goesOn("").ends("three");

        sender.isAnsweredWith(200, "one two three");
    }

    @Test
    void commandOfTheGreatestLengthIsUnderstood() {
        ListenerDriver listener = relay.listener("orders").online();
        HttpSenderDriver sender = relay.http("orders").gets();

        listener.isAsked()
                .answers(Reply.of(200)
                        .with("X-One", "x".repeat(32_000))
                        .with("X-Two", "y".repeat(33_000))
                        .body("hello"));

        assertThat(sender.isAnsweredWith(200, "hello").header("X-Two").orElse(""))
                .hasSize(33_000);
    }
}
