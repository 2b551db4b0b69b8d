// SPDX-License-Identifier: Apache-2.0
package example.notes;

import dev.fairlead.client.RelayForwarder;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Has a relay forward to this application whatever comes for "spring", from when it is ready until it begins to stop. */
@Component
class Relay {

    private static final Logger LOGGER = LoggerFactory.getLogger(Relay.class);

    private final RelayListener.Builder builder;
    private RelayListener listener;

    Relay(@Value("${FAIRLEAD_CONNECTION_STRING:}") String told) throws IOException {
        Path file = Path.of("../../data/connection-string-plain");
        if (told.isEmpty() && !Files.exists(file)) {
            throw new IllegalStateException(
                    "start the relay with ./fairlead serve, or set FAIRLEAD_CONNECTION_STRING to the connection string of one");
        }
        builder = RelayListener.builder(ConnectionString.parse(told.isEmpty() ? Files.readString(file) : told));
    }

    @EventListener
    void open(ApplicationReadyEvent ready) {
        String port = ready.getApplicationContext().getEnvironment().getRequiredProperty("local.server.port");
        listener = builder.path("spring")
                .forwardTo(RelayForwarder.to(URI.create("http://127.0.0.1:" + port))) // the one line
                .onStateChange(state -> LOGGER.info("relay: {}", state))
                .build();
        listener.open();
    }

    @EventListener(ContextClosedEvent.class)
    void close() {
        if (listener != null) {
            listener.close();
        }
    }
}
