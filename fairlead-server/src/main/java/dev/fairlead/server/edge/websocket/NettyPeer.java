// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.UpgradeKey;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.ConversationTerms;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.edge.http.Refusals;
import dev.fairlead.server.edge.http.ResponseHead;
import dev.fairlead.server.edge.socket.NettyConnection;
import dev.fairlead.server.edge.socket.Unsent;
import dev.fairlead.server.edge.tls.TlsFailures;
import dev.fairlead.server.edge.tls.TlsPause;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A connection whose upgrade was asked for: carries the answer out, whichever it is. */
final class NettyPeer extends NettyConnection implements Peer {

    /** The name of whatever reads frames. */
    private static final String FRAMES = "frames";

    /** What only the answer needs, and is not kept after it. */
    private record Asked(String key, String extensions) {
        static final Asked NOTHING = new Asked("", "");
    }

    private Asked asked;
    private final ReadBuffers readBuffers;
    private final Setting setting;

    private final long askedNanos = System.nanoTime();
    private final AtomicReference<UpgradeAnswer.@Nullable Joining> joining = new AtomicReference<>();
    private final AtomicBoolean joinClaimed = new AtomicBoolean();
    private @Nullable Talk talk;
    private @Nullable MessagePump pump;

    /**
     * What all peers of a server share.
     *
     * @param loops what the connections of an event loop share
     * @param idleTimeout after which a joined pair without data is dismissed; null for never
     */
    record Setting(
            Function<EventLoop, EdgeLoop> loops, @Nullable Duration idleTimeout, ConnectionObserver observer) {}

    /**
     * Stands for a channel whose pipeline holds {@link EarlyBytes} and {@link Refusals}, and nothing that reads HTTP.
     *
     * @param key its {@code Sec-WebSocket-Key}
     * @param extensions its {@code Sec-WebSocket-Extensions}; empty if it offers none
     */
    NettyPeer(
            Channel channel,
            InetSocketAddress remoteAddress,
            String key,
            String extensions,
            ReadBuffers readBuffers,
            Setting setting) {
        super(channel, remoteAddress);
        this.asked = new Asked(key, extensions);
        this.readBuffers = readBuffers;
        this.setting = setting;
    }

    @Override
    public void send(String text) {
        here(() -> {
            if (talk != null) {
                talk.send(text);
            } else if (pump != null) {
                pump.send(text);
            }
        });
    }

    @Override
    public void send(String text, ByteBuf binary) {
        here(() -> {
            if (talk != null) {
                talk.send(text, binary);
            } else {
                binary.release();
            }
        });
    }

    @Override
    public void sendBinary(ByteBuf message) {
        here(() -> {
            if (talk != null) {
                talk.sendBinary(message);
            } else {
                message.release();
            }
        });
    }

    @Override
    public boolean isWritable() {
        assert inLoop();
        return talk != null && talk.isWritable();
    }

    @Override
    public long unsentBytes() {
        assert inLoop();
        return Unsent.bytes(channel);
    }

    @Override
    public void write(ByteBuf part, boolean last) {
        assert inLoop();
        if (pump != null) {
            pump.write(part, last);
        } else {
            part.release();
        }
    }

    @Override
    public boolean flush() {
        assert inLoop();
        return pump == null || pump.flush();
    }

    @Override
    public void pause() {
        assert inLoop();
        if (talk != null) {
            talk.pause();
        } else if (pump != null) {
            pump.pause();
        }
    }

    @Override
    public void resume() {
        assert inLoop();
        if (talk != null) {
            talk.resume();
        } else if (pump != null) {
            pump.resume();
        }
    }

    @Override
    public void close(CloseStatus status) {
        here(() -> {
            if (talk != null) {
                talk.close(status);
            } else if (pump != null) {
                pump.close(status);
            }
        });
    }

    /** Runs a task on the loop that the socket has when it runs: it may move in between. */
    private void here(Runnable task) {
        if (inLoop()) {
            task.run();
        } else {
            execute(() -> here(task));
        }
    }

    /** Answers the upgrade. On the channel's loop, once. */
    void answer(UpgradeAnswer answer) {
        switch (answer) {
            case UpgradeAnswer.Refused refused -> {
                if (channel.isActive()) {
                    channel.pipeline().fireExceptionCaught(new RefusedException(refused, refused.evidence()));
                } else {
                    // Nobody is there to hear it, and nobody in the pipeline to answer.
                    setting.observer().refused(refused.refusal());
                }
            }
            case UpgradeAnswer.Conversing conversing -> converse(conversing);
            case UpgradeAnswer.Streaming streaming ->
                moveTo(
                        ((NettyConnection) streaming.home()).eventLoop(),
                        () -> stream(streaming),
                        () -> lose(streaming));
            case UpgradeAnswer.Joining mine -> {
                joining.set(mine);
                NettyPeer other = (NettyPeer) mine.other();
                // Whoever asked first stays on its loop; both may come here at once, and the claim lets one act.
                NettyPeer host = isOlderThan(other) ? this : other;
                NettyPeer guest = host.equals(this) ? other : this;
                if (other.joining.get() != null && host.joinClaimed.compareAndSet(false, true)) {
                    guest.execute(() -> guest.meet(host));
                }
            }
        }
    }

    private boolean isOlderThan(NettyPeer other) {
        long sooner = other.askedNanos - askedNanos;
        return sooner == 0 ? id().compareTo(other.id()) < 0 : sooner > 0;
    }

    private void converse(UpgradeAnswer.Conversing conversing) {
        if (!channel.isActive()) {
            return; // nobody would ever take its heartbeat away
        }
        EdgeLoop loop = setting.loops().apply(channel.eventLoop());
        ConversationTerms terms = conversing.terms();
        Optional<String> deflate = terms.compressed() ? DeflateOffer.answer(asked.extensions()) : Optional.empty();
        Talk opened = new Talk(conversing.conversation(), terms, deflate.isPresent(), loop, setting.observer());
        talk = opened;
        if (channel.pipeline().get(SslHandler.class) == null) {
            readBuffers.readInto(loop.buffer(), terms.longestRead());
        } else {
            readBuffers.readSealed(terms.longestRead());
        }
        List<Header> headers = new ArrayList<>(conversing.headers());
        deflate.ifPresent(agreed -> headers.add(new Header("Sec-WebSocket-Extensions", agreed)));
        write101(headers);
        stand(opened);
        conversing.conversation().onOpen();
        // Only now: whoever has read the answer may rely on what opening it did, on other loops as well.
        channel.flush();
        letEarlyBytesGo();
    }

    /** Brings this socket to the loop of the one that has waited longer, so that no frame of the pair ever changes threads. */
    private void meet(NettyPeer host) {
        moveTo(host.eventLoop(), () -> joinWith(host), () -> {
            abort();
            host.abort();
        });
    }

    /** Brings this socket to a loop, where one of both then runs; nothing of it is lost on the way. */
    private void moveTo(EventLoop home, Runnable arrived, Runnable lost) {
        if (home.equals(channel.eventLoop())) {
            arrived.run();
            return;
        }
        channel.deregister()
                .addListener(left ->
                        home.register(channel).addListener(moved -> (moved.isSuccess() ? arrived : lost).run()));
    }

    /** On the loop of its home. */
    private void stream(UpgradeAnswer.Streaming streaming) {
        if (!channel.isActive()) {
            lose(streaming);
            return;
        }
        EdgeLoop loop = setting.loops().apply(channel.eventLoop());
        MessagePump opened = new MessagePump(streaming.stream(), streaming.longestText(), loop, setting.observer());
        pump = opened;
        write101(streaming.headers());
        readMuch(loop);
        stand(opened);
        opened.open();
        letEarlyBytesGo();
    }

    private void lose(UpgradeAnswer.Streaming streaming) {
        abort();
        streaming.stream().onLost();
    }

    /** On the loop that both live on by now. */
    private void joinWith(NettyPeer host) {
        UpgradeAnswer.Joining mine = joining.get();
        UpgradeAnswer.Joining hosts = host.joining.get();
        if (mine == null || hosts == null || !channel.isActive() || !host.channel.isActive()) {
            abort();
            host.abort();
            return;
        }
        EdgeLoop loop = setting.loops().apply(host.channel.eventLoop());
        Pair pair = new Pair(
                host.channel,
                loop,
                mine.reservedBits() && hosts.reservedBits(),
                setting.idleTimeout(),
                setting.observer());
        write101(mine.headers());
        channel.flush();
        host.write101(hosts.headers());
        host.channel.flush();
        host.readMuch(loop);
        readMuch(loop);
        host.stand(pair.pump(PairLife.Side.FIRST));
        stand(pair.pump(PairLife.Side.SECOND));
        host.letEarlyBytesGo();
        letEarlyBytesGo();
    }

    private void readMuch(EdgeLoop loop) {
        if (channel.pipeline().get(SslHandler.class) == null) {
            readBuffers.readInto(loop.buffer());
        } else {
            readBuffers.readSealed(); // the frames come out of it elsewhere
        }
    }

    private void write101(List<Header> more) {
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("Upgrade", "websocket"));
        headers.add(new Header("Connection", "Upgrade"));
        headers.add(new Header("Sec-WebSocket-Accept", UpgradeKey.accept(asked.key())));
        headers.addAll(more);
        asked = Asked.NOTHING;
        channel.write(ResponseHead.write(channel.alloc(), 101, "Switching Protocols", headers))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /** Takes the place of all that spoke HTTP; what does the TLS stands before it, and stays. */
    private void stand(ChannelHandler frames) {
        for (ChannelHandler handler : channel.pipeline().toMap().values()) {
            boolean stays = handler instanceof EarlyBytes
                    || handler instanceof TlsPause
                    || handler instanceof SslHandler
                    || handler instanceof TlsFailures;
            if (!stays) {
                channel.pipeline().remove(handler);
            }
        }
        channel.pipeline().addLast(FRAMES, frames);
    }

    private void letEarlyBytesGo() {
        ChannelHandlerContext ctx = channel.pipeline().context(EarlyBytes.class);
        if (ctx != null) {
            ((EarlyBytes) ctx.handler()).letGo(ctx);
        }
    }
}
