// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import dev.fairlead.bus.HeldTerms;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.embedded.EmbeddedBus;
import dev.fairlead.bus.nats.NatsBus;
import dev.fairlead.bus.nats.NatsTerms;
import dev.fairlead.bus.pyro.PyroBus;
import dev.fairlead.bus.pyro.PyroTerms;
import dev.fairlead.server.gateway.backend.UnusableBackend;
import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.HostPort;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Secret;
import dev.fairlead.server.settings.Section;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A message bus.
 *
 * @param serviceName what the gateway is called there; {@link #SERVICE_NAME} unless told
 * @param bus which bus
 */
public record BusBackendConfig(String serviceName, Bus bus) {

    /** What the original is called. */
    public static final String SERVICE_NAME = "WSServer";

    /** The longest message of a client unless told, as in the original. */
    public static final ByteSize MAX_MESSAGE_SIZE = ByteSize.ofMiB(1);

    /** After how long a silence a client is asked whether it lives unless told, as in the original. */
    public static final Duration PING_INTERVAL = Duration.ofSeconds(20);

    private static final Kind<String> CLASS_NAME = Kind.text(
            "the name of a Java class such as com.example.Clock",
            "com.example.Clock",
            Pattern.compile("\\w+(?:[.$]\\w+)*").asMatchPredicate());
    private static final Kind<String> PYTHON_CLASS = Kind.text(
            "a Python class and the attributes that are read, such as services.cursor.Cursor piece_id offset column",
            "services.cursor.Cursor piece_id offset column",
            Pattern.compile("\\w+(?:\\.\\w+)+(?: \\w+)*").asMatchPredicate());
    private static final Kind<String> HOST = Kind.text(
            "a host or an IPv4 address",
            "localhost",
            Pattern.compile("[A-Za-z0-9._-]+").asMatchPredicate());

    private static final NatsTerms USUAL = NatsTerms.of("nats://127.0.0.1:4222");
    private static final Kind<String> PREFIX = Kind.text(
            "tokens of letters, digits, underscores and hyphens, joined by full stops; at most 100 characters",
            USUAL.prefix(),
            Pattern.compile("(?=.{1,100}$)[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*").asMatchPredicate());

    /** Which bus, and where. */
    public sealed interface Bus {

        /**
         * A bus of the endpoint's own, in the server.
         *
         * @param held on which terms messages wait that nobody wants yet
         * @param services the classes of services that run in the server
         */
        record Embedded(HeldTerms held, List<String> services) implements Bus {
            /** Takes a copy of the list. */
            public Embedded {
                services = List.copyOf(services);
            }
        }

        /**
         * A bus on NATS, on which other gateways may be.
         *
         * @param terms where, and on which terms; a secret, since its addresses may bear passwords
         * @param services the classes of services that run in the server
         */
        record Nats(NatsTerms terms, List<String> services) implements Bus {
            /** Takes a copy of the list. */
            public Nats {
                services = List.copyOf(services);
            }
        }

        /** The bus of the original, which is a Python program. */
        record Pyro(PyroTerms terms) implements Bus {}

        /**
         * One that the program brings which the server is part of. It outlives the server.
         *
         * @param bus safe from any thread
         */
        record Given(MessageBus bus) implements Bus {}

        /**
         * {@return the bus, begun if it is the endpoint's own}
         *
         * @throws UnusableBackend if there cannot be such a bus
         */
        default MessageBus begin() {
            return switch (this) {
                case Embedded embedded -> new EmbeddedBus(embedded.held());
                case Nats nats -> new NatsBus(nats.terms());
                case Pyro(PyroTerms terms) -> pyro(terms);
                case Given(MessageBus bus) -> bus;
            };
        }

        private static PyroBus pyro(PyroTerms terms) {
            try {
                return PyroBus.open(terms);
            } catch (IOException taken) {
                throw new UnusableBackend(
                        "bindAddress: " + terms.bindHost() + ":" + terms.port() + " cannot be opened ("
                                + taken.getMessage() + "); see who has the port, or choose another",
                        taken);
            }
        }

        /** Ends what {@link #begin} began. */
        default void end(MessageBus begun) {
            if (!(this instanceof Given)) {
                begun.close();
            }
        }

        /** {@return the classes of services that run in the server} */
        default List<String> services() {
            return switch (this) {
                case Embedded embedded -> embedded.services();
                case Nats nats -> nats.services();
                case Pyro _, Given _ -> List.of();
            };
        }

        /** {@return whether no other gateway is on the bus, so that a client that is not here is nowhere} */
        default boolean isAlone() {
            return switch (this) {
                case Embedded _, Pyro _ -> true;
                case Nats _, Given _ -> false;
            };
        }

        /** {@return whether messages that nobody wants take up room that is the gateway's to save} */
        default boolean holdsUnwanted() {
            return switch (this) {
                case Embedded _, Nats _, Given _ -> true;
                case Pyro _ -> false; // there the gateway wants what the original's wants
            };
        }
    }

    /** {@return a gateway of the original's name on a bus that the program brings} */
    public static BusBackendConfig on(MessageBus bus) {
        return new BusBackendConfig(SERVICE_NAME, new Bus.Given(bus));
    }

    /** The words for the buses that there are. */
    private enum Type {
        EMBEDDED,
        NATS,
        PYRO
    }

    /**
     * Reads the keys that stand beside the backend's type; each is declared, whatever the type.
     *
     * @param asked whether the type is this one: without it, keys that are written are problems
     * @param serviceName what is written under that key, which other backends have, too
     * @return null without a bus
     */
    public static @Nullable BusBackendConfig read(Section in, boolean asked, @Nullable String serviceName) {
        Type type = in.optional(
                "bus",
                "bus: which; embedded: one of the endpoint's own, in the server; nats: on NATS; pyro: CTE's, a Python program",
                Kind.oneOf(Map.of(Type.EMBEDDED, "embedded", Type.NATS, "nats", Type.PYRO, "pyro")),
                "none; bus needs it");
        Bus.Embedded embedded = embedded(in);
        NatsTerms nats = nats(in, embedded.held());
        PyroTerms pyro = pyro(in);
        if (!asked) {
            List.of(Set.of("bus"), Keys.OURS, Keys.NATS, Keys.PYRO).forEach(keys -> refuse(in, "type: bus", keys));
            return null;
        }
        if (type == null) {
            if (in.isSound("bus")) {
                in.problem("bus", "missing (expected: embedded, nats or pyro)");
            }
            return null;
        }
        refuse(in, "bus: embedded or nats", type == Type.PYRO ? Keys.OURS : Set.of());
        refuse(in, "bus: nats", type == Type.NATS ? Set.of() : Keys.NATS);
        refuse(in, "bus: pyro", type == Type.PYRO ? Set.of() : Keys.PYRO);
        if (serviceName != null && serviceName.indexOf('.') >= 0) {
            in.problem("serviceName", serviceName + " (expected: a name without a full stop, on a bus)");
            return null;
        }
        return new BusBackendConfig(
                serviceName == null ? SERVICE_NAME : serviceName,
                switch (type) {
                    case EMBEDDED -> embedded;
                    case NATS -> new Bus.Nats(nats, embedded.services());
                    case PYRO -> new Bus.Pyro(pyro);
                });
    }

    private static void refuse(Section in, String where, Set<String> keys) {
        keys.stream()
                .filter(in::isWritten)
                .sorted()
                .forEach(key -> in.problem(key, "set (expected: only with " + where + ")"));
    }

    /** Which keys belong to which bus. */
    private static final class Keys {

        static final Set<String> OURS = Set.of("heldTime", "heldMessages", "services");
        static final Set<String> NATS = Set.of("natsServers", "natsPrefix", "natsCredentials");
        static final Set<String> PYRO = Set.of("nameServer", "serializer", "classes", "bindAddress", "advertisedHost");

        private Keys() {}
    }

    private static Bus.Embedded embedded(Section in) {
        HeldTerms held = new HeldTerms(
                in.duration(
                        "heldTime",
                        "bus, embedded and nats: how long a message waits that nobody wants yet",
                        HeldTerms.DEFAULT.time(),
                        Range.of(Duration.ZERO, Duration.ofHours(1))),
                in.integer(
                        "heldMessages",
                        "bus, embedded and nats: how many messages wait that nobody wants yet",
                        HeldTerms.DEFAULT.messages(),
                        Range.of(0, 1_000_000)));
        List<String> services = in.values(
                "services",
                "bus, embedded and nats: the classes of Java services that run in the server, each public with a public "
                        + "constructor without parameters",
                CLASS_NAME,
                List.of());
        Set<String> known = new HashSet<>();
        for (int i = 0; i < services.size(); i++) {
            String fault = JavaServices.fault(services.get(i));
            if (fault != null) {
                in.problem(
                        "services." + i,
                        services.get(i) + " (expected: a public class that extends "
                                + "dev.fairlead.bus.service.BusService, with a public constructor without parameters); "
                                + fault);
            } else if (!known.add(services.get(i))) {
                in.problem("services." + i, services.get(i) + " (expected: a class that is not listed yet)");
            }
        }
        return new Bus.Embedded(held, services);
    }

    private static NatsTerms nats(Section in, HeldTerms held) {
        List<Secret> servers = in.values(
                "natsServers",
                "bus, nats: addresses such as nats://host:4222 or tls://host:4222, with user:password@ or token@ before the host "
                        + "if need be; one is enough of a cluster that tells its others; nats://127.0.0.1:4222 if there is none",
                Kind.secret(1, 1024),
                List.of());
        String prefix = in.value(
                "natsPrefix",
                "bus, nats: what all subjects begin with; buses of different prefixes do not hear each other",
                PREFIX,
                USUAL.prefix());
        Path credentials = in.optional(
                "natsCredentials", "bus, nats: a .creds file with a user's JWT and key", Kind.PATH, "none are shown");
        for (int i = 0; i < servers.size(); i++) {
            try {
                NatsTerms _ = NatsTerms.of(servers.get(i).reveal());
            } catch (IllegalArgumentException unfit) {
                in.problem(
                        "natsServers." + i,
                        "*** (expected: nats://HOST[:PORT], or tls, with USER:PASSWORD@ or TOKEN@ "
                                + "before the host if need be)");
                return USUAL;
            }
        }
        NatsTerms terms = (servers.isEmpty()
                        ? USUAL
                        : NatsTerms.of(servers.stream().map(Secret::reveal).toArray(String[]::new)))
                .withPrefix(prefix)
                .withHeld(held);
        return credentials == null ? terms : terms.withCredentials(credentials);
    }

    private static PyroTerms pyro(Section in) {
        PyroTerms usual = PyroTerms.DEFAULT;
        InetSocketAddress names = in.address(
                "nameServer",
                "bus, pyro: where the Pyro name server listens",
                InetSocketAddress.createUnresolved(usual.nameServerHost(), usual.nameServerPort()));
        PyroTerms.Serializer serializer = in.choice(
                "serializer",
                "bus, pyro: how values are written; all of a deployment use the same",
                Map.of(PyroTerms.Serializer.PICKLE, "pickle", PyroTerms.Serializer.SERPENT, "serpent"),
                usual.serializer());
        List<String> classes = in.values(
                "classes",
                "bus, pyro: which Python classes a pickle may hold, and which of their attributes are read, as a list",
                PYTHON_CLASS,
                usual.classes().entrySet().stream()
                        .map(one -> one.getKey() + " " + String.join(" ", one.getValue()))
                        .sorted()
                        .toList());
        InetSocketAddress bind = in.address(
                "bindAddress",
                "bus, pyro: where the bus calls the gateway",
                InetSocketAddress.createUnresolved(usual.bindHost(), usual.port()));
        String advertised = in.value(
                "advertisedHost", "bus, pyro: the host that the bus is told to call", HOST, usual.advertisedHost());
        if (names.getPort() == 0 && in.isSound("nameServer")) {
            in.problem("nameServer", HostPort.print(names) + " (expected: a port of 1 to 65535)");
            return usual;
        }
        return usual.withNameServer(names.getHostString(), names.getPort())
                .withSerializer(serializer)
                .withClasses(classes.stream()
                        .map(one -> List.of(one.split(" ")))
                        .collect(Collectors.toMap(
                                List::getFirst, one -> one.subList(1, one.size()), (first, second) -> second)))
                .withAddress(bind.getHostString(), advertised, bind.getPort());
    }
}
