// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.hybrid;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Chapter 4: the meeting. */
@ExtendWith(RelayUnderTest.Extension.class)
class SenderMeetsListenerIT {

    @Test
    void senderWaitsUntilTheListenerDialsAndThenBothTalk(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();

        SenderDriver sender = relay.sender("orders").startsConnecting();
        listener.isOffered(sender);
        sender.isStillWaiting();

        listener.dials();
        sender.isConnected().sends("hello");
        listener.receives("hello").sends("hello, too");
        sender.receives("hello, too");
    }
}
