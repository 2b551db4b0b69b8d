// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.Peer;

/** Sends a client away as soon as it is upgraded, without a reason; whatever it says is not heard. */
final class LateRefusal implements Conversation {

    private final Peer peer;

    LateRefusal(Peer peer) {
        this.peer = peer;
    }

    @Override
    public void onOpen() {
        peer.close(CloseStatus.NONE);
    }

    @Override
    public void onText(String text) {}

    @Override
    public void onBinary(byte[] message) {}

    @Override
    public void onClose(CloseStatus status) {}
}
