// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.protocol.http.RelayHeaders;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;

/** Whatever stands where a control message should. */
class ControlMessageFuzzTest {

    @FuzzTest
    void anyTextIsAMessageOrIsRefused(byte[] input) {
        isAMessageOrIsRefused(new String(input, StandardCharsets.UTF_8));
    }

    static void isAMessageOrIsRefused(String text) {
        assertThat(ControlMessages.fits(text))
                .isEqualTo(text.getBytes(StandardCharsets.UTF_8).length <= ControlMessages.MAX_ENCODED_BYTES);
        boolean json = isJson(text);
        ControlMessage message;
        try {
            message = ControlMessages.decode(text);
        } catch (MalformedMessage refused) {
            assertThat(refused.getMessage()).hasSizeLessThan(120);
            return;
        }
        assertThat(json).isTrue();
        if (!(message instanceof ControlMessage.Unknown)) {
            isReadAsItWasWritten(message);
        }
    }

    /** Several lines of one name are joined by the first writing, and stay what they are from then on. */
    static void isReadAsItWasWritten(ControlMessage message) {
        ControlMessage read = ControlMessages.decode(ControlMessages.encode(message));
        if (message instanceof ControlMessage.Response written) {
            ControlMessage.Response back = (ControlMessage.Response) read;
            assertThat(RelayHeaders.joined(back.responseHeaders()))
                    .isEqualTo(RelayHeaders.joined(written.responseHeaders()));
            assertThat(back)
                    .isEqualTo(new ControlMessage.Response(
                            written.requestId(),
                            written.statusCode(),
                            written.statusDescription(),
                            back.responseHeaders(),
                            written.body()));
            assertThat(ControlMessages.decode(ControlMessages.encode(read))).isEqualTo(read);
            return;
        }
        assertThat(read).isEqualTo(message);
    }

    /** {@return whether a text is JSON: if so, it is written as something that is read as the same} */
    static boolean isJson(String text) {
        Object value;
        try {
            value = Json.parse(text);
        } catch (MalformedJson refused) {
            assertThat(refused.offset()).isBetween(0, text.length());
            return false;
        }
        String written = Json.write(value);
        assertThat(Json.parse(written)).isEqualTo(value);
        assertThat(Json.write(Json.parse(written))).isEqualTo(written).doesNotContain("\n", "\r");
        return true;
    }
}
