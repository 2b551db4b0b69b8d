// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the senders of one hybrid connection can reach: the targets that options name, each under its port name. Where an option says so, the
 * sender's port name can also be {@code HOST:PORT}, of those that are allowed one by one. Does not change.
 */
public final class Targets {

    private final Map<String, Target> named = new LinkedHashMap<>();
    private final Set<Target> allowed;

    /**
     * Gathers the forwards of one hybrid connection.
     *
     * @param allowed what senders may choose, where a forward lets them
     * @throws MalformedForward if a port name stands for two targets, or senders may choose and nothing is allowed
     */
    public Targets(List<TcpForward> forwards, Set<Target> allowed) {
        boolean chosen = false;
        for (TcpForward forward : forwards) {
            Target target = forward.target();
            if (target == null) {
                chosen = true;
            } else if (named.putIfAbsent(forward.portName(), target) != null) {
                throw MalformedForward.of(
                        TcpForward.OPTION,
                        forward.path() + " with the port name " + forward.portName() + " twice",
                        "a name for each target, such as " + forward.path() + ":other/" + target);
            }
        }
        if (chosen && allowed.isEmpty()) {
            throw MalformedForward.of(
                    TcpForward.OPTION,
                    forwards.getFirst().path() + ":" + TcpForward.ANY_ALLOWED + ", and nothing is allowed",
                    "--allow HOST:PORT for each target that senders may choose");
        }
        this.allowed = chosen ? Set.copyOf(allowed) : Set.of();
    }

    /** {@return what a sender reaches by this port name, if it may} An empty one stands for the only target there is. */
    Optional<Target> find(String portName) {
        if (portName.isEmpty() && allowed.isEmpty() && named.size() == 1) {
            return named.values().stream().findFirst();
        }
        Target target = named.get(portName);
        return target != null ? Optional.of(target) : Target.read(portName).filter(allowed::contains);
    }

    /** {@return what a sender could have asked for, for a log} */
    String expected() {
        return allowed.isEmpty()
                ? String.join(", ", named.keySet())
                : String.join(", ", named.keySet()) + (named.isEmpty() ? "" : ", ") + "or what --allow names";
    }
}
