// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Hears what one class logs, from DEBUG on. */
public final class HeardLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger;
    private final Level before;
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    private HeardLog(Logger logger) {
        this.logger = logger;
        this.before = logger.getLevel();
    }

    /** Hears that class from now on, until it is closed. */
    public static HeardLog of(Class<?> speaker) {
        Logger logger = (Logger) LoggerFactory.getLogger(speaker);
        HeardLog log = new HeardLog(logger);
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.DEBUG);
        return log;
    }

    /** {@return what was logged, in order} */
    public List<ILoggingEvent> events() {
        return List.copyOf(events);
    }

    @Override
    protected void append(ILoggingEvent event) {
        events.add(event);
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(before);
    }
}
