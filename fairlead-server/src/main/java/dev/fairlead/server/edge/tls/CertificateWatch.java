// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the certificates of a port now and then, on a thread of its own. */
public final class CertificateWatch implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(CertificateWatch.class);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("fairlead-certificates").factory());

    /** Looks every {@code interval} from now on. */
    public CertificateWatch(Certificates certificates, Duration interval) {
        var _ = thread.scheduleWithFixedDelay(
                () -> look(certificates), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void look(Certificates certificates) {
        try {
            certificates.look();
        } catch (RuntimeException fault) {
            // A timer whose task fails is not run again, and a renewed certificate would go unseen.
            LOGGER.atError().setCause(fault).log("looking at certificates met a fault");
        }
    }

    /** Looks no more. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
