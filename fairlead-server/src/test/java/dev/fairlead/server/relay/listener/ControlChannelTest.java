// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.control.RemoteEndpoint;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayEvents;
import dev.fairlead.server.security.Grant;
import dev.fairlead.server.security.Verdict;
import dev.fairlead.server.settings.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "The control channel": who listens, how long a token lasts, and what a loss means. */
class ControlChannelTest {

    private static final Duration TOKEN_LIFE = Duration.ofHours(1);
    private static final Duration GRACE = Duration.ofMinutes(5);
    private static final Secret KEY = Secret.of("key");

    private static final CloseStatus GONE =
            new CloseStatus(CloseStatus.GOING_AWAY, "The hybrid connection was removed");

    private final FakeTime time = new FakeTime();
    private final FakePeer peer = new FakePeer("listener", time);
    private final RelayEvents events = new RelayEvents();
    private final HybridConnection connection = new HybridConnection(
            HybridPath.of("hyco"), new HybridConnection.Terms(false, 1, null, true, true, List.of()), Instant.EPOCH);
    private final List<String> renewals = new ArrayList<>();
    private final List<String> losses = new ArrayList<>();
    private ControlChannel.Terms terms = new ControlChannel.Terms(null, GRACE, 2, 3);
    private Verdict renewalVerdict = new Verdict.Denied(Refusal.TOKEN_MALFORMED, "none was expected");

    @Test
    void listenerIsOfferedNobodyBeforeItsUpgradeIsAnswered() {
        ControlChannel channel = admitted(in(TOKEN_LIFE));

        assertThat(found()).isEmpty();

        channel.onOpen();
        assertThat(found()).contains(channel);
        assertThat(events.heard()).containsExactly("listenerOnline");
    }

    @Test
    void listenerBeyondTheLimitIsNotAdmittedUntilAnotherIsLost() {
        ControlChannel first = online(in(TOKEN_LIFE));

        assertThat(admit(new FakePeer("second", time), in(TOKEN_LIFE))).isEmpty();

        first.onClose(CloseStatus.NONE);
        assertThat(admit(new FakePeer("third", time), in(TOKEN_LIFE))).isPresent();
    }

    @Test
    void listenerWhoseSocketIsGoneBeforeItsUpgradeIsAnsweredIsForgotten() {
        ControlChannel channel = admitted(in(TOKEN_LIFE));

        peer.leaves();
        channel.onOpen();

        assertThat(channel.isOnline()).isFalse();
        assertThat(connection.online()).isEmpty();
        assertThat(time.timers()).isZero();
        assertThat(events.heard()).isEmpty();
        assertThat(admit(new FakePeer("second", time), in(TOKEN_LIFE))).isPresent();
    }

    @Test
    void expiredTokenIsToleratedAsLongAsTheGraceAndThenClosesWith1008() {
        ControlChannel channel = online(in(TOKEN_LIFE));

        time.passes(TOKEN_LIFE.plus(GRACE).minusNanos(1));
        assertThat(channel.isOnline()).isTrue();
        assertThat(peer.closes()).isEmpty();

        time.passes(Duration.ofNanos(1));
        assertThat(channel.isOnline()).isFalse();
        assertThat(connection.online()).isEmpty();
        assertThat(peer.closes())
                .containsExactly(new CloseStatus(CloseStatus.POLICY_VIOLATION, "ExpiredToken: The token is expired"));
        assertThat(events.heard()).containsExactly("listenerOnline", "tokenEnded", "listenerOffline");
    }

    @Test
    void clockThatIsSetBackWhileTheTimerRunsGivesTheListenerItsHourBack() {
        ControlChannel channel = online(in(TOKEN_LIFE));

        time.clockIsSet(TOKEN_LIFE.negated());
        time.passes(TOKEN_LIFE.plus(GRACE));
        assertThat(channel.isOnline()).isTrue();

        time.passes(TOKEN_LIFE);
        assertThat(channel.isOnline()).isFalse();
    }

    @Test
    void clockThatIsSetForwardEndsNobodyBeforeTheTimerHasEnded() {
        ControlChannel channel = online(in(TOKEN_LIFE));

        time.clockIsSet(Duration.ofDays(400));
        time.passes(TOKEN_LIFE);
        assertThat(channel.isOnline()).isTrue();

        time.passes(GRACE);
        assertThat(channel.isOnline()).isFalse();
    }

    @Test
    void tokenThatIsGoodForAgesIsLookedAtOnceADay() {
        ControlChannel channel = online(SasToken.LATEST_EXPIRY);

        time.passes(Duration.ofDays(1000));
        assertThat(channel.isOnline()).isTrue();
        assertThat(time.timers()).isOne();

        time.clockIsSet(Duration.ofDays(365 * 9_000));
        time.passes(Duration.ofDays(1));
        assertThat(channel.isOnline()).isFalse();
    }

    @Test
    void renewedTokenLastsFromThenOn() {
        ControlChannel channel = online(in(TOKEN_LIFE));
        renewalVerdict = granted(in(TOKEN_LIFE.multipliedBy(3)));

        channel.onText(renewToken("fresh"));

        assertThat(renewals).containsExactly("fresh");
        assertThat(time.timers()).isOne();
        time.passes(TOKEN_LIFE.multipliedBy(3).plus(GRACE).minusNanos(1));
        assertThat(channel.isOnline()).isTrue();
        time.passes(Duration.ofNanos(1));
        assertThat(channel.isOnline()).isFalse();
    }

    @Test
    void renewalWithinTheGraceComesInTime() {
        ControlChannel channel = online(in(TOKEN_LIFE));

        time.passes(TOKEN_LIFE.plus(GRACE).minusNanos(1));
        renewalVerdict = granted(in(TOKEN_LIFE));
        channel.onText(renewToken("fresh"));
        time.passes(TOKEN_LIFE);

        assertThat(channel.isOnline()).isTrue();
    }

    @Test
    void renewalMayShortenTheToken() {
        ControlChannel channel = online(in(TOKEN_LIFE));
        renewalVerdict = granted(in(Duration.ofMinutes(1)));

        channel.onText(renewToken("short"));
        time.passes(Duration.ofMinutes(1).plus(GRACE));

        assertThat(channel.isOnline()).isFalse();
    }

    @Test
    void renewalThatIsNoGoodClosesWith1008AtOnce() {
        ControlChannel channel = online(in(TOKEN_LIFE));
        renewalVerdict = new Verdict.Denied(Refusal.LISTEN_RIGHT_MISSING, "rule sender");

        channel.onText(renewToken("a sender's"));

        assertThat(channel.isOnline()).isFalse();
        assertThat(peer.closes()).singleElement().satisfies(close -> {
            assertThat(close.code()).isEqualTo(CloseStatus.POLICY_VIOLATION);
            assertThat(close.reason()).contains("renewToken").doesNotContain("rule sender");
        });
        assertThat(events.heard()).containsExactly("listenerOnline", "tokenEnded", "listenerOffline");
        assertThat(time.timers()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"renewToken\":\"no object\"}",
                "{\"renewToken\":{}}",
                "{\"renewToken\":{\"token\":7}}",
                "{\"listenerCommand\":{}}",
                "{\"response\":{\"requestId\":\"1\",\"statusCode\":\"200\"}}",
            })
    void oddTextIsIgnored(String text) {
        ControlChannel channel = online(in(TOKEN_LIFE));

        channel.onText(text);

        assertThat(channel.isOnline()).isTrue();
        assertThat(peer.closes()).isEmpty();
        assertThat(peer.sent()).isEmpty();
        assertThat(renewals).isEmpty();
    }

    @Test
    void acceptFromAListenerAndStrayBinaryMessagesAreIgnored() {
        ControlChannel channel = online(in(TOKEN_LIFE));

        channel.onText(ControlMessages.encode(
                new ControlMessage.Accept("ws://relay.test/$hc/hyco", "1", Map.of(), RemoteEndpoint.UNKNOWN)));
        channel.onBinary(new byte[0]);
        channel.onBinary(new byte[65_536]);

        assertThat(channel.isOnline()).isTrue();
        assertThat(peer.closes()).isEmpty();
    }

    @Test
    void lossTellsWhoeverWaitsOnceAndNobodyWhoWaitsNoMore() {
        ControlChannel channel = online(in(TOKEN_LIFE));
        Runnable served = () -> losses.add("served");
        channel.offer("offer 1", () -> losses.add("waiting"));
        channel.offer("offer 2", served);
        channel.forget(served);

        channel.onClose(CloseStatus.NONE);
        peer.leaves();

        assertThat(peer.sent()).containsExactly("offer 1", "offer 2");
        assertThat(losses).containsExactly("waiting");
        assertThat(connection.online()).isEmpty();
        assertThat(events.heard()).containsExactly("listenerOnline", "listenerOffline");
        assertThat(time.timers()).isZero();
    }

    @Test
    void offerToALostListenerTellsOfTheLossAtOnce() {
        ControlChannel channel = online(in(TOKEN_LIFE));
        peer.leaves();

        channel.offer("too late", () -> losses.add("told"));

        assertThat(losses).containsExactly("told");
        assertThat(peer.sent()).isEmpty();
    }

    @Test
    void listenerThatIsSentAwayIsOfferedNobodyAndItsSendersMayStillBeMet() {
        ControlChannel channel = online(in(TOKEN_LIFE));
        channel.offer("offer", () -> losses.add("told"));

        channel.close(new CloseStatus(CloseStatus.GOING_AWAY, "The relay is stopping"));
        assertThat(connection.online()).isEmpty();
        peer.leaves();

        assertThat(peer.closes()).containsExactly(new CloseStatus(CloseStatus.GOING_AWAY, "The relay is stopping"));
        assertThat(losses).isEmpty();
    }

    @Test
    void listenerThatIsDismissedIsLostAtOnceAndItsSendersAreTold() {
        ControlChannel channel = online(in(TOKEN_LIFE));
        channel.offer("offer", () -> losses.add("told"));

        channel.dismiss(GONE);

        assertThat(peer.closes()).containsExactly(GONE);
        assertThat(connection.admitted()).isEmpty();
        assertThat(losses).containsExactly("told");
        assertThat(events.heard()).containsExactly("listenerOnline", "listenerOffline");
        assertThat(time.timers()).isZero();
    }

    @Test
    void listenerThatIsDismissedBeforeItsUpgradeIsAnsweredIsClosedAsSoonAsItIsOpen() {
        ControlChannel channel = admitted(in(TOKEN_LIFE));

        channel.dismiss(GONE);
        assertThat(peer.closes()).isEmpty();
        channel.onOpen();

        assertThat(peer.closes()).containsExactly(GONE);
        assertThat(found()).isEmpty();
    }

    @Test
    void listenerThatIsLostHearsNoMoreOfItsDismissal() {
        ControlChannel channel = online(in(TOKEN_LIFE));
        channel.onClose(CloseStatus.NONE);

        channel.dismiss(GONE);
        channel.review(grant -> Optional.of(Refusal.TOKEN_SIGNATURE_INVALID));

        assertThat(peer.closes()).isEmpty();
        assertThat(events.heard()).containsExactly("listenerOnline", "listenerOffline");
    }

    @Test
    void listenerWhoseKeyIsGoneIsClosedWith1008AtOnceAndWithoutGrace() {
        ControlChannel channel = online(in(TOKEN_LIFE));
        channel.offer("offer", () -> losses.add("told"));

        channel.review(grant -> Optional.of(Refusal.TOKEN_SIGNATURE_INVALID));

        assertThat(channel.isOnline()).isFalse();
        assertThat(peer.closes())
                .containsExactly(
                        new CloseStatus(CloseStatus.POLICY_VIOLATION, Refusal.TOKEN_SIGNATURE_INVALID.summary()));
        assertThat(losses).containsExactly("told");
        assertThat(events.heard()).containsExactly("listenerOnline", "tokenEnded", "listenerOffline");
        assertThat(time.timers()).isZero();
    }

    @Test
    void listenerWhoseKeyIsGoneBeforeItsUpgradeIsAnsweredIsClosedAsSoonAsItIsOpen() {
        ControlChannel channel = admitted(in(TOKEN_LIFE));

        channel.review(grant -> Optional.of(Refusal.LISTEN_RIGHT_MISSING));
        channel.onOpen();

        assertThat(peer.closes()).extracting(CloseStatus::code).containsExactly(CloseStatus.POLICY_VIOLATION);
        assertThat(found()).isEmpty();
    }

    @Test
    void reviewLooksAtTheGrantOfTheLastRenewal() {
        ControlChannel channel = online(in(TOKEN_LIFE));
        renewalVerdict = granted(in(TOKEN_LIFE));
        channel.onText(renewToken("fresh"));

        channel.review(grant ->
                grant.keyName().equals("renewed") ? Optional.empty() : Optional.of(Refusal.TOKEN_SIGNATURE_INVALID));

        assertThat(channel.isOnline()).isTrue();
    }

    @Test
    void graceThatChangesHoldsForTokensThatAreShownAlready() {
        ControlChannel channel = online(in(TOKEN_LIFE));

        terms = new ControlChannel.Terms(null, Duration.ZERO, 2, 3);
        channel.review(grant -> Optional.empty());

        assertThat(time.timers()).isOne();
        time.passes(TOKEN_LIFE.minusNanos(1));
        assertThat(channel.isOnline()).isTrue();
        time.passes(Duration.ofNanos(1));
        assertThat(channel.isOnline()).isFalse();
    }

    @Test
    void publicAddressThatChangesIsWhatTheListenerIsToDialFromThenOn() {
        ControlChannel channel = online(in(TOKEN_LIFE));
        assertThat(channel.baseAddress()).isEqualTo("ws://relay.test");

        terms = new ControlChannel.Terms(URI.create("wss://public.test"), GRACE, 2, 3);

        assertThat(channel.baseAddress()).isEqualTo("wss://public.test");
    }

    private Instant in(Duration time) {
        return this.time.instant().plus(time);
    }

    private static Verdict granted(Instant until) {
        return new Verdict.Granted(new Grant("renewed", KEY, until));
    }

    private static String renewToken(String token) {
        return ControlMessages.encode(new ControlMessage.RenewToken(token));
    }

    private ControlChannel online(Instant tokenEnd) {
        ControlChannel channel = admitted(tokenEnd);
        channel.onOpen();
        return channel;
    }

    private Optional<ControlChannel> found() {
        return connection.find("meeting", any -> true) instanceof Search.Found(Place place)
                ? Optional.of(place.listener())
                : Optional.empty();
    }

    private ControlChannel admitted(Instant tokenEnd) {
        return admit(peer, tokenEnd).orElseThrow();
    }

    private Optional<ControlChannel> admit(FakePeer listener, Instant tokenEnd) {
        return ControlChannel.admit(
                connection,
                new ControlChannel.Listener(
                        listener.id(),
                        HybridPath.of("Hyco"),
                        listener,
                        "ws://relay.test",
                        new Grant("root", KEY, tokenEnd)),
                token -> {
                    renewals.add(token);
                    return renewalVerdict;
                },
                () -> terms,
                time,
                events);
    }
}
