// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import dev.fairlead.mesh.wire.MeshMessage;

/** Takes the events that a service subscribed to. Called from several threads if the service's prefetch is above one. */
@FunctionalInterface
public interface EventHandler {

    /**
     * Handles an event. It is acknowledged when the method returns, and dead-lettered if it throws.
     *
     * @throws CallAgain to have it once more
     * @throws Exception for whatever reason
     */
    void onEvent(MeshMessage.Event event, MeshContext context) throws Exception;
}
