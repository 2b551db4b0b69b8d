// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.ForeignSender;
import dev.fairlead.system.interop.ListenerKind;
import dev.fairlead.system.interop.ListenerSentences;
import dev.fairlead.system.interop.SenderKind;
import dev.fairlead.system.interop.Story;
import dev.fairlead.testkit.RelayUnderTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WsListenerIT extends ListenerSentences {

    @Override
    protected Story online(RelayUnderTest on, String path) {
        return ListenerKind.WS.online(on, path);
    }

    @ParameterizedTest
    @EnumSource
    void answerInFragmentsThatCutCharactersArrivesWhole(SenderKind kind) {
        part(joined(kind).sends("fragments").receivesText("aä€😀z"));
    }

    @Test
    void closeWithoutACodeStaysWithoutOne() {
        ForeignSender joined = joined(SenderKind.WS);

        joined.closes();

        assertThat(listener().prints("closed")).isEqualTo("closed 1005 ");
        assertThat(joined.seesClose()).isEqualTo("closed 1005 ");
    }

    @Test
    void senderAndListenerThatAgreeCompressFromEndToEnd() {
        try (Story compressing = ListenerKind.WS_DEFLATE.online(relay(), "squeezed")) {
            ForeignSender sender = sender(SenderKind.WS);

            String opened = sender.connectsOfferingCompression(relay(), "squeezed");

            assertThat(opened).isEqualTo("open - permessage-deflate");
            assertThat(compressing.prints("extensions")).isEqualTo("extensions permessage-deflate");
            sender.echoes("squeeze ", 100_000).echoesBytes(100_000).closes().seesClose();
        }
    }
}
