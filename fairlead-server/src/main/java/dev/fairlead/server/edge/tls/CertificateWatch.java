// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the certificates of a port now and then, on a thread of its own, and closes them in the end. */
public final class CertificateWatch implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(CertificateWatch.class);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("fairlead-certificates").factory());

    private final Certificates certificates;

    /** Looks every {@code interval} from now on. */
    public CertificateWatch(Certificates certificates, Duration interval) {
        this.certificates = certificates;
        var _ = thread.scheduleWithFixedDelay(this::look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void look() {
        try {
            certificates.look();
        } catch (RuntimeException fault) {
            // A timer whose task fails is not run again, and a renewed certificate would go unseen.
            LOGGER.atError().setCause(fault).log("looking at certificates met a fault");
        }
    }

    /** Looks no more, and closes the certificates; the port must be closed before. */
    @Override
    public void close() {
        thread.execute(certificates::close);
        thread.shutdown();
    }
}
