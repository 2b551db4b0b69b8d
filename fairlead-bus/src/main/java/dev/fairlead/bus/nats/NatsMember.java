// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.nats;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.MessageHandler;
import dev.fairlead.bus.member.Inbox;
import dev.fairlead.bus.member.Questions;
import dev.fairlead.bus.member.Recent;
import dev.fairlead.protocol.json.Json;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.NUID;
import io.nats.client.impl.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A member's place on a bus on NATS: what it is told, the receipts for that, and what it asks. Safe from any thread. */
final class NatsMember implements Membership {

    private static final System.Logger LOGGER = System.getLogger("dev.fairlead.bus");

    private final NatsBus bus;
    private final Wire wire;
    private final Member member;
    private final String id = NUID.nextGlobal();
    private final byte[] signature;
    private final Inbox inbox;
    private final Questions questions = new Questions();

    /** The uuids of its questions that have no answer. */
    private final Map<String, Boolean> asked = new Recent<>();

    private volatile boolean left;
    private volatile @Nullable Dispatcher dispatcher;

    NatsMember(NatsBus bus, Wire wire, Member member, MessageHandler handler) {
        this.bus = bus;
        this.wire = wire;
        this.member = member;
        this.signature = Known.receipt(member, id).getBytes(StandardCharsets.UTF_8);
        this.inbox = Inbox.open(member.name(), handler);
    }

    /** Subscribes to what it wants. */
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

    Inbox inbox() {
        return inbox;
    }

    boolean hasLeft() {
        return left;
    }

    /** {@return name and id, with a blank between them, by which an answer finds who asked} */
    String asker() {
        return member.name() + " " + id;
    }

    /** Remembers a question, whose answer it takes. */
    void asks(String uuid) {
        synchronized (asked) {
            asked.put(uuid, true);
        }
    }

    /** Says that it is here. */
    void greet() {
        if (!left) {
            Map<String, @Nullable Object> self = new LinkedHashMap<>();
            self.put("id", id);
            self.put("name", member.name());
            self.put("types", List.copyOf(member.types()));
            self.put("every_instance", member.reach() == Member.Reach.EVERY_INSTANCE);
            bus.comes(id, member, Json.write(self).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void heard(Connection from, Message message) {
        BusMessage read;
        try {
            read = Wire.read(message.getData());
        } catch (IllegalArgumentException unfit) {
            LOGGER.log(System.Logger.Level.DEBUG, "a message cannot be read: {0}", unfit.getMessage());
            receipt(from, message, Courier.CANNOT_READ_IT);
            return;
        }
        Headers headers = message.getHeaders();
        if (headers != null && isTold(headers.getFirst(Wire.TOLD))) {
            receipt(from, message, Courier.HAS_IT);
            return;
        }
        String asker = headers == null ? null : headers.getFirst(Wire.ASKER);
        if (asker != null && read.asks()) {
            bus.wasAsked(read.uuid(), asker);
        }
        receipt(from, message, inbox.offer(read) ? Courier.HAS_IT : Courier.IS_FULL);
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
            receipt(from, message, Courier.HAS_IT);
            return;
        }
        BusMessage read;
        try {
            read = Wire.read(message.getData());
        } catch (IllegalArgumentException unfit) {
            receipt(from, message, Courier.CANNOT_READ_IT);
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
        receipt(from, message, has ? Courier.HAS_IT : Courier.IS_FULL);
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
        return bus.publish(message, this);
    }

    @Override
    public CompletableFuture<BusMessage> request(BusMessage message, Duration patience) {
        return questions.ask(message, patience, this::publish);
    }

    /** Says that it leaves, and is told nothing that is published from now on. */
    void leave() {
        left = true;
        bus.goes(id);
        questions.close();
    }

    /** {@return when all that has come is in the inbox, or soon after} */
    CompletableFuture<?> drained() {
        Dispatcher hears = dispatcher;
        Connection now = bus.connection();
        if (hears == null || now == null || !hears.isActive() || now.getStatus() != Connection.Status.CONNECTED) {
            return CompletableFuture.completedFuture(true);
        }
        try {
            return hears.drain(NatsBus.DRAIN_LIMIT);
        } catch (IllegalStateException gone) {
            return CompletableFuture.completedFuture(true);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
            return CompletableFuture.completedFuture(false);
        }
    }

    @Override
    public void close() {
        left = true;
        bus.leave(this);
    }
}
