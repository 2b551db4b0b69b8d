// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;

/** Whose a connection is: its socket's other end, or whom a PROXY header names. */
public final class ClientAddress {

    /** Told to the pipeline, once, when a connection turned out to be somebody else's than its socket says. */
    public enum Known {
        /** A PROXY header was read; {@link #of} gives the client. */
        BY_PROXY_HEADER
    }

    private static final AttributeKey<InetSocketAddress> NAMED = AttributeKey.valueOf(ClientAddress.class, "NAMED");

    private ClientAddress() {}

    /** {@return the address of the client; what a request's headers say is not looked at} */
    public static InetSocketAddress of(Channel channel) {
        InetSocketAddress named = channel.attr(NAMED).get();
        return named == null ? (InetSocketAddress) channel.remoteAddress() : named;
    }

    /** Says whose the connection is, before anybody asks. On the channel's loop. */
    public static void name(Channel channel, InetSocketAddress client) {
        channel.attr(NAMED).set(client);
    }
}
