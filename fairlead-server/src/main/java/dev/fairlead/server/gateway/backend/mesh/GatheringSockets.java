// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes sockets whose output is gathered, and gives the stream of the last one to who connects. For one thread that connects. */
final class GatheringSockets extends SocketFactory {

    private volatile @Nullable GatheringStream last;

    /** {@return where the last socket is written to; null before the first} */
    @Nullable
    GatheringStream last() {
        return last;
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public OutputStream getOutputStream() throws IOException {
                GatheringStream stream = new GatheringStream(super.getOutputStream());
                last = stream;
                return stream;
            }
        };
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        throw unconnected();
    }

    private static UnsupportedOperationException unconnected() {
        return new UnsupportedOperationException("the AMQP library connects its sockets itself");
    }
}
