// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.UpgradeAnswer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers refused listeners late: one widely used client dials again at once and for ever, hundreds of times a second if
 * it is let. No more than a fixed number waits; beyond it the answer comes at once, since a wait costs a socket.
 */
final class RefusalPace {

    static final Duration DELAY = Duration.ofSeconds(1);

    private static final int MOST_WAITING = 1_000;

    private final AtomicInteger waiting = new AtomicInteger();

    CompletionStage<UpgradeAnswer> late(Peer peer, UpgradeAnswer.Refused refused) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return CompletableFuture.completedFuture(refused);
        }
        CompletableFuture<UpgradeAnswer> answer = new CompletableFuture<>();
        var timer = peer.schedule(DELAY, () -> end(answer, refused));
        Cancellable gone = peer.onGone(() -> {
            timer.cancel();
            end(answer, refused);
        });
        var _ = answer.whenComplete((told, fault) -> gone.cancel());
        return answer;
    }

    int waiting() {
        return waiting.get();
    }

    private void end(CompletableFuture<UpgradeAnswer> answer, UpgradeAnswer.Refused refused) {
        if (answer.complete(refused)) {
            waiting.decrementAndGet();
        }
    }
}
