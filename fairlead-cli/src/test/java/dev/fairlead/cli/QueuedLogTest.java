// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shipped {@code logback.xml}, with a standard error that takes nothing until it is told to. */
class QueuedLogTest {

    /** More than the queue holds. */
    private static final int TOO_MANY = 20_000; // the writer may hold a whole queue beside the queue

    private final PrintStream usual = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final CountDownLatch reads = new CountDownLatch(1);
    private final LoggerContext context = new LoggerContext();
    private Logger logger;

    @BeforeEach
    void configure() throws Exception {
        System.setErr(new PrintStream(new Stuck(), true, StandardCharsets.UTF_8));
        context.setMDCAdapter(new LogbackMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Objects.requireNonNull(QueuedLogTest.class.getResource("/logback.xml")));
        logger = context.getLogger("test");
    }

    @AfterEach
    void restore() {
        reads.countDown();
        System.setErr(usual);
        context.stop();
    }

    private final class Stuck extends OutputStream {
        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            boolean interrupted = false;
            while (true) {
                try {
                    reads.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true; // as a write to a full pipe, which nothing interrupts
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            written.write(bytes, from, count);
        }
    }

    @Test
    void whoLogsDoesNotWaitAndWhatIsQueuedIsWrittenInTheEnd() {
        for (int i = 0; i < 1_000; i++) {
            logger.info("line {}", i);
        }
        assertThat(written.size()).isZero();

        reads.countDown();
        QueuedLog.writeOut(context);

        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .hasSize(1_000)
                .last()
                .asString()
                .contains("line 999");
    }

    @Test
    void queueIsBoundedAndKeepsWarningsLongerThanOtherLines() {
        for (int i = 0; i < TOO_MANY; i++) {
            logger.info("line {}", i);
        }
        logger.warn("something is wrong");

        reads.countDown();
        QueuedLog.writeOut(context);

        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .hasSizeLessThan(TOO_MANY / 2)
                .last()
                .asString()
                .contains("something is wrong");
    }

    @Test
    void endDoesNotWaitLongForOneWhoDoesNotRead() {
        logger.info("never read");
        long start = System.nanoTime();

        QueuedLog.writeOut(context);

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
        assertThat(written.size()).isZero();
    }
}
