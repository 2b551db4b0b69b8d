// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.session.Client;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lets everybody in, and asks nobody for a name. */
public final class Anybody implements Authentication {

    private static final CompletionStage<Admitted> ADMITTED =
            CompletableFuture.completedStage(new Admitted(Client.ANONYMOUS, ""));

    @Override
    public CompletionStage<Admitted> admit(UpgradeRequest request) {
        return ADMITTED;
    }

    @Override
    public CompletionStage<Client> renew(String token) {
        return CompletableFuture.completedStage(Client.ANONYMOUS);
    }
}
