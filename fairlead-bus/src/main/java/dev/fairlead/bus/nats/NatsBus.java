// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.MessageHandler;
import dev.fairlead.bus.member.Inbox;
import dev.fairlead.bus.member.Questions;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.json.MalformedJson;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.NUID;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A bus on NATS. {@code docs/protocol/bus.md} says what it writes there. Safe from any thread.
 *
 * <p>A publisher is told as soon as one member of each name that wants the message has it in its inbox, or each member if they
 * asked for that; that is within {@value #MOST_SECONDS} s, or publishing has failed. What nobody wants waits in the program
 * that published it, and ends with it. Nothing need be there when the bus is made: it goes on looking for a server until it is
 * closed.
 */
public final class NatsBus implements MessageBus {

    /** How many messages may be published at once whose receipts are not here; one more fails. */
    static final int MOST_UNDERWAY = 20_000;

    /** How many questions are remembered at once, on both sides; the oldest is forgotten for one more. */
    static final int MOST_QUESTIONS = 10_000;

    private static final int MOST_SECONDS = 5;
    private static final long RECEIPT_LIMIT_NANOS =
            Duration.ofSeconds(MOST_SECONDS).toNanos();
    private static final long DOUBT_NANOS = Duration.ofMillis(500).toNanos();
    private static final Duration TICK = Duration.ofMillis(250);
    private static final int TICKS_OF_A_TRY = 4;
    private static final int TICKS_OF_A_GREETING = 60;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(2);
    private static final int NO_RESPONDERS = 503;

    private static final byte HAS_IT = '+';
    private static final byte IS_FULL = '-';
    private static final byte CANNOT_READ_IT = '!';

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    private final NatsTerms terms;
    private final Wire wire;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;

    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger load = new AtomicInteger();
    private final Map<Long, Underway> underway = new ConcurrentHashMap<>();
    private final Known known = new Known();
    private final Waiting waiting;

    /** Who asked what was heard here, by the question's uuid: name and id. */
    private final Map<String, String> askers = new Recent<>();

    /** Guards what follows. */
    private final Object lock = new Object();

    private final Set<Place> places = new HashSet<>();
    private boolean closed;

    private volatile @Nullable Connection connection;
    private volatile boolean there;
    private volatile CompletableFuture<@Nullable Void> meeting = new CompletableFuture<>();
    private volatile String trouble = "no server has been found yet";
    private volatile String replies = "";
    private int tries;
    private int ticks;

    /** A map that forgets its oldest. Guarded by itself. */
    private static final class Recent<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > MOST_QUESTIONS;
        }
    }

    /** Makes a bus, which begins to look for a server. */
    public NatsBus(NatsTerms terms) {
        this.terms = terms;
        this.wire = new Wire(terms.prefix());
        AtomicInteger count = new AtomicInteger();
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "fairlead-bus-nats-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        this.threads = Executors.newCachedThreadPool(daemons);
        this.timer = Executors.newSingleThreadScheduledExecutor(daemons);
        this.waiting = new Waiting(terms.held(), this::send);
        threads.execute(() -> connect(options(daemons)));
        var unused = timer.scheduleAtFixedRate(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Options options(ThreadFactory daemons) {
        Options.Builder options = Options.builder()
                .servers(terms.servers().toArray(String[]::new))
                .connectionName(terms.connectionName())
                .maxReconnects(-1)
                .reconnectDelayHandler(rounds -> pause((int) Math.min(rounds, 30)))
                .reconnectBufferSize(0) // whoever publishes then is told at once
                .pingInterval(Duration.ofSeconds(5))
                .maxMessagesInOutgoingQueue(2 * MOST_UNDERWAY + 100_000) // so that nobody waits to get in
                .discardMessagesWhenOutgoingQueueFull()
                .executor(threads)
                .scheduledExecutor(timer)
                .callbackThreadFactory(daemons)
                .connectThreadFactory(daemons)
                .readerThreadFactory(daemons)
                .writerThreadFactory(daemons)
                .connectionListener(new ConnectionListener() {
                    @Override
                    @Deprecated
                    public void connectionEvent(Connection from, Events event) {
                        happened(from, event);
                    }
                })
                .errorListener(new ErrorListener() {
                    @Override
                    public void errorOccurred(Connection from, String error) {
                        // what it refuses before that, the trouble says
                        LOGGER.log(
                                there ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
                                "NATS refuses something: {0}",
                                error);
                    }

                    @Override
                    public void exceptionOccurred(Connection from, Exception fault) {
                        LOGGER.log(System.Logger.Level.DEBUG, "NATS: {0}", fault.toString());
                    }
                });
        if (terms.credentials() != null) {
            options.authHandler(Nats.credentials(terms.credentials().toString()));
        }
        if (terms.tls() != null) {
            options.sslContext(terms.tls());
        }
        return options.build();
    }

    /** {@return how long to wait before the next try: twice as long each time, up to 5 s, and never all programs as long} */
    private static Duration pause(int tries) {
        long longest = Math.min(LONGEST_PAUSE.toMillis(), 100L << Math.min(tries, 10));
        return Duration.ofMillis(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
    }

    private void connect(Options options) {
        Connection made;
        try {
            made = Nats.connect(options);
        } catch (AuthenticationException refused) {
            connectLater(options, "the server refuses the credentials");
            return;
        } catch (IOException | RuntimeException away) {
            connectLater(options, "there is no server at " + String.join(", ", terms.places()));
            return;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return;
        }
        synchronized (lock) {
            if (!closed) {
                tries = 0;
                replies = made.createInbox() + ".";
                Dispatcher own = made.createDispatcher();
                own.subscribe(replies + "*", this::replied);
                own.subscribe(wire.here(), this::cameHere);
                own.subscribe(wire.gone(), message -> known.leave(text(message)));
                own.subscribe(wire.who(), message -> greet());
                connection = made;
                places.forEach(place -> place.subscribe(made));
                there();
                greet();
                made.publish(wire.who(), new byte[0]);
                return;
            }
        }
        end(made);
    }

    private void connectLater(Options options, String why) {
        away(why);
        int before = tries++;
        if (before == 0) {
            LOGGER.log(System.Logger.Level.WARNING, "NATS is away: {0}", why);
        }
        try {
            var unused = timer.schedule(
                    () -> threads.execute(() -> connect(options)), pause(before).toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ended) {
            // closed meanwhile
        }
    }

    private void happened(Connection from, ConnectionListener.Events event) {
        synchronized (lock) {
            if (closed || !from.equals(connection)) {
                return;
            }
        }
        switch (event) {
            case DISCONNECTED -> {
                away("the connection to " + String.join(", ", terms.places()) + " is lost");
                LOGGER.log(System.Logger.Level.WARNING, "NATS is away: {0}", trouble);
                known.forgetAll();
                List.copyOf(underway.values())
                        .forEach(message -> lost(message, "NATS was lost before it was certain who has the message"));
            }
            case RESUBSCRIBED -> {
                there();
                LOGGER.log(System.Logger.Level.INFO, "NATS is there again");
                greet();
                publishQuietly(wire.who(), new byte[0]);
            }
            case CLOSED -> {
                connection = null;
                connectLater(
                        from.getOptions(), "the server refuses the credentials"); // else it would not have given up
            }
            default -> {
                // nothing that matters here
            }
        }
    }

    private void there() {
        trouble = "";
        there = true;
        meeting.complete(null);
    }

    private void away(String why) {
        trouble = why;
        there = false;
        if (meeting.isDone()) {
            meeting = new CompletableFuture<>();
        }
    }

    /** {@return completes as soon as NATS is there; never, if it does not come back, or the bus is closed before} */
    public CompletableFuture<@Nullable Void> whenConnected() {
        return meeting.copy();
    }

    // Who is here

    /** Says who is here. */
    private void greet() {
        List<Place> all;
        synchronized (lock) {
            all = List.copyOf(places);
        }
        all.forEach(Place::greet);
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
                    waiting.tryAll(wanted);
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
            Place place = new Place(member, handler);
            places.add(place);
            Connection now = connection;
            if (now != null) {
                place.subscribe(now);
                place.greet();
            }
            return place;
        }
    }

    @Override
    public @Nullable String trouble() {
        return there ? null : "NATS is away: " + trouble;
    }

    // Publishing

    private CompletableFuture<@Nullable Void> publish(BusMessage message, Place from) {
        if (from.left) {
            return failed(BusException.Reason.CLOSED, "the membership is closed");
        }
        if (!there) {
            return failed(BusException.Reason.AWAY, "NATS is away: " + trouble);
        }
        byte[] body;
        try {
            body = Wire.write(message);
        } catch (IllegalArgumentException unfit) {
            return failed(BusException.Reason.REFUSED, "the message has no form in JSON: " + unfit.getMessage());
        }
        Headers headers = null;
        if (message.asks()) {
            synchronized (from.asked) {
                from.asked.put(message.uuid(), true);
            }
            headers = new Headers().put(Wire.ASKER, from.member.name() + " " + from.id);
        }
        String question = message.answers() ? message.responseUuid() : null;
        if (question == null) {
            return publish(message.type(), wire.type(message.type()), headers, body, Underway.Otherwise.HELD);
        }
        String asker;
        synchronized (askers) {
            asker = askers.get(question);
        }
        if (asker == null) {
            publishQuietly(wire.answers(), body);
            return publish(message.type(), wire.type(message.type()), headers, body, Underway.Otherwise.HELD);
        }
        return answer(message, question, asker, body);
    }

    /** Publishes to who asked, and to those who want the type. */
    private CompletableFuture<@Nullable Void> answer(BusMessage message, String question, String asker, byte[] body) {
        String id = asker.substring(asker.indexOf(' ') + 1);
        CompletableFuture<@Nullable Void> toAsker =
                publish("", wire.member(id), null, body, Underway.Otherwise.PASSED_OVER);
        CompletableFuture<@Nullable Void> toOthers = publish(
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

    private CompletableFuture<@Nullable Void> publish(
            String type, String subject, @Nullable Headers headers, byte[] body, Underway.Otherwise otherwise) {
        Underway message =
                new Underway(numbers.incrementAndGet(), type, subject, headers, body, otherwise, System.nanoTime());
        Waiting.Admission admission =
                otherwise == Underway.Otherwise.HELD ? waiting.joinLine(message) : Waiting.Admission.NO_LINE;
        switch (admission) {
            case NO_LINE -> {
                if (!send(message) && !message.done.isDone()) {
                    message.fails(BusException.Reason.AWAY, "NATS is away: " + trouble);
                }
            }
            case WAITS -> message.done.complete(null);
            case FULL -> full(message);
        }
        return message.done;
    }

    private static void full(Underway message) {
        message.fails(
                BusException.Reason.BUSY,
                "nobody wants messages of type " + message.type + ", and there is no room for more of them to wait");
    }

    /** {@return whether the message is on its way} */
    private boolean send(Underway message) {
        Connection now = connection;
        if (!there || now == null) {
            return false;
        }
        if (load.incrementAndGet() > MOST_UNDERWAY) {
            load.decrementAndGet();
            message.fails(BusException.Reason.BUSY, "too many messages are on their way");
            return false;
        }
        message.setsOut(known.receipts(message.type), System.nanoTime());
        underway.put(message.number, message);
        try {
            now.publish(message.subject, replies + Long.toString(message.number, 36), message.headers, message.body);
            return true;
        } catch (IllegalArgumentException tooLarge) {
            boolean unused = arrived(message);
            message.fails(BusException.Reason.REFUSED, "NATS does not take the message: " + tooLarge.getMessage());
        } catch (IllegalStateException away) {
            boolean unused = arrived(message);
        }
        return false;
    }

    private boolean arrived(Underway message) {
        boolean first = underway.remove(message.number, message);
        if (first) {
            load.decrementAndGet();
        }
        return first;
    }

    private void publishQuietly(String subject, byte[] body) {
        Connection now = connection;
        if (now == null) {
            return;
        }
        try {
            now.publish(subject, body);
        } catch (IllegalStateException | IllegalArgumentException away) {
            LOGGER.log(System.Logger.Level.DEBUG, "NATS does not take a message: {0}", away.getMessage());
        }
    }

    // Receipts

    private void replied(Message reply) {
        String token = reply.getSubject().substring(replies.length());
        boolean nobody = reply.isStatusMessage() && reply.getStatus().getCode() == NO_RESPONDERS;
        if (token.startsWith("-")) {
            if (nobody) {
                gone(token.substring(1));
            }
            return;
        }
        Underway message;
        try {
            message = underway.get(Long.parseLong(token, 36));
        } catch (NumberFormatException foreign) {
            return;
        }
        if (message == null) {
            return;
        }
        if (nobody) {
            unwanted(message);
            return;
        }
        byte[] receipt = reply.getData();
        byte kind = receipt.length == 0 ? HAS_IT : receipt[0];
        String signature =
                receipt.length == 0 ? "" : new String(receipt, 1, receipt.length - 1, StandardCharsets.UTF_8);
        if (kind == IS_FULL) {
            refused(message, BusException.Reason.BUSY, signature + " has a full inbox");
        } else if (kind == CANNOT_READ_IT) {
            refused(message, BusException.Reason.REFUSED, signature + " cannot read the message");
        } else if (message.received(signature)) {
            heard(message);
        }
    }

    private void heard(Underway message) {
        if (!arrived(message)) {
            return;
        }
        if (message.waited) {
            waiting.ended(message, Waiting.Fate.HEARD);
        } else {
            message.done.complete(null);
        }
    }

    private void unwanted(Underway message) {
        if (!arrived(message)) {
            return;
        }
        known.nobodyWants(message.type);
        if (message.waited) {
            waiting.ended(message, Waiting.Fate.NOT_TAKEN);
        } else if (message.otherwise == Underway.Otherwise.PASSED_OVER
                || waiting.hold(message) == Waiting.Admission.WAITS) {
            message.done.complete(null);
        } else {
            full(message);
        }
    }

    private void refused(Underway message, BusException.Reason reason, String why) {
        if (!arrived(message)) {
            return;
        }
        if (!message.waited) {
            message.fails(reason, why);
        } else {
            // Of several names another may have it.
            waiting.ended(
                    message,
                    reason == BusException.Reason.BUSY && !message.anyReceived()
                            ? Waiting.Fate.NOT_TAKEN
                            : Waiting.Fate.UNCERTAIN);
        }
    }

    private void lost(Underway message, String why) {
        if (!arrived(message)) {
            return;
        }
        if (message.waited) {
            waiting.ended(message, Waiting.Fate.UNCERTAIN);
        } else {
            message.fails(BusException.Reason.AWAY, why);
        }
    }

    /** A member is no more: what only its receipt was missing of has arrived, unless the member may have taken it along. */
    private void gone(String id) {
        known.leave(id);
        for (Underway message : underway.values()) {
            for (String receipt : message.missing()) {
                if (receipt.endsWith("." + id) && message.gone(receipt)) {
                    heard(message);
                }
            }
        }
    }

    private void tick() {
        try {
            long now = System.nanoTime();
            Set<String> doubted = new HashSet<>();
            for (Underway message : underway.values()) {
                if (now - message.sent > RECEIPT_LIMIT_NANOS) {
                    lost(message, "nobody said within " + MOST_SECONDS + " s that the message has come");
                } else if (now - message.sent > DOUBT_NANOS) {
                    doubted.addAll(message.missing());
                }
            }
            doubted.forEach(receipt -> known.signers(receipt).forEach(this::isStillThere));
            ticks++;
            if (ticks % TICKS_OF_A_TRY == 0) {
                waiting.pass(now);
            }
            if (there && ticks % TICKS_OF_A_GREETING == 0) {
                greet();
            }
        } catch (RuntimeException fault) { // which would end the ticking
            LOGGER.log(System.Logger.Level.ERROR, "the bus on NATS failed to look after itself", fault);
        }
    }

    private void isStillThere(String id) {
        Connection now = connection;
        if (now != null && there) {
            try {
                now.publish(wire.member(id), replies + "-" + id, new byte[0]);
            } catch (IllegalStateException away) {
                LOGGER.log(System.Logger.Level.DEBUG, "NATS was lost just now");
            }
        }
    }

    private static CompletableFuture<@Nullable Void> failed(BusException.Reason reason, String message) {
        return CompletableFuture.failedFuture(new BusException(reason, message));
    }

    // The end

    @Override
    public void close() {
        List<Place> all;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            all = List.copyOf(places);
        }
        all.forEach(place -> place.left = true);
        CompletableFuture<?> left = CompletableFuture.runAsync(() -> end(all), threads);
        if (all.stream().noneMatch(place -> place.inbox.hearsHere())) {
            await(left, Inbox.PARTING.plus(DRAIN_LIMIT));
        }
    }

    private void end(Collection<Place> all) {
        leave(all);
        List<CompletableFuture<?>> open = new ArrayList<>();
        underway.values().forEach(message -> open.add(message.done.handle((done, fault) -> fault == null)));
        await(CompletableFuture.allOf(open.toArray(CompletableFuture<?>[]::new)), DRAIN_LIMIT);
        away("the bus is closed");
        underway.values()
                .forEach(message -> lost(message, "the bus was closed before it was certain who has the message"));
        waiting.close();
        Connection now = connection;
        if (now != null) {
            end(now);
        }
        timer.shutdownNow();
        threads.shutdown();
    }

    private static void end(Connection one) {
        try {
            if (one.getStatus() == Connection.Status.CONNECTED) {
                one.flush(DRAIN_LIMIT);
            }
            one.close();
        } catch (TimeoutException | IllegalStateException gone) {
            LOGGER.log(System.Logger.Level.DEBUG, "NATS was gone before the bus was closed");
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets members take no more, and hear what has come. */
    private void leave(Collection<Place> all) {
        all.forEach(Place::leave);
        List<CompletableFuture<?>> drained = new ArrayList<>();
        all.forEach(place -> drained.add(place.drained()));
        await(CompletableFuture.allOf(drained.toArray(CompletableFuture<?>[]::new)), DRAIN_LIMIT);
        Inbox.closeAll(all.stream().map(place -> place.inbox).toList());
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

    private final class Place implements Membership {

        private final Member member;
        private final String id = NUID.nextGlobal();
        private final byte[] signature;
        private final Inbox inbox;
        private final Questions questions = new Questions();

        /** The uuids of its questions that have no answer. */
        private final Map<String, Boolean> asked = new Recent<>();

        private volatile boolean left;
        private volatile @Nullable Dispatcher dispatcher;

        Place(Member member, MessageHandler handler) {
            this.member = member;
            this.signature = Known.receipt(member, id).getBytes(StandardCharsets.UTF_8);
            this.inbox = Inbox.open(member.name(), handler);
        }

        void subscribe(Connection to) {
            Dispatcher hears = to.createDispatcher();
            dispatcher = hears;
            hears.subscribe(wire.member(id), message -> heardAlone(to, message));
            hears.subscribe(wire.answers(), message -> heardAlone(to, message));
            for (String type : member.types()) {
                if (member.reach() == Member.Reach.EVERY_INSTANCE) {
                    hears.subscribe(wire.type(type), message -> heard(to, message));
                } else {
                    hears.subscribe(wire.type(type), member.name(), message -> heard(to, message));
                }
            }
        }

        void greet() {
            if (!left) {
                Map<String, @Nullable Object> self = new LinkedHashMap<>();
                self.put("id", id);
                self.put("name", member.name());
                self.put("types", List.copyOf(member.types()));
                self.put("every_instance", member.reach() == Member.Reach.EVERY_INSTANCE);
                boolean unused = known.enter(id, member);
                publishQuietly(wire.here(), Json.write(self).getBytes(StandardCharsets.UTF_8));
            }
        }

        private void heard(Connection from, Message message) {
            BusMessage read;
            try {
                read = Wire.read(message.getData());
            } catch (IllegalArgumentException unfit) {
                LOGGER.log(System.Logger.Level.DEBUG, "a message cannot be read: {0}", unfit.getMessage());
                receipt(from, message, CANNOT_READ_IT);
                return;
            }
            Headers headers = message.getHeaders();
            if (headers != null && isTold(headers.getFirst(Wire.TOLD))) {
                receipt(from, message, HAS_IT);
                return;
            }
            String asker = headers == null ? null : headers.getFirst(Wire.ASKER);
            if (asker != null && read.asks()) {
                synchronized (askers) {
                    askers.put(read.uuid(), asker);
                }
            }
            receipt(from, message, inbox.offer(read) ? HAS_IT : IS_FULL);
        }

        /** {@return whether this member, or another that shares its messages, has it already} */
        private boolean isTold(@Nullable String told) {
            int blank = told == null ? -1 : told.indexOf(' ');
            if (told == null || blank < 0) {
                return false;
            }
            return member.reach() == Member.Reach.EVERY_INSTANCE
                    ? told.substring(blank + 1).equals(id)
                    : told.substring(0, blank).equals(member.name());
        }

        /** What comes to this member alone: an answer, or a question whether it is still there. */
        private void heardAlone(Connection from, Message message) {
            if (message.getData().length == 0) {
                receipt(from, message, HAS_IT);
                return;
            }
            BusMessage read;
            try {
                read = Wire.read(message.getData());
            } catch (IllegalArgumentException unfit) {
                receipt(from, message, CANNOT_READ_IT);
                return;
            }
            boolean mine;
            synchronized (asked) {
                mine = read.answers() && asked.containsKey(read.responseUuid());
            }
            boolean has = !mine || questions.answered(read) || inbox.offer(read);
            if (has && mine) {
                synchronized (asked) {
                    asked.remove(read.responseUuid());
                }
            }
            receipt(from, message, has ? HAS_IT : IS_FULL);
        }

        private void receipt(Connection to, Message message, byte kind) {
            if (message.getReplyTo() == null) {
                return;
            }
            byte[] body = new byte[signature.length + 1];
            body[0] = kind;
            System.arraycopy(signature, 0, body, 1, signature.length);
            try {
                to.publish(message.getReplyTo(), body);
            } catch (IllegalStateException away) {
                LOGGER.log(System.Logger.Level.DEBUG, "NATS was lost before a receipt was sent");
            }
        }

        @Override
        public CompletableFuture<@Nullable Void> publish(BusMessage message) {
            return NatsBus.this.publish(message, this);
        }

        @Override
        public CompletableFuture<BusMessage> request(BusMessage message, Duration patience) {
            return questions.ask(message, patience, this::publish);
        }

        void leave() {
            left = true;
            known.leave(id);
            publishQuietly(wire.gone(), id.getBytes(StandardCharsets.UTF_8));
            questions.close();
        }

        /** {@return when all that has come is in the inbox, or soon after} */
        CompletableFuture<?> drained() {
            Dispatcher hears = dispatcher;
            Connection now = connection;
            if (hears == null || now == null || !hears.isActive() || now.getStatus() != Connection.Status.CONNECTED) {
                return CompletableFuture.completedFuture(true);
            }
            try {
                return hears.drain(DRAIN_LIMIT);
            } catch (IllegalStateException gone) {
                return CompletableFuture.completedFuture(true);
            } catch (InterruptedException impatient) {
                Thread.currentThread().interrupt();
                return CompletableFuture.completedFuture(false);
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                left = true;
                if (!places.remove(this) || closed) {
                    return;
                }
            }
            CompletableFuture<?> done = CompletableFuture.runAsync(() -> NatsBus.this.leave(List.of(this)), threads);
            if (!inbox.hearsHere()) {
                await(done, Inbox.PARTING.plus(DRAIN_LIMIT));
            }
        }
    }
}
