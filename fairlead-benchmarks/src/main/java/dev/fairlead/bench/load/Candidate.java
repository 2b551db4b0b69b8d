// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.List;

/** A program whose cost is measured, in the order of their turns. */
enum Candidate {
    /** No relay at all: the load speaks to the echoing server. */
    DIRECT("direct", "no relay"),
    /** The least that any relay of this protocol can do, in C: what all others are compared with. */
    CRELAY("crelay", "C reference"),
    /** The server of this checkout, with the JVM options of its launcher. */
    FAIRLEAD("fairlead", "Fairlead"),
    /** A relay as one writes it on Node's {@code ws} package. */
    NODE("node", "Node ws relay"),
    /** nginx as a proxy in front of the echoing server. */
    NGINX("nginx", "nginx (proxy)"),
    /** HAProxy as a proxy in front of the echoing server. */
    HAPROXY("haproxy", "HAProxy (proxy)"),
    /** A listener in C behind Fairlead: what the SDK is compared with. */
    C_LISTENER("c-listener", "C listener"),
    /** A listener of the SDK of this checkout behind Fairlead, in a JVM without options. */
    SDK_LISTENER("sdk-listener", "SDK listener"),
    /** A forwarder of TCP without a relay: what {@code fairlead forward} is compared with. */
    SOCAT("socat", "socat"),
    /** {@code fairlead forward} at both ends of a hybrid connection, and Fairlead between them. */
    FORWARDER("forwarder", "Fairlead forward"),
    /** The least that any gateway with HTTP behind it can do, in C: what the other gateways are compared with. */
    GATEWAY_REFERENCE("cgw", "C reference gateway"),
    /** The gateway of the server of this checkout, with a backend whose answer is the answer to the client. */
    GATEWAY("gateway", "Fairlead, answers inline"),
    /** The same gateway, with a backend that calls back, as SocketDock's do. */
    GATEWAY_CALLBACKS("gateway-callbacks", "Fairlead, callbacks"),
    /** A gateway with such callbacks as one writes it on Node's {@code http} and {@code ws} package. */
    NODE_GATEWAY("node-gateway", "Node gateway, callbacks"),
    /** Pushpin, with its WebSocket-over-HTTP to the backend. */
    PUSHPIN("pushpin", "Pushpin"),
    /** The gateway of the server of this checkout, with the services of a mesh behind it. */
    MESH_GATEWAY("mesh-gateway", "Fairlead"),
    /** A gateway to these services as one writes it on Node's {@code amqplib} and {@code ws} packages. */
    NODE_MESH_GATEWAY("node-mesh-gateway", "Node gateway"),
    /** A client of the broker in Java that asks these services itself: what a gateway's rate is compared with. */
    AMQP_CLIENT("amqp-client", "Java AMQP client, no gateway"),
    /** The gateway of the server of this checkout, with a message bus and its service in it. */
    EMBEDDED_BUS_GATEWAY("embedded-bus-gateway", "Fairlead, embedded bus"),
    /** The same gateway, with the service of a bus on NATS behind it. */
    NATS_BUS_GATEWAY("nats-bus-gateway", "Fairlead, NATS"),
    /** A gateway to such a bus as one writes it on Node's {@code nats} and {@code ws} packages. */
    NODE_BUS_GATEWAY("node-bus-gateway", "Node gateway, NATS"),
    /** The gateway of the server of this checkout, with a bus behind it that is a Python program. */
    PYRO_BUS_GATEWAY("pyro-bus-gateway", "Fairlead, Pyro");

    /** Those that relay WebSockets, or stand in for such. */
    static final List<Candidate> RELAYING = List.of(DIRECT, CRELAY, FAIRLEAD, NODE, NGINX, HAPROXY);

    /** The gateways, in the order of their turns. */
    static final List<Candidate> GATEWAYS =
            List.of(GATEWAY_REFERENCE, GATEWAY, GATEWAY_CALLBACKS, NODE_GATEWAY, PUSHPIN);

    /** Those who ask the services of a mesh, in the order of their turns. */
    static final List<Candidate> IN_MESH = List.of(MESH_GATEWAY, NODE_MESH_GATEWAY, AMQP_CLIENT);

    /** Those in front of the service of a message bus, in the order of their turns; the first knows no bus. */
    static final List<Candidate> ON_BUS =
            List.of(GATEWAY_REFERENCE, EMBEDDED_BUS_GATEWAY, NATS_BUS_GATEWAY, NODE_BUS_GATEWAY, PYRO_BUS_GATEWAY);

    private final String id;
    private final String title;

    Candidate(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** {@return its name in results and on the command line} */
    String id() {
        return id;
    }

    /** {@return its name for readers} */
    String title() {
        return title;
    }

    /** {@return whether it speaks the relay's protocol, with listeners that dial in; else it is a plain proxy or none} */
    boolean isRelay() {
        return this == CRELAY || this == FAIRLEAD || this == NODE;
    }

    /**
     * {@return the candidate of a name}
     *
     * @throws IllegalArgumentException if there is none
     */
    static Candidate of(String id) {
        for (Candidate candidate : values()) {
            if (candidate.id.equals(id)) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("candidate: " + id + " (expected: one that this version measures)");
    }
}
