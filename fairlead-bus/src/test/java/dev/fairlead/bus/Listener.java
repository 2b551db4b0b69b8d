// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A member for tests: it keeps what it hears, and says when the bus knows it. */
public final class Listener implements AutoCloseable {

    /** How long a test waits for what is expected to happen. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String name;
    private final String probe = "probe-" + UUID.randomUUID();
    private final CountDownLatch known = new CountDownLatch(1);
    private final BlockingQueue<BusMessage> heard = new LinkedBlockingQueue<>();
    private final Reaction reaction;
    private final CompletableFuture<Membership> place = new CompletableFuture<>();

    /** What a member does with what it hears, on its thread. */
    @FunctionalInterface
    public interface Reaction {
        /** Hears a message, and may throw what it likes. */
        void to(BusMessage message, Listener self) throws Exception;
    }

    private Listener(MessageBus bus, Member.Reach reach, String name, Set<String> types, Reaction reaction) {
        this.name = name;
        this.reaction = reaction;
        Set<String> all = new HashSet<>(types);
        all.add(probe);
        place.complete(bus.join(new Member(name, all, reach), this::heard));
    }

    /** {@return a member that the bus knows; instances of its name share messages} */
    public static Listener on(MessageBus bus, String name, String... types) {
        return of(bus, Member.Reach.ONE_INSTANCE, name, (message, self) -> {}, types);
    }

    /** {@return a member that the bus knows, and that does something with what it hears} */
    public static Listener of(MessageBus bus, Member.Reach reach, String name, Reaction reaction, String... types) {
        Listener listener = new Listener(bus, reach, name, Set.of(types), reaction);
        listener.isKnown();
        return listener;
    }

    private void heard(BusMessage message) throws Exception {
        if (message.type().equals(probe)) {
            known.countDown();
            return;
        }
        heard.add(message);
        reaction.to(message, this);
    }

    /** Waits until the bus knows what the member wants: what it sends itself comes after that on every bus. */
    private void isKnown() {
        try {
            publishes(probe, "").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(known.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as(name + " is known")
                    .isTrue();
        } catch (Exception fault) {
            throw new AssertionError(name + " is not known", fault);
        }
    }

    /** {@return its place} */
    public Membership membership() {
        return ended(place); // a message that waited may be here before it is
    }

    /** {@return how it names itself} */
    public Sender.Service sender() {
        return new Sender.Service(name);
    }

    /** Publishes a message of its own. */
    public CompletableFuture<Void> publishes(String type, Object content) {
        return membership().publish(message(type, content));
    }

    /** Publishes a message of its own, and waits until the bus has it. */
    public void published(String type, Object content) {
        ended(publishes(type, content));
    }

    /** {@return a message of its own} */
    public BusMessage message(String type, Object content) {
        return BusMessage.of(type, sender(), Content.of(content));
    }

    /** {@return the next message that it hears} */
    public BusMessage hears() {
        try {
            BusMessage message = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(message).as(name + " hears something").isNotNull();
            return message;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** {@return the content of the next message that it hears, which is of this type} */
    public Object hears(String type) {
        BusMessage message = hears();
        assertThat(message.type()).isEqualTo(type);
        return message.content().value();
    }

    /** {@return the contents of the next messages that it hears} */
    public List<Object> hears(int messages) {
        List<Object> contents = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            contents.add(hears().content().value());
        }
        return contents;
    }

    /** {@return all that it has heard, and that nobody has looked at} */
    public List<BusMessage> hasHeard() {
        List<BusMessage> messages = new ArrayList<>();
        heard.drainTo(messages);
        return messages;
    }

    /** {@return what the future ended with} */
    public static <T> T ended(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception fault) {
            throw new AssertionError("it did not end well", fault);
        }
    }

    /** {@return why the future ended badly} */
    public static BusException.Reason failure(CompletableFuture<?> future) {
        try {
            Object result = future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("it ended well, with " + result);
        } catch (ExecutionException failed) {
            assertThat(failed.getCause()).isInstanceOf(BusException.class);
            return ((BusException) failed.getCause()).reason();
        } catch (InterruptedException | TimeoutException fault) {
            throw new AssertionError("it did not end", fault);
        }
    }

    @Override
    public void close() {
        membership().close();
    }
}
