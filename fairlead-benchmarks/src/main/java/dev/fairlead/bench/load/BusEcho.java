// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.nats.NatsBus;
import dev.fairlead.bus.nats.NatsTerms;
import dev.fairlead.bus.pyro.PyroBus;
import dev.fairlead.bus.pyro.PyroTerms;
import dev.fairlead.bus.service.BusService;
import dev.fairlead.bus.service.MessageType;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * A service of a message bus, as its users write one, that echoes: in the gateway that has the bus in it, or in a process of its own,
 * without options for the JVM.
 */
public final class BusEcho extends BusService {

    /** The type of messages that it echoes. */
    static final String REQUEST = "bench-echo";

    /** The type of its answers. */
    static final String ANSWER = "bench-echoed";

    /** What it prints once it has joined. */
    static final String READY = "joined";

    /** The name of Debian's name server and of the bus in Python, as their programs have it. */
    static final String PYRO_HOST = "localhost";

    /** Makes the service. */
    public BusEcho() {}

    /** Answers with what it is given. */
    @MessageType(REQUEST)
    public void echo(BusMessage message) {
        var _ = answer(message, ANSWER, message.content());
    }

    /** Hears that a client is gone: the bus in Python tries what nobody wants again and again, and is busy with it. */
    @MessageType("client-disconnect")
    public void gone(BusMessage message) {}

    /**
     * Serves until it is killed.
     *
     * @param arguments {@code nats}, the address of a server and the prefix of the bus; or {@code pyro} and the port of a name server
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (MessageBus bus = bus(arguments)) {
            BusService echo = new BusEcho().joinTo(bus);
            System.out.println(READY + " " + echo.name());
            new CountDownLatch(1).await();
        }
    }

    private static MessageBus bus(String[] arguments) throws IOException {
        return arguments[0].equals("nats")
                ? new NatsBus(NatsTerms.of(arguments[1]).withPrefix(arguments[2]))
                : PyroBus.open(PyroTerms.DEFAULT.withNameServer(PYRO_HOST, Integer.parseInt(arguments[1])));
    }
}
