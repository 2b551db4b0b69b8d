// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.Headers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "What both ends agree on": subprotocols and extensions are theirs to choose. */
class AgreementTest {

    private static final String PROTOCOL = "Sec-WebSocket-Protocol";
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    @Test
    void listenerChoosesTheSubprotocolByAskingForIt() {
        Agreement agreement = Agreement.between(
                headers(PROTOCOL, "mqtt, amqp", PROTOCOL, "stomp"), headers("sec-websocket-protocol", "amqp"));

        assertThat(agreement.forSender()).containsExactly(new Header(PROTOCOL, "amqp"));
        assertThat(agreement.forListener()).containsExactly(new Header(PROTOCOL, "amqp"));
    }

    @Test
    void listenerThatAsksForTheWholeListGetsWhatTheSenderPrefers() {
        Agreement agreement =
                Agreement.between(headers(PROTOCOL, "mqtt, amqp"), headers(PROTOCOL, "stomp, amqp, mqtt"));

        assertThat(agreement.forSender()).containsExactly(new Header(PROTOCOL, "mqtt"));
        assertThat(agreement.forListener()).containsExactly(new Header(PROTOCOL, "mqtt"));
    }

    @Test
    void listenerThatAsksForNoneLeavesBothWithout() {
        Agreement agreement = Agreement.between(headers(PROTOCOL, "mqtt"), headers());

        assertThat(agreement.forSender()).isEmpty();
        assertThat(agreement.forListener()).isEmpty();
    }

    @Test
    void senderIsNeverToldASubprotocolThatItDidNotAskFor() {
        Agreement agreement = Agreement.between(headers(PROTOCOL, "mqtt"), headers(PROTOCOL, "amqp"));

        assertThat(agreement.forSender()).isEmpty();
        assertThat(agreement.forListener()).containsExactly(new Header(PROTOCOL, "amqp"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; server_no_context_takeover",
                "Permessage-Deflate;client_max_window_bits=10",
                "x-custom; a=b",
                "x-custom, permessage-deflate",
            })
    void extensionsAreAgreedWhenTheListenerAnswersTheOffer(String answer) {
        Agreement agreement = Agreement.between(
                headers(EXTENSIONS, "permessage-deflate; client_max_window_bits, x-custom"),
                headers(EXTENSIONS, answer));

        assertThat(agreement.extension()).isTrue();
        assertThat(agreement.forSender()).containsExactly(new Header(EXTENSIONS, answer));
        assertThat(agreement.forListener()).containsExactly(new Header(EXTENSIONS, answer));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate; client_max_window_bits | a listener's library that offers it to every server",
                "permessage-deflate, permessage-deflate; server_no_context_takeover | two offers of one extension",
                "x-other | one that the sender did not offer",
                "permessage-deflate, x-other | one of two that the sender did not offer",
            })
    void whatCannotBeAnAnswerAgreesOnNothing(String value, String why) {
        Agreement agreement = Agreement.between(headers(EXTENSIONS, "permessage-deflate"), headers(EXTENSIONS, value));

        assertThat(agreement.extension()).as(why).isFalse();
        assertThat(agreement.forSender()).isEmpty();
        assertThat(agreement.forListener()).isEmpty();
    }

    @Test
    void junkHeaderWithAnExtensionInItsValueAgreesOnNothing() {
        Agreement agreement = Agreement.between(
                headers(EXTENSIONS, "permessage-deflate"),
                headers("0", "Sec-WebSocket-Extensions: permessage-deflate"));

        assertThat(agreement.extension()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "permessage-deflate; client_max_window_bits, true",
        "permessage-deflate; server_max_window_bits=10, true",
        "permessage-deflate; foo=1, false",
        "x-custom; foo=1, true",
    })
    void offerWithAParameterThatNobodyKnowsIsKeptFromListeners(String offer, boolean sound) {
        assertThat(Agreement.isOfferSound(headers(EXTENSIONS, offer))).isEqualTo(sound);
    }

    private static Headers headers(String... namesAndValues) {
        List<Header> lines = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            lines.add(new Header(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new Headers(lines);
    }
}
