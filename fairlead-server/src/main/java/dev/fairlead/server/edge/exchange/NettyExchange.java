// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.exchange;

import dev.fairlead.server.connection.ExchangeEvents;
import dev.fairlead.server.connection.ExchangeService;
import dev.fairlead.server.connection.HttpAnswer;
import dev.fairlead.server.connection.HttpExchange;
import dev.fairlead.server.connection.HttpQuestion;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.edge.http.AnswerDate;
import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.edge.http.Refusals;
import dev.fairlead.server.edge.socket.NettyConnection;
import dev.fairlead.server.edge.socket.Unsent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request of a connection, and its answer. What concerns the connection beyond it is {@link ExchangeDispatch}'s. */
final class NettyExchange extends NettyConnection implements HttpExchange {

    private static final Logger LOGGER = LoggerFactory.getLogger(NettyExchange.class);

    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(Unpooled.directBuffer(32)
            .writeBytes("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
            .asReadOnly());

    private final ExchangeDispatch connection;
    private final ChannelHandlerContext ctx;
    private final Unsent unsent;
    private final HttpQuestion question;
    private final OptionalLong bodyBytes;
    private final boolean expectsContinue;
    private final AnswerWriter answer;

    private @Nullable ExchangeEvents events;
    private boolean asking;
    private boolean bodyAsked;
    private boolean bodyEnded;
    private boolean bodyEndTold;
    private boolean partsTold;
    private boolean paused;
    private boolean last;
    private boolean drainAwaited;
    private boolean faulty;
    private boolean over;

    /**
     * Stands for the request that is being read.
     *
     * @param bodyBytes 0 for none, empty if its length shows only at its end
     * @param expectsContinue whether the client waits to be told to send the body
     */
    NettyExchange(
            ExchangeDispatch connection,
            ChannelHandlerContext ctx,
            Unsent unsent,
            HttpQuestion question,
            OptionalLong bodyBytes,
            boolean expectsContinue,
            AnswerDate date) {
        super(ctx.channel(), question.remoteAddress());
        this.connection = connection;
        this.ctx = ctx;
        this.unsent = unsent;
        this.question = question;
        this.bodyBytes = bodyBytes;
        this.expectsContinue = expectsContinue;
        this.bodyEnded = bodyBytes.orElse(-1) == 0;
        this.answer = new AnswerWriter(ctx, question.method(), date);
    }

    @Override
    public HttpQuestion question() {
        return question;
    }

    @Override
    public OptionalLong bodyBytes() {
        return bodyBytes;
    }

    /** Hands itself to the service. */
    void ask(ExchangeService service) {
        asking = true;
        try {
            events = service.onRequest(this);
        } catch (RuntimeException thrown) {
            failed(thrown);
        } finally {
            asking = false;
        }
        tellOfNoBody();
    }

    @Override
    public void readBody() {
        assert inLoop();
        if (bodyAsked || over) {
            return;
        }
        bodyAsked = true;
        if (!bodyEnded) {
            if (expectsContinue && !answer.isBegun() && connection.hasReadNothingOfTheBody()) {
                var _ = ctx.writeAndFlush(CONTINUE.duplicate(), ctx.voidPromise());
            }
            connection.readBody(this);
        } else if (!asking) {
            execute(this::tellOfNoBody);
        }
    }

    private void tellOfNoBody() {
        if (bodyAsked && bodyEnded && !bodyEndTold) {
            tellBodyEnd();
        }
    }

    private void tellBodyEnd() {
        if (!over && events != null) {
            bodyEndTold = true;
            try {
                events.onBodyEnd();
            } catch (RuntimeException thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void pause() {
        assert inLoop();
        paused = true;
        connection.watchReading();
    }

    @Override
    public void resume() {
        assert inLoop();
        paused = false;
        connection.watchReading();
    }

    /** {@return whether nothing is to be read from the socket now} */
    boolean holdsReading() {
        return !bodyEnded && (!bodyAsked || paused);
    }

    boolean isBodyEnded() {
        return bodyEnded;
    }

    boolean isAnswerBegun() {
        return answer.isBegun();
    }

    /** Takes what was read of the body. */
    void received(HttpContent content) {
        if (content instanceof LastHttpContent && !bodyEnded) {
            bodyEnded = true;
            connection.bodyEnded();
        }
        if (over || events == null || !content.content().isReadable()) {
            content.release();
        } else {
            partsTold = true;
            try {
                events.onBody(content.content());
            } catch (RuntimeException thrown) {
                failed(thrown);
            }
        }
        if (bodyAsked && bodyEnded && !bodyEndTold) {
            tellBodyEnd();
        }
    }

    /** All that one read brought was taken. */
    void readComplete() {
        if (partsTold && !over && events != null) {
            partsTold = false;
            try {
                events.onBodyRead();
            } catch (RuntimeException thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void respond(HttpAnswer head, OptionalLong length) {
        assert inLoop();
        if (over || faulty) {
            return;
        }
        if (answer.isBegun()) {
            fault("an answer has two heads");
            return;
        }
        last = !connection.isKept(this);
        answer.begin(head, length, last);
    }

    @Override
    public void write(ByteBuf part) {
        assert inLoop();
        if (over || faulty) {
            part.release();
        } else if (!answer.write(drainAwaited ? unsent.copied(part) : part)) {
            fault("more of an answer than was said, or before its head");
        }
    }

    @Override
    public boolean flush() {
        assert inLoop();
        if (over || faulty) {
            return true;
        }
        answer.flush();
        if (!unsent.isBehind()) {
            return true;
        }
        unsent.keepCopy();
        if (!drainAwaited) {
            drainAwaited = true;
            unsent.whenWritten(this::drained);
        }
        return !drainAwaited; // it may have been taken meanwhile
    }

    private void drained() {
        if (!over && unsent.isBehind()) { // again, with what was sent meanwhile
            unsent.whenWritten(this::drained);
            return;
        }
        drainAwaited = false;
        if (!over && events != null && channel.isActive()) {
            try {
                events.onDrained();
            } catch (RuntimeException thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public long unsentBytes() {
        return unsent.bytes() + answer.gatheredBytes();
    }

    @Override
    public void end() {
        assert inLoop();
        if (over) {
            return;
        }
        if (!faulty && !answer.end()) {
            fault("an answer ends short of what was said, or before its head");
        }
        isOver();
    }

    @Override
    public void refuse(UpgradeAnswer.Refused refused) {
        assert inLoop();
        if (over) {
            return;
        }
        if (answer.isBegun()) {
            fault("an answer that is begun is refused");
            isOver();
            return;
        }
        Refusals.log(channel, new RefusedException(refused, refused.evidence()));
        connection.observer().refused(refused.refusal());
        last = !connection.isKept(this);
        boolean head = question.method().equals("HEAD");
        if (channel.isActive()) {
            var _ = ctx.writeAndFlush(
                    Refusals.bytes(ctx.alloc(), connection.date(), refused, head, last), ctx.voidPromise());
        }
        isOver();
    }

    private void isOver() {
        over = true;
        connection.over(this, last);
    }

    /** To go on would make the client take one answer for another. */
    private void fault(String what) {
        LOGGER.atError().addKeyValue("connection", id()).log("a service broke off its answer: {}", what);
        cutOff();
    }

    private void cutOff() {
        faulty = true;
        last = true;
        answer.drop();
        Closing.close(channel);
    }

    /** The service threw: a refusal is its answer, and all else a fault. */
    private void failed(RuntimeException thrown) {
        if (over) {
            LOGGER.atError()
                    .addKeyValue("connection", id())
                    .setCause(thrown)
                    .log("a request met a fault behind its end");
        } else if (thrown instanceof RefusedException refused && !answer.isBegun()) {
            refuse(refused.answer());
        } else {
            LOGGER.atError().addKeyValue("connection", id()).setCause(thrown).log("a request met a fault");
            ExchangeEvents told = events;
            events = null;
            if (answer.isBegun()) {
                cutOff();
            } else {
                refuse(UpgradeAnswer.Refused.of(Refusal.INTERNAL));
            }
            tellBrokenOff(told);
        }
    }

    /** Nobody is there any more to be answered, or what came was no HTTP. */
    void breakOff() {
        if (!over) {
            over = true;
            answer.drop();
            tellBrokenOff(events);
        }
    }

    private void tellBrokenOff(@Nullable ExchangeEvents told) {
        if (told == null) {
            return;
        }
        try {
            told.onBrokenOff();
        } catch (RuntimeException thrown) {
            LOGGER.atError()
                    .addKeyValue("connection", id())
                    .setCause(thrown)
                    .log("a request met a fault behind its end");
        }
    }
}
