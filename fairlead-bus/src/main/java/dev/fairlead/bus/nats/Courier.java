// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.HeldTerms;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Publishes envelopes, and waits for the receipts of those who have them. Safe from any thread; never waits. */
final class Courier {

    /** How many messages may be published at once whose receipts are not here; one more fails. */
    static final int MOST_UNDERWAY = 20_000;

    /** How long receipts are waited for. */
    static final Duration RECEIPT_LIMIT = Duration.ofSeconds(5);

    /** The receipt of a member that has the message. */
    static final byte HAS_IT = '+';

    /** The receipt of a member whose inbox is full. */
    static final byte IS_FULL = '-';

    /** The receipt of a member that cannot read the message. */
    static final byte CANNOT_READ_IT = '!';

    private static final Duration DOUBT = Duration.ofMillis(500);
    private static final int NO_RESPONDERS = 503;

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    private final Link link;
    private final Wire wire;
    private final Known known;
    private final Waiting waiting;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger load = new AtomicInteger();
    private final Map<Long, Underway> underway = new ConcurrentHashMap<>();
    private volatile String replies = "";

    Courier(Link link, Wire wire, Known known, HeldTerms held) {
        this.link = link;
        this.wire = wire;
        this.known = known;
        this.waiting = new Waiting(held, this::send);
    }

    /** Has receipts come over a connection from now on. */
    void listen(Connection made, Dispatcher own) {
        replies = made.createInbox() + ".";
        own.subscribe(replies + "*", this::replied);
    }

    /**
     * Publishes an envelope.
     *
     * @param type whose receipts are waited for; empty for any
     * @return ends well when all receipts are here, or the message waits for somebody to want it
     */
    CompletableFuture<@Nullable Void> publish(
            String type, String subject, @Nullable Headers headers, byte[] body, Underway.Otherwise otherwise) {
        Underway message =
                new Underway(numbers.incrementAndGet(), type, subject, headers, body, otherwise, System.nanoTime());
        Waiting.Admission admission =
                otherwise == Underway.Otherwise.HELD ? waiting.joinLine(message) : Waiting.Admission.NO_LINE;
        switch (admission) {
            case NO_LINE -> {
                if (!send(message) && !message.done.isDone()) {
                    message.fails(BusException.Reason.AWAY, "NATS is away: " + link.trouble());
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
        Connection now = link.connection();
        if (!link.isThere() || now == null) {
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

    /** Lets what waits for these types try, since somebody may want them now. */
    void tryAll(Collection<String> types) {
        waiting.tryAll(types);
    }

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

    /** Fails what is on its way: NATS was lost before it was certain who has it. */
    void lost(String why) {
        List.copyOf(underway.values()).forEach(message -> lost(message, why));
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

    /**
     * Fails what is late, and asks after members whose receipts are.
     *
     * @param passes whether what waits for somebody to want it is looked through, too
     */
    void tick(boolean passes) {
        long now = System.nanoTime();
        Set<String> doubted = new HashSet<>();
        for (Underway message : underway.values()) {
            if (now - message.sent > RECEIPT_LIMIT.toNanos()) {
                lost(message, "nobody said within " + RECEIPT_LIMIT.toSeconds() + " s that the message has come");
            } else if (now - message.sent > DOUBT.toNanos()) {
                doubted.addAll(message.missing());
            }
        }
        doubted.forEach(receipt -> known.signers(receipt).forEach(this::isStillThere));
        if (passes) {
            waiting.pass(now);
        }
    }

    private void isStillThere(String id) {
        Connection now = link.connection();
        if (now != null && link.isThere()) {
            try {
                now.publish(wire.member(id), replies + "-" + id, new byte[0]);
            } catch (IllegalStateException away) {
                LOGGER.log(System.Logger.Level.DEBUG, "NATS was lost just now");
            }
        }
    }

    /** {@return completes when all that is on its way has come to an end, one way or the other} */
    CompletableFuture<?> allEnded() {
        List<CompletableFuture<?>> open = new ArrayList<>();
        underway.values().forEach(message -> open.add(message.done.handle((done, fault) -> fault == null)));
        return CompletableFuture.allOf(open.toArray(CompletableFuture<?>[]::new));
    }

    /** Drops what waits. */
    void close() {
        waiting.close();
    }
}
