// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import dev.fairlead.server.connection.CallOutcome;
import dev.fairlead.server.connection.CallOutcome.Cause;
import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.edge.socket.Unsent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the server, last in its pipeline: one call after the other, and none beside another. Holds one of the
 * {@link Permits}, from before it is dialled until its socket is closed. Confined to its pool's loop.
 */
final class Line extends ChannelInboundHandlerAdapter {

    private enum State {
        OPENING,
        UNUSED,
        CALLING,
        OVER
    }

    private final LoopPool pool;
    private @Nullable Dial dial;
    private @Nullable Channel channel;

    private State state = State.OPENING;
    private @Nullable PendingCall call;
    private @Nullable AnswerReader answer;
    private boolean heard;
    private boolean kept;
    private boolean ended;
    private boolean holdsPermit = true;
    private @Nullable LoopPool heir;
    private long unusedSinceNanos;

    /**
     * Is not dialled yet.
     *
     * @param call what it is opened for, and nothing else; null for whatever waits when it is open
     */
    Line(LoopPool pool, @Nullable PendingCall call) {
        this.pool = pool;
        this.call = call;
    }

    /** Dials. */
    void open(Dial by) {
        dial = by;
        by.begin(this);
    }

    /** Is open from now on, and unused. */
    void opened(Channel on) {
        PendingCall first = call;
        channel = on;
        dial = null;
        unused();
        pool.opened(this, first);
    }

    /** Did not come to be. */
    void unreached(String evidence) {
        if (state == State.OVER) {
            return; // closed while the dial's last socket was
        }
        PendingCall first = call;
        dial = null;
        state = State.OVER;
        call = null;
        pool.over(this);
        giveBack();
        pool.unreached(first, evidence);
    }

    boolean isOpening() {
        return state == State.OPENING;
    }

    /** {@return whose it is now; while it opens, whom it is opened for} */
    @Nullable
    PendingCall call() {
        return call;
    }

    /** Opens for whatever waits, and no more for one call. */
    void openForAll() {
        call = null;
    }

    /** {@return since when nothing is called over it} */
    long unusedSinceNanos() {
        return unusedSinceNanos;
    }

    private void unused() {
        state = State.UNUSED;
        call = null;
        answer = null;
        unusedSinceNanos = System.nanoTime();
    }

    /** Sends a request; over a line that is unused. */
    void send(PendingCall next) {
        assert state == State.UNUSED;
        Channel mine = open();
        ByteBuf request;
        try {
            request = pool.requests().write(next.call(), mine.alloc());
        } catch (OutOfMemoryError error) {
            pool.unused(this);
            next.fail(Cause.NO_CONNECTION, "no memory for the request: " + error.getMessage());
            return;
        }
        state = State.CALLING;
        call = next;
        next.goOver(this);
        heard = false;
        answer = new AnswerReader(
                next.call().method().equals("HEAD"), next.call().longestAnswer(), pool.scratch());
        // What fails comes as an exception, or as the end of the channel.
        var _ = mine.writeAndFlush(request, mine.voidPromise());
    }

    private Channel open() {
        if (channel == null) {
            throw new IllegalStateException("the line is not open");
        }
        return channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            AnswerReader reading = answer;
            if (state != State.CALLING || reading == null) {
                // Whatever it says belongs to no request, and would be taken for the next one's answer.
                close();
                return;
            }
            heard = true;
            if (reading.read(in, ctx.alloc())) {
                finish(reading, !in.isReadable());
            }
        } catch (AnswerReader.Unusable unusable) {
            fail(Cause.UNUSABLE, unusable.evidence());
        } finally {
            in.release();
        }
    }

    /**
     * The answer is whole.
     *
     * @param clean whether nothing came behind it
     */
    private void finish(AnswerReader whole, boolean clean) {
        CallOutcome outcome = whole.answer();
        PendingCall told = call;
        kept = true;
        // An answer that came before the request was sent whole is one; but the rest is in the next one's way.
        boolean lasting = clean && whole.isLasting() && !ended && Unsent.bytes(open()) == 0;
        unused();
        if (lasting) {
            pool.unused(this);
        } else {
            close();
        }
        if (told != null) {
            told.tell(outcome);
        }
    }

    /** Ends the line, and the call that goes over it, if any. */
    void fail(Cause cause, String evidence) {
        PendingCall told = call;
        close();
        if (told != null) {
            told.fail(cause, evidence);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent close) {
            if (close.isSuccess()) {
                ended = true;
                ended();
            }
            Closing.close(ctx);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        lost(Dial.words(cause));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        // Over TLS, what ends without its last record may be cut short.
        if (ctx.pipeline().get(SslHandler.class) == null) {
            ended();
        }
        lost("the server closed the connection");
    }

    /** The server says no more, and means it. */
    private void ended() {
        if (state == State.CALLING && answer != null && answer.end()) {
            ended = true;
            finish(answer, true);
        }
    }

    /** The connection is gone, or not to be trusted any more. */
    private void lost(String how) {
        if (state == State.OVER || state == State.OPENING) {
            return; // a dial hears of its failure by itself
        }
        PendingCall told = call;
        boolean stale = kept && !heard;
        if (told == null) {
            close();
        } else if (stale && !told.isAgain() && !told.isOver()) {
            holdsPermit = false; // goes to the one that is dialled in its place
            close();
            pool.callAgain(told);
        } else {
            String evidence = how + (heard ? " within the answer" : " before an answer");
            fail(Cause.LOST, evidence);
        }
    }

    /** Closes the socket, or gives the dial up; without effect the second time. The call, if any, is told nothing. */
    void close() {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        call = null;
        answer = null;
        pool.over(this);
        if (dial != null) {
            dial.giveUp(this::giveBack);
            dial = null;
            return;
        }
        Channel mine = open();
        Closing.close(mine);
        mine.closeFuture().addListener(closed -> giveBack());
    }

    /** Closes the socket, and leaves what it was to a loop that has more need of it. */
    void closeFor(LoopPool other) {
        heir = other;
        close();
    }

    private void giveBack() {
        if (holdsPermit) {
            holdsPermit = false;
            pool.giveBack(heir);
        }
    }
}
