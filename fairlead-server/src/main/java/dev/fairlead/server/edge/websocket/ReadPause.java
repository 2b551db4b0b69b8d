// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.server.edge.http.Closing;
import dev.fairlead.server.edge.http.MemoryShortage;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/**
 * Whether a socket is read: not while somebody pauses it, nor for a moment after there was no memory to read into. What
 * its peer sends meanwhile stays with the kernel. Confined to its loop.
 */
final class ReadPause {

    private final Channel channel;
    private boolean asked;
    private boolean forMemory;
    private boolean hungUp;

    /** Serves one socket, which is read. */
    ReadPause(Channel channel) {
        this.channel = channel;
    }

    /** {@return whether somebody paused it} */
    boolean isAsked() {
        return asked;
    }

    /** {@return whether the peer hung up while the socket was not read, and what it sent before is still to be read} */
    boolean isHungUp() {
        return hungUp;
    }

    /** {@return whether the socket is not read} */
    boolean isOn() {
        return asked || forMemory;
    }

    /** Reads no more, until {@link #end()}. */
    void begin() {
        asked = true;
        channel.config().setAutoRead(false);
    }

    /** Reads on; without effect if nothing is paused. */
    void end() {
        if (asked) {
            asked = false;
            readOn();
        }
    }

    /** Reads no more for a moment. */
    void beginForMemory() {
        if (forMemory) {
            return;
        }
        forMemory = true;
        channel.config().setAutoRead(false);
        var _ = channel.eventLoop()
                .schedule(
                        () -> {
                            forMemory = false;
                            readOn();
                        },
                        MemoryShortage.PAUSE.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    /** The peer hung up, and what it sent before is still with the kernel ({@link ReadBuffers.HeldBack}). */
    void hungUp() {
        hungUp = true;
    }

    private void readOn() {
        if (isOn()) {
            return;
        }
        if (!hungUp || !channel.isActive()) {
            channel.config().setAutoRead(true);
            return;
        }
        hungUp = false;
        // The epoll transport told of the hang-up and had nothing more to wait for, so it took the socket out of its
        // set and could not put it back: only a new registration does, and tells of the hang-up anew.
        EventLoop home = channel.eventLoop();
        channel.deregister().addListener(left -> {
            channel.config().setAutoRead(!isOn());
            home.register(channel).addListener(back -> {
                if (!back.isSuccess()) {
                    Closing.close(channel);
                }
            });
        });
    }
}
