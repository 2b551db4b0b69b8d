// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.SenderKind;
import org.junit.jupiter.api.Test;

class ChromiumClientIT extends ClientSentences {

    ChromiumClientIT() {
        super(SenderKind.CHROMIUM);
    }

    @Test
    void longerMessageIsClosedWith1009() {
        client().connects(at("/short"));

        client().says("x", 1025);

        assertThat(client().seesClose()).startsWith("closed 1009 over size limit (1025 > 1024 bytes)");
    }

    @Test
    void pageOfAnotherOriginIsRefused() {
        client().startsConnecting(at("/own"));

        assertThat(client().seesRefusal()).isEqualTo("refused 3");
    }
}
