// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.server.connection.CallerTerms;
import dev.fairlead.server.edge.tls.UnusableCertificate;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls over TLS, to a server whose certificate is for {@code backend.test}. */
class SecureCallsTest {

    private static final String OK = "HTTP/1.1 200 OK~Content-Length: 2~~ok";
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final List<AutoCloseable> closing = new ArrayList<>();
    private final LinkedBlockingQueue<String> named = new LinkedBlockingQueue<>();
    private X509Bundle authority;
    private SSLContext tls;
    private Home home;

    @BeforeEach
    void begin() throws Exception {
        home = Home.on(loop);
        authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=authority")
                .notBefore(Instant.now().minus(Duration.ofDays(1)))
                .notAfter(Instant.now().plus(Duration.ofDays(9)))
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle server = new CertificateBuilder()
                .ecp256()
                .subject("CN=server")
                .notBefore(Instant.now().minus(Duration.ofDays(1)))
                .notAfter(Instant.now().plus(Duration.ofDays(8)))
                .addSanDnsName("backend.test")
                .buildIssuedBy(authority);
        tls = SSLContext.getInstance("TLS");
        tls.init(server.toKeyManagerFactory().getKeyManagers(), null, null);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable next : closing.reversed()) {
            next.close();
        }
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    /** A server that speaks TLS, of that version and none other. */
    private RawServer serves(String version, RawServer.Script script) throws Exception {
        RawServer server = new RawServer(new ServerSocket(0, 8, InetAddress.getLoopbackAddress()), visit -> {
            SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(visit.socket(), null, false);
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();
            ((ExtendedSSLSession) socket.getSession())
                    .getRequestedServerNames()
                    .forEach(name -> named.add(name.toString()));
            script.play(new RawServer.Visit(socket, visit.number()));
        });
        closing.add(server);
        return server;
    }

    private PooledCaller caller(String host, RawServer server, Path trust) throws Exception {
        PooledCaller caller = PooledCaller.of(
                new CallerTerms(URI.create("https://" + host + ":" + server.port()), 4, LONG, LONG, trust),
                List.of(loop),
                EpollSocketChannel::new,
                name -> new InetAddress[] {InetAddress.getLoopbackAddress()});
        closing.add(caller);
        return caller;
    }

    private Path trust() throws Exception {
        return Files.writeString(folder.resolve("trust.pem"), authority.getCertificatePEM());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void serverThatIsTrustedIsCalledByItsNameAndItsConnectionKept(String version) throws Exception {
        RawServer server = serves(version, RawServer.always(OK));
        PooledCaller caller = caller("backend.test", server, trust());

        assertThat(home.calls(caller).answer()).isEqualTo("200 ok");
        assertThat(home.calls(caller).answer()).isEqualTo("200 ok");

        assertThat(server.accepted()).isEqualTo(1);
        assertThat(named.take()).contains("backend.test");
    }

    @Test
    void serverWithTheCertificateOfAnotherNameIsNotCalled() throws Exception {
        RawServer server = serves("TLSv1.3", RawServer.always(OK));

        assertThat(home.calls(caller("other.test", server, trust())).failure())
                .startsWith("NO_CONNECTION: other.test:" + server.port() + ": no connection to 127.0.0.1")
                .contains("other.test");
    }

    @Test
    void serverWhoseCertificateNobodyTrustsIsNotCalled() throws Exception {
        RawServer server = serves("TLSv1.3", RawServer.always(OK));

        assertThat(home.calls(caller("backend.test", server, null)).failure()).startsWith("NO_CONNECTION: ");
    }

    @Test
    void serverThatSpeaksNoTlsIsNotCalled() throws Exception {
        RawServer plain = new RawServer(visit -> visit.says("HTTP/1.1 400 Bad Request~~secret"));
        closing.add(plain);

        assertThat(home.calls(caller("backend.test", plain, trust())).failure())
                .startsWith("NO_CONNECTION: ")
                .contains("what came is not TLS")
                .doesNotContain("secret");
    }

    @Test
    void handshakeThatDoesNotEndIsNotWaitedFor() throws Exception {
        RawServer silent = new RawServer(RawServer.Visit::waitsForTheEnd);
        closing.add(silent);
        PooledCaller caller = PooledCaller.of(
                new CallerTerms(
                        URI.create("https://127.0.0.1:" + silent.port()), 1, Duration.ofMillis(150), LONG, trust()),
                List.of(loop),
                EpollSocketChannel::new);
        closing.add(caller);

        assertThat(home.calls(caller).failure()).startsWith("NO_CONNECTION: ").contains("handshake");
    }

    @Test
    void answerThatEndsWithTlsIsWholeAndOneThatIsCutIsNot() throws Exception {
        RawServer server = serves("TLSv1.3", visit -> {
            visit.reads();
            visit.says("HTTP/1.1 200 OK~~all of it");
            if (visit.number() == 1) {
                ((SSLSocket) visit.socket()).shutdownOutput(); // with its last record
            }
        });
        PooledCaller caller = caller("backend.test", server, trust());

        assertThat(home.calls(caller).answer()).isEqualTo("200 all of it");
        assertThat(home.calls(caller).failure()).startsWith("LOST: ");
    }

    @Test
    void fileWithoutCertificatesIsRefused() throws Exception {
        RawServer server = serves("TLSv1.3", visit -> {});
        Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing");

        assertThatThrownBy(() -> caller("backend.test", server, empty))
                .isInstanceOf(UnusableCertificate.class)
                .hasMessageContaining("holds no certificate");
        assertThatThrownBy(() -> caller("backend.test", server, folder.resolve("none.pem")))
                .isInstanceOf(UnusableCertificate.class)
                .hasMessageContaining("is not there");
    }
}
