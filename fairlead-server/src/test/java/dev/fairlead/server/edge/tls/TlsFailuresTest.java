// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.edge.EmbeddedSocket;
import dev.fairlead.server.edge.HeardLog;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class TlsFailuresTest {

    private int failed;
    private final EmbeddedChannel channel = new EmbeddedChannel(new TlsFailures(new ConnectionObserver() {
        @Override
        public void handshakeFailed() {
            failed++;
        }
    }));

    @Test
    void handshakeThatFailsIsCountedOnce() {
        channel.pipeline().fireUserEventTriggered(new SslHandshakeCompletionEvent(new SSLException("no")));
        channel.close();

        assertThat(failed).isEqualTo(1);
    }

    @Test
    void handshakeThatSucceedsIsNotCounted() {
        channel.pipeline().fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);
        channel.close();

        assertThat(failed).isZero();
    }

    @Test
    void connectionThatEndsBeforeItsHandshakeIsCounted() {
        channel.close();

        assertThat(failed).isEqualTo(1);
    }

    @Test
    void brokenRecordIsALostConnection() {
        SSLException broken = new SSLException("bad record");

        channel.pipeline().fireExceptionCaught(new DecoderException(broken));

        assertThatThrownBy(channel::checkException).isSameAs(broken).isInstanceOf(IOException.class);
    }

    @Test
    void nothingOfWhatCameInsteadOfTlsIsRepeated() {
        EmbeddedSocket socket = new EmbeddedSocket();
        socket.pipeline().addLast(new TlsFailures(new ConnectionObserver() {}));
        NotSslRecordException alien = new NotSslRecordException("not an SSL/TLS record: 736563726574");
        try (HeardLog log = HeardLog.of(TlsFailures.class)) {
            socket.pipeline().fireUserEventTriggered(new SslHandshakeCompletionEvent(alien));
            socket.pipeline().fireExceptionCaught(new DecoderException(alien));

            assertThat(log.events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.getFormattedMessage()).doesNotContain("736563726574"));
        }
        assertThatThrownBy(socket::checkException)
                .isInstanceOf(SSLException.class)
                .hasMessageNotContaining("736563726574");
    }

    @Test
    void otherFaultsStayWhatTheyAre() {
        IllegalStateException fault = new IllegalStateException();

        channel.pipeline().fireExceptionCaught(fault);

        assertThatThrownBy(channel::checkException).isSameAs(fault);
    }
}
