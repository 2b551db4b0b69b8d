// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.bus;

import dev.fairlead.bus.HeldTerms;
import dev.fairlead.bus.Listener;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.MessageBusContractTest;
import dev.fairlead.bus.nats.NatsBus;
import dev.fairlead.bus.nats.NatsTerms;
import dev.fairlead.testkit.NatsServer;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The bus on NATS keeps what every bus promises. */
class NatsBusIT extends MessageBusContractTest {

    private static NatsServer nats;

    private final String prefix = "test." + UUID.randomUUID();

    @BeforeAll
    static void startNats() {
        nats = NatsServer.started();
    }

    @AfterAll
    static void stopNats() {
        nats.close();
    }

    @Override
    protected MessageBus connect(HeldTerms terms) {
        NatsBus bus = new NatsBus(NatsTerms.of(nats.url()).withPrefix(prefix).withHeld(terms));
        Listener.ended(bus.whenConnected());
        return bus;
    }
}
