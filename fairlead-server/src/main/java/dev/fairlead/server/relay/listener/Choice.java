// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import dev.fairlead.server.connection.Refusal;

/** Which listener is to be asked by HTTP. */
public sealed interface Choice {

    /** This one. */
    record Listener(ControlChannel channel) implements Choice {}

    /** None is there that could be asked. */
    record Nobody(Refusal refusal) implements Choice {}
}
