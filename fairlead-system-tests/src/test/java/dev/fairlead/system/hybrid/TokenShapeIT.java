// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SharedAccess;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Chapter 2, tokens as each client writes them, in each place where they may stand, and what is no token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenShapeIT {

    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
    private static final String ENTITY_KEY = "ZW50aXR5IGtleQ==";

    private final RelayUnderTest relay = new RelayUnderTest()
            .knows("path: a/hyco, keys: [{name: shop, primaryKey: \"" + ENTITY_KEY
                    + "\", secondaryKey: \"2\", rights: [Send]},"
                    + " {name: Listen, primaryKey: \"own\", rights: [Listen]}]")
            .knows("path: a/hyco2");
    private ListenerDriver listener;

    @BeforeAll
    void listen() {
        listener = relay.listener("a/hyco").online();
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    private void isLetIn(RawWebSocket asking) {
        listener.isOffered();
        listener.rejects(418, "let in");
        ResponseHead head = asking.readsHead();
        assertThat(head.status()).as("%s", head).isEqualTo(418);
    }

    private static void isRefused(RawWebSocket asking, String word) {
        ResponseHead head = asking.readsHead();
        assertThat(head.status()).as("%s", head).isEqualTo(401);
        assertThat(head.reason()).contains(word).contains("/a/hyco, ");
    }

    private RawWebSocket asks(UnaryOperator<Handshake> place) {
        return asks("", place);
    }

    private RawWebSocket asks(String query, UnaryOperator<Handshake> place) {
        return relay.socket().starts(place.apply(Handshake.to("/$hc/a/hyco?sb-hc-action=connect" + query)));
    }

    private RawWebSocket asksWith(String token) {
        return asks(handshake -> handshake.with("ServiceBusAuthorization", token));
    }

    private static String send(String resource) {
        return SharedAccess.token(resource, "Send", RelayUnderTest.keyOf("Send"), LATER);
    }

    private static String sendEncoded(String resource) {
        return SharedAccess.tokenOfEncoded(resource, "Send", RelayUnderTest.keyOf("Send"), LATER);
    }

    static Stream<Arguments> audiences() {
        return Stream.of(
                argumentSet(".NET", send("http://relay.example.com/a/hyco/")),
                argumentSet("Java's listener", send("sb://relay.example.com:9400/a/hyco")),
                argumentSet("Java's listener, with a query", send("sb://relay.example.com/a/hyco?x=1&y=/b")),
                argumentSet("Java's listener, slash doubled", send("sb://relay.example.com/a/hyco//")),
                argumentSet("Java's sender", send("sb://relay.example.com:9400")),
                argumentSet("Java's requests", send("https://relay.example.com:443/a/hyco?query")),
                argumentSet("Node's wss", send("http://relay.example.com:443/a/hyco")),
                argumentSet("Node's README", send("http://relay.example.com/")),
                argumentSet("Python", sendEncoded("http%3A%2F%2Frelay.example.com%2Fa%2Fhyco")),
                argumentSet("lower-case escapes", sendEncoded("http%3a%2f%2frelay.example.com%2fa%2fhyco")),
                argumentSet("no escapes", sendEncoded("http://relay.example.com/a/hyco")),
                argumentSet("escapes for nothing", sendEncoded("%68ttp%3A%2F%2Frelay.example.com%2F%61%2Fhyco")),
                argumentSet("management", send("https://relay.example.com/")),
                argumentSet("no slash", send("https://relay.example.com")),
                argumentSet("another host", send("wss://elsewhere/a/hyco")),
                argumentSet("capitals", send("SB://RELAY.EXAMPLE.COM/A/HYCO")),
                argumentSet("$hc in front", send("wss://relay.example.com/$hc/a/hyco")),
                argumentSet("a user and a fragment", send("sb://me@relay.example.com/a/hyco#there")),
                argumentSet("the first segment", send("sb://relay.example.com/a")));
    }

    @ParameterizedTest
    @MethodSource("audiences")
    void tokensOfAllClientsLetIn(String token) {
        isLetIn(asksWith(token));
    }

    static Stream<Arguments> spellings() {
        String token = send("http://localhost/a/hyco");
        List<String> fields = List.of(token.substring(token.indexOf(' ') + 1).split("&", -1));
        return Stream.of(
                argumentSet("as it is", token),
                argumentSet("prefix in lower case", token.replace("SharedAccessSignature", "sharedaccesssignature")),
                argumentSet("several blanks", token.replace(" ", " \t ")),
                argumentSet(
                        "fields the other way round", "SharedAccessSignature " + String.join("&", fields.reversed())),
                argumentSet(
                        "names of fields in capitals",
                        token.replace("sr=", "SR=")
                                .replace("&sig=", "&Sig=")
                                .replace("&se=", "&SE=")
                                .replace("&skn=", "&sKn=")),
                argumentSet("rule in other letters", token.replace("skn=Send", "skn=sEND")),
                argumentSet(
                        "signature not escaped",
                        withSignature(token, URLDecoder.decode(signature(token), StandardCharsets.UTF_8))),
                argumentSet(
                        "signature escaped in lower case",
                        withSignature(
                                token,
                                signature(token)
                                        .replace("%2B", "%2b")
                                        .replace("%2F", "%2f")
                                        .replace("%3D", "%3d"))),
                argumentSet("a field more", token + "&more=1"),
                argumentSet(
                        "an end centuries away",
                        SharedAccess.token(
                                "http://h/",
                                "Send",
                                RelayUnderTest.keyOf("Send"),
                                Instant.ofEpochSecond(99_999_999_999L))));
    }

    private static String signature(String token) {
        return token.replaceAll(".*&sig=([^&]*)&.*", "$1");
    }

    private static String withSignature(String token, String signature) {
        return token.replace(signature(token), signature);
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void spellingsOfATokenLetInFromTheHeader(String token) {
        isLetIn(asksWith(token));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void spellingsOfATokenLetInFromTheQuery(String token) {
        isLetIn(asks("&sb-hc-token=" + SharedAccess.encode(token), handshake -> handshake));
        isLetIn(asks(
                "&SB-HC-Token=" + SharedAccess.encode(token).replace("+", "%20").replace("%2F", "/"),
                handshake -> handshake));
    }

    /** A plus sign that nobody escaped is a blank by the time it is read. */
    @Test
    void plusSignsThatBecameBlanksAreTakenBack() {
        String token;
        int minutes = 0;
        do {
            token = SharedAccess.token(
                    "http://h/", "Send", RelayUnderTest.keyOf("Send"), LATER.plus(Duration.ofMinutes(++minutes)));
        } while (!signature(token).contains("%2B"));

        isLetIn(asksWith(token.replace("%2B", "+")));
        isLetIn(asksWith(token.replace("%2B", " ")));
    }

    @Test
    void keysOfTheHybridConnectionLetInByEitherKey() {
        isLetIn(asksWith(SharedAccess.token("http://h/a/hyco", "shop", ENTITY_KEY, LATER)));
        isLetIn(asksWith(SharedAccess.token("http://h/", "SHOP", "2", LATER)));
        isLetIn(asksWith(SharedAccess.token("http://h/", "Send", "second key of Send", LATER)));
        isLetIn(asksWith(relay.token("a/hyco", Right.MANAGE)));
    }

    @Test
    void ruleOfTheHybridConnectionDoesNotHideOneOfTheNamespaceOfItsName() {
        relay.listener("a/hyco")
                .withToken(SharedAccess.token("http://h/", "Listen", "own", LATER))
                .online()
                .leaves();
        relay.listener("a/hyco")
                .withToken(relay.token("a/hyco", Right.LISTEN))
                .online()
                .leaves();
    }

    static Stream<Arguments> refused() {
        String good = send("http://localhost/a/hyco");
        String key = RelayUnderTest.keyOf("Send");
        return Stream.of(
                argumentSet("another path", send("http://h/b"), "InvalidAudience"),
                argumentSet("a path that begins alike", send("http://h/a/hyc"), "InvalidAudience"),
                argumentSet("a longer name", send("http://h/a/hyco2"), "InvalidAudience"),
                argumentSet("a path below", send("http://h/a/hyco/below"), "InvalidAudience"),
                argumentSet("a path in the query", send("http://h/b?/../a/hyco"), "InvalidAudience"),
                argumentSet("a path escaped twice", send("http://h/a%252Fhyco"), "InvalidAudience"),
                argumentSet("dots", send("http://h/b/../a/hyco"), "MalformedToken"),
                argumentSet("no scheme", send("a/hyco"), "MalformedToken"),
                argumentSet("no resource", good.replaceFirst("sr=[^&]*&", ""), "MalformedToken"),
                argumentSet("no signature", good.replaceFirst("&sig=[^&]*", ""), "MalformedToken"),
                argumentSet("no end", good.replaceFirst("&se=[^&]*", ""), "MalformedToken"),
                argumentSet("no rule", good.replaceFirst("&skn=[^&]*", ""), "MalformedToken"),
                argumentSet("an empty field", good.replaceFirst("&skn=[^&]*", "&skn="), "MalformedToken"),
                argumentSet("a field twice", good + "&se=1", "MalformedToken"),
                argumentSet("an end that is no number", good.replaceFirst("&se=[^&]*", "&se=soon"), "MalformedToken"),
                argumentSet("an end below zero", good.replaceFirst("&se=", "&se=-"), "MalformedToken"),
                argumentSet("a JWT", "eyJhbGciOiJub25lIn0.e30.", "MalformedToken"),
                argumentSet("Bearer", "Bearer " + good, "MalformedToken"),
                argumentSet("the prefix alone", "SharedAccessSignature", "MalformedToken"),
                argumentSet("a longer prefix", good.replace("Signature ", "Signatures "), "MalformedToken"),
                argumentSet("another end", good.replaceFirst("&se=", "&se=1"), "signature"),
                argumentSet("another path than was signed", good.replace("hyco", "hyc%6F"), "signature"),
                argumentSet("other escapes than were signed", good.replace("%3A", "%3a"), "signature"),
                argumentSet("another rule", good.replace("skn=Send", "skn=Manage"), "signature"),
                argumentSet("no such rule", good.replace("skn=Send", "skn=Nobody"), "signature"),
                argumentSet(
                        "half a signature", withSignature(good, signature(good).substring(10)), "signature"),
                argumentSet(
                        "the key decoded", SharedAccess.token("http://h/", "shop", "entity key", LATER), "signature"),
                argumentSet(
                        "the end of another hybrid connection's",
                        SharedAccess.token("http://h/", "invoice", ENTITY_KEY, LATER),
                        "signature"),
                argumentSet(
                        "expired",
                        SharedAccess.token(
                                "http://h/", "Send", key, Instant.now().minusSeconds(1)),
                        "ExpiredToken"),
                argumentSet(
                        "expired in 1970",
                        SharedAccess.token("http://h/", "Send", key, Instant.EPOCH),
                        "ExpiredToken"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsNoGoodTokenIsRefused(String token, String word) {
        isRefused(asksWith(token), word);
        isRefused(asks("&sb-hc-token=" + SharedAccess.encode(token), handshake -> handshake), word);
        isRefused(asks(handshake -> handshake.with("Authorization", token)), word);
    }

    @Test
    void keysOfAHybridConnectionAreNoneOfAnother() {
        String token = SharedAccess.token("http://h/", "shop", ENTITY_KEY, LATER);

        relay.sender("a/hyco2").withToken(token).connects().isRefusedWith(401, "signature");
        relay.sender("a/hyco/below").withToken(token).startsConnecting();
        listener.isOffered();
    }

    @Test
    void headerIsAskedBeforeTheQueryAndTheQueryBeforeAuthorization() {
        String good = send("http://h/a/hyco");
        String inQuery = "&sb-hc-token=" + SharedAccess.encode(good);

        isRefused(asks(inQuery, handshake -> handshake.with("ServiceBusAuthorization", "bad")), "MalformedToken");
        isLetIn(asks("&sb-hc-token=bad", handshake -> handshake.with("ServiceBusAuthorization", good)));
        isRefused(asks("&sb-hc-token=bad", handshake -> handshake.with("Authorization", good)), "MalformedToken");
        isLetIn(asks(inQuery, handshake -> handshake.with("Authorization", "bad")));
        isLetIn(asks(handshake -> handshake.with("Authorization", good)));
        isLetIn(asks(handshake -> handshake.with(
                "servicebusAUTHORIZATION", good.toUpperCase(Locale.ROOT).substring(0, 21) + good.substring(21))));
    }
}
