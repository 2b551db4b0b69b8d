// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import java.util.Objects;

/**
 * The names of a peer's exchanges and queues: those that every NuroPb library takes unless told otherwise, each of which
 * may be overridden, and must then be in the whole mesh.
 */
public final class MeshNames {

    private final String service;
    private final String instance;
    private final String rpcExchange;
    private final String eventsExchange;
    private final String deadLetterExchange;
    private final String deadLetterQueue;
    private final String serviceQueue;
    private final String responseQueue;

    private MeshNames(Builder builder) {
        service = builder.service;
        instance = builder.instance;
        rpcExchange = builder.rpcExchange;
        eventsExchange = builder.eventsExchange;
        deadLetterExchange = builder.deadLetterExchange;
        deadLetterQueue = builder.deadLetterQueue;
        serviceQueue = builder.serviceQueue;
        responseQueue = builder.responseQueue;
    }

    /**
     * {@return the usual names of a service}
     *
     * @param instance tells the instances of one service apart; two peers that share it cannot both connect
     */
    public static MeshNames of(String service, String instance) {
        return builder(service, instance).build();
    }

    /**
     * {@return the usual names of a client, which calls services and is none}
     *
     * @param virtualHost the mesh
     */
    public static MeshNames ofClient(String virtualHost, String instance) {
        return of(virtualHost + "-client", instance);
    }

    /** {@return a builder that begins with the usual names} */
    public static Builder builder(String service, String instance) {
        return new Builder(service, instance);
    }

    /** {@return the name by which the mesh calls the service: its routing key} */
    public String service() {
        return service;
    }

    /** {@return what tells this peer from others of its service} */
    public String instance() {
        return instance;
    }

    /** {@return the direct exchange of requests and commands; {@code nuropb-rpc-exchange} unless told} */
    public String rpcExchange() {
        return rpcExchange;
    }

    /** {@return the topic exchange of events; {@code nuropb-events-exchange} unless told} */
    public String eventsExchange() {
        return eventsExchange;
    }

    /** {@return the fan-out exchange of dead letters; {@code nuropb-dl-exchange} unless told} */
    public String deadLetterExchange() {
        return deadLetterExchange;
    }

    /** {@return the queue that keeps dead letters; {@code nuropb-dl-queue} unless told} */
    public String deadLetterQueue() {
        return deadLetterQueue;
    }

    /** {@return the durable queue that all instances of the service share; {@code nuropb-<service>-sq} unless told} */
    public String serviceQueue() {
        return serviceQueue;
    }

    /** {@return the queue of this peer's responses; {@code nuropb-<service>-<instance>-rq} unless told} */
    public String responseQueue() {
        return responseQueue;
    }

    /** Overrides names. */
    public static final class Builder {

        private final String service;
        private final String instance;
        private String rpcExchange = "nuropb-rpc-exchange";
        private String eventsExchange = "nuropb-events-exchange";
        private String deadLetterExchange = "nuropb-dl-exchange";
        private String deadLetterQueue = "nuropb-dl-queue";
        private String serviceQueue;
        private String responseQueue;

        private Builder(String service, String instance) {
            this.service = named("service", service);
            this.instance = named("instance", instance);
            serviceQueue = "nuropb-" + service + "-sq";
            responseQueue = "nuropb-" + service + "-" + instance + "-rq";
        }

        /** Names the direct exchange of requests and commands. */
        public Builder rpcExchange(String name) {
            rpcExchange = named("rpcExchange", name);
            return this;
        }

        /** Names the topic exchange of events. */
        public Builder eventsExchange(String name) {
            eventsExchange = named("eventsExchange", name);
            return this;
        }

        /** Names the fan-out exchange of dead letters. */
        public Builder deadLetterExchange(String name) {
            deadLetterExchange = named("deadLetterExchange", name);
            return this;
        }

        /** Names the queue that keeps dead letters. */
        public Builder deadLetterQueue(String name) {
            deadLetterQueue = named("deadLetterQueue", name);
            return this;
        }

        /** Names the queue that all instances of the service share. */
        public Builder serviceQueue(String name) {
            serviceQueue = named("serviceQueue", name);
            return this;
        }

        /** Names the queue of this peer's responses. */
        public Builder responseQueue(String name) {
            responseQueue = named("responseQueue", name);
            return this;
        }

        /** {@return the names as they stand} */
        public MeshNames build() {
            return new MeshNames(this);
        }

        private static String named(String what, String name) {
            if (Objects.requireNonNull(name, what).isBlank()) {
                throw new IllegalArgumentException(what + ": blank (expected: a name)");
            }
            return name;
        }
    }
}
