// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Offer;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 1: addresses. */
@ExtendWith(RelayUnderTest.Extension.class)
class AddressIT {

    @Test
    void missingActionMeansConnect(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders").withQuery("").startsConnecting();

        listener.isOffered(sender);
    }

    @Test
    void namesOfParametersAndTheActionCountInAnyCase(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender =
                relay.sender("orders").withQuery("?SB-HC-Action=Connect").startsConnecting();

        listener.isOffered(sender);
    }

    @Test
    void escapedDollarIsADollar(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        relay.socket()
                .starts(Handshake.to("/%24hc/orders?sb-hc-action=connect")
                        .with("ServiceBusAuthorization", relay.token("orders")));

        assertThat(listener.isOffered().target()).startsWith("/$hc/orders?");
    }

    @Test
    void unknownActionIsRefused(RelayUnderTest relay) {
        relay.listener("orders").online();

        relay.sender("orders").withQuery("?sb-hc-action=dance").connects().isRefusedWith(400, "action");
    }

    @Test
    void longestRegisteredPathWins(RelayUnderTest relay) {
        ListenerDriver upper = relay.listener("orders").online();
        ListenerDriver lower = relay.listener("orders/eu").online();

        SenderDriver sender = relay.sender("orders/eu/1").startsConnecting();

        lower.isOffered(sender);
        upper.isNotOffered();
    }

    @Test
    void pathIsMatchedByWholeSegments(RelayUnderTest relay) {
        relay.listener("orders").online();

        relay.sender("orders2").connects().isRefusedWith(404, "Endpoint does not exist");
    }

    @Test
    void pathCountsInAnyCase(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("Orders").online();

        SenderDriver sender = relay.sender("oRDERS").startsConnecting();

        listener.isOffered(sender);
    }

    @Test
    void trailingSlashIsNone(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders").withSuffix("/").startsConnecting();

        listener.isOffered(sender);
    }

    @Test
    void listenerIsToldSuffixAndQueryButNothingOfTheRelays(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        relay.sender("orders")
                .withSuffix("/eu/one%20two")
                .withQuery("?b=2&sb-hc-action=connect&a=%C3%A4%26+x&&SB-HC-id=mine&flag&t=a=b")
                .withTokenInQuery()
                .startsConnecting();

        Offer offer = listener.isOffered();
        assertThat(offer.target()).startsWith("/$hc/orders/eu/one%20two?b=2&a=%C3%A4%26+x&");
        assertThat(offer.target()).contains("flag&t=a=b&sb-hc-action=accept&sb-hc-id=" + offer.id());
        assertThat(offer.target()).doesNotContain("token").doesNotContain("mine");
    }

    @Test
    void senderCreatesNothing(RelayUnderTest relay) {
        relay.sender("orders").connects().isRefusedWith(404, "Endpoint does not exist");
    }

    @Test
    void hybridConnectionOutlivesItsLastListener(RelayUnderTest relay) {
        relay.listener("orders").online().leaves();

        relay.untilNobodyListens();
        relay.sender("orders").connects().isRefusedWith(404, "no listeners connected");
    }

    @Test
    void listenerCreatesNothingUnlessConfigured(RelayUnderTest relay) {
        relay.with("relay.createOnListen=false");

        relay.listener("orders").startsListening().isRefusedWith(404, "Endpoint does not exist");
    }

    @Test
    void configuredHybridConnectionIsThereFromTheStart(RelayUnderTest relay) {
        relay.with("relay.createOnListen=false").knows("path: orders/eu");

        relay.sender("orders/eu").connects().isRefusedWith(404, "no listeners connected");
        relay.listener("orders/eu").online();
    }

    @Test
    void addressNamesTheHostThatThisListenerDialled(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders")
                .with(handshake -> handshake.withOther("Host", "relay.example.com:8443"))
                .online();

        relay.sender("orders").startsConnecting();

        assertThat(listener.isOffered().address()).startsWith("ws://relay.example.com:8443/$hc/orders?");
    }

    @Test
    void addressNamesThePublicAddressIfThereIsOne(RelayUnderTest relay) {
        relay.with("relay.publicAddress=wss://relay-1.example.com");
        ListenerDriver listener = relay.listener("orders").online();

        relay.sender("orders").startsConnecting();

        assertThat(listener.isOffered().address()).startsWith("wss://relay-1.example.com/$hc/orders?");
    }

    @Test
    void forwardedHostIsBelievedOfAConfiguredProxy(RelayUnderTest relay) {
        relay.with("limits.trustedProxies.0=127.0.0.0/8");
        ListenerDriver listener = relay.listener("orders")
                .with(handshake ->
                        handshake.with("X-Forwarded-Proto", "https").with("X-Forwarded-Host", "relay.example.com"))
                .online();

        relay.sender("orders").startsConnecting();

        assertThat(listener.isOffered().address()).startsWith("wss://relay.example.com/$hc/orders?");
    }

    @Test
    void forwardedHostIsBelievedOfNobodyElse(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders")
                .with(handshake ->
                        handshake.with("X-Forwarded-Proto", "https").with("X-Forwarded-Host", "relay.example.com"))
                .online();

        relay.sender("orders").startsConnecting();

        assertThat(listener.isOffered().address()).startsWith("ws://127.0.0.1:" + relay.port() + "/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws", "/orders", "/", "/$hcx/orders"})
    void listenElsewhereFindsNothing(String target, RelayUnderTest relay) {
        assertThat(relay.socket()
                        .asks(Handshake.to(target + "?sb-hc-action=listen"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void socketOfAPageFindsTheListenerOfThatPage(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        relay.socket()
                .starts(Handshake.to("/orders/chat?room=1").with("ServiceBusAuthorization", relay.token("orders")));

        assertThat(listener.isOffered().address()).contains("/$hc/orders/chat?room=1&sb-hc-action=accept&");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/$hc/../secret", "/$hc/%00", "/$hc/a%0d%0ab", "/$hc/%zz", "/$hc/", "/$hc"})
    void oddPathsAreRefusedAndTheServerGoesOn(String target, RelayUnderTest relay) {
        int status = relay.socket()
                .asks(Handshake.to(target + "?sb-hc-action=listen").with("ServiceBusAuthorization", relay.token("")))
                .status();

        assertThat(status).isBetween(400, 404);
        relay.listener("orders").online();
    }
}
