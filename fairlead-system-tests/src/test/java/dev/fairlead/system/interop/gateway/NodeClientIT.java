// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.SenderKind;
import org.junit.jupiter.api.Test;

class NodeClientIT extends ClientSentences {

    NodeClientIT() {
        super(SenderKind.WS);
    }

    @Test
    void longerMessageIsClosedWith1009() {
        client().connects(at("/short"));

        client().says("x", 1025);

        assertThat(client().seesClose()).startsWith("closed 1009 over size limit (1025 > 1024 bytes)");
    }

    @Test
    void fragmentsThatCutCharactersComeBack() {
        client().connects(at("/ws"));

        client().echoesInFragments("Grüße, 👋");
    }

    @Test
    void compressionIsAgreedOnWhereItIsSpoken() {
        assertThat(client().connects(at("/deflate"), ",\"deflate\":true")).contains("permessage-deflate");
        assertThat(client().connects(at("/ws"), ",\"deflate\":true")).doesNotContain("permessage-deflate");
    }
}
