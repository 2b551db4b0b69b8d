// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend;

import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import java.util.concurrent.CompletionStage;

/** What stands behind an endpoint, and is told what its clients do. The package says what each side promises the other. */
public interface Backend extends AutoCloseable {

    /**
     * A client came. Where the endpoint asks first, its upgrade is answered after the receipt, and {@link Receipt.Refused}
     * is what it is answered.
     */
    CompletionStage<Receipt> connected(Session session);

    /** A client said something. */
    CompletionStage<Receipt> message(Session session, Message message);

    /** A client left, or was sent away. */
    CompletionStage<Receipt> disconnected(Session session, SessionEnd end);

    /**
     * {@return whether the backend can be reached, as far as is known without asking it} The server is not ready while one of
     * its backends is not.
     */
    default boolean isReady() {
        return true;
    }

    /** Lets go of what it holds. Nothing is told to it any more. */
    @Override
    default void close() {}
}
