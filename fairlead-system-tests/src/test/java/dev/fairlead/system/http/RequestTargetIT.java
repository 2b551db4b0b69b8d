// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SharedAccess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener is told of path and query: the path decoded, since Java encodes it anew, the query as it came. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestTargetIT {

    private final RelayUnderTest relay = new RelayUnderTest();
    private ListenerDriver listener;
    private ListenerDriver segmented;

    @BeforeAll
    void listen() {
        listener = relay.listener("Hyco").online();
        segmented = relay.listener("a/b/Hyco").online();
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    private String toldOf(ListenerDriver asked, String target) {
        HttpSenderDriver sender = relay.http("");
        sender.asks("GET", Handshake.plain(target).with("ServiceBusAuthorization", relay.token("")));
        Asked request = asked.isAsked();
        request.answers(204);
        assertThat(sender.isAnswered().status()).isEqualTo(204);
        sender.close();
        return request.target();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/Hyco | /Hyco",
                "/hyco | /Hyco", // as the listener spells it: Java strips its own path by case
                "/HYCO/Below | /Hyco/Below",
                "/h%79co/below | /Hyco/below",
                "//Hyco | /Hyco", // two slashes in front would be an authority for .NET
                "/Hyco/a/b/c | /Hyco/a/b/c",
                "/Hyco/a%20b | /Hyco/a b",
                "/Hyco/a+b | /Hyco/a+b",
                "/Hyco/%C3%B8 | /Hyco/ø",
                "/Hyco/a%3Fb | /Hyco/a%3Fb",
                "/Hyco/a%23b | /Hyco/a%23b",
                "/Hyco/a%25b | /Hyco/a%25b",
                "/Hyco/a%2520b | /Hyco/a%2520b",
                "/Hyco/a%2Fb | /Hyco/a%2Fb",
                "/Hyco/%26%3D%3B | /Hyco/&=;",
                "/Hyco/a;b=c,d | /Hyco/a;b=c,d"
            })
    void pathBeginsWithTheListenersSpellingAndIsDecoded(String sent, String told) {
        assertThat(toldOf(listener, sent)).isEqualTo(told);
    }

    @Test
    void hybridConnectionOfSeveralSegmentsIsToldWhole() {
        assertThat(toldOf(segmented, "/A/b/hyco/below?x")).isEqualTo("/a/b/Hyco/below?x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?a=b | ?a=b",
                "?&&& | ?&&&",
                "?a=1&a=2& | ?a=1&a=2&",
                "?custom&value | ?custom&value",
                "?%2f%3a%3d%26 | ?%2f%3a%3d%26",
                "?%C3%b8=%c3%B8 | ?%C3%b8=%c3%B8",
                "?a=b=c=d | ?a=b=c=d",
                "?a+b%20c | ?a+b%20c",
                "?q=/a/?b | ?q=/a/?b",
                "?api-version=2016-07 | ?api-version=2016-07",
                "?sb-hc-undefined | ?sb-hc-undefined",
                "?sb-hc-undefined=x&a=b | ?a=b",
                "?a=b&SB-HC-Token=x | ?a=b",
                "?a=b&sb-hc-id=x&c=d | ?a=b&c=d",
                "?sb-hc-id=x | ''",
                "? | ''",
                "?statusCode=500&statusDescription=x | ?statusCode=500&statusDescription=x"
            })
    void queryIsToldAsItCameWithoutTheRelaysOwn(String sent, String told) {
        assertThat(toldOf(listener, "/Hyco" + withGoodToken(sent))).isEqualTo("/Hyco" + told);
    }

    /** A token in the query would count before the one in the header, so that it has to be a good one. */
    private String withGoodToken(String query) {
        return query.replace("SB-HC-Token=x", "SB-HC-Token=" + SharedAccess.encode(relay.token("")));
    }

    @Test
    void targetMayBeAWholeAddress() {
        assertThat(toldOf(listener, "http://elsewhere.example/hyco/below?a=b")).isEqualTo("/Hyco/below?a=b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Hyco/..",
                "/Hyco/../a/b/Hyco",
                "/Hyco/%2e%2e",
                "/Hyco/.",
                "/Hyco%00",
                "/Hyco/a%0d%0ab",
                "/Hyco/%",
                "/Hyco/%zz",
                "/Hyco/%ff"
            })
    void pathThatIsNoneIsRefused(String target) {
        HttpSenderDriver sender = relay.http("");

        sender.asks("GET", Handshake.plain(target).with("ServiceBusAuthorization", relay.token("")));

        sender.isRefusedWith(400, "");
        listener.isNotOffered();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE", "M-SEARCH", "get"})
    void everyMethodIsPassedOn(String method) {
        HttpSenderDriver sender = relay.http("hyco").asks(method, "", head -> head);

        Asked asked = listener.isAsked();

        assertThat(asked.method()).isEqualTo(method);
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
    }

    @Test
    void tunnelsAreNotMade() {
        HttpSenderDriver sender = relay.http("hyco");

        sender.asks("CONNECT", Handshake.plain("127.0.0.1:80").with("ServiceBusAuthorization", relay.token("")));

        assertThat(sender.socket().readsHead().status()).isEqualTo(405);
        listener.isNotOffered();
    }
}
