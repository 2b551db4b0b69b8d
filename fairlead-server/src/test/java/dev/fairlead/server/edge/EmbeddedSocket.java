// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An embedded channel that comes from an address, whose time stands still, and whose peer can stop reading. */
public final class EmbeddedSocket extends EmbeddedChannel {

    private static final Duration STEP = Duration.ofMillis(500);

    private final InetSocketAddress remote;
    private boolean unread;

    /** Comes from an address of a documentation network. */
    public EmbeddedSocket() {
        this(new InetSocketAddress("192.0.2.7", 50_007));
    }

    /** Comes from that address. */
    public EmbeddedSocket(InetSocketAddress remote) {
        super(DefaultChannelId.newInstance());
        this.remote = remote;
        freezeTime();
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return remote;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws Exception {
        if (!unread) {
            super.doWrite(out);
        }
    }

    /** Its peer reads no more: what is written from now on waits. */
    public void isNotRead() {
        unread = true;
    }

    /** Its peer reads on, beginning with all that waits. */
    public void isReadAgain() {
        unread = false;
        flush();
    }

    /** Its peer sends something. */
    public void receives(String text) {
        receives(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Its peer sends something. */
    public void receives(byte[] bytes) {
        writeInbound(alloc().buffer(bytes.length).writeBytes(bytes));
    }

    /** {@return what was written since the last call} */
    public byte[] written() {
        runPendingTasks();
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (ByteBuf part = readOutbound(); part != null; part = readOutbound()) {
            wire.writeBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
        return wire.toByteArray();
    }

    /** {@return what was written since the last call, byte by byte a character} */
    public String writtenText() {
        return new String(written(), StandardCharsets.ISO_8859_1);
    }

    /** {@return the names of all handlers, from the wire down} */
    public List<String> handlers() {
        return List.copyOf(pipeline().toMap().keySet());
    }

    /** Lets time pass, in steps that are small enough for timers that set themselves again. */
    public void passes(Duration time) {
        Duration left = time;
        while (left.isPositive()) {
            Duration step = left.compareTo(STEP) < 0 ? left : STEP;
            advanceTimeBy(step.toNanos(), TimeUnit.NANOSECONDS);
            runScheduledPendingTasks();
            left = left.minus(step);
        }
        runPendingTasks();
    }
}
