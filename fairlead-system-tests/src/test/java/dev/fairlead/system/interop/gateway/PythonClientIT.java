// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.SenderKind;
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

    /** The library names the origin of the address that it dials. */
    @Test
    void ownOriginIsLetIn() {
        assertThat(client().connects(at("/own"))).startsWith("open");
    }
}
