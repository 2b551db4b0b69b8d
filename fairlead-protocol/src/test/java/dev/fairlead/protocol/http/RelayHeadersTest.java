// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayHeadersTest {

    private static final List<Header> UPGRADE = List.of(
            new Header("Host", "ns:443"),
            new Header("Connection", "Upgrade"),
            new Header("Upgrade", "websocket"),
            new Header("Sec-WebSocket-Key", "a2V5"),
            new Header("X-oDd~nAmE", "one"),
            new Header("servicebusauthorization", "s3cret"),
            new Header("Authorization", "Bearer b"),
            new Header("x-odd~name", "two"),
            new Header("Cookie", "a=1"),
            new Header("cookie", "b=2"));

    @Test
    void allHeadersOfTheUpgradeCrossInOrderAndLetterCase() {
        assertThat(RelayHeaders.connectHeaders(UPGRADE, false))
                .containsExactly(
                        Map.entry("Host", "ns:443"),
                        Map.entry("Connection", "Upgrade"),
                        Map.entry("Upgrade", "websocket"),
                        Map.entry("Sec-WebSocket-Key", "a2V5"),
                        Map.entry("X-oDd~nAmE", "one, two"),
                        Map.entry("Authorization", "Bearer b"),
                        Map.entry("Cookie", "a=1; b=2"));
    }

    @Test
    void relaysOwnCredentialNeverCrosses() {
        assertThat(RelayHeaders.connectHeaders(UPGRADE, false)).doesNotContainValue("s3cret");
    }

    @Test
    void authorizationEndsHereOnlyIfItLetTheSenderIn() {
        assertThat(RelayHeaders.connectHeaders(UPGRADE, true)).doesNotContainKey("Authorization");
    }

    @Test
    void requestLosesWhatBelongsToItsConnectionAndKeepsTheRestInOrderAndLetterCase() {
        List<Header> request = List.of(
                new Header("Host", "ns:443"),
                new Header("X-oDd~nAmE", "one"),
                new Header("Connection", "close, X-Mine ,keep-alive"),
                new Header("x-mine", "1"),
                new Header("Close", "1"),
                new Header("Keep-Alive", "timeout=5"),
                new Header("Proxy-Connection", "keep-alive"),
                new Header("TE", "trailers"),
                new Header("Trailer", "X-Sum"),
                new Header("Transfer-Encoding", "chunked"),
                new Header("Upgrade", "h2c"),
                new Header("content-length", "5"),
                new Header("Expect", "100-continue"),
                new Header("SERVICEBUSAUTHORIZATION", "s3cret"),
                new Header("Authorization", "Bearer b"),
                new Header("x-odd~name", "two"),
                new Header("Cookie", "a=1"),
                new Header("cookie", "b=2"));

        assertThat(RelayHeaders.requestHeaders(request, false, "relay.test"))
                .containsExactly(
                        Map.entry("Host", "ns:443"),
                        Map.entry("X-oDd~nAmE", "one, two"),
                        Map.entry("Authorization", "Bearer b"),
                        Map.entry("Cookie", "a=1; b=2"),
                        Map.entry("Via", "1.1 relay.test"));
        assertThat(RelayHeaders.requestHeaders(request, true, "relay.test")).doesNotContainKey("Authorization");
    }

    @Test
    void viaGoesOnWhereThereIsOne() {
        assertThat(RelayHeaders.requestHeaders(List.of(new Header("VIA", "1.0 fred")), false, "relay.test"))
                .containsExactly(Map.entry("VIA", "1.0 fred, 1.1 relay.test"));
        assertThat(RelayHeaders.responseHeaders(List.of(new Header("via", "1.0 fred")), "relay.test"))
                .containsExactly(new Header("via", "1.0 fred, 1.1 relay.test"));
    }

    @Test
    void responseKeepsItsLinesAndLosesWhatFramesItsBody() {
        assertThat(RelayHeaders.responseHeaders(
                        List.of(
                                new Header("Set-Cookie", "a=1"),
                                new Header("Content-Length", "5"),
                                new Header("connection", "X-Mine"),
                                new Header("X-mInE", "1"),
                                new Header("transfer-encoding", "chunked"),
                                new Header("set-cookie", "b=2"),
                                new Header("Date", "now")),
                        "relay.test"))
                .containsExactly(
                        new Header("Set-Cookie", "a=1"),
                        new Header("set-cookie", "b=2"),
                        new Header("Date", "now"),
                        new Header("Via", "1.1 relay.test"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:", "a\r\nb", "a\u0000", "é", "a\uFF21", "(a)", "a,b"})
    void nameThatIsNoTokenEndsAtTheRelay(String name) {
        assertThat(RelayHeaders.isToken(name)).isFalse();
        assertThat(RelayHeaders.responseHeaders(List.of(new Header(name, "x")), "relay.test"))
                .containsExactly(new Header("Via", "1.1 relay.test"));
    }

    @Test
    void oddTokenCrosses() {
        assertThat(RelayHeaders.responseHeaders(List.of(new Header("!#$%&'*+-.^_`|~09aZ", "x")), "relay.test"))
                .contains(new Header("!#$%&'*+-.^_`|~09aZ", "x"));
    }

    @Test
    void valueBeginsNoLineOfItsOwn() {
        assertThat(RelayHeaders.responseHeaders(
                        List.of(
                                new Header("X-A", "1\r\nSet-Cookie: evil=1\u0000\t\u007fé😀"),
                                new Header("Via", "1.1 a\r\nX: y")),
                        "relay.test"))
                .containsExactly(
                        new Header("X-A", "1  Set-Cookie: evil=1 \t é😀"),
                        new Header("Via", "1.1 a  X: y, 1.1 relay.test"));
    }

    @Test
    void joinedIsOneValueForEachNameInTheFirstSpelling() {
        assertThat(RelayHeaders.joined(List.of(
                        new Header("A", "1"),
                        new Header("Cookie", "x=1"),
                        new Header("a", "2"),
                        new Header("cookie", "y=2"),
                        new Header("Connection", "close"))))
                .containsExactly(
                        Map.entry("A", "1, 2"), Map.entry("Cookie", "x=1; y=2"), Map.entry("Connection", "close"));
    }
}
