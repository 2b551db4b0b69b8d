// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Chapter 6, the words of each refusal: status, code, sentence, and how they reach clients that show one line alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalTextIT {

    private static final String GUID = "9e3c7a46-6f0c-4b5a-9a0e-3a2f0a1b2c3d";
    private static final Pattern REASON = Pattern.compile("(.*)\\. TrackingId:([0-9a-fA-F-]{36})_G\\d+, "
            + "SystemTracker:(sb://[^,]*), Timestamp:(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)");

    private final RelayUnderTest relay = new RelayUnderTest()
            .with("relay.createOnListen=false", "relay.acceptTimeout=1s", "namespace=ns.example.com")
            .knows("path: Full/Hyco, maxListeners: 1")
            .knows("path: empty");

    @BeforeAll
    void listen() {
        relay.listener("Full/Hyco").online();
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    private static UnaryOperator<Handshake> with(String token) {
        return handshake -> handshake.with("ServiceBusAuthorization", token);
    }

    private RawWebSocket asks(String target, UnaryOperator<Handshake> more) {
        return relay.socket().starts(more.apply(Handshake.to(target + "&sb-hc-id=" + GUID)));
    }

    /** All have asked before the first is looked at, since some are answered late. */
    Stream<Arguments> refusals() {
        UnaryOperator<Handshake> all = with(relay.token(""));
        return Stream.of(
                argumentSet(
                        "no such path",
                        asks("/$hc/nowhere/at-all?sb-hc-action=connect", all),
                        404,
                        "EndpointNotFound",
                        "Endpoint does not exist",
                        "nowhere/at-all"),
                argumentSet(
                        "nothing to listen on",
                        asks("/$hc/nowhere?sb-hc-action=listen", all),
                        404,
                        "EndpointNotFound",
                        "Endpoint does not exist",
                        "nowhere"),
                argumentSet(
                        "nobody listens",
                        asks("/$hc/empty/below?sb-hc-action=connect", all),
                        404,
                        "EndpointNotFound",
                        "There are no listeners connected for the endpoint",
                        "empty/below"),
                argumentSet(
                        "nobody who fits",
                        asks(
                                "/$hc/full/hyco?sb-hc-action=connect",
                                handshake -> all.apply(handshake).with("Microsoft-Relay-AllowedListeners", GUID)),
                        404,
                        "EndpointNotFound",
                        "None of the connected listeners meet the AllowedListeners/DisallowedListeners criteria",
                        "full/hyco"),
                argumentSet(
                        "one listener too many",
                        asks("/$hc/full/hyco?sb-hc-action=listen", all),
                        403,
                        "QuotaExceeded",
                        "QuotaExceeded: .*",
                        "full/hyco"),
                argumentSet(
                        "nobody dials",
                        asks("/$hc/Full/Hyco?sb-hc-action=connect", all),
                        504,
                        "GatewayTimeout",
                        "None of the connected listeners accepted the connection within the allowed timeout",
                        "Full/Hyco"),
                argumentSet(
                        "no token",
                        asks("/$hc/empty?sb-hc-action=connect", with(" ")),
                        401,
                        "TokenMissingOrInvalid",
                        "MissingToken: .*",
                        "empty"),
                argumentSet(
                        "no token, and no path",
                        asks("/$hc/nowhere?sb-hc-action=listen", with(" ")),
                        401,
                        "TokenMissingOrInvalid",
                        "MissingToken: .*",
                        "nowhere"),
                argumentSet(
                        "nonsense",
                        asks("/$hc/empty?sb-hc-action=listen", with("nonsense")),
                        401,
                        "TokenMissingOrInvalid",
                        "MalformedToken: .*",
                        "empty"),
                argumentSet(
                        "a bad signature",
                        asks(
                                "/$hc/empty?sb-hc-action=listen",
                                with(relay.token("empty").replace("&se=", "&se=1"))),
                        401,
                        "TokenMissingOrInvalid",
                        ".*token has an invalid signature",
                        "empty"),
                argumentSet(
                        "an old token",
                        asks("/$hc/empty?sb-hc-action=connect", with(relay.token("empty", Duration.ofSeconds(-5)))),
                        401,
                        "TokenMissingOrInvalid",
                        "ExpiredToken: The token is expired",
                        "empty"),
                argumentSet(
                        "another's token",
                        asks("/$hc/empty?sb-hc-action=connect", with(relay.token("full"))),
                        401,
                        "TokenMissingOrInvalid",
                        "InvalidAudience: The authorization header contains a token with a wrong audience",
                        "empty"),
                argumentSet(
                        "no right to send",
                        asks("/$hc/empty?sb-hc-action=connect", with(relay.token("", Right.LISTEN))),
                        403,
                        "Forbidden",
                        "Unauthorized access. 'Send' claim\\(s\\) are required to perform this operation",
                        "empty"),
                argumentSet(
                        "no right to listen",
                        asks("/$hc/empty?sb-hc-action=listen", with(relay.token("", Right.SEND))),
                        403,
                        "Forbidden",
                        "Unauthorized access. 'Listen' claim\\(s\\) are required to perform this operation",
                        "empty"),
                argumentSet(
                        "no such meeting",
                        asks("/$hc/empty?sb-hc-action=accept", all),
                        400,
                        "BadRequest",
                        "The connection id is unknown or was used already",
                        "empty"),
                argumentSet(
                        "no meeting for requests",
                        asks("/$hc/empty?sb-hc-action=request", all),
                        400,
                        "BadRequest",
                        "The connection id is unknown or was used already",
                        "empty"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusalSaysWhatWhereAndWhen(RawWebSocket socket, int status, String code, String sentence, String path) {
        ResponseHead head = socket.readsHead();

        assertThat(head.status()).as("%s", head).isEqualTo(status);
        Matcher reason = REASON.matcher(head.reason());
        assertThat(reason.matches()).as("%s", head).isTrue();
        assertThat(reason.group(1)).matches(sentence);
        assertThat(reason.group(2)).isEqualTo(GUID);
        assertThat(reason.group(3)).isEqualTo("sb://ns.example.com/" + path);
        Instant said = LocalDateTime.parse(reason.group(4)).toInstant(ZoneOffset.UTC);
        assertThat(Duration.between(said, Instant.now()).abs()).isLessThan(Duration.ofSeconds(15));
        assertThat(socket.readsBody(head))
                .isEqualTo("{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + head.reason() + "\"}}");
        assertThat(head.header("Content-Type")).hasValue("application/json; charset=utf-8");
        assertThat(head.header("Connection")).hasValue("close");
        assertThat(head.all("Via")).isEmpty();
        assertThat(socket.readsEnd()).isEqualTo(RawWebSocket.End.FINISHED);
    }

    @Test
    void unknownActionIsNamed() {
        ResponseHead head = relay.socket().asks(Handshake.to("/$hc/empty?sb-hc-action=d%C3%A4nce"));

        assertThat(head.status()).isEqualTo(400);
        assertThat(head.reason()).contains("action").contains("TrackingId:");
    }

    @Test
    void idThatIsNoGuidIsNotTrackedBy() {
        ResponseHead head =
                relay.socket().asks(Handshake.to("/$hc/empty?sb-hc-action=connect&sb-hc-id=%0d%0aX-Injected:%20yes"));

        assertThat(head.reason()).matches(REASON);
        assertThat(head.all("X-Injected")).isEmpty();
    }

    @Test
    void suffixBehindAGuidIsNotRepeated() {
        ResponseHead head =
                relay.socket().asks(Handshake.to("/$hc/empty?sb-hc-action=connect&sb-hc-id=" + GUID + "_G12_G3"));

        assertThat(head.reason()).contains("TrackingId:" + GUID + "_G0,");
    }

    @Test
    void oddPathIsToldAsItWouldBeDialled() {
        ResponseHead head =
                relay.sender("w%C3%A4re/%22/a%2Cb%0").withSuffix("9").connects().isRefusedWith(400, "TrackingId:");
        assertThat(head.statusLine()).doesNotContain("ä", "\"");

        assertThat(relay.sender("w%C3%A4re/%22/%3C")
                        .connects()
                        .isRefusedWith(404, "")
                        .reason())
                .contains("sb://ns.example.com/w%C3%A4re/%22/%3C, ");
    }

    @Test
    void longPathDoesNotMakeALongAnswer() {
        ResponseHead head = relay.sender("x".repeat(20_000)).connects().isRefusedWith(404, "Endpoint does not exist");

        assertThat(head.reason()).hasSizeLessThan(1024).contains("Timestamp:");
    }

    @Test
    void plainRequestIsToldToUpgrade() {
        RawWebSocket socket = relay.socket();

        ResponseHead head = socket.asks(Handshake.plain("/$hc/empty?sb-hc-action=connect"));

        assertThat(head.status()).isEqualTo(426);
        assertThat(head.header("Upgrade")).hasValue("websocket");
        assertThat(head.header("Sec-WebSocket-Version")).hasValue("13");
        assertThat(socket.readsBody(head)).contains("UpgradeRequired");
    }
}
