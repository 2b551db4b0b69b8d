// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.session.Client;
import java.util.concurrent.CompletionStage;

/** How an endpoint finds out who its clients are. Safe from any thread; never waits. */
public interface Authentication extends AutoCloseable {

    /**
     * Judges the upgrade request of a client, by what it shows there. The stage fails with a
     * {@link dev.fairlead.server.connection.RefusedException} for one that is not let in.
     */
    CompletionStage<Admitted> admit(UpgradeRequest request);

    /**
     * Judges a token that a client shows later, to stay longer.
     *
     * @param token without a scheme in front
     */
    CompletionStage<Client> renew(String token);

    /** Lets go of what it holds. */
    @Override
    default void close() {}

    /**
     * A client that is let in.
     *
     * @param subprotocol the offered subprotocol that bore the token, which the answer has to name, since clients leave
     *     otherwise; empty if the token came another way
     */
    record Admitted(Client client, String subprotocol) {}
}
