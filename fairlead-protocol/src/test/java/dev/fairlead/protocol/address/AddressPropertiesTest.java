// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.trials.Trials;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for all paths, targets and addresses. */
class AddressPropertiesTest {

    @Test
    void anyTextIsAnAddressOrIsRefused() {
        Trials.of(
                5_000,
                random -> AddressFuzzTest.isAnAddressOrIsRefused(Trials.text(
                        random, "/$hc/orders", "?", "&sb-hc-action=accept", "&sb-hc-id=1", "&q=1", "&statusCode=418")));
    }

    @Test
    void anyNameIsAPathOrIsRefused() {
        Trials.of(5_000, random -> {
            HybridPath path;
            try {
                path = HybridPath.of(Trials.text(random, "a/", "/b", "I\u0130", "\u00df"));
            } catch (InvalidAddress refused) {
                return;
            }
            AddressFuzzTest.isSound(path);
        });
    }

    @Test
    void addressThatAListenerOrSenderOpensIsReadBack() {
        Trials.of(2_000, random -> {
            HybridPath path = path(random);
            String id = "id" + Trials.wholeText(random);
            String query = "q=" + PercentEncoding.encodeForm(Trials.wholeText(random));

            RelayTarget listen = RelayTarget.parse(RelayTarget.listenAddress("wss://relay.test", path, id));
            RelayTarget connect = RelayTarget.parse(RelayTarget.connectAddress("wss://relay.test", path, query, id));

            assertThat(listen.action()).isEqualTo(Action.LISTEN);
            assertThat(listen.path().spelled()).isEqualTo(path.spelled());
            assertThat(listen.id()).isEqualTo(id);
            assertThat(connect.action()).isEqualTo(Action.CONNECT);
            assertThat(connect.path().spelled()).isEqualTo(path.spelled());
            assertThat(connect.id()).isEqualTo(id);
            assertThat(connect.rawApplicationQuery()).isEqualTo(query);
        });
    }

    @Test
    void rejectionIsReadAsItWasWrittenButForControlCharacters() {
        Trials.of(2_000, random -> {
            Rejection rejection = new Rejection(100 + random.nextInt(900), Trials.wholeText(random));

            Rejection read = RelayTarget.parse(RelayTarget.rejectAddress("ws://h/$hc/x?sb-hc-action=accept", rejection))
                    .rejection()
                    .orElseThrow();

            assertThat(read.statusCode()).isEqualTo(rejection.statusCode());
            assertThat(read.description()).isEqualTo(rejection.description().replaceAll("\\p{Cntrl}", ""));
        });
    }

    private static HybridPath path(Random random) {
        while (true) {
            try {
                return HybridPath.of("orders/" + Trials.wholeText(random));
            } catch (InvalidAddress refused) {
                // another one
            }
        }
    }
}
