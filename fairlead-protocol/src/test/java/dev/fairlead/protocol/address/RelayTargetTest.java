// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelayTargetTest {

    private static final String ID = "5b0ea7a9-5a6e-4c9b-8a3c-0d3a1f9f7a10";
    private static final String ACCEPT = "/$hc/hyco?%ssb-hc-action=accept&sb-hc-id=" + ID;

    @ParameterizedTest
    @CsvSource({
        "/$hc/hyco, true, hyco",
        "/%24hc/hyco, true, hyco",
        "/$HC/a/b, true, a/b",
        "//$hc//hyco/, true, hyco",
        "/$hc, true, ''",
        "/$hc/, true, ''",
        "/$hc?sb-hc-action=listen, true, ''",
        "ws://host:9400/$hc/hyco?x, true, hyco",
        "https://host?x=/$hc/a, false, ''",
        "/$hcx/hyco, false, $hcx/hyco",
        "/hyco/$hc/, false, hyco/$hc",
        "$hc/hyco, false, $hc/hyco",
        "/ws, false, ws",
        "/a?u=http://h/$hc/b, false, a",
    })
    void relayIsFoundInTheFirstSegment(String target, boolean underRelay, String path) {
        assertThat(RelayTarget.parse(target).isUnderRelay()).isEqualTo(underRelay);
        assertThat(RelayTarget.isUnderRelay(target)).isEqualTo(underRelay);
        assertThat(RelayTarget.parse(target).path().spelled()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "/$hc/h, CONNECT",
        "/$hc/h?sb-hc-token=t, CONNECT",
        "/$hc/h?sb-hc-action=, CONNECT",
        "/$hc/h?sb-hc-action=listen, LISTEN",
        "/$hc/h?SB-HC-Action=LISTEN, LISTEN",
        "/$hc/h?a=b&sb-hc-action=Accept&sb-hc-id=1, ACCEPT",
        "/$hc/h?sb-hc-action=request, REQUEST",
        "/$hc/h?sb-hc-action=listen&sb-hc-action=connect, LISTEN",
        "/$hc/h?sb-hc-action, CONNECT",
    })
    void actionIsReadInAnyLetterCaseAndMissingMeansConnect(String target, Action action) {
        assertThat(RelayTarget.parse(target).action()).isEqualTo(action);
    }

    @Test
    void unknownActionIsRefusedInWordsThatAPeerMayRead() {
        assertThatThrownBy(() -> RelayTarget.parse("/$hc/h?sb-hc-action=%0d%0a<b>"))
                .isInstanceOf(InvalidAddress.class)
                .hasMessage("Unsupported action '???b?'");
    }

    @Test
    void tokenIsDecodedOnceAsAFormsValue() {
        RelayTarget target = RelayTarget.parse(
                "/$hc/h?sb-hc-token=SharedAccessSignature+sr%3Dhttp%253A%252F%252Fns/%26sig%3Da%252Bb%253D&sb-hc-id="
                        + ID);

        assertThat(target.token()).isEqualTo("SharedAccessSignature sr=http%3A%2F%2Fns/&sig=a%2Bb%3D");
        assertThat(target.id()).isEqualTo(ID);
        assertThat(RelayTarget.parse("/$hc/h").token()).isNull();
        assertThat(RelayTarget.parse("/$hc/h?sb-hc-token=a%zz%2").token()).isEqualTo("a%zz%2");
    }

    @Test
    void tokenIsFoundBehindTheTextThatNodesHelperPutsBeforeIt() {
        RelayTarget target = RelayTarget.parse("/$hc/h?null&sb-hc-token=t");

        assertThat(target.token()).isEqualTo("t");
        assertThat(target.rawApplicationQuery()).isEqualTo("null");
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "?, ''",
        "?&&&, &&&",
        "?a=1&a=2&, a=1&a=2&",
        "?custom&value, custom&value",
        "?x=%2f%3a%3d%26, x=%2f%3a%3d%26",
        "?%C3%b8, %C3%b8",
        "?sb-hc-undefined, sb-hc-undefined",
        "?sb-hc-undefined=1, ''",
        "?SB-HC-Token=t&a=b, a=b",
        "?a=b&sb-hc-action=connect, a=b",
        "?sb-hc-action=connect&a=b&sb-hc-id=1&c, a=b&c",
        "?api-version=2016-07, api-version=2016-07",
        "?t=a=b, t=a=b",
        "?a=1&sb-hc-id=x&, a=1&",
        "?a?b=c, a?b=c",
        "?xsb-hc-id=1, xsb-hc-id=1",
        "?sb-hc-=, ''",
    })
    void applicationsQueryIsKeptByteForByte(String query, String kept) {
        assertThat(RelayTarget.parse("/$hc/h" + query).rawApplicationQuery()).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({
        "/hyco, /hyco",
        "/hyco/, /hyco/",
        "/HyCo/a/, /hyco/a/",
        "//hyco//a//b, /hyco//a//b",
        "/hyco/a%20b, /hyco/a b",
        "/hyco/%e2%82%ac/%C3%B8, /hyco/€/ø",
        "/hyco/a%2Fb%2fc, /hyco/a%2Fb%2fc",
        "/hyco%2Fa%2Fb, /hyco/a%2Fb",
        "/hyco/%3f%23%25%3F, /hyco/%3f%23%25%3F",
        "/hyco/100%2525, /hyco/100%2525",
        "/hyco/%41%2B+, /hyco/A++",
        "http://relay.test:9400/hyco/x?y, /hyco/x?y",
    })
    void pathIsDecodedButForWhatWouldChangeItsMeaning(String target, String seen) {
        assertThat(RelayTarget.parse(target).requestTarget(HybridPath.of("hyco")))
                .isEqualTo(seen);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, a/b, /a/b",
        "/A%2FB/c, a/b, /a/b/c",
        "/a//B/c%2Fd, A/b, /A/b/c%2Fd",
        "/%61%20x/y, A x, /A x/y",
        "/a/b/c, a/b/c, /a/b/c",
    })
    void hybridConnectionIsSpelledAsItsListenerSpellsIt(String target, String listener, String seen) {
        assertThat(RelayTarget.parse(target).requestTarget(HybridPath.of(listener)))
                .isEqualTo(seen);
    }

    /** The table of .NET's test QueryString, and what lies around it. */
    @ParameterizedTest
    @CsvSource({
        "?foo=bar, ?foo=bar",
        "?sb-hc-id=1, ''",
        "?, ''",
        "?&&&, ?&&&",
        "?a=1&a=2&, ?a=1&a=2&",
        "?custom&value, ?custom&value",
        "?custom=value&sb-hc-token=t&other, ?custom=value&other",
        "?x=%2f%3a%3d%26, ?x=%2f%3a%3d%26",
        "?%C3%b8=%20, ?%C3%b8=%20",
        "?sb-hc-undefined, ?sb-hc-undefined",
        "?SB-HC-whatever=true&api-version=2016-07, ?api-version=2016-07",
        "?t=a=b, ?t=a=b",
    })
    void queryIsKeptByteForByte(String query, String seen) {
        assertThat(RelayTarget.parse("/hyco/a" + query).requestTarget(HybridPath.of("hyco")))
                .isEqualTo("/hyco/a" + seen);
    }

    @Test
    void controlCharactersStayEscaped() {
        assertThat(PercentEncoding.decodeForRequestTarget("/a%0D%0Ab%00%7f%20")).isEqualTo("/a%0D%0Ab%00%7f ");
    }

    @Test
    void requestAddressHoldsNothingOfTheSender() {
        assertThat(RelayTarget.requestAddress("wss://relay.test:443", HybridPath.of("a b/C"), ID))
                .isEqualTo("wss://relay.test:443/$hc/a%20b/C?sb-hc-action=request&sb-hc-id=" + ID);
        RelayTarget dialled = RelayTarget.parse(RelayTarget.requestAddress("ws://h", HybridPath.of("a"), ID));
        assertThat(dialled.action()).isEqualTo(Action.REQUEST);
        assertThat(dialled.id()).isEqualTo(ID);
    }

    @Test
    void rawPathIsWhatTheSenderSent() {
        assertThat(RelayTarget.parse("/%24hc/N%61me/a%20b%2Fc/?x").rawPath()).isEqualTo("N%61me/a%20b%2Fc/");
    }

    @ParameterizedTest
    @CsvSource({
        "&sb-hc-statusCode=401&sb-hc-statusDescription=no+way%21, 401, no way!",
        "&SB-HC-STATUSCODE=401, 401, ''",
        "&statusCode=403&statusDescription=not%20you, 403, not you",
        "&statuscode=403, 403, ''",
        "&sb-hc-statusCode=12, 100, ''",
        "&sb-hc-statusCode=-7, 100, ''",
        "&sb-hc-statusCode=99999999999999999999, 999, ''",
        "&sb-hc-statusCode=000404, 404, ''",
        "&sb-hc-statusCode=, 400, ''",
        "&sb-hc-statusCode=oops, 400, ''",
        "&sb-hc-statusCode=+418+, 418, ''",
        "&sb-hc-statusCode=500&sb-hc-statusDescription=a%0d%0aSet-Cookie:%20b, 500, aSet-Cookie: b",
        "&statusCode=1&sb-hc-statusCode=502, 502, ''",
    })
    void refusalIsReadWithAndWithoutPrefix(String appended, int code, String description) {
        assertThat(RelayTarget.parse(ACCEPT.formatted("") + appended).rejection())
                .contains(new Rejection(code, description));
    }

    @Test
    void statusCodeOfTheSendersOwnQueryIsNoRefusal() {
        assertThat(RelayTarget.parse(ACCEPT.formatted("statusCode=5&statusDescription=x&"))
                        .rejection())
                .isEmpty();
        assertThat(RelayTarget.parse(ACCEPT.formatted("statusCode=5&sb-hc-id&statusCode=6&"))
                        .rejection())
                .isEmpty();
        assertThat(RelayTarget.parse(ACCEPT.formatted("statusCode=5&") + "&statusCode=409")
                        .rejection())
                .contains(new Rejection(409, ""));
    }

    @Test
    void descriptionAloneIsNoRefusal() {
        assertThat(RelayTarget.parse(ACCEPT.formatted("") + "&sb-hc-statusDescription=x")
                        .rejection())
                .isEmpty();
    }

    @Test
    void prefixedRefusalCountsWhereverItStands() {
        assertThat(RelayTarget.parse("/$hc/h?sb-hc-statusCode=404&sb-hc-action=accept&sb-hc-id=" + ID)
                        .rejection())
                .contains(new Rejection(404, ""));
    }

    @Test
    void acceptAddressCarriesTheSendersPathAndQueryAsTheyCame() {
        assertThat(RelayTarget.acceptAddress("ws://127.0.0.1:9400", "a%20b/C/x%2Fy", "q=1&r", ID))
                .isEqualTo("ws://127.0.0.1:9400/$hc/a%20b/C/x%2Fy?q=1&r&sb-hc-action=accept&sb-hc-id=" + ID);
        assertThat(RelayTarget.acceptAddress("wss://h", "a", "", ID))
                .isEqualTo("wss://h/$hc/a?sb-hc-action=accept&sb-hc-id=" + ID);
    }

    @Test
    void addressesAreReadBackAsTheyWerePutTogether() {
        HybridPath path = HybridPath.of("a b/ä?/%");
        RelayTarget listen = RelayTarget.parse(RelayTarget.listenAddress("wss://h", path, ID));
        RelayTarget connect = RelayTarget.parse(RelayTarget.connectAddress("ws://h:1", path, "x=1", ID));

        assertThat(listen.action()).isEqualTo(Action.LISTEN);
        assertThat(listen.path()).isEqualTo(path);
        assertThat(listen.id()).isEqualTo(ID);
        assertThat(connect.action()).isEqualTo(Action.CONNECT);
        assertThat(connect.rawApplicationQuery()).isEqualTo("x=1");
    }

    @Test
    void refusalIsReadBackAsItWasPutTogether() {
        Rejection rejection = new Rejection(418, "tea & \"'(){}[]<>=/,:;@\\ ü + %20");
        String address = RelayTarget.acceptAddress("ws://h", "a", "statusCode=1", ID);

        RelayTarget target = RelayTarget.parse(RelayTarget.rejectAddress(address, rejection));

        assertThat(target.rejection()).contains(rejection);
        assertThat(target.rawApplicationQuery()).isEqualTo("statusCode=1");
        assertThat(RelayTarget.rejectAddress("ws://h/$hc/a", rejection))
                .startsWith("ws://h/$hc/a?sb-hc-statusCode=418&");
    }

    @Test
    void targetDoesNotTellItsQueryInLogs() {
        assertThat(RelayTarget.parse("/$hc/h?sb-hc-token=s3cret&sb-hc-action=listen"))
                .hasToString("listen h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "?", "&", "host:443", "://", "/", "x://", "/?://", "/%"})
    void anythingCanBeAskedWhetherItIsTheRelays(String target) {
        assertThat(RelayTarget.isUnderRelay(target)).isFalse();
    }

    @Test
    void anyTargetIsReadOrRefusedAndItsOwnPairsNeverPass() {
        Random random = new Random(11);
        String[] parts = {
            "/",
            "$hc",
            "?",
            "&",
            "=",
            "sb-hc-",
            "SB-hc-id",
            "%24hc",
            "%",
            "%41",
            "a",
            "..",
            "action",
            "#",
            "+",
            "\u0000"
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("/$hc/h?");
            for (int c = random.nextInt(12); c > 0; c--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            try {
                RelayTarget target = RelayTarget.parse(text.toString());

                String kept = target.rawApplicationQuery();
                assertThat(RelayTarget.parse("/$hc/h?" + kept).rawApplicationQuery())
                        .isEqualTo(kept);
                assertThat(kept.split("&"))
                        .noneMatch(
                                pair -> pair.toLowerCase(java.util.Locale.ROOT).matches("sb-hc-.*=.*"));
                target.rejection();
            } catch (InvalidAddress refused) {
                assertThat(refused).hasMessageStartingWith("Unsupported action");
            }
        }
    }
}
