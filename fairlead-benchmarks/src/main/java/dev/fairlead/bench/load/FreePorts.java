// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Finds ports of the loopback that nobody listens on. They lie below those that systems give to outgoing connections, of which
 * a benchmark makes very many, so a port stays free until its program takes it.
 */
final class FreePorts {

    private static final int FIRST = 20_000;
    private static final int LAST = 29_999;

    private int next = FIRST + (int) (ProcessHandle.current().pid() * 37 % (LAST - FIRST));

    /**
     * {@return a port that this instance has not given before}
     *
     * @throws UnusableRun if all are taken
     */
    int take() {
        for (int tries = FIRST; tries <= LAST; tries++) {
            int port = next;
            next = next == LAST ? FIRST : next + 1;
            if (isFree(port)) {
                return port;
            }
        }
        throw new UnusableRun("no port from " + FIRST + " to " + LAST + " is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
