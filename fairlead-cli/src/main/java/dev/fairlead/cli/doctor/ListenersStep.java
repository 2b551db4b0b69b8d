// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import dev.fairlead.protocol.address.HybridPath;

/** Whether anybody listens. */
final class ListenersStep {

    static final String NAME = "listeners";

    private ListenersStep() {}

    static Finding judge(HybridPath path, Hybrid hybrid) {
        if (hybrid.online().isEmpty()) {
            return Finding.skipped(NAME, "it is not known how many are online; what follows tells");
        }
        int count = hybrid.online().getAsInt();
        return switch (count) {
            case 0 ->
                Finding.fail(
                        NAME,
                        "nobody listens on " + path + ": senders hear 404",
                        "start a listener, with `fairlead listen " + path
                                + " --echo` for one; if it runs, examine its connection string with this command on its machine");
            case 1 -> Finding.ok(NAME, "1 is online");
            default -> Finding.ok(NAME, count + " are online");
        };
    }
}
