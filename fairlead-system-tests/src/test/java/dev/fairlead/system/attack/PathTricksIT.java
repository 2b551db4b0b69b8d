// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that might be one thing for the token and another for the way to a listener. */
@ExtendWith(RelayUnderTest.Extension.class)
class PathTricksIT {

    /** Other writings of {@code orders/kept}. */
    static Stream<String> otherWritings() {
        return Stream.of(
                "/$hc/orders/kept",
                "/$hc//orders///kept//",
                "/%24hc/orders/kept",
                "/$HC/ORDERS/Kept",
                "/$hc/orders%2Fkept",
                "/$hc/%6f%72ders/kep%74",
                "/$hc/orders/ke%70t?/../../x",
                "/$hc/order%C5%BF/%E2%84%AAept", // a long s and a Kelvin sign, which are s and k in another case
                "ws://elsewhere.example/$hc/orders/kept");
    }

    @ParameterizedTest
    @MethodSource("otherWritings")
    void pathIsTheSameForTheTokenAndForTheWay(String writing, RelayUnderTest relay) {
        ListenerDriver kept = relay.listener("orders/kept").online();
        ListenerDriver other = relay.listener("orders/open").online();
        ListenerDriver above = relay.listener("orders").online();

        relay.socket().starts(asks(writing, relay.token("orders/kept", Right.SEND)));
        kept.isOffered();
        assertThat(relay.socket()
                        .asks(asks(writing, relay.token("orders/open", Right.SEND)))
                        .status())
                .isEqualTo(401);

        other.isNotOffered();
        above.isNotOffered();
    }

    /** Not the same, however much they look alike: they lead to nobody. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/$hc/orders/kept%20",
                "/$hc/orders/kept.",
                "/$hc/orders/kept;x=1",
                "/$hc/orders/kept%3Fx",
                "/$hc/orders/kept%23",
                "/$hc/orders\\kept",
                "/$hc/orders/kept%252F",
                "/$hc/orders/%252e%252e/orders/kept",
                "/$hc/orders/k%D0%B5pt",
                "/$hc/orders/ke%CC%81pt",
                "/$hc/orders%252Fkept",
                "/$hc/$hc/orders/kept",
                "/x/$hc/orders/kept",
                "/$hc.orders/kept"
            })
    void otherPathIsAnother(String trick, RelayUnderTest relay) {
        ListenerDriver kept = relay.listener("orders/kept").online();

        int status = relay.socket().asks(asks(trick, relay.token(""))).status();

        assertThat(status).isIn(400, 404);
        kept.isNotOffered();
    }

    /** All at once, since what may have been meant for listening is answered late. */
    @Test
    void pathThatIsNoneIsRefusedToListenersAndToSenders(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        List<String> tricks = Stream.of(
                        "/$hc/orders/..",
                        "/$hc/orders/../orders",
                        "/$hc/./orders",
                        "/$hc/orders/%2e%2e",
                        "/$hc/orders/.%2e/invoices",
                        "/$hc/%2e%2e%2forders",
                        "/$hc/../orders",
                        "/$hc/orders%00",
                        "/$hc/%00",
                        "/$hc/orders%0d%0a",
                        "/$hc/orders%7f",
                        "/$hc/orders%c0%ae%c0%ae",
                        "/$hc/orders%c0%af",
                        "/$hc/orders%ff",
                        "/$hc/orders%ed%a0%80",
                        "/$hc/orders%f5%80%80%80",
                        "/$hc/orders%",
                        "/$hc/orders%2",
                        "/$hc/orders%zz",
                        "/$hc/orders%u002f")
                .toList();

        List<RawWebSocket> asking = tricks.stream()
                .flatMap(trick -> Stream.of(trick, trick + "?sb-hc-action=listen"))
                .map(target -> relay.socket().starts(asks(target, relay.token(""))))
                .toList();

        assertThat(asking).extracting(socket -> socket.readsHead().status()).containsOnly(400);
        listener.isNotOffered();
        assertThat(relay.meter("fairlead_relay_listeners")).isEqualTo(1);
    }

    /** As long as a head may be, as many segments as fit into one, and as many escapes. */
    @Test
    void longPathsCostNothingAndLeadNowhere(RelayUnderTest relay) {
        ListenerDriver listener = relay.listener("orders").online();
        List<String> longOnes = List.of(
                "/$hc/orders" + "/a".repeat(14_000),
                "/$hc/orders/" + "a".repeat(28_000),
                "/$hc/" + "/".repeat(28_000),
                "/$hc/" + "%61".repeat(9_000),
                "/$hc/orders?" + "&".repeat(28_000));

        for (String target : longOnes) {
            relay.socket().asks(asks(target, relay.token("invoices"))).status();
            assertThat(relay.socket()
                            .asks(asks(target, relay.token("invoices")))
                            .status())
                    .as(target.substring(0, 20))
                    .isIn(400, 401, 404);
        }
        assertThat(relay.listener("a".repeat(261))
                        .withToken(relay.token(""))
                        .startsListening()
                        .control()
                        .readsHead()
                        .status())
                .isEqualTo(404);

        listener.isOffered(relay.sender("orders").startsConnecting());
    }

    private static Handshake asks(String target, String token) {
        return Handshake.to(target).with("ServiceBusAuthorization", token);
    }
}
