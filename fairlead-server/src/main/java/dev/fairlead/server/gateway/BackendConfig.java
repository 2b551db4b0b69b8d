// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import dev.fairlead.server.gateway.backend.bus.BusBackendConfig;
import dev.fairlead.server.gateway.backend.http.HttpBackendConfig;
import dev.fairlead.server.gateway.backend.mesh.MeshBackendConfig;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Section;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What stands behind an endpoint. */
public sealed interface BackendConfig {

    /**
     * Answers every client itself.
     *
     * @param reply what every message is answered, as a binary one; null for what the client said
     */
    record Loopback(@Nullable String reply) implements BackendConfig {

        /** Says to every client what it said. */
        public static final Loopback ECHO = new Loopback(null);
    }

    /** Is called over HTTP. */
    record Http(HttpBackendConfig terms) implements BackendConfig {}

    /** Is a service mesh on RabbitMQ. */
    record Mesh(MeshBackendConfig terms) implements BackendConfig {}

    /** Is a message bus. */
    record Bus(BusBackendConfig terms) implements BackendConfig {}

    /** The words for the backends that there are. */
    enum Type {
        /** {@link Loopback}. */
        LOOPBACK,
        /** {@link Http}. */
        HTTP,
        /** {@link Mesh}. */
        MESH,
        /** {@link Bus}. */
        BUS
    }

    /** What a gateway may be called. */
    Kind<String> SERVICE_NAME = Kind.text(
            "a name of 1 to 100 of A-Z a-z 0-9 . _ -",
            "gateway",
            Pattern.compile("[A-Za-z0-9._-]{1,100}")
                    .asMatchPredicate()); // queue names are made of it, and hold 255 bytes

    /** Reads the section. */
    static BackendConfig read(Section in) {
        Type type = in.required(
                "type",
                "loopback: says to every client what it said; http: is called over HTTP; mesh: a service mesh on RabbitMQ; bus: a "
                        + "message bus",
                Kind.oneOf(Map.of(Type.LOOPBACK, "loopback", Type.HTTP, "http", Type.MESH, "mesh", Type.BUS, "bus")));
        String reply = in.optional(
                "reply",
                "loopback: what every message is answered, as a binary one",
                Kind.text("a text", "Hello", text -> true),
                "what the client said");
        if (type != Type.LOOPBACK && in.isWritten("reply")) {
            in.problem("reply", "set (expected: only with type: loopback)");
        }
        Path trust = in.optional(
                "trust",
                "http, mesh: a PEM file of certificates that servers of https, or a broker of amqps, may be signed by",
                Kind.PATH,
                "the JVM's own");
        if (type != Type.HTTP && type != Type.MESH && in.isWritten("trust")) {
            in.problem("trust", "set (expected: only with type: http or mesh)");
        }
        HttpBackendConfig http = HttpBackendConfig.read(in, type == Type.HTTP && in.isSound("type"), trust);
        String serviceName = in.optional(
                "serviceName",
                "mesh: what the gateway is called there; gateways that share it share the load. bus: the same",
                SERVICE_NAME,
                "none, and mesh needs it; with a bus " + BusBackendConfig.SERVICE_NAME);
        if (in.isWritten("serviceName") && type != Type.MESH && type != Type.BUS) {
            in.problem("serviceName", "set (expected: only with type: mesh or bus)");
        }
        MeshBackendConfig mesh =
                MeshBackendConfig.read(in, type == Type.MESH && in.isSound("type"), serviceName, trust);
        BusBackendConfig bus = BusBackendConfig.read(in, type == Type.BUS && in.isSound("type"), serviceName);
        if (mesh != null) {
            return new Mesh(mesh);
        }
        if (bus != null) {
            return new Bus(bus);
        }
        return type == Type.HTTP && http != null ? new Http(http) : new Loopback(reply);
    }
}
