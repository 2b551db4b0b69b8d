// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import dev.fairlead.bus.HeldTerms;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.embedded.EmbeddedBus;
import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    private static final List<String> KEYS = List.of("bus", "heldTime", "heldMessages");

    /** Which bus, and where. */
    public sealed interface Bus {

        /**
         * A bus of the endpoint's own, in the server.
         *
         * @param held on which terms messages wait that nobody wants yet
         */
        record Embedded(HeldTerms held) implements Bus {}

        /**
         * One that the program brings which the server is part of. It outlives the server.
         *
         * @param bus safe from any thread
         */
        record Given(MessageBus bus) implements Bus {}

        /** {@return the bus, begun if it is the endpoint's own} */
        default MessageBus begin() {
            return switch (this) {
                case Embedded(HeldTerms held) -> new EmbeddedBus(held);
                case Given(MessageBus bus) -> bus;
            };
        }

        /** Ends what {@link #begin} began. */
        default void end(MessageBus begun) {
            if (!(this instanceof Given)) {
                begun.close();
            }
        }

        /** {@return whether no other gateway is on the bus, so that a client that is not here is nowhere} */
        default boolean isAlone() {
            return switch (this) {
                case Embedded _ -> true;
                case Given _ -> false;
            };
        }

        /** {@return whether messages that nobody wants take up room on the bus} */
        default boolean holdsUnwanted() {
            return switch (this) {
                case Embedded _, Given _ -> true;
            };
        }
    }

    /** {@return a gateway of the original's name on a bus that the program brings} */
    public static BusBackendConfig on(MessageBus bus) {
        return new BusBackendConfig(SERVICE_NAME, new Bus.Given(bus));
    }

    /** The words for the buses that there are. */
    private enum Type {
        EMBEDDED
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
                "bus: which; embedded: one of the endpoint's own, in the server",
                Kind.oneOf(Map.of(Type.EMBEDDED, "embedded")),
                "none; bus needs it");
        Duration heldTime = in.duration(
                "heldTime",
                "bus: how long a message waits that nobody wants yet",
                HeldTerms.DEFAULT.time(),
                Range.of(Duration.ZERO, Duration.ofHours(1)));
        int heldMessages = in.integer(
                "heldMessages",
                "bus: how many messages wait that nobody wants yet",
                HeldTerms.DEFAULT.messages(),
                Range.of(0, 1_000_000));
        if (!asked) {
            KEYS.stream().filter(in::isWritten).forEach(key -> in.problem(key, "set (expected: only with type: bus)"));
            return null;
        }
        if (type == null) {
            if (in.isSound("bus")) {
                in.problem("bus", "missing (expected: embedded)");
            }
            return null;
        }
        if (serviceName != null && serviceName.indexOf('.') >= 0) {
            in.problem("serviceName", serviceName + " (expected: a name without a full stop on a bus)");
            return null;
        }
        return new BusBackendConfig(
                serviceName == null ? SERVICE_NAME : serviceName,
                new Bus.Embedded(new HeldTerms(heldTime, heldMessages)));
    }
}
