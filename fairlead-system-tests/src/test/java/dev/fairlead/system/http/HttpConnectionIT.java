// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Answer;
import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.Reply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several requests on one connection of a sender. */
@ExtendWith(RelayUnderTest.Extension.class)
class HttpConnectionIT {

    private RelayUnderTest relay;
    private ListenerDriver listener;
    private HttpSenderDriver sender;

    @BeforeEach
    void listen(RelayUnderTest prepared) {
        relay = prepared;
        listener = relay.listener("orders").online();
        sender = relay.http("orders");
    }

    private void serves(String text) {
        listener.isAsked().answers(200, text);
    }

    @Test
    void requestsOfEveryKindFollowEachOther() {
        sender.gets();
        serves("one");
        sender.isAnsweredWith(200, "one");

        sender.posts("a body");
        assertThat(listener.isAsked().answers(Reply.of(204)).body()).asString().isEqualTo("a body");
        assertThat(sender.isAnswered().status()).isEqualTo(204);

        sender.startsPostingChunks().sendsChunk("chunk").endsChunks();
        Asked fetched = listener.fetches();
        assertThat(fetched.receivesBody()).asString().isEqualTo("chunk");
        fetched.answers(200, "three");
        sender.isAnsweredWith(200, "three");

        sender.asks("HEAD", "", head -> head);
        listener.isAsked().dials().answers(200, "not shown");
        assertThat(sender.isAnswered().status()).isEqualTo(200);

        sender.gets();
        serves("five");
        sender.isAnsweredWith(200, "five");
    }

    @Test
    void tenRequestsBehindEachOtherAreAnsweredInOrder() {
        for (int i = 0; i < 10; i++) {
            sender.gets("/" + i);
        }

        for (int i = 0; i < 10; i++) {
            Asked asked = listener.isAsked();
            asked.answers(200, asked.target());
        }

        for (int i = 0; i < 10; i++) {
            sender.isAnsweredWith(200, "/orders/" + i);
        }
    }

    @Test
    void requestsWithBodiesMayComeInOnePiece() {
        StringBuilder all = new StringBuilder();
        String head = "POST /orders HTTP/1.1\r\nHost: h\r\nServiceBusAuthorization: " + relay.token("orders") + "\r\n";
        for (int i = 0; i < 5; i++) {
            all.append(head).append("Content-Length: 1\r\n\r\n").append(i);
            all.append(head)
                    .append("Transfer-Encoding: chunked\r\n\r\n1\r\n")
                    .append(i)
                    .append("\r\n0\r\n\r\n");
        }
        sender.socket().writes(all.toString());

        for (int i = 0; i < 5; i++) {
            Asked byControl = listener.isAsked();
            byControl.answers(200, new String(byControl.body(), StandardCharsets.UTF_8));
            sender.isAnsweredWith(200, String.valueOf(i));
            Asked fetched = listener.fetches();
            assertThat(fetched.receivesBody()).asString().isEqualTo(String.valueOf(i));
            fetched.answers(200, "chunk " + i);
            sender.isAnsweredWith(200, "chunk " + i);
        }
    }

    @Test
    void senderThatWillAskNoMoreIsAnsweredAndHungUpOn() {
        sender.gets(head -> head.with("Connection", "close"));
        serves("last");

        Answer answer = sender.isAnsweredWith(200, "last");

        assertThat(answer.header("Connection")).hasValue("close");
        sender.isHungUpOn();
    }

    /** It cannot be told from one that has left: whoever answers it is not to work for nobody. */
    @Test
    void senderThatEndsItsHalfHasLeft() {
        sender.gets();
        Asked asked = listener.isAsked().dials();

        sender.socket().hangsUp();

        asked.isClosedWith(1001);
        sender.isHungUpOn();
    }

    @Test
    void connectionMayBecomeOneOfAWebSocket() {
        sender.gets();
        serves("first a page");
        sender.isAnsweredWith(200, "first a page");

        sender.socket()
                .starts(Handshake.to("/$hc/orders?sb-hc-action=connect")
                        .with("ServiceBusAuthorization", relay.token("orders")));

        listener.isOffered();
        listener.dials();
        sender.socket().readsUpgrade();
    }

    @Test
    void trailersAreReadAndTheConnectionIsKept() {
        sender.startsPostingChunks().sendsChunk("x").sends("0\r\nX-Sum: 1\r\nX-Other: 2\r\n\r\n");
        Asked fetched = listener.fetches();
        assertThat(fetched.receivesBody()).asString().isEqualTo("x");
        fetched.answers(200, "done");
        sender.isAnsweredWith(200, "done");

        sender.gets();
        serves("next");
        sender.isAnsweredWith(200, "next");
    }

    @Test
    void extensionsOfChunksArePassedOver() {
        sender.startsPostingChunks().sends("1;a=b\r\nx\r\n00;c=\"d e\"\r\n\r\n");

        Asked fetched = listener.fetches();
        assertThat(fetched.receivesBody()).asString().isEqualTo("x");
        fetched.answers(200, "done");
        sender.isAnsweredWith(200, "done");
    }
}
