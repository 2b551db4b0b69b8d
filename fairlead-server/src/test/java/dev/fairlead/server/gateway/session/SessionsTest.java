// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.UpgradeRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is found where. */
class SessionsTest {

    private final Sessions sessions = new Sessions();

    private static Session session(String id, @Nullable String user) {
        return new Session(
                id,
                "/ws",
                new UpgradeRequest(
                        new FakePeer(id, new FakeTime()), "/ws", new Headers(List.of()), "ws://gateway.test"),
                new Client(user, null, Map.of(), null),
                GatewayObserver.NONE);
    }

    private Session enters(String id, @Nullable String user) {
        Session session = session(id, user);
        assertThat(sessions.enter(session)).isEmpty();
        return session;
    }

    @Test
    void userHasManySessions() {
        Session one = enters("1", "ada");
        Session two = enters("2", "ada");
        Session other = enters("3", "bob");
        enters("4", null);

        assertThat(sessions.ofUser("ada")).containsExactlyInAnyOrder(one, two);
        assertThat(sessions.ofUser("bob")).containsExactly(other);
        assertThat(sessions.ofUser("nobody")).isEmpty();
        assertThat(sessions.count()).isEqualTo(4);
    }

    @Test
    void sessionRemovesOnlyItself() {
        Session old = enters("1", "ada");
        Session young = session("1", "ada");

        assertThat(sessions.enter(young)).contains(old);
        assertThat(sessions.leave(old)).isFalse();
        assertThat(sessions.find("1")).contains(young);
        assertThat(sessions.ofUser("ada")).containsExactly(young);
    }

    @Test
    void sessionThatLeavesIsInNoGroupAndOfNoUser() {
        Session one = enters("1", "ada");
        sessions.join(one, "blue");
        sessions.join(one, "red");

        assertThat(sessions.leave(one)).isTrue();
        assertThat(sessions.find("1")).isEmpty();
        assertThat(sessions.ofUser("ada")).isEmpty();
        assertThat(sessions.inGroup("blue")).isEmpty();
        assertThat(sessions.inGroup("red")).isEmpty();
    }

    @Test
    void groupHasThoseWhoJoinedAndDidNotPart() {
        Session one = enters("1", null);
        Session two = enters("2", null);
        sessions.join(one, "blue");
        sessions.join(two, "blue");
        sessions.part(one, "blue");

        assertThat(sessions.inGroup("blue")).containsExactly(two);
    }

    @Test
    void sessionThatHasLeftJoinsNoGroup() {
        Session one = enters("1", null);
        sessions.leave(one);

        assertThat(sessions.join(one, "blue")).isFalse();
        assertThat(sessions.inGroup("blue")).isEmpty();
    }
}
