// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import dev.fairlead.server.gateway.backend.json.Value;

/** What is to be published, or another reason for the publishing thread to look up. */
sealed interface Outgoing {

    /** A client asks a service. */
    record Request(String correlationId, Mesh.Call call) implements Outgoing {}

    /**
     * The gateway answers as a service.
     *
     * @param queue that of the asker
     * @param traceId what the request's header says
     */
    record Response(String queue, String correlationId, Value traceId, String body) implements Outgoing {}

    /**
     * The gateway is done with a request to itself.
     *
     * @param link where it came from, and whom alone its tag means something
     * @param accepted whether it is acknowledged; else it is dead-lettered
     */
    record Settlement(BrokerLink link, long tag, boolean accepted) implements Outgoing {}

    /** The connection may be lost. */
    record LookUp() implements Outgoing {}
}
