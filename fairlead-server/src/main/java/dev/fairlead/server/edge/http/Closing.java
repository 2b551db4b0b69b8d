// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import io.netty.channel.ChannelOutboundInvoker;

/** The one write whose failure nobody needs to hear of: that of a socket's end. */
public final class Closing {

    private Closing() {}

    /** Closes a channel, or the channel of a context. */
    public static void close(ChannelOutboundInvoker channel) {
        var _ = channel.close();
    }
}
