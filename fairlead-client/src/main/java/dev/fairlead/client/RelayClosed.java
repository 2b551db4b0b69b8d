// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.protocol.websocket.CloseStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The connection, or the listener, is over: ended on this side, by the peer, or lost. */
public final class RelayClosed extends RelayException {

    private static final long serialVersionUID = 1L;

    private final @Nullable CloseStatus status;

    RelayClosed(String message) {
        this(message, null, null);
    }

    RelayClosed(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    RelayClosed(String message, @Nullable Throwable cause, @Nullable CloseStatus status) {
        super(message, cause, 0);
        this.status = status;
    }

    /** {@return what the peer's Close frame said, if one ended it} */
    public Optional<CloseStatus> status() {
        return Optional.ofNullable(status);
    }

    /** {@return true: a new connection may be had} */
    @Override
    public boolean isRetryable() {
        return true;
    }
}
