// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.time.Duration;

/** Is told what happens in the gateway. Called on event loops, often: it must be quick. */
public interface GatewayObserver {

    /** Hears nothing. */
    GatewayObserver NONE = new GatewayObserver() {};

    /** An endpoint takes clients from now on. */
    default void endpointOpened(String endpoint) {}

    /** A client came to an endpoint and was let in. */
    default void sessionOpened(String endpoint) {}

    /** A client left, or was sent away; once for each {@link #sessionOpened}. */
    default void sessionClosed(String endpoint) {}

    /** A backend has taken something: a message, or that a client came or left; with what it took, retries included. */
    default void delivered(String endpoint, Duration took) {}

    /** A backend took something and said that it is wrong. */
    default void objected(String endpoint) {}

    /** A backend did not take something, which is tried again. */
    default void retried(String endpoint) {}

    /** Something was not delivered for good, and is among the dead letters. */
    default void undelivered(String endpoint) {}

    /** A message was sent to a client. */
    default void sent(String endpoint) {}

    /** A backend is not asked for a while, since it failed several times in a row. */
    default void backendSetAside(String endpoint) {}

    /** A backend is asked again; once for each {@link #backendSetAside}. */
    default void backendTakenBack(String endpoint) {}
}
