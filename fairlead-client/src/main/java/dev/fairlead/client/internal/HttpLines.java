// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Connections to one HTTP/1.1 server, of which some wait to be used again. Safe from any thread. */
public final class HttpLines {

    /** Shorter than any usual server keeps idle connections: Node's five seconds are the shortest. */
    private static final Duration IDLE = Duration.ofSeconds(4);

    private static final int MOST_IDLE = 32;

    private final Dialer dialer;
    private final WebSocketAddress server;
    private final Duration connectTimeout;
    private final SocketScope dials = new SocketScope();
    private final Deque<HttpLine> idle = new ConcurrentLinkedDeque<>();

    /** Names the server; its target does not count. */
    public HttpLines(Dialer dialer, WebSocketAddress server, Duration connectTimeout) {
        this.dialer = dialer;
        this.server = server;
        this.connectTimeout = connectTimeout;
    }

    /** {@return a new connection} Blocks. */
    public HttpLine dial() throws IOException {
        return dialer.reach(server, connectTimeout, dials, HttpLine::new);
    }

    /**
     * {@return a connection that was used before, or a new one} The server may just have closed the former, so this is for what
     * can be asked again.
     */
    public HttpLine take() throws IOException {
        for (HttpLine line = idle.pollLast(); line != null; line = idle.pollLast()) {
            if (line.reopen()) {
                return line;
            }
        }
        return dial();
    }

    /** Takes a connection back whose request and answer are whole; closes it if it is of no more use. */
    public void give(HttpLine line) {
        if (!line.isReusable() || idle.size() >= MOST_IDLE) {
            line.close();
            return;
        }
        line.closeWith(Deadlines.after(IDLE, () -> {
            idle.remove(line);
            line.close();
        }));
        idle.addLast(line);
    }
}
