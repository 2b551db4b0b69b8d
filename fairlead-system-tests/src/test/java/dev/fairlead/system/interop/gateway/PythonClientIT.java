// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.SenderKind;
import dev.fairlead.system.interop.Transport;
import org.junit.jupiter.api.Test;

class PythonClientIT extends ClientSentences {

    PythonClientIT() {
        super(SenderKind.PYTHON);
    }

    @Test
    void fragmentsThatCutCharactersComeBack() {
        client().connects(at("/ws"));

        client().echoesInFragments("Grüße, 👋");
    }

    /** Debian's library names an origin of http whatever it dials, which over TLS is another one. */
    @Test
    void originThatTheLibraryNamesIsTheOwnInPlain() {
        client().startsConnecting(at("/own"));

        if (transport == Transport.TLS) {
            assertThat(client().seesRefusal()).contains("403");
        } else {
            client().echoes("let in", 1);
        }
    }
}
