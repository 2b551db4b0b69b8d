// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend;

import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Says to every client what it said, in the kind in which it said it; or the same to all, whatever they said, as a binary
 * message, and nothing to an empty one.
 */
public final class Loopback implements Backend {

    private final byte @Nullable [] reply;

    /**
     * Makes a backend.
     *
     * @param reply what everybody is answered; null for what they said
     */
    public Loopback(@Nullable String reply) {
        this.reply = reply == null ? null : reply.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public CompletionStage<Receipt> connected(Session session) {
        return Receipt.AT_ONCE;
    }

    @Override
    public CompletionStage<Receipt> message(Session session, Message message) {
        if (reply == null) {
            switch (message) {
                case Message.Text text -> session.send(text.text());
                case Message.Binary binary -> session.send(Unpooled.wrappedBuffer(binary.bytes()));
            }
        } else if (!message.isEmpty()) {
            session.send(Unpooled.wrappedBuffer(reply));
        }
        return Receipt.AT_ONCE;
    }

    @Override
    public CompletionStage<Receipt> disconnected(Session session, SessionEnd end) {
        return Receipt.AT_ONCE;
    }
}
