// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import io.netty.channel.EventLoop;

/**
 * A connection of the edge, as another of its connections needs to know it that is to live on the same event loop. It
 * stands here, below WebSockets, since exchanges are at home where a stream of theirs moves to.
 */
public interface OnLoop {

    /** {@return the event loop that the connection lives on now} */
    EventLoop eventLoop();
}
