// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend;

import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What stands behind an endpoint, and is told what its clients do. The package says what each side promises the other. */
public interface Backend extends AutoCloseable {

    /** {@return whether a client waits for its upgrade until the backend has been told of it, and may refuse it} */
    default boolean isAskedFirst() {
        return false;
    }

    /**
     * A client came. Where the backend {@linkplain #isAskedFirst() is asked first}, its upgrade is answered after the receipt, and {@link Receipt.Refused}
     * is what it is answered.
     */
    CompletionStage<Receipt> connected(Session session);

    /** A client said something. */
    CompletionStage<Receipt> message(Session session, Message message);

    /** A client left, or was sent away. */
    CompletionStage<Receipt> disconnected(Session session, SessionEnd end);

    /**
     * {@return whether a client that shows no credentials, or bad ones, is answered 101 and an empty Close instead of an HTTP
     * status}
     */
    default boolean refusesAfterUpgrade() {
        return false;
    }

    /** {@return why clients cannot be served at the moment, for operators; null if they can} Any thread. */
    default @Nullable String trouble() {
        return null;
    }

    /** Lets go of what it holds. Nothing is told to it any more. */
    @Override
    default void close() {}
}
