// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayObserver;
import dev.fairlead.server.security.Grant;
import dev.fairlead.server.security.Verdict;
import java.time.Duration;
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
import org.junit.jupiter.api.Test;

class HybridConnectionTest {

    private final FakeTime time = new FakeTime();

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
            picked.merge(connection.pick(any -> true).orElseThrow().listenerId(), 1, Integer::sum);
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
            assertThat(connection.pick(each -> !each.listenerId().equals("unwanted")))
                    .contains(wanted);
        }
        assertThat(connection.pick(each -> false)).isEmpty();
    }

    private static HybridConnection connection(int maxListeners) {
        return new HybridConnection(HybridPath.of("hyco"), false, maxListeners, List.of());
    }

    private ControlChannel online(HybridConnection connection, String id) {
        ControlChannel channel = admit(connection, id).orElseThrow();
        channel.onOpen();
        return channel;
    }

    private Optional<ControlChannel> admit(HybridConnection connection, String id) {
        Grant grant = new Grant("root", time.instant().plus(Duration.ofHours(1)));
        return ControlChannel.admit(
                connection,
                new ControlChannel.Listener(id, new FakePeer(id, time), "ws://relay.test", grant),
                token -> new Verdict.Denied(Refusal.TOKEN_MALFORMED, "none was expected"),
                Duration.ofMinutes(5),
                time,
                RelayObserver.NONE);
    }
}
