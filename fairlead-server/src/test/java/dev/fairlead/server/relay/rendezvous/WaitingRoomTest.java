// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.RelayObserver;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.relay.listener.HybridConnection;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Docs, protocol, "The rendezvous address": good for one dial, and only for the hybrid connection that it names. */
class WaitingRoomTest {

    private final WaitingRoom room = new WaitingRoom();
    private final HybridConnection orders = connection("orders");

    @Test
    void idIsGoodForOneDial() {
        Meeting meeting = meeting("id", orders);
        room.enter(meeting);

        assertThat(room.take("id", orders)).containsSame(meeting);
        assertThat(room.take("id", orders)).isEmpty();
        assertThat(room.size()).isZero();
    }

    @Test
    void idIsNoGoodForAnotherHybridConnectionAndStaysGoodForItsOwn() {
        Meeting meeting = meeting("id", orders);
        room.enter(meeting);

        assertThat(room.take("id", connection("invoices"))).isEmpty();
        assertThat(room.take("id", orders)).containsSame(meeting);
    }

    @Test
    void unknownIdFindsNobody() {
        room.enter(meeting("id", orders));

        assertThat(room.take("", orders)).isEmpty();
        assertThat(room.take("ID", orders)).isEmpty();
        assertThat(room.size()).isOne();
    }

    @Test
    void meetingThatLeavesTakesNoOtherAlong() {
        Meeting early = meeting("id", orders);
        Meeting late = meeting("id", orders);
        room.enter(late);

        room.leave(early);

        assertThat(room.take("id", orders)).containsSame(late);
    }

    @Test
    void idsNeverRepeatAndBeginWithAUuid() {
        Set<String> ids = new HashSet<>();
        Set<String> tails = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String id = room.newId();
            ids.add(id);
            tails.add(id.substring(36));
            assertThat(UUID.fromString(id.substring(0, 36)).version()).isEqualTo(4);
            assertThat(id.substring(36)).matches("_[0-9a-f]{16}");
        }

        assertThat(ids).hasSize(1_000);
        assertThat(tails).hasSize(1_000);
    }

    private static HybridConnection connection(String name) {
        return new HybridConnection(
                HybridPath.of(name), new HybridConnection.Terms(false, 25, null, true, true, List.of()), Instant.EPOCH);
    }

    private Meeting meeting(String id, HybridConnection connection) {
        UpgradeRequest sender = new UpgradeRequest(
                new FakePeer("sender", new FakeTime()), "/$hc/orders", new Headers(List.of()), "ws://relay.test");
        return new Meeting(
                id, connection, sender, any -> true, base -> base, UpgradeAnswer.Refused::of, room, RelayObserver.NONE);
    }
}
