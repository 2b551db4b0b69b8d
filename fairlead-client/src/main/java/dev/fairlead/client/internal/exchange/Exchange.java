// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal.exchange;

import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.http.RelayedHttpRequest;
import dev.fairlead.client.http.RelayedHttpResponse;
import dev.fairlead.client.http.RequestHandler;
import dev.fairlead.client.internal.FrameSocket;
import dev.fairlead.protocol.websocket.CloseStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One request from its coming to the end of its answer. */
final class Exchange implements RelayedExchange {

    private static final System.Logger LOGGER = System.getLogger(RelayedExchange.class.getName());
    private static final String GONE = "the sender is gone, or the relay gave up";

    private final Exchanges all;
    private final Question question;
    private final Answer answer = new Answer(this);

    /** Where the answer goes if it is large. */
    private final String address;

    private final @Nullable ControlPath control;
    private final @Nullable BodyPipe pipe;

    /** Completes when the control channel is needed no more. */
    private final CompletableFuture<Void> answered = new CompletableFuture<>();

    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> onCancel = new ArrayList<>();
    private @Nullable Thread handling;
    private volatile boolean cancelled;
    private volatile @Nullable RequestSocket socket;

    /** A request that came by the control channel, whole. */
    Exchange(Exchanges all, Question question, String address, ControlPath control) {
        this.all = all;
        this.question = question;
        this.address = address;
        this.control = control;
        this.pipe = null;
    }

    /** A request that was fetched. */
    Exchange(Exchanges all, Question question, RequestSocket socket, @Nullable BodyPipe pipe) {
        this.all = all;
        this.question = question;
        this.address = "";
        this.control = null;
        this.socket = socket;
        this.pipe = pipe;
        answered.complete(null);
    }

    @Override
    public RelayedHttpRequest request() {
        return question;
    }

    @Override
    public RelayedHttpResponse response() {
        return answer;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Runnable action) {
        lock.lock();
        try {
            if (!cancelled) {
                onCancel.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        aside(action);
    }

    CompletableFuture<Void> answered() {
        return answered;
    }

    CompletableFuture<Void> ended() {
        return ended;
    }

    boolean isOnItsThread() {
        lock.lock();
        try {
            return Thread.currentThread().equals(handling);
        } finally {
            lock.unlock();
        }
    }

    /** Runs the handler, and ends the exchange. */
    void run(RequestHandler handler) {
        Throwable failure = null;
        try {
            if (enters()) {
                handler.handle(this);
            }
        } catch (Exception | Error e) {
            failure = e;
        } finally {
            leaves();
        }
        try {
            end(failure);
        } finally {
            answered.complete(null);
            ended.complete(null);
        }
    }

    private boolean enters() {
        lock.lock();
        try {
            handling = Thread.currentThread();
            return !cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** The thread may be another task's next, which is not to find itself interrupted. */
    private void leaves() {
        lock.lock();
        try {
            handling = null;
            if (cancelled && Thread.interrupted()) {
                LOGGER.log(System.Logger.Level.DEBUG, "a request was cancelled before its handler returned");
            }
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable Throwable failure) {
        if (pipe != null) {
            pipe.close();
        }
        if (cancelled) {
            return;
        }
        try {
            if (failure == null) {
                answer.complete();
                return;
            }
            LOGGER.log(System.Logger.Level.WARNING, "a request's handler failed", failure);
            if (answer.reset()) {
                answer.status(500);
                answer.send("The listener's handler failed\n");
            } else if (!answer.isOver()) {
                answer.breakOff();
            }
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "a request could not be answered: {0}", e.getMessage());
        }
    }

    /** Ends the exchange for whoever still works at it; without effect if it is over already. */
    void cancel() {
        List<Runnable> actions;
        lock.lock();
        try {
            if (cancelled || answer.isOver()) {
                return;
            }
            cancelled = true;
            if (handling != null) {
                handling.interrupt();
            }
            actions = List.copyOf(onCancel);
        } finally {
            lock.unlock();
        }
        if (pipe != null) {
            pipe.fail(GONE);
        }
        abortSocket();
        answered.complete(null);
        actions.forEach(this::aside);
    }

    void checkNotCancelled() throws IOException {
        if (cancelled) {
            throw new IOException(GONE);
        }
    }

    /** {@return what a handler is told of a failure to send, which ends the exchange} */
    IOException lost(IOException failure) {
        cancel();
        return new IOException(GONE, failure);
    }

    /** Runs something on a thread of the SDK. */
    void aside(Runnable task) {
        all.aside(task);
    }

    boolean hasSocket() {
        return socket != null;
    }

    /** {@return the socket that the answer goes by, dialled now if there is none} Blocks. */
    FrameSocket openSocket() throws IOException {
        RequestSocket open = socket;
        if (open == null) {
            open = new RequestSocket(all.dial(address), all, this);
            socket = open;
            if (cancelled) {
                open.abort();
                throw new IOException(GONE);
            }
            aside(open::run);
            answered.complete(null);
        }
        return open.frames();
    }

    /** {@return whether the answer went by the control channel; if not, nothing of it did that the relay could take} */
    boolean answerByControl(String response, @Nullable ByteBuffer body) {
        if (control == null) {
            return false;
        }
        try {
            control.answer(response, body);
            return true;
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "an answer goes by its own socket, since its channel is gone");
            return false;
        }
    }

    void onAnswered() {
        RequestSocket open = socket;
        if (open != null && answer.isOver()) {
            open.expectTheEnd();
        }
        answered.complete(null);
    }

    void abortSocket() {
        RequestSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    /**
     * The relay says no more on the exchange's socket. What it says while the last of the answer leaves is no cancellation:
     * a relay ends the socket as soon as it has all.
     *
     * @param lastWord {@code null} if the socket was lost
     * @return whether both sides part in peace
     */
    boolean onSocketEnd(@Nullable CloseStatus lastWord) {
        boolean normal = lastWord != null && lastWord.code() == CloseStatus.NORMAL;
        if (answer.isOver()) {
            return lastWord != null;
        }
        if (!answer.isFinishing() || (lastWord != null && !normal)) {
            cancel();
        }
        return normal;
    }

    /** The relay will say no more of the body. */
    void onBodyLost() {
        if (pipe != null) {
            pipe.fail(GONE);
        }
    }
}
