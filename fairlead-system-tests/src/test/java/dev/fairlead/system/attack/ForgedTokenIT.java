// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SharedAccess;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that somebody made without the key, or stretched with it: to send, to listen, and to go on listening. */
@ExtendWith(RelayUnderTest.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForgedTokenIT {

    private static final String KEY = RelayUnderTest.keyOf("Manage");
    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    private RelayUnderTest relay;

    @BeforeAll
    void start(RelayUnderTest prepared) {
        relay = prepared.knows(
                        "path: hyco, maxListeners: 100, keys: [{name: own, primaryKey: key of hyco, rights: [Manage]}]")
                .knows("path: hyco2, keys: [{name: own, primaryKey: key of hyco2, rights: [Manage]}]")
                .knows("path: a/hyco");
    }

    private static String signed(String resource) {
        return SharedAccess.token(resource, "Manage", KEY, LATER);
    }

    private static String own(String hybridConnection, String resource) {
        return SharedAccess.token(resource, "own", "key of " + hybridConnection, LATER);
    }

    private static String ending(String end) {
        return SharedAccess.tokenEnding("http%3A%2F%2Fh%2Fhyco", "Manage", KEY, end);
    }

    static Stream<Arguments> forgeries() {
        String good = signed("http://localhost:9400/hyco");
        String field = "&skn=Manage";
        return Stream.of(
                argumentSet("another key", SharedAccess.token("http://h/hyco", "Manage", "guess", LATER)),
                argumentSet("no key at all", SharedAccess.token("http://h/hyco", "Manage", " ", LATER)),
                argumentSet("the key of another rule", SharedAccess.token("http://h/hyco", "Send", KEY, LATER)),
                argumentSet("the rule of another hybrid connection", own("hyco2", "http://h/hyco")),
                argumentSet("the whole namespace, by another's rule", own("hyco2", "http://h/")),
                argumentSet("another hybrid connection", signed("http://h/hyco2")),
                argumentSet("one that begins alike", signed("http://h/hyc")),
                argumentSet("one that goes on", signed("http://h/hyco2/hyco")),
                argumentSet("one that ends alike", signed("http://h/a/hyco")),
                argumentSet("what lies below", signed("http://h/hyco/below")),
                argumentSet("what lies below, behind an escaped slash", signed("http://h/hyco%2Fbelow")),
                argumentSet("the path as a host", signed("http://hyco/x")),
                argumentSet("the path as a user", signed("http://h/x@hyco")),
                argumentSet("the path in the query", signed("http://h/x?/hyco")),
                argumentSet("the path in the fragment", signed("http://h/x#/hyco")),
                argumentSet("the path behind a backslash", signed("http://h\\hyco/x")),
                argumentSet("a way back", signed("http://h/x/../hyco")),
                argumentSet("an escaped way back", signed("http://h/x/%2e%2e/hyco")),
                argumentSet("a path escaped twice", signed("http://h/%2568yco")),
                argumentSet(
                        "a resource escaped twice",
                        SharedAccess.tokenOfEncoded(
                                SharedAccess.encode(SharedAccess.encode("http://h/hyco")), "Manage", KEY, LATER)),
                argumentSet("a NUL behind the path", signed("http://h/hyco\0")),
                argumentSet("a line feed in the resource", signed("http://h/hyco\n99999999999")),
                argumentSet("a letter that only looks alike", signed("http://h/hyc\u043e")),
                argumentSet("no scheme", signed("//h/hyco")),
                argumentSet("no authority", signed("hyco")),
                argumentSet("no resource", SharedAccess.tokenOfEncoded("", "Manage", KEY, LATER)),
                argumentSet("a resource exchanged", good.replace("hyco", "%2Fhyco")),
                argumentSet("a host exchanged", good.replace("localhost", "Localhost")),
                argumentSet("a port exchanged", good.replace("9400", "9401")),
                argumentSet("a scheme exchanged", good.replace("sr=http", "sr=https")),
                argumentSet("an end put off", good.replaceFirst("&se=(\\d+)", "&se=9$1")),
                argumentSet("an end put off by a nought", good.replaceFirst("&se=(\\d+)", "&se=$10")),
                argumentSet("an end with a sign, exchanged", good.replaceFirst("&se=", "&se=%2B")),
                argumentSet("an end with a sign", ending("+99999999999")),
                argumentSet("an end below zero", ending("-1")),
                argumentSet("an end in hexadecimal", ending("0x7fffffff")),
                argumentSet("an end with a fraction", ending("99999999999.9")),
                argumentSet("an end with an exponent", ending("9e18")),
                argumentSet(
                        "an end in other digits",
                        ending("\u0669\u0669\u0669\u0669\u0669\u0669\u0669\u0669\u0669\u0669\u0669")),
                argumentSet("an end that is past", ending("1")),
                argumentSet("an end that is past, with noughts before it", ending("00000000000000000000001")),
                argumentSet("no end", good.replaceFirst("&se=[^&]*", "")),
                argumentSet("an empty end", good.replaceFirst("&se=[^&]*", "&se=")),
                argumentSet("no rule", good.replace(field, "")),
                argumentSet("an empty rule", good.replace(field, "&skn=")),
                argumentSet("a rule that there is not", good.replace(field, "&skn=Nobody")),
                argumentSet("all rules", good.replace(field, "&skn=*")),
                argumentSet("no signature", good.replaceFirst("&sig=[^&]*", "")),
                argumentSet("an empty signature", good.replaceFirst("&sig=[^&]*", "&sig=")),
                argumentSet("half a signature", good.replaceFirst("&sig=([^&]{20})[^&]*", "&sig=$1")),
                argumentSet("a longer signature", good.replaceFirst("&sig=([^&]*)", "&sig=$1AAAA")),
                argumentSet("the resource twice", good + "&sr=http%3A%2F%2Fh%2Fhyco"),
                argumentSet(
                        "the resource twice, in another case",
                        "SharedAccessSignature SR=x&" + good.substring("SharedAccessSignature ".length())),
                argumentSet("the signature twice", good + "&sig=x"),
                argumentSet("the end twice", good + "&se=99999999999"),
                argumentSet("the end twice, in another case", good + "&Se=99999999999"),
                argumentSet("the rule twice", good + "&skn=Manage"),
                argumentSet("a JWT that nobody signed", "eyJhbGciOiJub25lIn0.eyJhdWQiOiJoeWNvIn0."),
                argumentSet("a Bearer", "Bearer " + good),
                argumentSet("two tokens", signed("http://h/x") + ", " + good));
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void senderIsRefused(String token) {
        relay.sender("hyco").withToken(token).connects().isRefusedWith(401, "");
        relay.sender("hyco").withToken(token).withTokenInQuery().connects().isRefusedWith(401, "");
    }

    /** All at once, since each refusal takes a second. */
    @Test
    void listenerIsRefused() {
        List<ListenerDriver> asking = forgeries()
                .map(forgery -> relay.listener("hyco")
                        .withToken((String) forgery.get()[0])
                        .startsListening())
                .toList();

        asking.forEach(listener -> listener.isRefusedWith(401, ""));
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void listenerThatRenewsWithOneIsSentAway(String token) {
        String json = token.replace("\\", "\\\\").replace("\n", "\\n").replace("\0", "\\u0000");

        relay.listener("hyco").online().renews(json).isSentAwayWith(1008);
    }

    /** Nothing rolls over: it is the holder of the key who says so, and the channel does not end at once. */
    @ParameterizedTest
    @MethodSource("distantEnds")
    void endBeyondEveryCalendarIsFarAway(String end) {
        ListenerDriver listener =
                relay.listener("a/hyco").withToken(SharedAccess.tokenEnding("http%3A%2F%2Fh%2F", "Manage", KEY, end));

        listener.online().isNotOffered();

        listener.leaves();
    }

    static Stream<String> distantEnds() {
        return Stream.of(
                "253402300800", // the first second of the year 10000
                "9223372036854775807",
                "9223372036854775808",
                "18446744073709551617",
                "9".repeat(1_000));
    }

    @Test
    void tokenOfOneRightGivesNoOther() {
        String send = relay.token("hyco", Right.SEND);
        String listen = relay.token("hyco", Right.LISTEN);

        relay.listener("hyco").withToken(send).startsListening().isRefusedWith(403, "'Listen'");
        relay.sender("hyco").withToken(listen).connects().isRefusedWith(403, "'Send'");
        relay.listener("hyco").withToken(listen).online().renews(send).isSentAwayWith(1008);
    }
}
