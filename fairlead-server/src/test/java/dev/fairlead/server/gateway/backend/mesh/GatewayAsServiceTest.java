// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.mesh.wire.Envelope;
import dev.fairlead.mesh.wire.MessageKind;
import dev.fairlead.server.gateway.backend.json.JsonFault;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the mesh may ask of the gateway. */
class GatewayAsServiceTest {

    private final GatewayAsService service = new GatewayAsService("gateway");

    private static Envelope envelope(MessageKind kind, String replyTo, boolean encrypted) {
        return new Envelope(kind, "C", replyTo, Optional.empty(), "T", encrypted);
    }

    private GatewayAsService.Reply asked(Envelope envelope, String body) {
        return service.asked(envelope, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String request(String method) {
        return "{\"tag\": \"request\", \"service\": \"gateway\", \"method\": \"" + method
                + "\", \"params\": {}, \"context\": {\"k\": 1}, \"trace_id\": \"T\"}";
    }

    @Test
    void gatewayDescribesItself() {
        GatewayAsService.Reply reply = asked(envelope(MessageKind.REQUEST, "q", false), request("nuropb_describe"));

        assertThat(reply.accepted()).isTrue();
        GatewayAsService.Response response = Objects.requireNonNull(reply.response());
        assertThat(response.queue()).isEqualTo("q");
        assertThat(response.body())
                .isEqualTo(
                        "{\"tag\": \"response\", \"result\": {\"service_name\": \"gateway\", \"service_version\": null, "
                                + "\"description\": \"Holds the WebSockets of clients, and asks services for them.\", \"warnings\": "
                                + "[], \"encrypted_methods\": false, \"public_key\": null, \"methods\": {}}, \"error\": null, "
                                + "\"correlation_id\": \"C\", \"trace_id\": \"T\", \"context\": {\"k\": 1}, \"warning\": null, "
                                + "\"reply_to\": \"q\"}");
    }

    @Test
    void otherMethodsAreUnknownAndTheirRequestsDeadLettered() {
        GatewayAsService.Reply reply = asked(envelope(MessageKind.REQUEST, "q", false), request("close_all"));

        assertThat(reply.accepted()).isFalse();
        assertThat(Objects.requireNonNull(reply.response()).body())
                .isEqualTo(
                        "{\"tag\": \"response\", \"correlation_id\": \"C\", \"context\": {\"k\": 1}, \"trace_id\": \"T\", "
                                + "\"result\": null, \"error\": {\"error\": \"NuropbHandlingError\", \"description\": \"Unknown method "
                                + "close_all\"}, \"warning\": null, \"reply_to\": \"q\"}");
    }

    @ParameterizedTest
    @CsvSource({"7, int", "null, NoneType", "{}, dict"})
    void methodThatIsNoTextIsAnsweredInTheWordsOfPython(String method, String kind) {
        GatewayAsService.Reply reply = asked(
                envelope(MessageKind.REQUEST, "q", false),
                request("x").replace("\"method\": \"x\"", "\"method\": " + method));

        assertThat(reply.accepted()).isFalse();
        assertThat(Objects.requireNonNull(reply.response()).body())
                .contains("{\"error\": \"AttributeError\", \"description\": \"'" + kind
                        + "' object has no attribute 'startswith'\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "method", "params", "context"})
    void requestWithoutAMemberIsAnsweredAndDeadLettered(String missing) {
        GatewayAsService.Reply reply = asked(
                envelope(MessageKind.REQUEST, "q", false),
                request("nuropb_describe").replace("\"" + missing + "\"", "\"other\""));

        assertThat(reply.accepted()).isFalse();
        assertThat(Objects.requireNonNull(reply.response()).body())
                .contains("{\"error\": \"KeyError\", \"description\": \"'" + missing + "'\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "REQUEST, '', false, false",
        "REQUEST, q, true, false",
        "COMMAND, q, false, false",
        "RESPONSE, '', false, false",
        "EVENT, '', false, true",
    })
    void otherMessagesAreNotAnswered(MessageKind kind, String replyTo, boolean encrypted, boolean accepted) {
        GatewayAsService.Reply reply = asked(envelope(kind, replyTo, encrypted), request("nuropb_describe"));

        assertThat(reply.accepted()).isEqualTo(accepted);
        assertThat(reply.response()).isNull();
    }

    @Test
    void bodyThatIsNoJsonIsAFault() {
        assertThatThrownBy(() -> asked(envelope(MessageKind.REQUEST, "q", false), "{nope"))
                .isInstanceOf(JsonFault.class);
    }
}
