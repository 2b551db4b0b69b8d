// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.SharedAccess;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 2: tokens, as they come over the wire. */
@ExtendWith(RelayUnderTest.Extension.class)
class TokenIT {

    private final Instant later = Instant.now().plus(Duration.ofHours(1));

    @Test
    void tokenIsTakenFromTheQuery(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").withTokenInQuery().online();

        SenderDriver sender = relay.sender("orders").withTokenInQuery().startsConnecting();

        listener.isOffered(sender);
    }

    @Test
    void tokenIsTakenFromAuthorization(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders")
                .withoutToken()
                .with(handshake -> handshake.with("Authorization", relay.token("orders", Right.SEND)))
                .startsConnecting();

        assertThat(listener.isOffered(sender).header("Authorization")).isEmpty();
    }

    @Test
    void authorizationOfTheApplicationsOwnIsPassedOn(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders")
                .with(handshake -> handshake.with("Authorization", "Bearer of news"))
                .startsConnecting();

        assertThat(listener.isOffered(sender).header("Authorization")).isEqualTo("Bearer of news");
    }

    @Test
    void missingTokenIsToldBeforeAMissingPath(RelayUnderTest relay) {
        relay.sender("nowhere").withoutToken().connects().isRefusedWith(401, "MissingToken");
    }

    @Test
    void garbageIsNoToken(RelayUnderTest relay) {
        relay.sender("orders").withToken("Bearer nonsense").connects().isRefusedWith(401, "MalformedToken");
    }

    @Test
    void wrongKeyIsRefused(RelayUnderTest relay) {
        String token = SharedAccess.token("http://localhost/orders", "Send", "not the key", later);

        relay.sender("orders").withToken(token).connects().isRefusedWith(401, "invalid signature");
    }

    @Test
    void unknownRuleIsRefusedLikeAWrongKey(RelayUnderTest relay) {
        String token = SharedAccess.token("http://localhost/orders", "Nobody", "key of Send", later);

        relay.sender("orders").withToken(token).connects().isRefusedWith(401, "invalid signature");
    }

    @Test
    void expiredTokenIsRefused(RelayUnderTest relay) {
        String token = relay.token("orders", Duration.ofSeconds(-1), Right.SEND);

        relay.sender("orders").withToken(token).connects().isRefusedWith(401, "ExpiredToken");
    }

    @Test
    void expiredTokenIsTakenForAsLongAsClocksMayDiffer(RelayUnderTest relay) {
        relay.with("relay.clockSkew=1m", "relay.tokenGrace=0s");
        String late = relay.token("orders", Duration.ofSeconds(-30), Right.SEND);
        String tooLate = relay.token("orders", Duration.ofSeconds(-61), Right.SEND);
        ListenerDriver listener = relay.listener("orders")
                .withToken(relay.token("orders", Duration.ofSeconds(-30), Right.LISTEN))
                .online()
                .renews(relay.token("orders", Duration.ofSeconds(-29), Right.LISTEN));

        SenderDriver sender = relay.sender("orders").withToken(late).startsConnecting();

        listener.isOffered(sender);
        relay.sender("orders").withToken(tooLate).connects().isRefusedWith(401, "ExpiredToken");
        listener.renews(relay.token("orders", Duration.ofSeconds(-61), Right.LISTEN))
                .isSentAwayWith(1008);
    }

    @ParameterizedTest
    @ValueSource(strings = {"invoices", "order", "orders2", "orders/eu/1"})
    void tokenForAnotherPathIsRefused(String path, RelayUnderTest relay) {
        String token = relay.token(path, Right.SEND);

        relay.sender("orders/eu").withToken(token).connects().isRefusedWith(401, "InvalidAudience");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "orders",
                "orders/",
                "orders//",
                "ORDERS/eu",
                "$hc/orders",
                "orders/eu/1",
                "orders/eu?x=1&y=2"
            })
    void resourceThatHoldsThePathIsEnough(String resource, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders/eu").online();
        String token = SharedAccess.token("sb://Somewhere.example:9999/" + resource, "Send", "key of Send", later);

        SenderDriver sender = relay.sender("orders/eu/1").withToken(token).startsConnecting();

        listener.isOffered(sender);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http%3a%2f%2flocalhost%2forders", "http%3A%2F%2Flocalhost%2Forders", "http://localhost/orders"})
    void resourceIsSignedAsItStands(String encoded, RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        String token = SharedAccess.tokenOfEncoded(encoded, "Send", "key of Send", later);

        SenderDriver sender = relay.sender("orders").withToken(token).startsConnecting();

        listener.isOffered(sender);
    }

    @Test
    void secondaryKeySignsAsWell(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        String token = SharedAccess.token("http://localhost/orders", "send", "second key of Send", later);

        SenderDriver sender = relay.sender("orders").withToken(token).startsConnecting();

        listener.isOffered(sender);
    }

    @Test
    void manageHoldsListenAndSend(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders")
                .withToken(relay.token("orders", Right.MANAGE))
                .online();

        SenderDriver sender = relay.sender("orders")
                .withToken(relay.token("orders", Right.MANAGE))
                .startsConnecting();

        listener.isOffered(sender);
    }

    @Test
    void missingRightIsForbidden(RelayUnderTest relay) {
        relay.sender("orders")
                .withToken(relay.token("orders", Right.LISTEN))
                .connects()
                .isRefusedWith(403, "'Send' claim");
        relay.listener("orders")
                .withToken(relay.token("orders", Right.SEND))
                .startsListening()
                .isRefusedWith(403, "'Listen' claim");
    }

    @Test
    void missingRightIsUnauthorizedWhereCompatibilityIsStrict(RelayUnderTest relay) {
        relay.with("relay.compatibility=strict");

        relay.sender("orders")
                .withToken(relay.token("orders", Right.LISTEN))
                .connects()
                .isRefusedWith(401, "'Send' claim");
    }

    @Test
    void rulesOfAHybridConnectionCountThereAlone(RelayUnderTest relay) {
        relay.knows("path: orders, keys: [{name: shop, primaryKey: shop key, rights: [Send]}]")
                .knows("path: invoices");
        ListenerDriver listener = relay.listener("orders").online();
        String token = SharedAccess.token("http://localhost/", "shop", "shop key", later);

        SenderDriver sender = relay.sender("orders").withToken(token).startsConnecting();

        listener.isOffered(sender);
        relay.sender("invoices").withToken(token).connects().isRefusedWith(401, "invalid signature");
    }

    @Test
    void anonymousSenderNeedsNoTokenAndABadOneIsNotLookedAt(RelayUnderTest relay) {
        relay.knows("path: orders, senderAuthorization: anonymous");
        ListenerDriver listener = relay.listener("orders").online();

        listener.isOffered(relay.sender("orders").withoutToken().startsConnecting());
        listener.isOffered(relay.sender("orders").withToken("nonsense").startsConnecting());
    }

    @Test
    void listenerOfAnonymousSendersNeedsAToken(RelayUnderTest relay) {
        relay.knows("path: orders, senderAuthorization: anonymous");

        relay.listener("orders").withoutToken().startsListening().isRefusedWith(401, "MissingToken");
    }
}
