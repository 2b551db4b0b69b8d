// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RelayObserver;
import dev.fairlead.server.relay.listener.ControlChannel;
import dev.fairlead.server.relay.listener.HybridConnection;
import dev.fairlead.server.security.Grant;
import dev.fairlead.server.security.Verdict;
import dev.fairlead.server.settings.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "Which listener": senders may ask for some listeners, and refuse others. */
class ListenerChoiceTest {

    private static final String ALLOWED = "Microsoft-Relay-AllowedListeners";
    private static final String DISALLOWED = "Microsoft-Relay-DisallowedListeners";
    private static final String ONE = "11111111-1111-1111-1111-11111111111a";
    private static final String TWO = "22222222-2222-2222-2222-22222222222b";

    @Test
    void senderThatAsksForNobodyGetsAnybody() {
        assertThat(choice()).accepts(listener(ONE), listener("no guid"));
        assertThat(choice(ALLOWED, " , ")).accepts(listener(ONE));
    }

    @Test
    void senderThatNamesListenersGetsNoneButThose() {
        assertThat(choice(ALLOWED, ONE)).accepts(listener(ONE)).rejects(listener(TWO));
        assertThat(choice(ALLOWED, ONE + " , " + TWO)).accepts(listener(ONE), listener(TWO));
        assertThat(choice(ALLOWED, ONE, ALLOWED.toLowerCase(Locale.ROOT), TWO)).accepts(listener(ONE), listener(TWO));
    }

    @Test
    void senderThatRefusesListenersGetsAnyOther() {
        assertThat(choice(DISALLOWED, ONE)).accepts(listener(TWO)).rejects(listener(ONE));
    }

    @Test
    void listenerThatIsAskedForAndRefusedIsRefused() {
        assertThat(choice(ALLOWED, ONE + "," + TWO, DISALLOWED, TWO))
                .accepts(listener(ONE))
                .rejects(listener(TWO));
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE, "11111111-1111-1111-1111-11111111111A", ONE + "_G12"})
    void caseAndWhatTheServiceAddedToAGuidDoNotCount(String spelled) {
        assertThat(choice(ALLOWED, ONE)).accepts(listener(spelled));
        assertThat(choice(ALLOWED, spelled)).accepts(listener(ONE));
    }

    private static ListenerChoice choice(String... namesAndValues) {
        List<Header> lines = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            lines.add(new Header(namesAndValues[i], namesAndValues[i + 1]));
        }
        return ListenerChoice.of(new Headers(lines));
    }

    private static ControlChannel listener(String id) {
        FakeTime time = new FakeTime();
        return ControlChannel.admit(
                        new HybridConnection(
                                HybridPath.of("hyco"),
                                new HybridConnection.Terms(false, 1, null, true, true, List.of()),
                                Instant.EPOCH),
                        new ControlChannel.Listener(
                                id,
                                HybridPath.of("hyco"),
                                new FakePeer(id, time),
                                "ws://relay.test",
                                new Grant("root", Secret.of("key"), FakeTime.START)),
                        token -> new Verdict.Denied(Refusal.TOKEN_MALFORMED, "none was expected"),
                        () -> new ControlChannel.Terms(null, Duration.ofMinutes(5), 256, 3),
                        time,
                        RelayObserver.NONE)
                .orElseThrow();
    }
}
