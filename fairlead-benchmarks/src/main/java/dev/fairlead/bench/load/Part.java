// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.Locale;

/** The parts of a run. */
enum Part {
    /** Connect, upgrade, meet where the candidate is a relay, and close. */
    CONNECT,
    /** TLS between the client and the candidate; compared with nginx. */
    TLS,
    /** Memory for pairs that say nothing. */
    IDLE,
    /** Messages back and forth. */
    LOAD,
    /** HTTP requests, over control channels and rendezvous; compared with a relay of HTTP on Node. */
    HTTP,
    /** Messages that a listener echoes: one of the SDK, and one in C, behind the same relay; it is the listener whose CPU counts. */
    SDK,
    /** Memory for connections of the SDK that say nothing. */
    SDK_HEAP,
    /** One long TCP stream through forwarders. */
    FORWARD,
    /** Messages of WebSockets that a backend answers over HTTP; compared with a gateway in C. */
    GATEWAY,
    /** Memory for sessions of gateways that say nothing. */
    GATEWAY_IDLE,
    /** Requests of WebSockets that a service answers over RabbitMQ; compared with a gateway on Node. */
    MESH,
    /** Messages of WebSockets that a service answers over a message bus; compared with the gateway in C, and one on Node. */
    BUS;

    /** {@return its name in results and on the command line} */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * {@return the part of a name}
     *
     * @throws IllegalArgumentException if there is none
     */
    static Part of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
