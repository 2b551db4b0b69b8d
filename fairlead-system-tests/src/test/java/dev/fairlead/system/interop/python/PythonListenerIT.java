// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.ListenerKind;
import dev.fairlead.system.interop.ListenerSentences;
import dev.fairlead.system.interop.SenderKind;
import dev.fairlead.system.interop.Story;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PythonListenerIT extends ListenerSentences {

    @Override
    protected Story online(RelayUnderTest on, String path) {
        return ListenerKind.PYTHON.online(on, path);
    }

    @ParameterizedTest
    @EnumSource
    void answerInFragmentsThatCutCharactersArrivesWhole(SenderKind kind) {
        part(joined(kind).sends("fragments").receivesText("aä€😀z"));
    }

    @Test
    void refusalIsShownWithItsWords() {
        try (ForeignProgram refused = ListenerKind.PYTHON.start(relay(), "orders", relay().token("invoices"))) {
            assertThat(refused.prints("refused"))
                    .contains("Handshake status 401 InvalidAudience")
                    .contains("/orders");
        }
    }
}
