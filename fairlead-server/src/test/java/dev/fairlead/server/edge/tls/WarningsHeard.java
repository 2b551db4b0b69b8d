// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What this package logs as a warning or worse. */
final class WarningsHeard extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger(WarningsHeard.class.getPackageName());
    private final List<String> heard = new CopyOnWriteArrayList<>();

    WarningsHeard() {
        setContext(logger.getLoggerContext());
        start();
        logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            heard.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    }

    /** {@return each by its level and message} */
    List<String> heard() {
        return heard;
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        stop();
    }
}
