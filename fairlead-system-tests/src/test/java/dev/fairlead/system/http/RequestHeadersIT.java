// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SharedAccess;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of a sender's headers a listener is told, and which end at the relay. */
@ExtendWith(RelayUnderTest.Extension.class)
class RequestHeadersIT {

    private static final String FIRST_ID = "11111111-1111-1111-1111-111111111111";
    private static final String SECOND_ID = "22222222-2222-2222-2222-222222222222";

    private RelayUnderTest relay;
    private ListenerDriver listener;

    @BeforeEach
    void listen(RelayUnderTest prepared) {
        relay = prepared.knows("path: open, senderAuthorization: anonymous");
        listener = relay.listener("orders").online();
    }

    private Asked asked(UnaryOperator<Handshake> change) {
        relay.http("orders").gets(change);
        return listener.isAsked();
    }

    @ParameterizedTest
    @CsvSource({
        "Connection, keep-alive",
        "Keep-Alive, timeout=5",
        "Proxy-Connection, keep-alive",
        "Close, 1",
        "TE, trailers",
        "Trailer, X-Sum",
        "Upgrade, h2c",
        "Content-Length, 0",
        "servicebusauthorization, "
    })
    void headersOfTheConnectionEndAtTheRelay(String name, String value) {
        Asked asked = asked(head -> name.startsWith("service") ? head : head.with(name, value));

        assertThat(asked.headers().keySet()).noneMatch(told -> told.equalsIgnoreCase(name));
    }

    @Test
    void headersThatTheConnectionNamesEndAtTheRelay() {
        Asked asked = asked(head -> head.with("Connection", "keep-alive, X-Hop ,x-other")
                .with("x-hop", "1")
                .with("X-Other", "2")
                .with("X-Kept", "3"));

        assertThat(asked.headers()).containsEntry("X-Kept", "3").doesNotContainKeys("x-hop", "X-Other", "Connection");
    }

    @Test
    void framingOfABodyInChunksEndsAtTheRelay() {
        relay.http("orders").startsPostingChunks().sendsChunk("x").endsChunks();

        assertThat(listener.fetches().headers()).doesNotContainKeys("Transfer-Encoding", "Content-Length");
    }

    @Test
    void hostIsToldAsTheSenderSaidIt() {
        assertThat(asked(head -> head.withOther("Host", "Relay.Example:8443")).headers())
                .containsEntry("Host", "Relay.Example:8443");
        assertThat(asked(head -> head).headers()).containsEntry("Host", "127.0.0.1:" + relay.port());
    }

    @Test
    void viaIsAdded() {
        assertThat(asked(head -> head).headers()).containsEntry("Via", "1.1 localhost");
    }

    @Test
    void viaThatIsThereGoesOn() {
        assertThat(asked(head -> head.with("via", "1.0 fred")).headers())
                .containsEntry("via", "1.0 fred, 1.1 localhost")
                .doesNotContainKey("Via");
    }

    @Test
    void namesKeepTheirCaseAndValuesAllTheirLetters() {
        Asked asked = asked(head ->
                head.with("X-oDd_!#$%&'*+.^`|~CASE", "\"'(){}[]<>=/,:;@\\ \t ä").with("X-Empty", ""));

        assertThat(asked.headers())
                .containsEntry("X-oDd_!#$%&'*+.^`|~CASE", "\"'(){}[]<>=/,:;@\\ \t ä")
                .containsEntry("X-Empty", "");
    }

    @Test
    void severalLinesBecomeOneValue() {
        Asked asked = asked(head -> head.with("X-List", "requestValue1")
                .with("Cookie", "a=1")
                .with("x-list", "requestValue2")
                .with("cookie", "b=2"));

        assertThat(asked.headers())
                .containsEntry("X-List", "requestValue1, requestValue2")
                .containsEntry("Cookie", "a=1; b=2");
    }

    @Test
    void authorizationThatWasNotUsedIsTheApplications() {
        Asked asked = asked(head -> head.with("Authorization", "Bearer bearbear"));

        assertThat(asked.headers()).containsEntry("Authorization", "Bearer bearbear");
    }

    @Test
    void authorizationThatWasUsedEndsAtTheRelay() {
        relay.http("orders").withoutToken().gets(head -> head.with("Authorization", relay.token("orders", Right.SEND)));

        assertThat(listener.isAsked().headers()).doesNotContainKey("Authorization");
    }

    @Test
    void authorizationBesideATokenInTheQueryIsTheApplications() {
        String query = "?a=b&sb-hc-token=" + SharedAccess.encode(relay.token("orders", Right.SEND));

        relay.http("orders").withoutToken().asks("GET", query, head -> head.with("Authorization", "Basic YTpi"));

        Asked asked = listener.isAsked();
        assertThat(asked.headers()).containsEntry("Authorization", "Basic YTpi");
        assertThat(asked.target()).isEqualTo("/orders?a=b");
    }

    @Test
    void credentialsOfAnAnonymousSenderEndAtTheRelayAndItsAuthorizationDoesNot() {
        ListenerDriver open = relay.listener("open").online();
        relay.http("open")
                .withoutToken()
                .asks(
                        "GET",
                        "?sb-hc-token=nonsense",
                        head -> head.with("ServiceBusAuthorization", "nonsense")
                                .with("Authorization", relay.token("open", Right.SEND)));

        Asked asked = open.isAsked();
        assertThat(asked.target()).isEqualTo("/open");
        assertThat(asked.headers()).containsKey("Authorization").doesNotContainKey("ServiceBusAuthorization");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 70_000})
    void relayTellsToContinueAndTheListenerHearsNothingOfIt(int length) {
        HttpSenderDriver sender = relay.http("orders")
                .asks(
                        "POST",
                        "",
                        head -> head.with("Content-Length", String.valueOf(length))
                                .with("Expect", "100-continue"));

        Asked asked = length > 65_536 ? listener.fetches() : null;
        sender.isToldToContinue().sends(Bytes.of(length));
        if (asked == null) {
            asked = listener.isAsked();
            assertThat(asked.body()).isEqualTo(Bytes.of(length));
        } else {
            assertThat(asked.receivesBody()).isEqualTo(Bytes.of(length));
        }

        assertThat(asked.headers()).doesNotContainKey("Expect");
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
    }

    @Test
    void senderThatIsRefusedIsNotToldToContinue() {
        HttpSenderDriver sender = relay.http("nowhere")
                .asks("POST", "", head -> head.with("Content-Length", "5").with("Expect", "100-continue"));

        sender.isRefusedWith(404, "Endpoint does not exist");
    }

    @Test
    void offerOfHttp2IsPassedOver() {
        Asked asked = asked(head -> head.with("Connection", "Upgrade, HTTP2-Settings")
                .with("Upgrade", "h2c")
                .with("HTTP2-Settings", "AAMAAABkAAQAoAAAAAIAAAAA"));

        assertThat(asked.headers()).doesNotContainKeys("Upgrade", "HTTP2-Settings", "Connection");
    }

    @Test
    void requestIsAnsweredByTheListenerThatItAllows() {
        ListenerDriver first = relay.listener("eu").withId(FIRST_ID).online();
        ListenerDriver second = relay.listener("eu").withId(SECOND_ID).online();

        for (int i = 0; i < 10; i++) {
            relay.http("eu").gets(head -> head.with("Microsoft-Relay-AllowedListeners", SECOND_ID));
            second.isAsked();
        }
        first.isNotOffered();
    }

    @Test
    void requestIsNotAnsweredByTheListenerThatItDisallows() {
        ListenerDriver first = relay.listener("eu").withId(FIRST_ID).online();
        ListenerDriver second = relay.listener("eu").withId(SECOND_ID).online();

        for (int i = 0; i < 10; i++) {
            relay.http("eu").gets(head -> head.with("Microsoft-Relay-DisallowedListeners", SECOND_ID + ", x"));
            first.isAsked();
        }
        second.isNotOffered();
    }

    @Test
    void requestThatNoListenerFitsIsRefused() {
        relay.http("orders")
                .gets(head -> head.with("Microsoft-Relay-AllowedListeners", FIRST_ID))
                .isRefusedWith(
                        404, "None of the connected listeners meet the AllowedListeners/DisallowedListeners criteria");
    }
}
