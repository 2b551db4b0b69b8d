// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.http;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.MessageStream;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.relay.listener.ControlChannel;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * A listener that dials for a request whose sender is gone: it is let in and told so by a Close. To be refused would end the
 * process of a listener that is widely used.
 */
public final class Unwanted implements MessageStream {

    /** What a listener is told whose answer nobody waits for. */
    static final CloseStatus STATUS = new CloseStatus(CloseStatus.GOING_AWAY, "Nobody waits for the answer any more");

    private final Peer listener;

    private Unwanted(Peer listener) {
        this.listener = listener;
    }

    /** {@return the answer to its dial} */
    public static UpgradeAnswer answerTo(Peer listener) {
        return new UpgradeAnswer.Streaming(List.of(), ControlChannel.LONGEST_MESSAGE, listener, new Unwanted(listener));
    }

    @Override
    public void onOpen() {
        listener.close(STATUS);
    }

    @Override
    public void onText(String text) {}

    @Override
    public void onBinary(ByteBuf part, boolean last) {
        part.release();
    }

    @Override
    public void onRead() {}

    @Override
    public void onDrained() {}

    @Override
    public void onClose(CloseStatus status, boolean clean) {}

    @Override
    public void onLost() {}
}
