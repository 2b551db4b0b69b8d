// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend;

import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CompletionStage;

/** Says to every client what it said, in the kind in which it said it. */
public final class Loopback implements Backend {

    @Override
    public CompletionStage<Receipt> connected(Session session) {
        return Receipt.AT_ONCE;
    }

    @Override
    public CompletionStage<Receipt> message(Session session, Message message) {
        switch (message) {
            case Message.Text text -> session.send(text.text());
            case Message.Binary binary -> session.send(Unpooled.wrappedBuffer(binary.bytes()));
        }
        return Receipt.AT_ONCE;
    }

    @Override
    public CompletionStage<Receipt> disconnected(Session session, SessionEnd end) {
        return Receipt.AT_ONCE;
    }
}
