// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.Sender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The bus while nobody is there. */
class PyroBusTest {

    private static final Member MEMBER = new Member("Lab", Set.of("a"), Member.Reach.ONE_INSTANCE);
    private static final BusMessage MESSAGE = BusMessage.of("a", new Sender.Service("Lab"), Content.NULL);

    private static PyroTerms nobodyThere() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return PyroTerms.DEFAULT
                    .withNameServer("127.0.0.1", free.getLocalPort())
                    .withLimits(Duration.ofMillis(500), 1 << 20);
        }
    }

    @Test
    void withoutANameServerPublishingFailsAtOnce() throws Exception {
        try (PyroBus bus = PyroBus.open(nobodyThere());
                Membership member = bus.join(MEMBER, message -> {})) {
            assertThatThrownBy(() -> member.publish(MESSAGE).get(0, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            BusException.class,
                            away -> assertThat(away.reason()).isEqualTo(BusException.Reason.AWAY));
            assertThat(bus.trouble()).contains("the name server at 127.0.0.1:");
        }
    }

    @Test
    void aNameServerThatNeverAnswersIsAway() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                PyroBus bus = PyroBus.open(PyroTerms.DEFAULT
                        .withNameServer("127.0.0.1", silent.getLocalPort())
                        .withLimits(Duration.ofMillis(300), 1 << 20))) {
            while (!String.valueOf(bus.trouble()).contains("no answer within 300 ms")) {
                Thread.onSpinWait();
            }
            assertThat(bus.trouble()).contains("127.0.0.1:" + silent.getLocalPort());
        }
    }

    @Test
    void whoHasLeftOrClosedPublishesNothing() throws Exception {
        PyroBus bus = PyroBus.open(nobodyThere());
        Membership member = bus.join(MEMBER, message -> {});
        bus.close();
        bus.close();

        assertThatThrownBy(() -> member.publish(MESSAGE).get(0, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        BusException.class,
                        closed -> assertThat(closed.reason()).isEqualTo(BusException.Reason.CLOSED));
        assertThatThrownBy(() -> bus.join(MEMBER, message -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoeverIsConnectedIsHungUpOnWhenTheBusIsClosed() throws Exception {
        PyroBus bus = PyroBus.open(nobodyThere());
        try (Socket caller = new Socket(InetAddress.getLoopbackAddress(), bus.port())) {
            caller.setSoTimeout(10_000);

            bus.close();

            assertThat(readsNothingFrom(caller)).isTrue();
        }
    }

    private static boolean readsNothingFrom(Socket caller) throws IOException {
        try {
            return caller.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void termsOutOfRangeAreRefused() {
        PyroTerms terms = PyroTerms.DEFAULT;

        assertThatThrownBy(() -> terms.withNameServer("localhost", 0)).hasMessageContaining("name server's port: 0");
        assertThatThrownBy(() -> terms.withAddress("127.0.0.1", "a b", 0)).hasMessageContaining("advertised host");
        assertThatThrownBy(() -> terms.withLimits(Duration.ZERO, 1 << 20)).hasMessageContaining("call time-out");
        assertThatThrownBy(() -> terms.withLimits(Duration.ofSeconds(1), 1)).hasMessageContaining("largest message");
        assertThatThrownBy(() -> terms.withClasses(java.util.Map.of("Piece", java.util.List.of())))
                .hasMessageContaining("class: Piece");
    }
}
