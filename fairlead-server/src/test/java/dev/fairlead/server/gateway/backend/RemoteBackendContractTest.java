// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.gateway.delivery.DeliveryLine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What every backend keeps that passes on what it is told to something that may fail. */
public abstract class RemoteBackendContractTest extends BackendContractTest {

    /** {@return what was passed on so far, in order: {@code connected}, a number and a text, {@code disconnected}} */
    protected abstract List<String> passedOn();

    /** What was passed on last is lost, without a word of whether it arrived. */
    protected abstract void loses();

    @Test
    void promise1OfTheGatewaySessionIsToldInOrderAndOneAfterTheOther() {
        DeliveryLine line = line();
        line.say(text(1, "a"));
        line.say(text(2, "b"));
        line.end(LEFT);
        assertThat(passedOn()).containsExactly("connected");
        takesWhatWaits();
        assertThat(passedOn()).containsExactly("connected", "1 a");
        takesWhatWaits();
        takesWhatWaits();
        takesWhatWaits();

        assertThat(passedOn()).containsExactly("connected", "1 a", "2 b", "disconnected");
        assertThat(done()).isOne();
    }

    @Test
    void promise2NothingIsTakenThatMayBeLost() {
        CompletableFuture<Receipt> said =
                backend().message(session(), text(1, "a")).toCompletableFuture();
        assertThat(said).isNotDone();

        loses();

        assertThat(said).isCompletedWithValueMatching(Receipt.NotTaken.class::isInstance);
    }

    @Test
    void promise4OfTheGatewayWhatWasLostIsToldAgainUnderItsNumberAndInItsPlace() {
        DeliveryLine line = line();
        loses();
        time().passes(Duration.ofMillis(100));
        takesWhatWaits();
        line.say(text(1, "a"));
        line.say(text(2, "b"));
        loses();
        time().passes(Duration.ofMillis(100));
        takesWhatWaits();
        takesWhatWaits();
        line.end(LEFT);
        loses();
        time().passes(Duration.ofMillis(100));
        takesWhatWaits();

        assertThat(passedOn())
                .containsExactly("connected", "connected", "1 a", "1 a", "2 b", "disconnected", "disconnected");
        assertThat(counted()).filteredOn("retried"::equals).hasSize(3);
        assertThat(done()).isOne();
    }
}
