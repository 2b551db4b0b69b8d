// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.Sender;
import dev.fairlead.bus.pyro.PyroTerms;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Patience;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The Python bus and the name server are killed and come back; members outlive them. */
class PyroLossIT {

    private static final Sender JAVA = new Sender.Service("JavaLab");
    private static final Member MEMBER = new Member("JavaLab", Set.of("java-told"), Member.Reach.ONE_INSTANCE);
    private static final String MARKER = "marker";

    private static BusMessage told(Object content) {
        return BusMessage.of("java-told", JAVA, Content.of(content));
    }

    private static void untilThere(MessageBus bus, boolean there) {
        long due = System.nanoTime() + 2 * Patience.LIMIT.toNanos();
        while ((bus.trouble() == null) != there) {
            assertThat(System.nanoTime() - due)
                    .as("waited too long: %s", bus.trouble())
                    .isNegative();
            Thread.onSpinWait();
        }
    }

    private static void hears(Ear ear, Object content) throws InterruptedException {
        while (!content.equals(ear.next().content().value())) {
            // messages of the load come before
        }
    }

    /** Publishes as fast as the bus takes it, and knows what became of each message. */
    private static final class Load implements AutoCloseable {

        private final Membership member;
        private final Semaphore underWay = new Semaphore(100);
        private final Queue<CompletableFuture<Void>> published = new ConcurrentLinkedQueue<>();
        private final Thread thread = Thread.ofVirtual().unstarted(this::run);
        private volatile boolean over;

        Load(Membership member) {
            this.member = member;
            thread.start();
        }

        private void run() {
            for (int i = 0; !over; i++) {
                underWay.acquireUninterruptibly();
                CompletableFuture<Void> one = member.publish(told("load " + i));
                published.add(one);
                one.whenComplete((done, fault) -> underWay.release());
                LockSupport.parkNanos(500_000);
            }
        }

        /** {@return how many of them ended badly; all ended} */
        int failed() throws Exception {
            over = true;
            thread.join(Patience.LIMIT.toMillis());
            int failed = 0;
            for (CompletableFuture<Void> one : published) {
                try {
                    one.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
                } catch (ExecutionException fault) {
                    assertThat(fault.getCause()).isInstanceOf(BusException.class);
                    failed++;
                }
            }
            assertThat(published).hasSizeGreaterThan(failed);
            return failed;
        }

        @Override
        public void close() {
            over = true;
        }
    }

    @Test
    void aBusThatIsKilledUnderLoadIsFoundAgain() throws Exception {
        try (PythonBus python = new PythonBus(PyroTerms.Serializer.PICKLE)) {
            isHeardAgainAfter(python, "load 200", PythonBus::kill, PythonBus::restart);
        }
    }

    @Test
    void membersAreRegisteredAgainWhenTheNameServerIsKilledToo() throws Exception {
        try (PythonBus python = new PythonBus(PyroTerms.Serializer.SERPENT)) {
            isHeardAgainAfter(
                    python,
                    "load 100",
                    bus -> {
                        bus.names.kill();
                        bus.kill();
                    },
                    bus -> {
                        bus.names.start();
                        bus.restart();
                    });
        }
    }

    private static void isHeardAgainAfter(
            PythonBus python, String last, Consumer<PythonBus> loss, Consumer<PythonBus> comeback) throws Exception {
        MessageBus java = python.java();
        Ear ear = new Ear();
        Membership member = java.join(MEMBER, ear);
        python.knows("JavaLab");
        untilThere(java, true);
        try (Load load = new Load(member)) {
            hears(ear, last);

            loss.accept(python);
            untilThere(java, false);
            comeback.accept(python);
            python.knows("JavaLab");
            untilThere(java, true);
            member.publish(told(MARKER)).get(10, TimeUnit.SECONDS);

            hears(ear, MARKER);
            assertThat(load.failed()).isPositive();
        }
    }

    @Test
    void aNameServerThatIsAwayHoldsNobodyUpAndLearnsTheNamesAgain() throws Exception {
        try (PythonBus python = new PythonBus(PyroTerms.Serializer.PICKLE)) {
            MessageBus java = python.java();
            Ear ear = new Ear();
            Membership member = java.join(MEMBER, ear);
            python.knows("JavaLab");
            untilThere(java, true);

            python.names.kill();
            for (int i = 0; i < 20; i++) {
                member.publish(told("load " + i)).get(10, TimeUnit.SECONDS);
            }
            hears(ear, "load 19");
            assertThat(java.trouble()).isNull();

            python.names.start();
            python.kill();
            python.restart();
            python.knows("JavaLab");
            untilThere(java, true);
            member.publish(told(MARKER)).get(10, TimeUnit.SECONDS);

            hears(ear, MARKER);
        }
    }

    @Test
    void membersWaitForANameServerAndABusThatAreNotThereYet() throws Exception {
        try (PythonBus python = new PythonBus(PyroTerms.Serializer.PICKLE)) {
            python.kill();
            python.names.kill();
            MessageBus java = python.open(python.terms());
            Ear ear = new Ear();
            Membership member = java.join(MEMBER, ear);
            while (!String.valueOf(java.trouble()).contains("is away")) {
                Thread.onSpinWait();
            }

            python.names.start();
            while (!String.valueOf(java.trouble()).contains("knows no service.MessageBus")) {
                Thread.onSpinWait();
            }
            python.restart();
            python.knows("JavaLab");
            untilThere(java, true);
            member.publish(told(MARKER)).get(10, TimeUnit.SECONDS);

            hears(ear, MARKER);
        }
    }

    @Test
    void whoLeavesDoesNotEndTheBusAndIsNotFoundByTheNext() throws Exception {
        try (PythonBus python = new PythonBus(PyroTerms.Serializer.PICKLE)) {
            MessageBus java = python.java();
            Membership member = java.join(MEMBER, new Ear());
            Ear ear = new Ear();
            Membership stays = java.join(new Member("Stays", Set.of("news"), Member.Reach.ONE_INSTANCE), ear);
            python.knows("JavaLab");
            python.knows("Stays");
            untilThere(java, true);

            member.close();
            stays.publish(told("nobody hears")).get(10, TimeUnit.SECONDS);
            stays.publish(BusMessage.of("news", JAVA, Content.of(MARKER))).get(10, TimeUnit.SECONDS);
            hears(ear, MARKER);
            java.close();
            ForeignProgram before = python.program();
            python.kill();
            python.restart();
            python.service("Later", "later");
            python.knows("Later");

            assertThat(before.log()).noneMatch(line -> line.startsWith("dead"));
            assertThat(python.program().log()).noneMatch(line -> line.contains("JavaLab") || line.contains("Stays"));
        }
    }
}
