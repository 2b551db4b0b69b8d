// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.MessageHandler;
import dev.fairlead.bus.member.Inbox;
import dev.fairlead.bus.member.Recent;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.json.MalformedJson;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bus on NATS. {@code docs/protocol/bus.md} says what it writes there. Safe from any thread.
 *
 * <p>A publisher is told as soon as one member of each name that wants the message has it in its inbox, or each member if they
 * asked for that; that is within 5 s, or publishing has failed. What nobody wants waits in the program
 * that published it, and ends with it. Nothing need be there when the bus is made: it goes on looking for a server until it is
 * closed.
 */
public final class NatsBus implements MessageBus {

    /** How long a close waits for what is still on its way, and for what has come. */
    static final Duration DRAIN_LIMIT = Duration.ofSeconds(2);

    private static final Duration TICK = Duration.ofMillis(250);
    private static final int TICKS_OF_A_TRY = 4;
    private static final int TICKS_OF_A_GREETING = 60;

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    private final Wire wire;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;
    private final Link link;
    private final Known known = new Known();
    private final Courier courier;

    /** Who asked what was heard here, by the question's uuid: name and id. */
    private final Map<String, String> askers = new Recent<>();

    /** Guards what follows. */
    private final Object lock = new Object();

    private final Set<NatsMember> members = new HashSet<>();
    private @Nullable Connection subscribed;
    private boolean closed;

    private int ticks;

    /** Makes a bus, which begins to look for a server. */
    public NatsBus(NatsTerms terms) {
        this.wire = new Wire(terms.prefix());
        AtomicInteger count = new AtomicInteger();
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "fairlead-bus-nats-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        this.threads = Executors.newCachedThreadPool(daemons);
        this.timer = Executors.newSingleThreadScheduledExecutor(daemons);
        this.link = new Link(terms, threads, timer, new Fortunes());
        this.courier = new Courier(link, wire, known, terms.held());
        link.seek(daemons);
        var unused = timer.scheduleAtFixedRate(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What the link's fortunes mean to the bus. */
    private final class Fortunes implements Link.Listener {

        @Override
        public void opened(Connection made) {
            synchronized (lock) {
                if (closed) {
                    return;
                }
                Dispatcher own = made.createDispatcher();
                courier.listen(made, own);
                own.subscribe(wire.here(), NatsBus.this::cameHere);
                own.subscribe(wire.gone(), message -> known.leave(text(message)));
                own.subscribe(wire.who(), message -> greet());
                subscribed = made;
                members.forEach(member -> member.subscribe(made));
            }
        }

        @Override
        public void ready() {
            greet();
            link.tell(wire.who(), new byte[0]);
        }

        @Override
        public void lost() {
            known.forgetAll();
            courier.lost("NATS was lost before it was certain who has the message");
        }

        @Override
        public void over() {
            synchronized (lock) {
                subscribed = null;
            }
        }
    }

    /** {@return completes as soon as NATS is there; never, if it does not come back, or the bus is closed before} */
    public CompletableFuture<@Nullable Void> whenConnected() {
        return link.whenConnected();
    }

    @Override
    public @Nullable String trouble() {
        return link.isThere() ? null : away();
    }

    private String away() {
        return "NATS is away: " + link.trouble();
    }

    // Who is here

    /** Says who is here. */
    private void greet() {
        List<NatsMember> all;
        synchronized (lock) {
            all = List.copyOf(members);
        }
        all.forEach(NatsMember::greet);
    }

    private void cameHere(Message message) {
        try {
            if (Json.parse(text(message)) instanceof Map<?, ?> one
                    && one.get("id") instanceof String id
                    && one.get("name") instanceof String name
                    && one.get("types") instanceof List<?> types) {
                Set<String> wanted = new HashSet<>();
                types.forEach(type -> wanted.add(String.valueOf(type)));
                Member.Reach reach = Boolean.TRUE.equals(one.get("every_instance"))
                        ? Member.Reach.EVERY_INSTANCE
                        : Member.Reach.ONE_INSTANCE;
                if (known.enter(id, new Member(name, wanted, reach))) {
                    courier.tryAll(wanted);
                }
            }
        } catch (MalformedJson | IllegalArgumentException foreign) {
            LOGGER.log(System.Logger.Level.DEBUG, "a member cannot be read: {0}", foreign.getMessage());
        }
    }

    private static String text(Message message) {
        return new String(message.getData(), StandardCharsets.UTF_8);
    }

    @Override
    public Membership join(Member member, MessageHandler handler) {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the bus is closed");
            }
            NatsMember place = new NatsMember(this, wire, member, handler);
            members.add(place);
            Connection now = subscribed;
            if (now != null) {
                place.subscribe(now);
                place.greet();
            }
            return place;
        }
    }

    /** A member of this program comes, or is still here; others are told. */
    void comes(String id, Member member, byte[] greeting) {
        boolean unused = known.enter(id, member);
        link.tell(wire.here(), greeting);
    }

    /** A member of this program goes; others are told. */
    void goes(String id) {
        known.leave(id);
        link.tell(wire.gone(), id.getBytes(StandardCharsets.UTF_8));
    }

    @Nullable
    Connection connection() {
        return link.connection();
    }

    // Publishing

    /** A member of this program heard a question: its answer finds the way to who asked. */
    void wasAsked(String uuid, String asker) {
        synchronized (askers) {
            askers.put(uuid, asker);
        }
    }

    CompletableFuture<@Nullable Void> publish(BusMessage message, NatsMember from) {
        if (from.hasLeft()) {
            return failed(BusException.Reason.CLOSED, "the membership is closed");
        }
        if (!link.isThere()) {
            return failed(BusException.Reason.AWAY, away());
        }
        byte[] body;
        try {
            body = Wire.write(message);
        } catch (IllegalArgumentException unfit) {
            return failed(BusException.Reason.REFUSED, "the message has no form in JSON: " + unfit.getMessage());
        }
        Headers headers = null;
        if (message.asks()) {
            from.asks(message.uuid());
            headers = new Headers().put(Wire.ASKER, from.asker());
        }
        String question = message.answers() ? message.responseUuid() : null;
        String asker = null;
        if (question != null) {
            synchronized (askers) {
                asker = askers.get(question);
            }
            if (asker != null) {
                return answer(message, question, asker, body);
            }
            link.tell(wire.answers(), body);
        }
        return courier.publish(message.type(), wire.type(message.type()), headers, body, Underway.Otherwise.HELD);
    }

    /** Publishes to who asked, and to those who want the type. */
    private CompletableFuture<@Nullable Void> answer(BusMessage message, String question, String asker, byte[] body) {
        String id = asker.substring(asker.indexOf(' ') + 1);
        CompletableFuture<@Nullable Void> toAsker =
                courier.publish("", wire.member(id), null, body, Underway.Otherwise.PASSED_OVER);
        CompletableFuture<@Nullable Void> toOthers = courier.publish(
                message.type(),
                wire.type(message.type()),
                new Headers().put(Wire.TOLD, asker),
                body,
                Underway.Otherwise.PASSED_OVER);
        CompletableFuture<@Nullable Void> both = new CompletableFuture<>();
        var unused = toAsker.whenComplete((asked, fault) -> {
            if (fault != null) {
                both.completeExceptionally(fault);
                return;
            }
            synchronized (askers) {
                askers.remove(question, asker);
            }
            var unusedToo = toOthers.whenComplete((others, otherFault) -> {
                if (otherFault != null) {
                    both.completeExceptionally(otherFault);
                } else {
                    both.complete(null);
                }
            });
        });
        return both;
    }

    private static CompletableFuture<@Nullable Void> failed(BusException.Reason reason, String message) {
        return CompletableFuture.failedFuture(new BusException(reason, message));
    }

    private void tick() {
        try {
            ticks++;
            courier.tick(ticks % TICKS_OF_A_TRY == 0);
            if (link.isThere() && ticks % TICKS_OF_A_GREETING == 0) {
                greet();
            }
        } catch (RuntimeException fault) { // which would end the ticking
            LOGGER.log(System.Logger.Level.ERROR, "the bus on NATS failed to look after itself", fault);
        }
    }

    // The end

    /** Lets one member leave. Returns when its handler has heard what has come; called by the handler, at once. */
    void leave(NatsMember member) {
        synchronized (lock) {
            if (!members.remove(member) || closed) {
                return;
            }
        }
        CompletableFuture<?> done = CompletableFuture.runAsync(() -> leave(List.of(member)), threads);
        if (!member.inbox().hearsHere()) {
            await(done, Inbox.PARTING.plus(DRAIN_LIMIT));
        }
    }

    @Override
    public void close() {
        List<NatsMember> all;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            all = List.copyOf(members);
        }
        CompletableFuture<?> left = CompletableFuture.runAsync(() -> end(all), threads);
        if (all.stream().noneMatch(member -> member.inbox().hearsHere())) {
            await(left, Inbox.PARTING.plus(DRAIN_LIMIT));
        }
    }

    private void end(Collection<NatsMember> all) {
        leave(all);
        await(courier.allEnded(), DRAIN_LIMIT);
        link.part();
        courier.lost("the bus was closed before it was certain who has the message");
        courier.close();
        link.close();
        timer.shutdownNow();
        threads.shutdown();
    }

    /** Lets members take no more, and hear what has come. */
    private static void leave(Collection<NatsMember> all) {
        all.forEach(NatsMember::leave);
        List<CompletableFuture<?>> drained = new ArrayList<>();
        all.forEach(member -> drained.add(member.drained()));
        await(CompletableFuture.allOf(drained.toArray(CompletableFuture<?>[]::new)), DRAIN_LIMIT);
        Inbox.closeAll(all.stream().map(NatsMember::inbox).toList());
    }

    private static void await(CompletableFuture<?> future, Duration limit) {
        try {
            Object unused = future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unfinished) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing did not wait for everything");
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
