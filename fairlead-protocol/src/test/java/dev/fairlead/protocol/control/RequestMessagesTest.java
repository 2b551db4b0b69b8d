// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.protocol.http.Header;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The control messages of plain HTTP, as relays and listeners of every make write them. */
class RequestMessagesTest {

    private static final String ID = "5b0ea7a9-5a6e-4c9b-8a3c-0d3a1f9f7a10_G0";

    private static ControlMessage.Response response(String members) {
        return (ControlMessage.Response)
                ControlMessages.decode("{\"response\":{\"requestId\":\"1\",\"statusCode\":200" + members + "}}");
    }

    @Test
    void requestIsWrittenWithEveryMemberThatAListenerLooksFor() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-cUsToM", "a, \"b\"");
        headers.put("Host", "ns:443");

        String text = ControlMessages.encode(new ControlMessage.Request(
                "wss://ns/$hc/hyco?sb-hc-action=request&sb-hc-id=" + ID,
                ID,
                "/hyco/a b?c=%20",
                "POST",
                new RemoteEndpoint("203.0.113.9", 51_000),
                headers,
                true));

        assertThat(text)
                .isEqualTo("{\"request\":{\"address\":\"wss://ns/$hc/hyco?sb-hc-action=request&sb-hc-id=" + ID
                        + "\",\"id\":\"" + ID + "\",\"requestTarget\":\"/hyco/a b?c=%20\",\"method\":\"POST\","
                        + "\"remoteEndpoint\":{\"address\":\"203.0.113.9\",\"port\":51000},"
                        + "\"requestHeaders\":{\"X-cUsToM\":\"a, \\\"b\\\"\",\"Host\":\"ns:443\"},\"body\":true}}");
    }

    @Test
    void requestWithoutBodyAndHeadersStillSaysSo() {
        assertThat(ControlMessages.encode(
                        new ControlMessage.Request("a", ID, "/", "GET", RemoteEndpoint.UNKNOWN, Map.of(), false)))
                .endsWith("\"requestHeaders\":{},\"body\":false}}");
    }

    @Test
    void requestIsReadInAnyOrderWithStrangeMembersAndWithoutWhatNotEveryRelaySends() {
        ControlMessage message = ControlMessages.decode("""
                {"request": {"body": false, "method": "GET", "later": [{}], "id": "%s", "address": "wss:\\/\\/ns\\/a",
                 "requestTarget": "\\/a", "requestHeaders": {"n": 5, "l": ["a", null, "b"], "o": null}}}
                """.formatted(ID));

        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("n", "5");
        headers.put("l", "a, b");
        assertThat(message)
                .isEqualTo(new ControlMessage.Request(
                        "wss://ns/a", ID, "/a", "GET", RemoteEndpoint.UNKNOWN, headers, false));
    }

    @Test
    void requestOverItsOwnSocketMayLeaveOutTheAddress() {
        assertThat(ControlMessages.decode("{\"request\":{\"id\":\"1\",\"method\":\"PUT\",\"body\":true}}"))
                .isEqualTo(new ControlMessage.Request("", "1", "", "PUT", RemoteEndpoint.UNKNOWN, Map.of(), true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"id\":\"1\"",
                ",\"id\":\"1\",\"method\":\"GET\"",
                ",\"id\":\"1\",\"body\":true",
                ",\"id\":\"1\",\"method\":\"GET\",\"body\":null",
                ",\"id\":\"1\",\"method\":null,\"body\":true",
                ",\"id\":null,\"method\":null,\"body\":null,\"requestHeaders\":null,\"remoteEndpoint\":null",
            })
    void requestWithoutMethodOrWithoutAWordOfItsBodyIsToBeFetched(String members) {
        assertThat(ControlMessages.decode("{\"request\":{\"address\":\"ws://h/$hc/a\"" + members + "}}"))
                .isEqualTo(new ControlMessage.RequestAt("ws://h/$hc/a"));
    }

    @Test
    void shortFormIsAnAddressAndNothingElse() {
        assertThat(ControlMessages.encode(new ControlMessage.RequestAt("wss://h/$hc/a?x")))
                .isEqualTo("{\"request\":{\"address\":\"wss://h/$hc/a?x\"}}");
    }

    @Test
    void responseIsWrittenWithOneTextForEachHeader() {
        String text = ControlMessages.encode(new ControlMessage.Response(
                ID,
                418,
                "tea \"'(){}[]<>=/,:;@\\",
                List.of(new Header("X-oNe", "1"), new Header("Set-Cookie", "a=1"), new Header("x-one", "2")),
                true));

        assertThat(text)
                .isEqualTo("{\"response\":{\"requestId\":\"" + ID + "\",\"body\":true,\"statusCode\":418,"
                        + "\"statusDescription\":\"tea \\\"'(){}[]<>=/,:;@\\\\\","
                        + "\"responseHeaders\":{\"X-oNe\":\"1, 2\",\"Set-Cookie\":\"a=1\"}}}");
    }

    @Test
    void severalCookiesAreAnArrayAndComeBackAsLines() {
        ControlMessage.Response response = new ControlMessage.Response(
                ID,
                200,
                "",
                List.of(
                        new Header("Set-Cookie", "a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT"),
                        new Header("set-cookie", "b=2")),
                false);

        String text = ControlMessages.encode(response);

        assertThat(text)
                .contains("\"Set-Cookie\":[\"a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT\",\"b=2\"]")
                .doesNotContain("statusDescription");
        assertThat(((ControlMessage.Response) ControlMessages.decode(text)).responseHeaders())
                .containsExactly(
                        new Header("Set-Cookie", "a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT"),
                        new Header("Set-Cookie", "b=2"));
    }

    @ParameterizedTest
    @CsvSource({"200, 200", "'\"200\"', 200", "'\" 404 \"', 404", "2e2, 200", "999, 999", "-1, -1"})
    void statusIsANumberOrATextWithOne(String written, int status) {
        ControlMessage.Response response = (ControlMessage.Response)
                ControlMessages.decode("{\"response\":{\"requestId\":\"1\",\"statusCode\":" + written + "}}");

        assertThat(response.statusCode()).isEqualTo(status);
    }

    @Test
    void absentBodyMeansNoneAndAbsentWordsMeanTheUsual() {
        assertThat(response("")).isEqualTo(new ControlMessage.Response("1", 200, "", List.of(), false));
        assertThat(response(",\"body\":null,\"statusDescription\":null,\"responseHeaders\":null"))
                .isEqualTo(new ControlMessage.Response("1", 200, "", List.of(), false));
        assertThat(response(",\"body\":\"true\"").body()).isFalse();
        assertThat(response(",\"body\":true").body()).isTrue();
    }

    @Test
    void headersOfAResponseMayBeArraysAndNumbers() {
        assertThat(response(",\"responseHeaders\":{\"a\":[\"1\",2,null],\"B\":3,\"c\":null,\"d\":true,\"e\":[]}")
                        .responseHeaders())
                .containsExactly(
                        new Header("a", "1"), new Header("a", "2"), new Header("B", "3"), new Header("d", "true"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"request\":{}}",
                "{\"request\":null}",
                "{\"request\":[]}",
                "{\"request\":{\"address\":null}}",
                "{\"request\":{\"address\":\"\",\"method\":\"GET\"}}",
                "{\"request\":{\"address\":\"a\",\"method\":\"GET\",\"body\":true}}",
                "{\"request\":{\"id\":\"\",\"method\":\"GET\",\"body\":true}}",
                "{\"response\":{}}",
                "{\"response\":{\"requestId\":\"1\"}}",
                "{\"response\":{\"statusCode\":200}}",
                "{\"response\":{\"requestId\":1,\"statusCode\":200}}",
                "{\"response\":{\"requestId\":\"1\",\"statusCode\":null}}",
                "{\"response\":{\"requestId\":\"1\",\"statusCode\":\"OK\"}}",
                "{\"response\":{\"requestId\":\"1\",\"statusCode\":\"\"}}",
                "{\"response\":{\"requestId\":\"1\",\"statusCode\":[200]}}",
                "{\"response\":{\"requestId\":\"1\",\"statusCode\":200.5}}",
                "{\"response\":{\"requestId\":\"1\",\"statusCode\":4294967496}}",
                "{\"response\":{\"requestId\":\"1\",\"statusCode\":1e300}}",
                "{\"response\":{\"requestId\":\"1\",\"statusCode\":\"99999999999\"}}",
            })
    void whatLacksItsMainPartsIsRefused(String text) {
        assertThatThrownBy(() -> ControlMessages.decode(text)).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void credentialsDoNotShowInLogs() {
        ControlMessage request = new ControlMessage.Request(
                "ws://h?sb-hc-id=" + ID,
                ID,
                "/a?token=s3cret",
                "GET",
                RemoteEndpoint.UNKNOWN,
                Map.of("Cookie", "s3cret"),
                true);

        assertThat(request.toString())
                .contains("GET", "Cookie")
                .doesNotContain(ID)
                .doesNotContain("s3cret");
        assertThat(new ControlMessage.RequestAt("ws://h?sb-hc-id=" + ID).toString())
                .doesNotContain(ID);
        assertThat(new ControlMessage.Response(ID, 200, "", List.of(new Header("Set-Cookie", "s3cret")), false)
                        .toString())
                .contains("200", "Set-Cookie")
                .doesNotContain("s3cret");
    }
}
