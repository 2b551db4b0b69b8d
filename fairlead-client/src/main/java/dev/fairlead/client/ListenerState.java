// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a listener stands with the relay; told to {@code onStateChange} on the listener's own thread, in order. */
public sealed interface ListenerState {

    /** The control channel is being opened for the first time. */
    final class Connecting implements ListenerState {

        Connecting() {}

        @Override
        public String toString() {
            return "Connecting";
        }
    }

    /** Senders can reach the listener. */
    final class Online implements ListenerState {

        Online() {}

        @Override
        public String toString() {
            return "Online";
        }
    }

    /** The control channel is lost, or could not be opened, and is tried again; senders are refused meanwhile. */
    final class Reconnecting implements ListenerState {

        private final int attempt;
        private final Duration delay;
        private final RelayException cause;

        Reconnecting(int attempt, Duration delay, RelayException cause) {
            this.attempt = attempt;
            this.delay = delay;
            this.cause = cause;
        }

        /** {@return the number of this try; 1 is the first after the loss} */
        public int attempt() {
            return attempt;
        }

        /** {@return how long the SDK waits before this try} */
        public Duration delay() {
            return delay;
        }

        /** {@return why the last try failed, or the channel was lost} */
        public RelayException cause() {
            return cause;
        }

        @Override
        public String toString() {
            return "Reconnecting[attempt=" + attempt + ", delay=" + delay + ", cause=" + cause.getMessage() + "]";
        }
    }

    /** For good: {@code close()} was called, or the relay refused the first try for a reason that does not pass. */
    final class Closed implements ListenerState {

        private final @Nullable RelayException cause;

        Closed(@Nullable RelayException cause) {
            this.cause = cause;
        }

        /** {@return why the first try was refused; empty if {@code close()} was called} */
        public Optional<RelayException> cause() {
            return Optional.ofNullable(cause);
        }

        @Override
        public String toString() {
            return cause == null ? "Closed" : "Closed[cause=" + cause.getMessage() + "]";
        }
    }
}
