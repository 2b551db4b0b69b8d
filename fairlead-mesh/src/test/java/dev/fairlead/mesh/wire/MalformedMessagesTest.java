// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedMessagesTest {

    @ParameterizedTest
    @CsvSource({"nuropb_protocol, 0.2.0", "nuropb_protocol,", "nuropb_type, question", "nuropb_type,"})
    void headerThatIsMissingOrAnotherIsRefused(String header, String value) {
        Map<String, Object> headers =
                new LinkedHashMap<>(Envelope.ofEvent("c", "t").headers());
        headers.put(header, value);

        assertThatThrownBy(() -> Envelope.read(headers, "c", null, null))
                .isInstanceOf(MalformedMeshMessage.class)
                .hasMessageStartingWith(header);
    }

    @Test
    void messageWithoutHeadersOrCorrelationIsRefused() {
        assertThatThrownBy(() -> Envelope.read(null, "c", null, null)).hasMessageStartingWith("headers: none");
        assertThatThrownBy(() -> Envelope.read(Envelope.ofEvent("c", "t").headers(), null, null, null))
                .hasMessageStartingWith("correlation_id: none");
    }

    @Test
    void traceThatNobodyNamedIsUnknown() {
        Map<String, Object> headers =
                new LinkedHashMap<>(Envelope.ofEvent("c", "t").headers());
        headers.remove("trace_id");

        assertThat(Envelope.read(headers, "c", null, null).traceId()).isEqualTo("unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "7",
                "null",
                "{\"service\": 7, \"method\": \"m\", \"params\": {}, \"context\": {}}"
            })
    void bodyThatIsNoRequestIsRefused(String body) {
        assertThatThrownBy(() -> MeshMessages.read(request(), body.getBytes(UTF_8)))
                .isInstanceOf(MalformedMeshMessage.class)
                .hasMessageStartingWith("body: ");
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        assertThatThrownBy(() -> MeshMessages.read(request(), new byte[] {'{', (byte) 0xC3, '}'}))
                .hasMessage("body: no UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "method", "params", "context"})
    void missingMemberIsNamed(String key) {
        Map<String, Object> body =
                new LinkedHashMap<>(Map.of("service", "s", "method", "m", "params", Map.of(), "context", Map.of()));
        body.remove(key);

        assertThatThrownBy(() -> MeshMessages.read(request(), PythonJson.bytes(body)))
                .isInstanceOfSatisfying(
                        MalformedMeshMessage.class,
                        e -> assertThat(e.missingKey()).contains(key));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"7 | int", "7.5 | float", "null | NoneType", "true | bool", "[\"m\"] | list", "{} | dict"})
    void methodThatIsNoTextIsAnsweredInTheWordsOfPython(String method, String kind) {
        String body = "{\"service\": \"s\", \"method\": " + method + ", \"params\": {}, \"context\": {}}";

        assertThatThrownBy(() -> MeshMessages.read(request(), body.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        MalformedMeshMessage.class,
                        e -> assertThat(e.answer())
                                .contains(new MeshError(
                                        "AttributeError", "'" + kind + "' object has no attribute 'startswith'")));
    }

    @Test
    void errorMayBeAnyValue() {
        assertThat(MeshError.read("it broke")).isEqualTo(new MeshError("NuropbException", "it broke"));
        assertThat(MeshError.read(Map.of("error", "ValueError", "description", "no")))
                .isEqualTo(new MeshError("ValueError", "no"));
    }

    private static Envelope request() {
        return Envelope.ofCall(MessageKind.REQUEST, "c", "q", Duration.ofSeconds(1), "t", false);
    }
}
