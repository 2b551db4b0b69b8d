// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.ExchangeEvents;
import dev.fairlead.server.connection.ExchangeService;
import dev.fairlead.server.connection.HttpAnswer;
import dev.fairlead.server.connection.HttpExchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Answers requests as a test says, and keeps what it was told. */
final class AskedService implements ExchangeService {

    private final BlockingQueue<Asked> unseen = new LinkedBlockingQueue<>();
    private final List<Asked> all = new CopyOnWriteArrayList<>();
    private volatile Consumer<Asked> manner = asked -> {};

    /** Does that with every request from now on, at once. */
    AskedService does(Consumer<Asked> every) {
        manner = every;
        return this;
    }

    @Override
    public ExchangeEvents onRequest(HttpExchange exchange) {
        Asked asked = new Asked(exchange);
        all.add(asked);
        manner.accept(asked);
        unseen.add(asked);
        return asked;
    }

    /** {@return every request so far} */
    List<Asked> all() {
        return all;
    }

    /** {@return the latest request} */
    Asked last() {
        return all.getLast();
    }

    /** {@return the next request that this was not asked for yet, awaited for a while} */
    Asked next() {
        try {
            Asked asked = unseen.poll(10, TimeUnit.SECONDS);
            if (asked == null) {
                throw new AssertionError("no request came");
            }
            return asked;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** One request: what was told of it, and what is done at that. */
    static final class Asked implements ExchangeEvents {

        private final HttpExchange exchange;
        private final List<String> told = new CopyOnWriteArrayList<>();
        private final StringBuilder body = new StringBuilder();
        private BiConsumer<Asked, ByteBuf> onBody = (asked, part) -> {
            body.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        };
        private Runnable onBodyRead = () -> {};
        private Runnable onBodyEnd = () -> {};
        private Runnable onDrained = () -> {};

        private Asked(HttpExchange exchange) {
            this.exchange = exchange;
        }

        HttpExchange exchange() {
            return exchange;
        }

        /** {@return what this was told of, in order; a run of parts and ends of reads once} */
        List<String> told() {
            return told;
        }

        /** Waits a while until this is told that. */
        synchronized void untilTold(String what) {
            long end = System.nanoTime() + 10_000_000_000L;
            try {
                while (!told.contains(what)) {
                    long left = (end - System.nanoTime()) / 1_000_000;
                    if (left <= 0) {
                        throw new AssertionError("was told " + told + " (expected: " + what + ")");
                    }
                    wait(left);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** {@return what came of the body} */
        String body() {
            return body.toString();
        }

        Asked onBody(BiConsumer<Asked, ByteBuf> task) {
            onBody = task;
            return this;
        }

        Asked onBodyRead(Runnable task) {
            onBodyRead = task;
            return this;
        }

        Asked onBodyEnd(Runnable task) {
            onBodyEnd = task;
            return this;
        }

        Asked onDrained(Runnable task) {
            onDrained = task;
            return this;
        }

        Asked responds(int status, int length, Header... headers) {
            exchange.respond(
                    new HttpAnswer(status, "Fine", List.of(headers)),
                    length < 0 ? OptionalLong.empty() : OptionalLong.of(length));
            return this;
        }

        Asked writes(String text) {
            exchange.write(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
            return this;
        }

        /** Answers with a text, and ends. */
        void answers(String text) {
            responds(200, text.length()).writes(text);
            exchange.end();
        }

        private synchronized void tell(String what) {
            if (told.isEmpty() || !told.getLast().equals(what)) {
                told.add(what);
                notifyAll();
            }
        }

        @Override
        public void onBody(ByteBuf part) {
            tell("body");
            onBody.accept(this, part);
        }

        @Override
        public void onBodyRead() {
            onBodyRead.run();
        }

        @Override
        public void onBodyEnd() {
            tell("end");
            onBodyEnd.run();
        }

        @Override
        public void onDrained() {
            tell("drained");
            onDrained.run();
        }

        @Override
        public void onBrokenOff() {
            tell("broken off");
        }
    }
}
