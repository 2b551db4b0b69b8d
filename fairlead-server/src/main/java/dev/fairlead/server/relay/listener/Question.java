// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import dev.fairlead.protocol.control.ControlMessage;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What a control channel asks its listener on behalf of one sender. All methods run on the channel's event loop. */
public interface Question {

    /** {@return what the answer will name; begins with a UUID} */
    String id();

    /** The whole question has gone out; not told of one that is to be fetched. */
    void onSent();

    /**
     * It was answered, and is forgotten.
     *
     * @param body empty if there is none, or if none came
     */
    void onAnswer(ControlMessage.Response response, byte[] body);

    /** The channel is lost; the question is forgotten. */
    void onChannelBroke();

    /**
     * A question as one listener is sent it.
     *
     * @param text one control message
     * @param body the binary message behind it, on the heap and in no pool, so that one that is never sent need not be
     *     released; null if there is none
     * @param whole whether it is all of the question, so that the answer may come over the channel; else it tells where the
     *     question is to be fetched
     */
    record Words(String text, @Nullable ByteBuf body, boolean whole) {}
}
