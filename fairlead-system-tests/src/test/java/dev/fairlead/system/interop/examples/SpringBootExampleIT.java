// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import org.junit.jupiter.api.Test;

/** The example {@code spring-boot}. */
class SpringBootExampleIT extends NotesSentences {

    SpringBootExampleIT() {
        super("spring-boot", "spring");
    }

    @Override
    void starts(ForeignProgram starting) {
        starting.logs("Starting NotesApplication");
        starting.logs("Tomcat initialized");
        starting.logs("Tomcat started");
    }

    @Test
    void addressesThatItTellsLeadThroughTheRelay(RelayUnderTest relay) {
        String address = notes(relay, "heave to").header("Location").orElseThrow();

        String beginning = relay.httpUri() + prefix();
        assertThat(address).startsWith(beginning + "notes/");
        http(relay).gets(address.substring(beginning.length() - 1)).isAnsweredWith(200, "heave to");
    }

    @Test
    void pageBelowTheRelayMayOpenItsWebSocketAndOtherSitesMayNot(RelayUnderTest relay) {
        echo(relay)
                .with(handshake -> handshake.with("Origin", relay.httpUri().toString()))
                .connects()
                .isConnected();

        echo(relay)
                .with(handshake -> handshake.with("Origin", "http://elsewhere.example"))
                .connects()
                .isRefusedWith(403, "");
    }
}
