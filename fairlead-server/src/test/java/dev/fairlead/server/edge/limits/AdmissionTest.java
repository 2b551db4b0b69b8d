// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.edge.EmbeddedSocket;
import dev.fairlead.server.edge.http.ClientAddress;
import dev.fairlead.server.edge.http.MemoryShortage;
import dev.fairlead.server.settings.Network;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Docs, operating, "limits": how many connections there may be, and whose they are. */
class AdmissionTest {

    private static final String PROXY = "10.0.0.1";

    private final ConnectionEvents events = new ConnectionEvents();
    private final MemoryShortage memory = new MemoryShortage(ConnectionObserver.NONE);
    private final List<EmbeddedSocket> sockets = new ArrayList<>();
    private final List<String> thrown = new ArrayList<>();

    @AfterEach
    void close() {
        sockets.forEach(EmbeddedSocket::finishAndReleaseAll);
    }

    private OpenConnections limits(Integer most, Integer mostOfSource) {
        return new OpenConnections(most, mostOfSource, List.of(Network.parse(PROXY + "/32")), memory, events);
    }

    private EmbeddedSocket accepts(OpenConnections limits, String from) {
        return accepts(limits, from, false);
    }

    private EmbeddedSocket accepts(OpenConnections limits, String from, boolean proxied) {
        EmbeddedSocket socket = new EmbeddedSocket(new InetSocketAddress(from, 50_000));
        sockets.add(socket);
        Admission admission = Admission.of(socket, proxied, limits);
        if (admission != null) {
            socket.pipeline().addLast("admission", admission).addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                    thrown.add(((RefusedException) cause).answer().refusal().label());
                }
            });
        }
        return socket;
    }

    /** {@return what came out behind: the head and its end, or nothing} */
    private static int asks(EmbeddedSocket socket, String... forwardedFor) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.headers().set("Host", "relay.test").add("X-Forwarded-For", List.of(forwardedFor));
        socket.writeInbound(request, LastHttpContent.EMPTY_LAST_CONTENT);
        int passed = socket.inboundMessages().size();
        socket.inboundMessages().clear();
        return passed;
    }

    @Test
    void oneTooManyIsToldSoWhenItAsksAndNotBefore() {
        OpenConnections limits = limits(2, null);
        EmbeddedSocket first = accepts(limits, "192.0.2.1");
        EmbeddedSocket second = accepts(limits, "192.0.2.2");
        EmbeddedSocket third = accepts(limits, "192.0.2.3");
        assertThat(thrown).isEmpty();

        assertThat(List.of(asks(first), asks(second), asks(third))).containsExactly(2, 2, 0);

        assertThat(thrown).containsExactly("connections_full");
        assertThat(first.handlers()).doesNotContain("admission");
    }

    @Test
    void placeOfOneThatClosedIsFreeAgain() {
        OpenConnections limits = limits(1, 1);
        accepts(limits, "192.0.2.1").close();

        assertThat(asks(accepts(limits, "192.0.2.1"))).isEqualTo(2);
        assertThat(limits.sources()).isOne();
    }

    @Test
    void oneRefusedTakesNoPlaceOfOthers() {
        OpenConnections limits = limits(2, 1);
        accepts(limits, "192.0.2.1");
        accepts(limits, "192.0.2.1").close();
        accepts(limits, "192.0.2.1");

        assertThat(asks(accepts(limits, "192.0.2.2"))).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,              192.0.2.1,              0",
        "192.0.2.1,              192.0.2.2,              2",
        "192.0.2.1,              ::ffff:192.0.2.1,       0",
        "2001:db8:1:2::1,        2001:db8:1:2:ffff::2,   0",
        "2001:db8:1:2::1,        2001:db8:1:3::1,        2",
        "127.0.0.1,              127.0.0.1,              2",
        "::1,                    ::1,                    2",
        "10.0.0.1,               10.0.0.1,               2",
    })
    void addressesAreCountedAsFarAsTheyTellPartiesApart(String one, String other, int passed) {
        OpenConnections limits = limits(null, 1);
        accepts(limits, one);

        assertThat(asks(accepts(limits, other))).isEqualTo(passed);

        assertThat(thrown).isEqualTo(passed == 0 ? List.of("address_full") : List.of());
    }

    @Test
    void clientsOfATrustedProxyAreCountedEachForItselfWhenTheirHeadsCome() {
        OpenConnections limits = limits(null, 2);
        accepts(limits, "192.0.2.7");

        assertThat(asks(accepts(limits, PROXY), "192.0.2.7")).isEqualTo(2);
        assertThat(asks(accepts(limits, PROXY), "192.0.2.7")).isZero();
        assertThat(asks(accepts(limits, PROXY), "192.0.2.8")).isEqualTo(2);
        assertThat(asks(accepts(limits, PROXY))).isEqualTo(2);

        assertThat(thrown).containsExactly("address_full");
    }

    @Test
    void whomAnUntrustedOneNamesIsNotLookedAt() {
        OpenConnections limits = limits(null, 1);
        accepts(limits, "192.0.2.7");

        assertThat(asks(accepts(limits, "192.0.2.7"), "192.0.2.8")).isZero();
    }

    @Test
    void clientOfAProxyHeaderIsCountedWhenThatCame() {
        OpenConnections limits = limits(null, 1);
        EmbeddedSocket first = accepts(limits, PROXY, true);
        EmbeddedSocket second = accepts(limits, PROXY, true);
        assertThat(limits.sources()).isZero();

        for (EmbeddedSocket socket : List.of(first, second)) {
            ClientAddress.name(socket, new InetSocketAddress("192.0.2.7", 1));
            socket.pipeline().fireUserEventTriggered(ClientAddress.Known.BY_PROXY_HEADER);
        }

        assertThat(List.of(asks(first), asks(second))).containsExactly(2, 0);
        assertThat(thrown).containsExactly("address_full");
    }

    @Test
    void whoOpensSocketsAndSaysNothingCostsNoMoreThanSoMany() {
        OpenConnections limits = limits(null, 1);
        accepts(limits, "192.0.2.7");

        for (int i = 0; i < 2 * OpenConnections.TOLD_AT_ONCE; i++) {
            accepts(limits, "192.0.2.7");
        }

        assertThat(sockets.stream().filter(EmbeddedSocket::isOpen)).hasSize(1 + OpenConnections.TOLD_AT_ONCE);
        assertThat(events.heard()).hasSize(OpenConnections.TOLD_AT_ONCE).allMatch("refused ADDRESS_FULL"::equals);

        sockets.get(1).close();
        assertThat(accepts(limits, "192.0.2.7").isOpen()).isTrue();
        assertThat(accepts(limits, "192.0.2.7").isOpen()).isFalse();
    }

    @Test
    void nobodyIsLetInWhileMemoryIsShort() {
        OpenConnections limits = limits(null, null);
        EmbeddedSocket before = accepts(limits, "192.0.2.7");
        memory.felt(new OutOfMemoryError("planned"));

        assertThat(asks(accepts(limits, "192.0.2.7"))).isZero();
        assertThat(asks(before)).isEqualTo(2);

        assertThat(thrown).containsExactly("memory_short");
    }

    @Test
    void nothingIsRememberedOfThoseWhoAreGone() {
        OpenConnections limits = limits(10, 10);
        for (int i = 0; i < 20; i++) {
            accepts(limits, "192.0.2." + i);
        }

        sockets.forEach(EmbeddedSocket::close);

        assertThat(limits.sources()).isZero();
        assertThat(asks(accepts(limits, "192.0.2.1"))).isEqualTo(2);
    }
}
