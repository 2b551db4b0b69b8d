// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.connection.ExchangeEvents;
import dev.fairlead.server.connection.HttpExchange;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gathers the body of a callback, and answers when it is whole. Confined to the exchange's event loop. */
final class Gathering implements ExchangeEvents {

    private static final int FIRST_ROOM = 1024;

    /** How long nothing may come of a body that is not whole. */
    static final Duration SILENCE = Duration.ofSeconds(60);

    private final HttpExchange exchange;
    private final int longest;
    private final boolean kept;
    private final BodyRoom room;
    private final Function<byte[], TextPage> then;
    private byte[] body = new byte[0];
    private int length;
    private boolean heard;
    private boolean over;
    private @Nullable Cancellable watch;

    private Gathering(
            HttpExchange exchange, int longest, boolean kept, BodyRoom room, Function<byte[], TextPage> then) {
        this.exchange = exchange;
        this.longest = longest;
        this.kept = kept;
        this.room = room;
        this.then = then;
    }

    /**
     * Begins to read.
     *
     * @param longest how many bytes a body may have; a longer one is answered with 413
     * @param kept whether the body is wanted; else it is read over, and {@code then} gets an empty one
     * @param then given the body when it is whole, which is the callee's; gives the answer
     */
    static ExchangeEvents begin(
            HttpExchange exchange, int longest, boolean kept, BodyRoom room, Function<byte[], TextPage> then) {
        Gathering gathering = new Gathering(exchange, longest, kept, room, then);
        long told = exchange.bodyBytes().orElse(FIRST_ROOM);
        if (told > longest) {
            gathering.end(tooLong());
        } else if (kept && !gathering.grow((int) told)) {
            gathering.end(full());
        } else {
            exchange.readBody();
            // most bodies came with their head, and need no watch
            exchange.execute(gathering::listen);
        }
        return gathering;
    }

    private void listen() {
        if (over) {
            return;
        }
        watch = exchange.schedule(SILENCE, () -> {
            if (heard) {
                heard = false;
                listen();
            } else {
                end(TextPage.error(408, "Request Timeout", "The body did not arrive in time"));
            }
        });
    }

    private static TextPage tooLong() {
        return TextPage.error(413, "Request Entity Too Large", "Request body exceeds the size limit");
    }

    private static TextPage full() {
        return TextPage.error(
                503, "Service Unavailable", "There is no room for more callbacks now", new Header("Retry-After", "1"));
    }

    private boolean grow(int capacity) {
        if (!room.take(capacity - (long) body.length)) {
            return false;
        }
        body = Arrays.copyOf(body, capacity);
        return true;
    }

    @Override
    public void onBody(ByteBuf part) {
        try {
            int more = part.readableBytes();
            if (over) {
                return;
            }
            heard = true;
            if ((long) length + more > longest) {
                end(tooLong());
                return;
            }
            if (kept) {
                if (length + more > body.length
                        && !grow((int) Math.min(longest, Math.max(2L * body.length, length + (long) more)))) {
                    end(full());
                    return;
                }
                part.readBytes(body, length, more);
            }
            length += more;
        } finally {
            part.release();
        }
    }

    @Override
    public void onBodyRead() {}

    @Override
    public void onBodyEnd() {
        if (!over) {
            end(then.apply(kept && length < body.length ? Arrays.copyOf(body, length) : body));
        }
    }

    private void end(TextPage page) {
        letGo();
        page.answer(exchange);
    }

    private void letGo() {
        if (!over) {
            over = true;
            if (watch != null) {
                watch.cancel();
            }
            room.giveBack(body.length);
            body = new byte[0];
        }
    }

    @Override
    public void onDrained() {}

    @Override
    public void onBrokenOff() {
        letGo();
    }
}
