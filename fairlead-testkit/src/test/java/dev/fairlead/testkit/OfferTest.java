// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class OfferTest {

    @Test
    void acceptIsReadWhole() {
        Offer offer = Offer.parse("""
                {"accept":{"address":"ws:\\/\\/127.0.0.1:9400/$hc/a/b?x=%20&sb-hc-action=accept","id":"i",
                 "connectHeaders":{"Host":"h","X-Odd":"\\"\\u00e4, b"},
                 "remoteEndpoint":{"address":"127.0.0.1","port":51234}}}""");

        assertThat(offer.server()).isEqualTo(URI.create("ws://127.0.0.1:9400"));
        assertThat(offer.target()).isEqualTo("/$hc/a/b?x=%20&sb-hc-action=accept");
        assertThat(offer.header("x-odd")).isEqualTo("\"ä, b");
        assertThat(offer.remotePort()).isEqualTo(51234);
    }

    @Test
    void unknownMemberFails() {
        assertThatThrownBy(() -> Offer.parse("{\"accept\":{},\"more\":1}")).isInstanceOf(AssertionError.class);
    }
}
