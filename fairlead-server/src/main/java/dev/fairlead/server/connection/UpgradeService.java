// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.util.concurrent.CompletionStage;

/** A part of the server that answers upgrade requests. */
@FunctionalInterface
public interface UpgradeService {

    /**
     * Takes a request. The answer may come late: a sender waits for its listener. Called on the peer's event loop; the
     * stage may be completed from any thread. A stage that fails is answered with 500 and logged as a fault.
     */
    CompletionStage<UpgradeAnswer> onUpgrade(UpgradeRequest request);
}
