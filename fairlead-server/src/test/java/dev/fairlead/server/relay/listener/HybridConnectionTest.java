// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayEvents;
import dev.fairlead.server.security.Grant;
import dev.fairlead.server.security.Verdict;
import dev.fairlead.server.settings.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class HybridConnectionTest {

    private static final int MOST_WAITING = 4;
    private static final int SET_ASIDE_AFTER = 3;

    private final FakeTime time = new FakeTime();
    private final RelayEvents events = new RelayEvents();

    @Test
    void limitIsExactWhenManyComeAtOnce() throws Exception {
        HybridConnection connection = connection(25);
        int threads = 8;
        CyclicBarrier together = new CyclicBarrier(threads);
        Callable<Integer> crowd = () -> {
            together.await(10, TimeUnit.SECONDS);
            int admitted = 0;
            for (int i = 0; i < 100; i++) {
                admitted += admit(connection, "listener").isPresent() ? 1 : 0;
            }
            return admitted;
        };

        int admitted = 0;
        try (var executor = Executors.newFixedThreadPool(threads)) {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                counts.add(executor.submit(crowd));
            }
            for (Future<Integer> count : counts) {
                admitted += count.get(30, TimeUnit.SECONDS);
            }
        }

        assertThat(admitted).isEqualTo(25);
    }

    @Test
    void listenerThatLeavesTakesNoOtherOfItsIdAlong() {
        HybridConnection connection = connection(25);
        ControlChannel early = online(connection, "same");
        ControlChannel late = online(connection, "same");

        connection.leave(early);
        connection.leave(early);

        assertThat(connection.online()).containsExactly(late);
    }

    @Test
    void everyListenerIsPickedAboutAsOftenAsTheOthers() {
        HybridConnection connection = connection(25);
        int listeners = 5;
        int picks = 10_000;
        for (int i = 0; i < listeners; i++) {
            online(connection, "listener " + i);
        }

        Map<String, Integer> picked = new HashMap<>();
        for (int i = 0; i < picks; i++) {
            Place place = found(connection);
            picked.merge(place.listener().listenerId(), 1, Integer::sum);
            place.left();
        }

        // 300 is more than seven standard deviations: chance does not get there
        assertThat(picked).hasSize(listeners);
        assertThat(picked.values()).allSatisfy(count -> assertThat(count).isBetween(1_700, 2_300));
    }

    @Test
    void onlyListenersThatAreOnlineAndFitArePicked() {
        HybridConnection connection = connection(25);
        admit(connection, "not open yet");
        online(connection, "unwanted");
        ControlChannel wanted = online(connection, "wanted");

        for (int i = 0; i < 50; i++) {
            Place place = found(connection, each -> !each.listenerId().equals("unwanted"));
            assertThat(place.listener()).isSameAs(wanted);
            place.left();
        }
        assertThat(connection.find("meeting", each -> false)).isEqualTo(new Search.Nobody(Refusal.LISTENERS_EXCLUDED));
    }

    @Test
    void whereNobodyIsOnlineNobodyIsExcluded() {
        HybridConnection connection = connection(25);
        admit(connection, "not open yet");

        assertThat(connection.find("meeting", any -> true)).isEqualTo(new Search.Nobody(Refusal.LISTENER_ABSENT));
    }

    @Test
    void noListenerHasMoreSendersWaitingThanItMay() {
        HybridConnection connection = connection(25);
        ControlChannel one = online(connection, "one");
        ControlChannel other = online(connection, "other");

        List<Place> places = new ArrayList<>();
        for (int i = 0; i < 2 * MOST_WAITING; i++) {
            places.add(found(connection));
        }

        assertThat(places.stream().filter(place -> place.listener().equals(one)))
                .hasSize(MOST_WAITING);
        assertThat(places.stream().filter(place -> place.listener().equals(other)))
                .hasSize(MOST_WAITING);
        assertThat(connection.find("meeting", any -> true)).isEqualTo(new Search.Nobody(Refusal.LISTENERS_BUSY));
    }

    @Test
    void placeThatIsGivenBackIsThereForOneOther() {
        HybridConnection connection = connection(25);
        online(connection, "listener");
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < MOST_WAITING; i++) {
            places.add(found(connection));
        }

        places.getFirst().left();
        places.getFirst().left();
        places.getFirst().dialled();

        found(connection);
        assertThat(connection.find("meeting", any -> true)).isEqualTo(new Search.Nobody(Refusal.LISTENERS_BUSY));
    }

    @Test
    void listenerThatMetSendersWithSilenceIsSetAsideForOthers() {
        HybridConnection connection = connection(25);
        online(connection, "silent");
        metWithSilence(connection, SET_ASIDE_AFTER);
        ControlChannel other = online(connection, "other");

        for (int i = 0; i < 50; i++) {
            Place place = found(connection);
            assertThat(place.listener()).isSameAs(other);
            place.dialled();
        }
        assertThat(events.heard()).containsExactly("listenerOnline", "listenerSetAside", "listenerOnline");
    }

    @Test
    void listenerThatIsSetAsideIsStillToldWhereNobodyElseHasRoom() {
        HybridConnection connection = connection(25);
        ControlChannel silent = online(connection, "silent");
        metWithSilence(connection, SET_ASIDE_AFTER);
        assertThat(found(connection).listener()).isSameAs(silent);

        online(connection, "other");
        for (int i = 0; i < MOST_WAITING; i++) {
            assertThat(found(connection).listener()).isNotSameAs(silent);
        }
        assertThat(found(connection).listener()).isSameAs(silent);
    }

    @Test
    void oneSenderTriesAListenerAfterEachCoolDown() {
        HybridConnection connection = connection(25);
        ControlChannel silent = online(connection, "silent");
        metWithSilence(connection, SET_ASIDE_AFTER);
        ControlChannel other = online(connection, "other");

        for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
            time.passes(Duration.ofSeconds(seconds).minusNanos(1));
            Place tooEarly = found(connection);
            assertThat(tooEarly.listener()).as("before %s s", seconds).isSameAs(other);
            tooEarly.dialled();
            time.passes(Duration.ofNanos(1));

            Place probe = found(connection);
            assertThat(probe.listener()).as("after %s s", seconds).isSameAs(silent);
            Place next = found(connection);
            assertThat(next.listener()).isSameAs(other);
            next.dialled();
            probe.metSilence();
        }
    }

    @Test
    void probeThatLeavesIsFollowedByAnother() {
        HybridConnection connection = connection(25);
        ControlChannel silent = online(connection, "silent");
        metWithSilence(connection, SET_ASIDE_AFTER);
        online(connection, "other");
        time.passes(Trust.FIRST_COOL_DOWN);

        found(connection).left();

        assertThat(found(connection).listener()).isSameAs(silent);
    }

    @Test
    void dialOfAProbeBringsTheListenerBack() {
        HybridConnection connection = connection(25);
        online(connection, "silent");
        metWithSilence(connection, SET_ASIDE_AFTER);
        time.passes(Trust.FIRST_COOL_DOWN);

        found(connection).dialled();

        assertThat(events.heard()).containsExactly("listenerOnline", "listenerSetAside", "listenerTakenBack");
        metWithSilence(connection, SET_ASIDE_AFTER - 1);
        assertThat(events.heard()).hasSize(3);
    }

    @Test
    void dialForAMeetingThatIsOverBringsTheListenerBack() {
        HybridConnection connection = connection(25);
        online(connection, "slow");
        for (int i = 0; i < SET_ASIDE_AFTER; i++) {
            ((Search.Found) connection.find("meeting " + i, any -> true))
                    .place()
                    .metSilence();
        }

        connection.dialledLate("nobody's");
        assertThat(events.heard()).doesNotContain("listenerTakenBack");
        connection.dialledLate("meeting 1");

        assertThat(events.heard()).containsExactly("listenerOnline", "listenerSetAside", "listenerTakenBack");
        assertThat(time.timers()).as("timers beside the token's").isOne();
    }

    @Test
    void lateDialForAListenerThatIsGoneChangesNothing() {
        HybridConnection connection = connection(25);
        FakePeer peer = new FakePeer("slow", time);
        admit(connection, peer).orElseThrow().onOpen();
        Place place = ((Search.Found) connection.find("meeting", any -> true)).place();

        peer.leaves();
        place.metSilence();
        connection.dialledLate("meeting");

        assertThat(events.heard()).containsExactly("listenerOnline", "listenerOffline");
        assertThat(time.timers()).isZero();
    }

    @Test
    void listenerThatIsLostIsSetAsideNoMore() {
        HybridConnection connection = connection(25);
        FakePeer peer = new FakePeer("silent", time);
        admit(connection, peer).orElseThrow().onOpen();
        metWithSilence(connection, SET_ASIDE_AFTER);

        peer.leaves();

        assertThat(events.heard())
                .containsExactly("listenerOnline", "listenerSetAside", "listenerTakenBack", "listenerOffline");
        assertThat(time.timers()).isZero();
    }

    private static void metWithSilence(HybridConnection connection, int times) {
        for (int i = 0; i < times; i++) {
            found(connection).metSilence();
        }
    }

    private static Place found(HybridConnection connection) {
        return found(connection, any -> true);
    }

    private static Place found(HybridConnection connection, Predicate<ControlChannel> fits) {
        return ((Search.Found) connection.find("meeting", fits)).place();
    }

    private static HybridConnection connection(int maxListeners) {
        return new HybridConnection(
                HybridPath.of("hyco"),
                new HybridConnection.Terms(false, maxListeners, null, true, true, List.of()),
                Instant.EPOCH);
    }

    private ControlChannel online(HybridConnection connection, String id) {
        ControlChannel channel = admit(connection, id).orElseThrow();
        channel.onOpen();
        return channel;
    }

    private Optional<ControlChannel> admit(HybridConnection connection, String id) {
        return admit(connection, new FakePeer(id, time));
    }

    private Optional<ControlChannel> admit(HybridConnection connection, FakePeer peer) {
        Grant grant = new Grant("root", Secret.of("key"), time.instant().plus(Duration.ofHours(1)));
        return ControlChannel.admit(
                connection,
                new ControlChannel.Listener(peer.id(), HybridPath.of("hyco"), peer, "ws://relay.test", grant),
                token -> new Verdict.Denied(Refusal.TOKEN_MALFORMED, "none was expected"),
                () -> new ControlChannel.Terms(null, Duration.ofDays(1), MOST_WAITING, SET_ASIDE_AFTER),
                time,
                events);
    }
}
