// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.settings.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "Tokens": which are good, for what, and until when. */
class AuthorizerTest {

    private static final Instant IN_AN_HOUR = FakeTime.START.plus(Duration.ofHours(1));
    private static final Grant OLD = new Grant("listen", Secret.of("old"), IN_AN_HOUR);
    private static final HybridPath PATH = HybridPath.of("orders/eu");

    private final FakeTime clock = new FakeTime();
    private final List<AuthorizationRule> namespaces = List.of(
            new AuthorizationRule("Both", Secret.of("first"), Secret.of("second"), Set.of(Right.MANAGE)),
            rule("shared", "the namespace's", Right.SEND),
            rule("send", "send's", Right.SEND));
    private final Authorizer authorizer = new Authorizer(namespaces, Duration.ZERO, clock);
    private final List<AuthorizationRule> own =
            List.of(rule("shared", "the entity's", Right.LISTEN), rule("own", "own's", Right.LISTEN));

    @ParameterizedTest
    @ValueSource(strings = {"first", "second"})
    void eitherKeyOfARuleSigns(String key) {
        assertThat(judge(signed("Both", key), Right.LISTEN))
                .isEqualTo(new Verdict.Granted(new Grant("Both", Secret.of(key), IN_AN_HOUR)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"both", "BOTH", "Both"})
    void nameOfARuleIsComparedWithoutRegardToCase(String name) {
        assertThat(judge(signed(name, "first"), Right.LISTEN))
                .isEqualTo(new Verdict.Granted(new Grant("Both", Secret.of("first"), IN_AN_HOUR)));
    }

    @Test
    void ruleOfTheEntityIsAskedBeforeThatOfTheNamespaceOfTheSameName() {
        assertThat(judge(signed("shared", "the entity's"), Right.LISTEN))
                .isEqualTo(new Verdict.Granted(new Grant("shared", Secret.of("the entity's"), IN_AN_HOUR)));
        assertThat(refusal(judge(signed("shared", "the entity's"), Right.SEND))).isEqualTo(Refusal.SEND_RIGHT_MISSING);
    }

    @Test
    void ruleOfTheNamespaceCountsThoughTheEntityHasOneOfItsName() {
        assertThat(judge(signed("shared", "the namespace's"), Right.SEND)).isInstanceOf(Verdict.Granted.class);
    }

    @Test
    void ruleOfAnEntityIsNoGoodForAnother() {
        assertThat(judge(signed("own", "own's"), Right.LISTEN)).isInstanceOf(Verdict.Granted.class);
        assertThat(refusal(authorizer.judge(signed("own", "own's").text(), PATH, Right.LISTEN, List.of())))
                .isEqualTo(Refusal.TOKEN_SIGNATURE_INVALID);
    }

    @Test
    void unknownNameIsRefusedInTheWordsOfAWrongKey() {
        Verdict unknown = judge(signed("nobody", "no key of any rule"), Right.SEND);
        Verdict wrong = judge(signed("send", "wrong"), Right.SEND);

        assertThat(refusal(unknown)).isEqualTo(Refusal.TOKEN_SIGNATURE_INVALID);
        assertThat(refusal(wrong)).isEqualTo(Refusal.TOKEN_SIGNATURE_INVALID);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  "})
    void tokenThatIsMissingIsSaidToBe(String none) {
        assertThat(refusal(authorizer.judge(none, PATH, Right.SEND, own))).isEqualTo(Refusal.TOKEN_MISSING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "junk",
                "SharedAccessSignature",
                "SharedAccessSignature sr=http%3A%2F%2Fh%2F",
                "SharedAccessSignature sr=http%3A%2F%2Fh%2F&sig=x&se=soon&skn=send",
                "Bearer eyJhbGciOiJub25lIn0.e30."
            })
    void tokenThatCannotBeReadIsSaidToBe(String junk) {
        Verdict verdict = authorizer.judge(junk, PATH, Right.SEND, own);

        assertThat(refusal(verdict)).isEqualTo(Refusal.TOKEN_MALFORMED);
        assertThat(((Verdict.Denied) verdict).evidence()).doesNotContain("sig=");
    }

    @Test
    void tokenEndsWithItsSecond() {
        SasToken token = signed("send", "send's");

        clock.passes(Duration.ofHours(1).minusNanos(1));
        assertThat(judge(token, Right.SEND)).isInstanceOf(Verdict.Granted.class);

        clock.passes(Duration.ofNanos(1));
        assertThat(refusal(judge(token, Right.SEND))).isEqualTo(Refusal.TOKEN_EXPIRED);
    }

    @Test
    void tokenIsTakenAfterItsEndForAsLongAsClocksMayDiffer() {
        Duration skew = Duration.ofMinutes(5);
        Authorizer tolerant = new Authorizer(namespaces, skew, clock);
        String token = signed("send", "send's").text();

        clock.passes(Duration.ofHours(1).plus(skew).minusNanos(1));
        assertThat(tolerant.judge(token, PATH, Right.SEND, own))
                .isEqualTo(new Verdict.Granted(new Grant("send", Secret.of("send's"), IN_AN_HOUR)));

        clock.passes(Duration.ofNanos(1));
        assertThat(refusal(tolerant.judge(token, PATH, Right.SEND, own))).isEqualTo(Refusal.TOKEN_EXPIRED);
    }

    @Test
    void skewOfClocksCanBeChanged() {
        clock.passes(Duration.ofHours(1));
        assertThat(refusal(judge(signed("send", "send's"), Right.SEND))).isEqualTo(Refusal.TOKEN_EXPIRED);

        authorizer.follow(namespaces, Duration.ofSeconds(1));

        assertThat(judge(signed("send", "send's"), Right.SEND)).isInstanceOf(Verdict.Granted.class);
    }

    @Test
    void tokenWithTheLatestEndThereIsOutlivesNoCalendar() {
        Authorizer tolerant = new Authorizer(namespaces, Duration.ofMinutes(10), clock);
        String token = SasToken.sign("http://h/", SasKey.of("send", "send's"), SasToken.LATEST_EXPIRY)
                .text();

        assertThat(tolerant.judge(token, PATH, Right.SEND, own)).isInstanceOf(Verdict.Granted.class);
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/, true",
        "sb://other.host:1234, true",
        "http://h/orders, true",
        "https://h/$hc/Orders/EU/, true",
        "http://h/orders/eu?x=y, true",
        "http://h/orders/eu/below, false",
        "http://h/order, false",
        "http://h/invoices, false",
    })
    void tokenIsForItsPathAndWhatLiesBelow(String resource, boolean good) {
        Verdict verdict = judge(SasToken.sign(resource, SasKey.of("send", "send's"), IN_AN_HOUR), Right.SEND);

        if (good) {
            assertThat(verdict).isInstanceOf(Verdict.Granted.class);
        } else {
            assertThat(refusal(verdict)).isEqualTo(Refusal.TOKEN_AUDIENCE_WRONG);
        }
    }

    @ParameterizedTest
    @EnumSource(Right.class)
    void rightThatIsMissingIsNamed(Right needed) {
        Verdict verdict = authorizer.judge(
                signed("none", "none's").text(),
                PATH,
                needed,
                List.of(new AuthorizationRule("none", Secret.of("none's"), null, Set.of())));

        assertThat(refusal(verdict).summary()).contains("'" + needed.word() + "'");
    }

    @Test
    void signatureIsJudgedBeforeAnythingThatTheTokenClaims() {
        Verdict verdict =
                judge(SasToken.sign("http://h/invoices", SasKey.of("send", "wrong"), Instant.EPOCH), Right.MANAGE);

        assertThat(refusal(verdict)).isEqualTo(Refusal.TOKEN_SIGNATURE_INVALID);
    }

    @Test
    void otherRulesHoldFromTheMomentThatTheyAreFollowed() {
        authorizer.follow(List.of(rule("send", "fresh", Right.SEND)), Duration.ZERO);

        assertThat(judge(signed("send", "fresh"), Right.SEND)).isInstanceOf(Verdict.Granted.class);
        assertThat(refusal(judge(signed("send", "send's"), Right.SEND))).isEqualTo(Refusal.TOKEN_SIGNATURE_INVALID);
        assertThat(refusal(judge(signed("Both", "first"), Right.SEND))).isEqualTo(Refusal.TOKEN_SIGNATURE_INVALID);
    }

    @ParameterizedTest
    @CsvSource({
        "listen, old, new, Listen",
        "LISTEN, new, old, Listen",
        "listen, old, , Manage",
    })
    void grantStandsAsLongAsItsKeyIsAnyOfARuleWithTheRight(
            String name, String primary, String secondary, String right) {
        authorizer.follow(
                List.of(new AuthorizationRule(
                        name,
                        Secret.of(primary),
                        secondary == null ? null : Secret.of(secondary),
                        Set.of(Right.valueOf(right.toUpperCase(Locale.ROOT))))),
                Duration.ZERO);

        assertThat(authorizer.objection(OLD, Right.LISTEN, List.of())).isEmpty();
    }

    @Test
    void grantStandsWhenItsRuleMovedToTheEntityAndWhenItIsOld() {
        authorizer.follow(List.of(), Duration.ZERO);
        clock.passes(Duration.ofDays(1));

        assertThat(authorizer.objection(OLD, Right.LISTEN, List.of(rule("listen", "old", Right.LISTEN))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "listen, new, Listen, TOKEN_SIGNATURE_INVALID",
        "renamed, old, Listen, TOKEN_SIGNATURE_INVALID",
        "listen, old, Send, LISTEN_RIGHT_MISSING",
    })
    void grantFallsWithItsKeyItsRuleOrItsRight(String name, String key, String right, Refusal objection) {
        authorizer.follow(List.of(rule(name, key, Right.valueOf(right.toUpperCase(Locale.ROOT)))), Duration.ZERO);

        assertThat(authorizer.objection(OLD, Right.LISTEN, List.of())).contains(objection);
    }

    private static AuthorizationRule rule(String name, String key, Right right) {
        return new AuthorizationRule(name, Secret.of(key), null, Set.of(right));
    }

    private static SasToken signed(String name, String key) {
        return SasToken.sign("http://relay.test/", SasKey.of(name, key), IN_AN_HOUR);
    }

    private Verdict judge(SasToken token, Right needed) {
        return authorizer.judge(token.text(), PATH, needed, own);
    }

    private static Refusal refusal(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Denied.class);
        return ((Verdict.Denied) verdict).refusal();
    }
}
