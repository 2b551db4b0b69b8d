// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.bus.Member;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownTest {

    private static final Member WORKER = new Member("Worker", Set.of("work", "news"), Member.Reach.ONE_INSTANCE);
    private static final Member GATEWAY = new Member("Gateway", Set.of("news"), Member.Reach.EVERY_INSTANCE);

    private final Known known = new Known();

    @Test
    void oneReceiptOfEachNameIsWaitedForOrOneOfEachInstance() {
        known.enter("a", WORKER);
        known.enter("b", WORKER);
        known.enter("c", GATEWAY);
        known.enter("d", GATEWAY);

        assertThat(known.receipts("work")).containsExactly("Worker");
        assertThat(known.receipts("news")).containsExactlyInAnyOrder("Worker", "Gateway.c", "Gateway.d");
        assertThat(known.receipts("other")).isEmpty();
        assertThat(known.signers("Worker")).containsExactlyInAnyOrder("a", "b");
        assertThat(known.signers("Gateway.c")).containsExactly("c");
    }

    @Test
    void nameIsWaitedForUntilItsLastInstanceLeaves() {
        known.enter("a", WORKER);
        known.enter("b", WORKER);

        known.leave("a");
        assertThat(known.receipts("work")).containsExactly("Worker");
        known.leave("b");

        assertThat(known.receipts("work")).isEmpty();
    }

    @Test
    void memberThatSaysAgainThatItIsHereIsNoNews() {
        assertThat(known.enter("a", WORKER)).isTrue();
        assertThat(known.enter("a", WORKER)).isFalse();

        known.nobodyWants("work");

        assertThat(known.receipts("news")).isEmpty();
        assertThat(known.enter("a", WORKER)).isTrue();
    }

    @Test
    void messageHasArrivedOnceAllReceiptsAreHereOrTheirMembersGone() {
        Underway message = new Underway(1, "news", "s", null, new byte[0], Underway.Otherwise.HELD, 0);

        message.setsOut(List.of("Worker", "Gateway.c", "Gateway.d"), 0);

        assertThat(message.received("Gateway.c")).isFalse();
        assertThat(message.received("Stranger")).isFalse();
        assertThat(message.gone("Gateway.d")).isFalse();
        assertThat(message.missing()).containsExactly("Worker");
        assertThat(message.received("Worker")).isTrue();
    }

    @Test
    void messageThatNobodyHasHasNotArrivedThoughItsMemberIsGone() {
        Underway message = new Underway(1, "news", "s", null, new byte[0], Underway.Otherwise.HELD, 0);

        message.setsOut(List.of("Gateway.c"), 0);

        assertThat(message.gone("Gateway.c")).isFalse();
    }

    @Test
    void messageOfWhichNobodyIsKnownHasArrivedWithTheFirstReceipt() {
        Underway message = new Underway(1, "news", "s", null, new byte[0], Underway.Otherwise.HELD, 0);

        message.setsOut(List.of(), 0);

        assertThat(message.received("Stranger")).isTrue();
    }
}
