// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.time.Duration;

/** How long tests wait, said once for all drivers. */
public final class Patience {

    /** The time-out of everything that is expected to happen; a healthy run never comes near it. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    /**
     * How long something is watched that is expected <em>not</em> to happen. A test that watches can miss a fault on a
     * slow machine, but it never fails without one.
     */
    public static final Duration WATCH = Duration.ofMillis(200);

    private Patience() {}
}
