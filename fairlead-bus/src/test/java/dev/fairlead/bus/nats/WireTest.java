// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.bus.Address;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.Sender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void envelopeHasTheOriginalsKeysInTheirOrder() {
        BusMessage message = new BusMessage(
                "login-request",
                "u1",
                null,
                new Sender.Client(new Address("127.0.0.1", 4711), "uname"),
                Content.ofJson("{\"username\": \"alice\"}"));

        assertThat(new String(Wire.write(message), StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"login-request\",\"uuid\":\"u1\",\"response_uuid\":null,"
                        + "\"sender\":[[\"127.0.0.1\",4711],\"uname\"],\"pref_dest\":null,"
                        + "\"content\":{\"username\": \"alice\"}}");
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        BusMessage message = new BusMessage(
                "file-list-response", "u2", "u1", new Sender.Service("Filesystem"), Content.of(List.of("grün", 1L)));

        assertThat(Wire.read(Wire.write(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"type\":\"a\"}",
                "{\"type\":\"a\",\"uuid\":\"u\"}",
                "{\"type\":\"a\",\"uuid\":\"u\",\"sender\":\"Filesystem\"}",
                "{\"type\":\"a\",\"uuid\":\"u\",\"sender\":[\"host\",\"name\"]}",
                "{\"type\":\"\",\"uuid\":\"u\",\"sender\":\"service.A\"}"
            })
    void whatIsNoMessageIsRefused(String envelope) {
        assertThatThrownBy(() -> Wire.read(bytes(envelope))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"file-list_request2, file-list_request2", "a b, a=20b", "a.*>=, a=2E=2A=3E=3D", "grün, gr=C3=BCn"})
    void typeIsOneToken(String type, String token) {
        assertThat(Wire.token(type)).isEqualTo(token);
        assertThat(new Wire("fairlead.bus").type(type)).isEqualTo("fairlead.bus.type." + token);
    }
}
