// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.http;

import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.control.MalformedMessage;
import dev.fairlead.protocol.control.RemoteEndpoint;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.ExchangeEvents;
import dev.fairlead.server.connection.HttpExchange;
import dev.fairlead.server.connection.MessageStream;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.PeerText;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayObserver;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.relay.listener.Choice;
import dev.fairlead.server.relay.listener.ControlChannel;
import dev.fairlead.server.relay.listener.HybridConnection;
import dev.fairlead.server.relay.listener.Question;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request that is relayed: carries out what {@link RequestLife} decides, on the event loop of its sender. */
public final class RelayedRequest implements Question {

    private static final Logger LOGGER = LoggerFactory.getLogger(RelayedRequest.class);

    /** The longest body that goes over a control channel (fact sheet, section 3.1). */
    public static final int LONGEST_SENT = 64 * 1024;

    private static final CloseStatus DONE = new CloseStatus(CloseStatus.NORMAL, "Normal Closure");
    /** What a listener may say at the end of a body that it does not end otherwise; anything else tells of a fault. */
    private static final Set<Integer> ENDING =
            Set.of(CloseStatus.NORMAL, CloseStatus.GOING_AWAY, CloseStatus.NONE.code());

    private final Ask ask;
    private final HybridConnection connection;
    private final HttpExchange exchange;
    private final RequestRoom room;
    private final RelayObserver observer;
    private final Sender sender = new Sender();
    private final Stream stream = new Stream();
    private final Silence silence;
    private final long startedNanos = System.nanoTime();

    private RequestLife.State state = RequestLife.GATHERING;

    /** What there is of a body that is sent whole. */
    private byte[] body = new byte[0];

    private int gathered;
    private boolean bodyEnded;
    private @Nullable ControlChannel listener;
    private boolean sentWhole;

    /** The request as the listener that was found is to hear it on a socket. */
    private String told = "";

    private @Nullable Dial dial;
    private ControlMessage.@Nullable Response response;
    private byte[] answerBody = new byte[0];

    /**
     * What is asked, and on what terms.
     *
     * @param id what the listener will answer and dial by
     * @param target of the request
     * @param headers what the listener is told of the sender's
     * @param namespace the relay's host name
     * @param requestTimeout how long nothing may move
     * @param fits whether a listener may be picked
     * @param words a refusal as this sender is to read it
     */
    public record Ask(
            String id,
            RelayTarget target,
            Map<String, String> headers,
            String namespace,
            Duration requestTimeout,
            Predicate<ControlChannel> fits,
            Function<Refusal, UpgradeAnswer.Refused> words) {}

    /** A dial of the address, and how it ends. */
    private record Dial(Peer peer, CompletableFuture<UpgradeAnswer> answer) {}

    /** Relays nothing until {@link #begin}. */
    public RelayedRequest(
            Ask ask, HybridConnection connection, HttpExchange exchange, RequestRoom room, RelayObserver observer) {
        this.ask = ask;
        this.connection = connection;
        this.exchange = exchange;
        this.room = room;
        this.observer = observer;
        this.silence = new Silence(
                exchange,
                ask.requestTimeout(),
                this::unsentBytes,
                () -> happened(new RequestLife.Event.Silent(
                        awaitsSender() ? Refusal.REQUEST_TOO_SLOW : Refusal.RESPONSE_LATE)));
    }

    @Override
    public String id() {
        return ask.id();
    }

    HybridConnection connection() {
        return connection;
    }

    /**
     * Relays it. On the exchange's loop, once.
     *
     * @return who is told what happens to the exchange
     */
    public ExchangeEvents begin() {
        room.enter(this);
        observer.requestBegun();
        OptionalLong length = exchange.bodyBytes();
        if (length.isPresent() && length.getAsLong() > 0 && length.getAsLong() <= LONGEST_SENT) {
            body = new byte[(int) length.getAsLong()];
            silence.moved();
            exchange.readBody();
        } else {
            happened(new RequestLife.Event.Gathered());
        }
        return sender;
    }

    /** Whether the body goes over a socket as it comes; else it is gathered, or there is none. */
    private boolean isLive() {
        return exchange.bodyBytes().orElse(Long.MAX_VALUE) > LONGEST_SENT;
    }

    /**
     * Takes a dial of the address. Any thread.
     *
     * @return how the upgrade of whoever dialled ends
     */
    public CompletionStage<UpgradeAnswer> dialled(UpgradeRequest request) {
        CompletableFuture<UpgradeAnswer> answered = new CompletableFuture<>();
        exchange.execute(() -> {
            if (dial == null) {
                dial = new Dial(request.peer(), answered);
                happened(new RequestLife.Event.Dialled());
            } else {
                answered.complete(UpgradeAnswer.Refused.of(Refusal.RENDEZVOUS_UNKNOWN));
            }
        });
        return answered;
    }

    /** Ends it, since the server stops. Any thread. */
    public void stop() {
        exchange.execute(() -> happened(new RequestLife.Event.RelayStops()));
    }

    @Override
    public void onSent() {
        inLoop(() -> happened(new RequestLife.Event.Sent()));
    }

    @Override
    public void onAnswer(ControlMessage.Response answer, byte[] answered) {
        inLoop(() -> {
            if (dial != null) { // it answers twice: the one on its socket counts
                observer.strayResponse();
                return;
            }
            response = answer;
            answerBody = answered;
            happened(new RequestLife.Event.AnswerCame(AnswerHead.isUsable(answer)));
        });
    }

    @Override
    public void onChannelBroke() {
        inLoop(() -> happened(new RequestLife.Event.ChannelBroke()));
    }

    private void inLoop(Runnable task) {
        if (exchange.inLoop()) {
            task.run();
        } else {
            exchange.execute(task);
        }
    }

    private void happened(RequestLife.Event event) {
        RequestLife.Step step = RequestLife.next(state, event);
        boolean ends = step.next().equals(RequestLife.OVER) && !state.equals(RequestLife.OVER);
        state = step.next();
        if (ends) {
            room.leave(this, listener != null && dial == null && response == null);
            observer.requestEnded();
            silence.stop();
        }
        step.effects().forEach(this::carryOut);
    }

    private void carryOut(RequestLife.Effect effect) {
        switch (effect) {
            case RequestLife.Effect.Seek() -> seek();
            case RequestLife.Effect.Ask() -> askListener();
            case RequestLife.Effect.Forget() -> {
                if (listener != null) {
                    listener.forget(this);
                }
            }
            case RequestLife.Effect.Admit() -> {
                silence.moved();
                theDial()
                        .answer()
                        .complete(new UpgradeAnswer.Streaming(
                                List.of(), ControlChannel.LONGEST_MESSAGE, exchange, stream));
            }
            case RequestLife.Effect.TurnDialAway() ->
                theDial()
                        .answer()
                        .complete(
                                room.takeUnwanted(id(), connection)
                                        ? Unwanted.answerTo(theDial().peer())
                                        : UpgradeAnswer.Refused.of(Refusal.RENDEZVOUS_UNKNOWN));
            case RequestLife.Effect.TellRequest() -> tellRequest(theDial().peer());
            case RequestLife.Effect.PassAnswer() -> passAnswer();
            case RequestLife.Effect.PassHead() -> passHead();
            case RequestLife.Effect.EndAnswer() -> exchange.end();
            case RequestLife.Effect.Refuse(Refusal refusal) ->
                exchange.refuse(ask.words().apply(refusal));
            case RequestLife.Effect.CutSenderOff() -> exchange.abort();
            case RequestLife.Effect.Dismiss() -> theDial().peer().close(DONE);
            case RequestLife.Effect.SendAway() -> theDial().peer().close(Unwanted.STATUS);
        }
    }

    private Dial theDial() {
        if (dial == null) {
            throw new IllegalStateException("nobody has dialled " + ask.id());
        }
        return dial;
    }

    private void seek() {
        switch (connection.choose(ask.fits())) {
            case Choice.Listener(ControlChannel channel) -> {
                listener = channel;
                happened(new RequestLife.Event.ListenerFound());
            }
            case Choice.Nobody(Refusal refusal) -> happened(new RequestLife.Event.NobodyListens(refusal));
        }
    }

    private void askListener() {
        ControlChannel channel = listener;
        if (channel == null) {
            throw new IllegalStateException("nobody was found for " + ask.id());
        }
        silence.moved();
        String address = RelayTarget.requestAddress(channel.baseAddress(), channel.spelledPath(), ask.id());
        if (!isLive()) {
            String whole = ControlMessages.encode(request(address, channel, body.length > 0));
            sentWhole = ControlMessages.fits(whole);
            if (sentWhole) {
                channel.ask(this, new Words(whole, body.length > 0 ? Unpooled.wrappedBuffer(body) : null, true));
                return;
            }
        }
        // Azure Relay's Java listener fails at a request without a body on a socket.
        told = ControlMessages.encode(request(address, channel, true));
        channel.ask(this, new Words(ControlMessages.encode(new ControlMessage.RequestAt(address)), null, false));
    }

    private ControlMessage.Request request(String address, ControlChannel channel, boolean hasBody) {
        InetSocketAddress remote = exchange.remoteAddress();
        return new ControlMessage.Request(
                address,
                ask.id(),
                ask.target().requestTarget(channel.spelledPath()),
                exchange.question().method(),
                new RemoteEndpoint(remote.getAddress().getHostAddress(), remote.getPort()),
                ask.headers(),
                hasBody);
    }

    private void tellRequest(Peer peer) {
        silence.moved();
        if (sentWhole) {
            return;
        }
        peer.send(told);
        if (isLive()) {
            exchange.readBody();
        } else {
            peer.write(Unpooled.wrappedBuffer(body), true);
            peer.flush();
        }
    }

    private void passAnswer() {
        respond(OptionalLong.of(answerBody.length));
        exchange.write(Unpooled.wrappedBuffer(answerBody));
        exchange.end();
    }

    private void passHead() {
        respond(theResponse().body() ? OptionalLong.empty() : OptionalLong.of(0));
        exchange.flush(); // an event stream may have nothing to say for a while
    }

    private void respond(OptionalLong bodyBytes) {
        observer.requestAnswered(Duration.ofNanos(System.nanoTime() - startedNanos));
        ControlMessage.Response answer = theResponse();
        boolean bodiless = isBodiless(answer);
        boolean hasBody = !bodiless && bodyBytes.orElse(Long.MAX_VALUE) > 0;
        exchange.respond(
                AnswerHead.of(answer, hasBody, ask.namespace()),
                bodiless ? AnswerHead.declaredBytes(answer) : bodyBytes);
    }

    private boolean isBodiless(ControlMessage.Response answer) {
        return AnswerHead.isBodiless(exchange.question().method(), answer.statusCode());
    }

    private ControlMessage.Response theResponse() {
        if (response == null) {
            throw new IllegalStateException("nobody has answered " + ask.id());
        }
        return response;
    }

    private long unsentBytes() {
        return exchange.unsentBytes() + (stream.isOpen() ? theDial().peer().unsentBytes() : 0);
    }

    /** Whether it is the sender's turn: its body is waited for, and the listener would take it. */
    private boolean awaitsSender() {
        boolean reading = state.equals(RequestLife.GATHERING) || (isLive() && stream.isOpen() && !sender.isPaused());
        return reading && !bodyEnded;
    }

    private void gather(ByteBuf part) {
        int count = Math.min(part.readableBytes(), body.length - gathered);
        part.readBytes(body, gathered, count);
        gathered += count;
    }

    private boolean isOver() {
        return state.equals(RequestLife.OVER);
    }

    /** What is heard of the sender. */
    private final class Sender implements ExchangeEvents {

        private boolean paused;

        boolean isPaused() {
            return paused;
        }

        @Override
        public void onBody(ByteBuf part) {
            if (isOver()) {
                part.release();
            } else if (isLive()) {
                theDial().peer().write(part, false);
            } else {
                try {
                    gather(part);
                } finally {
                    part.release();
                }
            }
        }

        @Override
        public void onBodyRead() {
            if (!isOver() && isLive()) {
                silence.moved();
                if (!theDial().peer().flush()) {
                    paused = true;
                    exchange.pause();
                }
            }
        }

        @Override
        public void onBodyEnd() {
            bodyEnded = true;
            if (isOver()) {
                return;
            }
            if (isLive()) {
                silence.moved();
                theDial().peer().write(Unpooled.EMPTY_BUFFER, true);
                theDial().peer().flush();
            } else {
                happened(new RequestLife.Event.Gathered());
            }
        }

        @Override
        public void onDrained() {
            if (!isOver()) {
                silence.moved();
                stream.resume();
            }
        }

        @Override
        public void onBrokenOff() {
            happened(new RequestLife.Event.SenderLeft());
        }

        void resume() {
            paused = false;
            exchange.resume();
        }
    }

    /** What is heard of the listener on a socket. */
    private final class Stream implements MessageStream {

        private boolean open;

        boolean isOpen() {
            return open;
        }

        @Override
        public void onOpen() {
            open = true;
            happened(new RequestLife.Event.StreamOpened());
        }

        @Override
        public void onText(String text) {
            if (response != null || isOver()) {
                observer.strayResponse();
                return;
            }
            ControlMessage message;
            try {
                message = ControlMessages.decode(text);
            } catch (MalformedMessage e) {
                LOGGER.atDebug()
                        .addKeyValue("connection", exchange.id())
                        .log("message of a listener ignored: {}", PeerText.forLog(String.valueOf(e.getMessage())));
                return;
            }
            if (message instanceof ControlMessage.Response answer) {
                response = answer;
                silence.moved();
                happened(new RequestLife.Event.HeadCame(
                        AnswerHead.isUsable(answer), answer.body() && !isBodiless(answer)));
            }
        }

        @Override
        public void onBinary(ByteBuf part, boolean last) {
            if (isOver() || response == null) {
                part.release();
                return;
            }
            exchange.write(part);
            if (last) {
                happened(new RequestLife.Event.BodyEnded());
            }
        }

        @Override
        public void onRead() {
            if (!isOver() && response != null) {
                silence.moved();
                if (!exchange.flush()) {
                    theDial().peer().pause();
                }
            }
        }

        @Override
        public void onDrained() {
            if (!isOver()) {
                silence.moved();
                sender.resume();
            }
        }

        void resume() {
            theDial().peer().resume();
        }

        @Override
        public void onClose(CloseStatus status, boolean clean) {
            open = false;
            happened(
                    clean && ENDING.contains(status.code())
                            ? new RequestLife.Event.StreamEnded()
                            : new RequestLife.Event.StreamLost());
        }

        @Override
        public void onLost() {
            open = false;
            happened(new RequestLife.Event.StreamLost());
        }
    }
}
