// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.time.Duration;

/** Is told what happens in the relay. Called on event loops: it must be quick. */
public interface RelayObserver {

    /** Hears nothing. */
    RelayObserver NONE = new RelayObserver() {};

    /** A control channel is open. */
    default void listenerOnline() {}

    /** A control channel is gone; once for each {@link #listenerOnline()}. */
    default void listenerOffline() {}

    /** A listener is set aside, since it did not dial when it was told of senders. */
    default void listenerSetAside() {}

    /** A listener is set aside no more: it dialled, or it is gone. Once for each {@link #listenerSetAside()}. */
    default void listenerTakenBack() {}

    /** A sender waits for a listener to dial. */
    default void senderWaiting() {}

    /** A sender waits no more, however it ended; once for each {@link #senderWaiting()}. */
    default void senderServed() {}

    /** A listener dialled. */
    default void met(Duration waited) {}

    /** A listener turned its sender away. */
    default void rejected() {}

    /** A plain HTTP request is to be relayed. */
    default void requestBegun() {}

    /** A relayed request is over, however it ended; once for each {@link #requestBegun()}. */
    default void requestEnded() {}

    /** A listener has begun to answer a relayed request. */
    default void requestAnswered(Duration waited) {}

    /** A listener answered what nobody waits for: twice, late, or what it was not asked. */
    default void strayResponse() {}

    /** A control channel was closed because its token had expired, a renewal was no good, or its key is gone. */
    default void tokenEnded() {}
}
