// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay that has no memory left for what its peers send, since many of them do not read. */
class MemoryIT {

    private static final int MESSAGES = 100;
    private static final int MESSAGE = 64 * 1024;
    private static final int SLOW_PAIRS = 100;

    @Test
    void newcomersAreRefusedNobodyIsCutOffAndAllIsWellWhenTheSlowHaveGone(@TempDir Path home) {
        try (RelayProcess relay = RelayProcess.start(
                home, "true", "-XX:MaxDirectMemorySize=12m -Dio.netty.allocator.numDirectArenas=1")) {
            ListenerDriver listener = relay.listener("slow").online();
            SenderDriver reader = joinOneWhoDoesNotRead(relay, listener, 64 * 1024);
            List<RawWebSocket> talkers = new ArrayList<>(List.of(listener.socket()));
            List<SenderDriver> slow = new ArrayList<>();
            for (int i = 0; i < SLOW_PAIRS; i++) {
                slow.add(joinOneWhoDoesNotRead(relay, listener, 4096));
                talkers.add(listener.socket());
            }

            byte[] frames = frames();
            talkers.forEach(talker -> talker.writesInBackground(frames));

            ResponseHead refusal = untilNewcomers(relay, 503);
            assertThat(refusal.header("Retry-After")).contains("10");
            assertThat(relay.meter("fairlead_relay_pairs")).isEqualTo(1.0 + SLOW_PAIRS);

            slow.forEach(SenderDriver::close);

            for (int i = 0; i < MESSAGES; i++) {
                assertThat(reader.receivesMessage().payload()).hasSize(MESSAGE);
            }
            untilNewcomers(relay, 401);
            assertThat(relay.meter("fairlead_memory_shortages_total")).isPositive();
            assertThat(relay.log())
                    .filteredOn(line -> line.contains("no memory for"))
                    .hasSize(1);
            assertThat(relay.log()).noneMatch(line -> line.contains("ERROR") || line.contains("OutOfMemoryError"));
            assertThat(relay.isRunning()).isTrue();
        }
    }

    /** Lets newcomers without a token ask, until that is what they are told, or that there is no room for them. */
    private static ResponseHead untilNewcomers(RelayProcess relay, int status) {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        while (true) {
            try (RawWebSocket socket = RawWebSocket.dial(relay.uri())) {
                ResponseHead head = socket.asks(Handshake.to("/$hc/nowhere?sb-hc-action=connect"));
                if (head.status() == status) {
                    return head;
                }
                assertThat(System.nanoTime()).as(head + "; " + relay.log()).isLessThan(deadline);
            }
        }
    }

    private static SenderDriver joinOneWhoDoesNotRead(RelayProcess relay, ListenerDriver listener, int receiveBuffer) {
        SenderDriver sender =
                relay.sender("slow").withReceiveBuffer(receiveBuffer).startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        return sender.isConnected();
    }

    private static byte[] frames() {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < MESSAGES; i++) {
            frames.writeBytes(WireFrame.binary(new byte[MESSAGE]).bytes());
        }
        return frames.toByteArray();
    }
}
