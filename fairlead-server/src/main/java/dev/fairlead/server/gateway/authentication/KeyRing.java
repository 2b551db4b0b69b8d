// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The keys that tokens may be signed with, which may change as time passes. Safe from any thread; never waits. */
interface KeyRing extends AutoCloseable {

    /**
     * {@return the keys that hold now} The stage fails with a {@link dev.fairlead.server.connection.RefusedException} while
     * there are none.
     */
    CompletionStage<Keys> keys();

    /** {@return keys that are newer than {@code known}, for a token that no key of those signed; else {@code known}} */
    CompletionStage<Keys> newerThan(Keys known);

    /** Reads nothing from now on. */
    @Override
    default void close() {}

    /**
     * Keys that stay as they are.
     *
     * @param only all of them
     */
    record Fixed(Keys only) implements KeyRing {

        @Override
        public CompletionStage<Keys> keys() {
            return CompletableFuture.completedStage(only);
        }

        @Override
        public CompletionStage<Keys> newerThan(Keys known) {
            return keys();
        }
    }
}
