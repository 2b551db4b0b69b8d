// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import dev.fairlead.client.RelayException;
import dev.fairlead.client.RelaySender;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Standard input and output, joined to whoever listens on a hybrid connection, as {@code ssh}'s ProxyCommand needs them. */
public final class StandardStreams {

    private static final Witness NOBODY = new Witness() {
        @Override
        public void event(String line) {}

        @Override
        public void trouble(String line) {}
    };

    private StandardStreams() {}

    /**
     * Joins them, and waits for the end.
     *
     * @param out closed when nothing more comes from the other side
     * @return why the end was not in order; null if it was
     * @throws RelayException if no connection is to be had
     */
    public static @Nullable String join(RelaySender sender, Tunnel tunnel, InputStream in, OutputStream out)
            throws InterruptedException {
        SenderSide side = new SenderSide(
                tunnel.path().spelled(),
                tunnel.portName(),
                new LocalEnd.OfProcess(in, out),
                new Traffic(tunnel.path().spelled(), "", true),
                NOBODY,
                new OpenConnections());
        try {
            sender.connect(side).get();
            ForwardedConnection.Ending ending = side.ended().get();
            return ending.orderly() ? null : ending.words();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RelayException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
