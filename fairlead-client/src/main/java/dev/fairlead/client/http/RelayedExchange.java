// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.http;

/**
 * One plain HTTP request that came through a relay, and its answer. Implemented by the SDK alone; later versions may add
 * methods. Safe from any thread.
 */
public interface RelayedExchange {

    /** {@return what the sender asks} */
    RelayedHttpRequest request();

    /** {@return what the sender is answered} */
    RelayedHttpResponse response();

    /**
     * {@return whether nobody waits for the answer any more: the sender is gone, the relay gave up, or the listener was
     * closed} Of a request that came and is answered over the listener's control channel, which small ones do, relays do not
     * tell; this stays false then.
     */
    boolean isCancelled();

    /**
     * Has something run when the exchange is cancelled; at once if it is already. Runs on a thread of the SDK, after the
     * handler's thread was interrupted, and not at all if the answer is complete before.
     *
     * @param action run once; it has to return soon
     */
    void onCancel(Runnable action);
}
