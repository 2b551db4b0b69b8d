// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What does not connect, and how far the examination may go.
 *
 * @param connectionString as it was given
 * @param path the hybrid connection; null where none was named beside the connection string
 * @param token to be used instead of what the connection string has; null for none
 * @param trusted who is believed about certificates, the JVM first
 * @param environment the variables of the process
 * @param detours tells for a URL of the relay which proxy is on the way to it
 * @param clock this machine's
 * @param limit how long a step may take
 * @param connects whether a connection to the listener is made
 * @param listens whether a control channel is opened even where it could take a sender from somebody
 */
public record Complaint(
        String connectionString,
        @Nullable String path,
        @Nullable String token,
        List<Authorities> trusted,
        Map<String, String> environment,
        Function<URI, Optional<Detour>> detours,
        InstantSource clock,
        Duration limit,
        boolean connects,
        boolean listens) {

    /** Takes copies of list and map. */
    public Complaint {
        trusted = List.copyOf(trusted);
        environment = Map.copyOf(environment);
    }
}
