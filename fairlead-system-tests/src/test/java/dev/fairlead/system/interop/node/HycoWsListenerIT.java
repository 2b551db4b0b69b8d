// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.ForeignSender;
import dev.fairlead.system.interop.ListenerKind;
import dev.fairlead.system.interop.ListenerSentences;
import dev.fairlead.system.interop.SenderKind;
import dev.fairlead.system.interop.Story;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HycoWsListenerIT extends ListenerSentences {

    @Override
    protected Story online(RelayUnderTest on, String path) {
        return ListenerKind.HYCO_WS.online(on, path);
    }

    /** It asks for the first of the sender's list, and gives up unless its dial is answered with it. */
    @ParameterizedTest
    @EnumSource(names = {"WS", "PYTHON", "CHROMIUM"})
    void firstOfferedSubprotocolIsChosen(SenderKind kind) {
        ForeignSender sender = sender(kind);

        String opened = sender.connectsOffering(relay(), "orders", "[\"beta\",\"alpha\"]");

        assertThat(opened).startsWith("open beta");
        part(sender.echoes("hello", 1));
    }

    /** Its junk header about compression is no agreement: it would refuse a compressed frame. */
    @Test
    void senderThatOffersCompressionIsNotPromisedAny() {
        ForeignSender sender = sender(SenderKind.WS);

        String opened = sender.connectsOfferingCompression(relay(), "orders");

        assertThat(opened).isEqualTo("open - -");
        part(sender.echoes("squeeze ", 2000));
    }

    /** It connects again at once and for ever, so that each refusal has to take its time. */
    @Test
    void refusedListenerCannotStorm() {
        try (ForeignProgram refused = ListenerKind.HYCO_WS.start(relay(), "orders", relay().token("invoices"))) {
            long[] times = LongStream.range(0, 4)
                    .map(attempt -> Long.parseLong(refused.prints("refused").split(" ", 3)[1]))
                    .toArray();

            assertThat(refused.log()).allMatch(line -> line.contains("401"));
            assertThat(times[3] - times[0]).isGreaterThan(2_000);
        }
    }
}
