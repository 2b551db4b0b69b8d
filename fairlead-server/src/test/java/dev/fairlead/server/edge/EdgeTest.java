// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.connection.CallOutcome;
import dev.fairlead.server.connection.CallerTerms;
import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.connection.HttpCall;
import dev.fairlead.server.connection.HttpCaller;
import dev.fairlead.server.connection.Route;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real sockets and loops of the edge are like. */
class EdgeTest {

    @ParameterizedTest
    @CsvSource({"PT30S,30,15", "PT1S,1,1", "PT0.5S,1,1", "PT5M,300,150", "P1D,32767,16383"})
    void hostThatVanishesIsMissedAfterAFewIntervalsOfPings(Duration pingInterval, int idle, int between)
            throws Exception {
        assertThat(Epoll.isAvailable()).isTrue();
        CompletableFuture<EpollSocketChannel> accepted = new CompletableFuture<>();
        try (MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory())) {
            ServerBootstrap port = new ServerBootstrap()
                    .group(group)
                    .channel(EpollServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<EpollSocketChannel>() {
                        @Override
                        protected void initChannel(EpollSocketChannel channel) {
                            accepted.complete(channel);
                        }
                    });
            KeepAlive.of(port, pingInterval);
            InetSocketAddress address = (InetSocketAddress) port.bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel()
                    .localAddress();

            try (Socket _ = new Socket(address.getAddress(), address.getPort())) {
                var config = accepted.get(10, TimeUnit.SECONDS).config();
                assertThat(config.isKeepAlive()).isTrue();
                assertThat(config.getTcpKeepIdle()).isEqualTo(idle);
                assertThat(config.getTcpKeepIntvl()).isEqualTo(between);
                assertThat(config.getTcpKeepCnt()).isEqualTo(4);
            }
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void loopsAreWatchedAsLongAsTheEdgeIsOpen() {
        Edge edge = new Edge(LimitsConfig.DEFAULT, Duration.ofSeconds(30), null, ConnectionObserver.NONE);
        assertThat(watches()).isPositive();

        edge.close();
    }

    @Test
    void callsEndWithTheEdge() throws Exception {
        Edge edge = new Edge(LimitsConfig.DEFAULT, Duration.ofSeconds(30), null, ConnectionObserver.NONE);
        AskedService service = new AskedService();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        InetSocketAddress port = edge.open(ListenAddress.plain(any), null, List.of(new Route.Exchanges("/", service)));
        try (ServerSocket backend = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(port.getAddress(), port.getPort())) {
            HttpCaller caller = edge.caller(new CallerTerms(
                    URI.create("http://127.0.0.1:" + backend.getLocalPort()),
                    1,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    null));
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            HttpCall call = new HttpCall("GET", "/", List.of(), new byte[0], Duration.ofSeconds(20), 0);
            CompletableFuture<CallOutcome> told = new CompletableFuture<>();
            caller.call(service.next().exchange(), call, told::complete);

            try (Socket called = backend.accept()) {
                called.setSoTimeout(10_000);
                assertThat(called.getInputStream().readNBytes(3)).asString().isEqualTo("GET");

                edge.close();

                assertThat(called.getInputStream().readAllBytes()).asString().endsWith("\r\n\r\n");
                assertThat(told.get(10, TimeUnit.SECONDS)).isInstanceOf(CallOutcome.Failed.class);
            }
        }
    }

    private static long watches() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("fairlead-loop-watch"))
                .filter(Thread::isDaemon)
                .count();
    }
}
