// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlMessagesTest {

    private static final String ID = "5b0ea7a9-5a6e-4c9b-8a3c-0d3a1f9f7a10_G0";

    @Test
    void acceptIsWrittenInTheOrderThatTheServiceUses() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Sec-WebSocket-Key", "a2V5");
        headers.put("X-cUsToM", "a, \"b\"");
        headers.put("Host", "ns:443");

        String text = ControlMessages.encode(new ControlMessage.Accept(
                "wss://ns:443/$hc/hyco?sb-hc-action=accept&sb-hc-id=" + ID,
                ID,
                headers,
                new RemoteEndpoint("203.0.113.9", 51_000)));

        assertThat(text)
                .isEqualTo("{\"accept\":{\"address\":\"wss://ns:443/$hc/hyco?sb-hc-action=accept&sb-hc-id=" + ID
                        + "\",\"id\":\"" + ID
                        + "\",\"connectHeaders\":{\"Sec-WebSocket-Key\":\"a2V5\",\"X-cUsToM\":\"a, \\\"b\\\"\",\"Host\":\"ns:443\"}"
                        + ",\"remoteEndpoint\":{\"address\":\"203.0.113.9\",\"port\":51000}}}");
    }

    @Test
    void acceptIsReadWithEscapedSlashesStrangeMembersAndInAnyOrder() {
        ControlMessage message = ControlMessages.decode("""
                {"accept": {"extra": [1, {"a": null}],
                  "remoteEndpoint": {"port": 5, "address": "::1", "family": 6},
                  "connectHeaders": {"Host": "ns"}, "id": "%s", "address": "wss:\\/\\/ns\\/$hc\\/hyco"}, "trace": "t"}
                """.formatted(ID));

        assertThat(message)
                .isEqualTo(new ControlMessage.Accept(
                        "wss://ns/$hc/hyco", ID, Map.of("Host", "ns"), new RemoteEndpoint("::1", 5)));
    }

    @Test
    void acceptIsReadWithNothingButAnAddress() {
        assertThat(ControlMessages.decode("{\"accept\":{\"address\":\"ws://h/$hc/a\"}}"))
                .isEqualTo(new ControlMessage.Accept("ws://h/$hc/a", "", Map.of(), RemoteEndpoint.UNKNOWN));
    }

    @Test
    void headerValuesThatAreNoTextsAreReadAsText() {
        ControlMessage.Accept accept = (ControlMessage.Accept)
                ControlMessages.decode(
                        "{\"accept\":{\"address\":\"a\",\"connectHeaders\":{\"n\":13,\"l\":[\"a\",\"b\"],\"o\":null,\"b\":true}}}");

        assertThat(accept.connectHeaders())
                .containsExactly(Map.entry("n", "13"), Map.entry("l", "a, b"), Map.entry("b", "true"));
    }

    @Test
    void portThatIsNoneIsReadAsUnknown() {
        ControlMessage.Accept accept = (ControlMessage.Accept) ControlMessages.decode(
                "{\"accept\":{\"address\":\"a\",\"remoteEndpoint\":{\"address\":\"h\",\"port\":70000}}}");

        assertThat(accept.remoteEndpoint()).isEqualTo(new RemoteEndpoint("h", 0));
    }

    @Test
    void renewalGoesThereAndBack() {
        ControlMessage renewal = new ControlMessage.RenewToken("SharedAccessSignature sr=a&sig=b");

        assertThat(ControlMessages.encode(renewal))
                .isEqualTo("{\"renewToken\":{\"token\":\"SharedAccessSignature sr=a&sig=b\"}}");
        assertThat(ControlMessages.decode(ControlMessages.encode(renewal))).isEqualTo(renewal);
    }

    @Test
    void strangeCommandsAreToldByNameAndNeverWritten() {
        assertThat(ControlMessages.decode("{\"injectFault\":{\"delay\":1}}"))
                .isEqualTo(new ControlMessage.Unknown("injectFault"));
        assertThat(ControlMessages.decode("{\"requests\":null}")).isEqualTo(new ControlMessage.Unknown("requests"));
        assertThat(ControlMessages.decode("{}")).isEqualTo(new ControlMessage.Unknown(""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ControlMessages.encode(new ControlMessage.Unknown("ping")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "[]",
                "null",
                "\"accept\"",
                "{\"accept\":1}",
                "{\"accept\":{}}",
                "{\"accept\":{\"address\":5}}",
                "{\"accept\":{\"address\":\"\"}}",
                "{\"renewToken\":\"t\"}",
                "{\"renewToken\":{}}",
                "{\"renewToken\":{\"token\":null}}",
            })
    void whatIsNoMessageIsRefusedWithoutAStackTrace(String text) {
        assertThatThrownBy(() -> ControlMessages.decode(text))
                .isInstanceOf(MalformedMessage.class)
                .satisfies(refusal -> assertThat(refusal.getStackTrace()).isEmpty());
    }

    @Test
    void lengthIsCountedInBytes() {
        assertThat(ControlMessages.fits("a".repeat(65_536))).isTrue();
        assertThat(ControlMessages.fits("a".repeat(65_537))).isFalse();
        for (String character : new String[] {"é", "€", "😀"}) {
            int bytes = character.getBytes(StandardCharsets.UTF_8).length;
            int most = ControlMessages.MAX_ENCODED_BYTES / bytes;
            String filled = character.repeat(most) + "a".repeat(ControlMessages.MAX_ENCODED_BYTES % bytes);

            assertThat(ControlMessages.fits(filled)).isTrue();
            assertThat(ControlMessages.fits(filled + "a")).isFalse();
        }
    }

    @Test
    void credentialsDoNotShowInLogs() {
        ControlMessage accept = new ControlMessage.Accept(
                "ws://h?sb-hc-id=" + ID, ID, Map.of("Cookie", "c00kie"), RemoteEndpoint.UNKNOWN);

        assertThat(accept.toString()).contains("Cookie").doesNotContain(ID).doesNotContain("c00kie");
        assertThat(new ControlMessage.RenewToken("s3cret").toString()).doesNotContain("s3cret");
    }
}
