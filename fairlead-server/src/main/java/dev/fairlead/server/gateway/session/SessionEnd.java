// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.session;

import dev.fairlead.protocol.websocket.CloseStatus;
import org.jspecify.annotations.Nullable;

/**
 * How a session ended.
 *
 * @param status what the client said, or was told; null for one that is lost without a word
 */
public record SessionEnd(@Nullable CloseStatus status) {

    /** The connection is gone, and nobody said why. */
    public static final SessionEnd LOST = new SessionEnd(null);
}
