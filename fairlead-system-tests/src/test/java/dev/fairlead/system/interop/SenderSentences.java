// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every foreign sender makes of a refusal, on both transports; what it shows of it is its own. */
@ParameterizedClass
@EnumSource(Transport.class)
@ExtendWith(RelayUnderTest.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SenderSentences {

    @Parameter
    Transport transport;

    private final SenderKind kind;
    private TestAuthority authority;
    private ForeignSender sender;

    /** Names the sender. */
    protected SenderSentences(SenderKind kind) {
        this.kind = kind;
    }

    /** {@return what its library shows of a refusal with this status and these words} */
    protected abstract String shown(int status, String words);

    /** {@return the sender of the class} */
    protected ForeignSender sender() {
        return sender;
    }

    @BeforeAll
    void startSender(@TempDir Path folder) {
        authority = new TestAuthority(folder);
        sender = kind.start(authority);
    }

    @BeforeEach
    void prepare(RelayUnderTest relay) {
        transport.of(relay, authority);
    }

    @AfterAll
    void endSender() {
        sender.close();
    }

    @Test
    void unknownHybridConnectionIsShown(RelayUnderTest relay) {
        sender.startsConnecting(relay, "nowhere", relay.token("nowhere", Right.SEND));

        assertThat(sender.seesRefusal()).contains(shown(404, "Endpoint does not exist"));
    }

    @Test
    void badTokenIsShown(RelayUnderTest relay) {
        relay.listener("orders").online();

        sender.startsConnecting(relay, "orders", relay.token("invoices", Right.SEND));

        assertThat(sender.seesRefusal()).contains(shown(401, "InvalidAudience"));
    }

    @Test
    void statusAndWordsOfAListenerThatRejectsAreShown(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        sender.startsConnecting(relay, "orders", relay.token("orders", Right.SEND));
        listener.isOffered();

        listener.rejects(451, "Not in this country");

        assertThat(sender.seesRefusal()).contains(shown(451, "Not in this country"));
    }
}
