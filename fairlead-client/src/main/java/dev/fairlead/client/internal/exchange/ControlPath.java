// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The control channel that a request came by, as the way of a small answer. Safe from any thread. */
public interface ControlPath {

    /**
     * Sends an answer, both messages back to back. Blocks while the relay does not read.
     *
     * @param body {@code null} if there is none
     * @throws IOException if the channel is gone or is being closed
     */
    void answer(String response, @Nullable ByteBuffer body) throws IOException;
}
