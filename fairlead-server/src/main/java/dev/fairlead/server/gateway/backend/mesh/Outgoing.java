// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import org.jspecify.annotations.Nullable;

/** What is to be published, or another reason for the publishing thread to look up. */
sealed interface Outgoing {

    /** A client asks a service. */
    record Request(String correlationId, Mesh.Call call) implements Outgoing {}

    /**
     * The gateway is done with a request to itself.
     *
     * @param link where it came from, and whom alone its tag means something
     * @param accepted whether it is acknowledged; else it is dead-lettered
     * @param response what is said to the asker before; null for nothing
     */
    record Settlement(BrokerLink link, long tag, boolean accepted, GatewayAsService.@Nullable Response response)
            implements Outgoing {}

    /** The connection may be lost. */
    record LookUp() implements Outgoing {}
}
