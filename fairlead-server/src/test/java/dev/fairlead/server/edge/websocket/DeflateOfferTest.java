// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7692, section 7.1: which offers the server takes, and what it answers. */
class DeflateOfferTest {

    private static final String ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "  permessage-deflate\t",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate;client_max_window_bits=8",
                "permessage-deflate; client_max_window_bits = \"15\" ",
                "permessage-deflate; client_no_context_takeover",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=10",
                "permessage-bzip2, permessage-deflate",
                "x-webkit-deflate-frame, permessage-deflate; client_max_window_bits",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate",
                "permessage-deflate; odd, permessage-deflate; client_max_window_bits",
            })
    void offerThatCanBeKeptIsTakenWithoutContextTakeover(String offers) {
        assertThat(DeflateOffer.answer(offers)).contains(ANSWER);
    }

    @Test
    void fullWindowOfTheServerIsPromised() {
        assertThat(DeflateOffer.answer("permessage-deflate; server_max_window_bits=15; client_max_window_bits"))
                .contains(ANSWER + "; server_max_window_bits=15");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "permessage-bzip2",
                "Permessage-Deflate",
                "permessage-deflate;",
                "permessage-deflate; ;",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=14",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=015",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=",
                "permessage-deflate; client_max_window_bits=\"15",
                "permessage-deflate; client_max_window_bits=15; client_max_window_bits=15",
                "permessage-deflate; client_no_context_takeover=1",
                "permessage-deflate; server_no_context_takeover=true",
                "permessage-deflate; Client_Max_Window_Bits",
                "permessage-deflate; unknown",
                "permessage-deflate client_max_window_bits",
            })
    void offerThatIsNoneOrCannotBeKeptIsDeclined(String offers) {
        assertThat(DeflateOffer.answer(offers)).isEmpty();
    }
}
