// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.AsyncAppenderBase;
import org.slf4j.LoggerFactory;

/** What was logged and is not written yet, since whoever logs does not wait for it. */
final class QueuedLog {

    private QueuedLog() {}

    /** Writes it, as far as that can be done within {@code maxFlushTime} of {@code logback.xml}, and takes no more. */
    static void writeOut() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            writeOut(context);
        }
    }

    static void writeOut(LoggerContext context) {
        for (Logger logger : context.getLoggerList()) {
            logger.iteratorForAppenders().forEachRemaining(appender -> {
                if (appender instanceof AsyncAppenderBase<?> queue) {
                    queue.stop();
                }
            });
        }
    }
}
