// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.bus;

import dev.fairlead.bus.pyro.PyroBus;
import dev.fairlead.bus.pyro.PyroTerms;
import dev.fairlead.system.interop.Programs;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.PyroNameServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** A name server and a message bus in Python of the test's own, and all that a test starts beside them. */
public final class PythonBus implements AutoCloseable {

    /** The bus looks for new services so often, which is ten times as often as the original. */
    private static final String POLL_SECONDS = "0.1";

    final PyroNameServer names;
    private final PyroTerms.Serializer serializer;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private ForeignProgram bus;

    /** Starts them. */
    public PythonBus(PyroTerms.Serializer serializer) {
        this.serializer = serializer;
        this.names = PyroNameServer.started(serializer.name().toLowerCase(Locale.ROOT));
        this.bus = startBus();
    }

    private ForeignProgram startBus() {
        return names.python(Programs.file("python/pyro_bus.py"), POLL_SECONDS);
    }

    /** Ends the bus at once. */
    void kill() {
        bus.close();
    }

    /** Starts a bus that knows nobody. */
    void restart() {
        bus = startBus();
    }

    /** {@return the bus's program} */
    ForeignProgram program() {
        return bus;
    }

    /** Waits until the bus knows a member, and what it wants. */
    void knows(String name) {
        String ignored = bus.prints("registered service." + name + " ");
    }

    ForeignProgram service(String name, String... types) {
        String[] words = new String[types.length + 1];
        words[0] = name;
        System.arraycopy(types, 0, words, 1, types.length);
        ForeignProgram service = names.python(Programs.file("python/pyro_service.py"), words);
        started.push(service);
        return service;
    }

    ForeignProgram logger() {
        ForeignProgram logger = names.python(Programs.file("python/pyro_logger.py"));
        started.push(logger);
        return logger;
    }

    PyroTerms terms() {
        return PyroTerms.DEFAULT
                .withNameServer("localhost", names.port())
                .withSerializer(serializer)
                .withLimits(Duration.ofSeconds(5), 16 << 20);
    }

    /** {@return a way to the bus that is there} */
    public PyroBus java() {
        return there(open(terms()));
    }

    /** {@return a way to the bus, which may be there or not} */
    PyroBus open(PyroTerms terms) {
        try {
            PyroBus java = PyroBus.open(terms);
            started.push(java);
            return java;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until one can publish. */
    static PyroBus there(PyroBus java) {
        long due = System.nanoTime() + 2 * Patience.LIMIT.toNanos();
        while (java.trouble() != null) {
            if (System.nanoTime() - due > 0) {
                throw new AssertionError("the bus is not there: " + java.trouble());
            }
            Thread.onSpinWait();
        }
        return java;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable one : started) {
            one.close();
        }
        bus.close();
        names.close();
    }
}
