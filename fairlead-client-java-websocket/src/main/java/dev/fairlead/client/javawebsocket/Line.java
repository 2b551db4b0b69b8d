// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import java.nio.ByteBuffer;

/**
 * What a WebSocket writes to. Every method but {@link #abort()} may block while the peer does not read, and fails with a
 * {@link dev.fairlead.client.RelayException} once the line is gone.
 */
interface Line {

    /** Sends a part of a message; {@code text} is the same for all its parts. */
    void send(boolean text, ByteBuffer part, boolean last);

    /** Asks the relay whether the line stands. */
    void ping(ByteBuffer payload);

    /** Says a last word; the line ends when the peer has said its own, or within the close timeout. */
    void close(CloseStatus status);

    /** Ends the line at once, and whatever blocks on it. */
    void abort();
}
