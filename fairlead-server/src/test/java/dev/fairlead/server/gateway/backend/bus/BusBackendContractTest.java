// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.HeldTerms;
import dev.fairlead.server.gateway.backend.Backend;
import dev.fairlead.server.gateway.backend.BackendContractTest;
import dev.fairlead.server.gateway.backend.Receipt;
import dev.fairlead.server.gateway.delivery.DeliveryLine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BusBackendContractTest extends BackendContractTest {

    private static final String A = "{\"type\": \"a\", \"content\": 1}";
    private static final String B = "{\"type\": \"b\", \"content\": 2}";

    private final FakeBus bus = new FakeBus();

    @Override
    protected Backend make() {
        bus.takesItsTime();
        return new BusBackend(
                new BusBackendConfig(
                        BusBackendConfig.SERVICE_NAME, new BusBackendConfig.Bus.Embedded(HeldTerms.DEFAULT, List.of())),
                "/ws",
                false,
                bus);
    }

    @Override
    protected void takesWhatWaits() {
        bus.takesWhatWaits();
    }

    private List<String> types() {
        return bus.published().stream().map(BusMessage::type).toList();
    }

    @Test
    void promise1OfTheGatewayMessagesComeToTheBusInOrderAndOneAfterTheOther() {
        DeliveryLine line = line();
        line.say(text(1, A));
        line.say(text(2, B));
        line.end(LEFT);
        assertThat(types()).containsExactly("a");
        takesWhatWaits();
        assertThat(types()).containsExactly("a", "b");
        takesWhatWaits();
        takesWhatWaits();

        assertThat(types()).containsExactly("a", "b", "client-disconnect");
        assertThat(done()).isOne();
    }

    @Test
    void promise2NothingIsTakenThatMayBeLost() {
        bus.fails(BusException.Reason.AWAY);

        CompletableFuture<Receipt> said =
                backend().message(session(), text(1, A)).toCompletableFuture();

        assertThat(said).isCompletedWithValueMatching(Receipt.NotTaken.class::isInstance);
    }

    @Test
    void promise4OfTheGatewayWhatWasLostIsToldAgainUnderItsUuidAndInItsPlace() {
        bus.takesAll();
        bus.fails(BusException.Reason.AWAY);
        DeliveryLine line = line();
        line.say(text(1, A));
        line.say(text(2, B));
        bus.takesAll();
        time().passes(Duration.ofMillis(100));
        bus.fails(BusException.Reason.AWAY);
        line.end(LEFT);
        bus.takesAll();
        time().passes(Duration.ofMillis(100));

        assertThat(types()).containsExactly("a", "a", "b", "client-disconnect", "client-disconnect");
        assertThat(bus.published().get(0).uuid())
                .isEqualTo(bus.published().get(1).uuid());
        assertThat(bus.published().get(3)).isEqualTo(bus.published().get(4));
        assertThat(counted()).filteredOn("retried"::equals).hasSize(2);
        assertThat(done()).isOne();
    }

    @Test
    void fullInboxIsWaitedForInTheMessagesPlaceAndCountsAsNotTakenOnlyIfItStaysFull() {
        bus.fails(BusException.Reason.BUSY);
        CompletableFuture<Receipt> patient =
                backend().message(session(), text(1, A)).toCompletableFuture();
        time().passes(Duration.ofSeconds(2));
        bus.takesAll();
        time().passes(Duration.ofSeconds(1));
        assertThat(patient).isCompletedWithValueMatching(Receipt.Taken.class::isInstance);

        bus.fails(BusException.Reason.BUSY);
        CompletableFuture<Receipt> vain =
                backend().message(session(), text(2, B)).toCompletableFuture();
        time().passes(Duration.ofSeconds(6));

        assertThat(vain).isCompletedWithValueMatching(Receipt.NotTaken.class::isInstance);
    }
}
