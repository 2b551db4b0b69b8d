// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import dev.fairlead.server.connection.ConnectionObserver;
import dev.fairlead.server.edge.http.ClientAddress;
import dev.fairlead.server.edge.http.Closing;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands behind TLS: passes its failures on as what they are, a lost connection, counts handshakes that failed, and closes
 * the socket of a peer that has ended its TLS.
 */
public final class TlsFailures extends ChannelInboundHandlerAdapter {

    private static final Logger LOGGER = LoggerFactory.getLogger(TlsFailures.class);

    private final ConnectionObserver observer;
    private boolean over;

    /** Serves one connection. */
    public TlsFailures(ConnectionObserver observer) {
        this.observer = observer;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent handshake -> {
                if (!handshake.isSuccess()) {
                    failed(ctx, words(handshake.cause()));
                }
                over = true;
            }
            // It can be told nothing either: its last record was answered with ours.
            case SslCloseCompletionEvent _ -> Closing.close(ctx);
            default -> ctx.fireUserEventTriggered(event);
        }
    }

    /** Where the name decides on the certificate, nothing else tells of one who never said it. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        failed(ctx, "the connection ended");
        ctx.fireChannelInactive();
    }

    private void failed(ChannelHandlerContext ctx, String why) {
        if (!over) {
            over = true;
            observer.handshakeFailed();
            LOGGER.atDebug()
                    .addKeyValue("connection", ctx.channel().id())
                    .addKeyValue("remote", ClientAddress.of(ctx.channel()))
                    .log("TLS handshake failed: {}", why);
        }
    }

    /** What came instead of TLS is repeated in the exception to the last byte, and may have been a request with its token. */
    private static String words(Throwable cause) {
        return cause instanceof NotSslRecordException ? "what came is not TLS" : String.valueOf(cause.getMessage());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.fireExceptionCaught(
                switch (cause) {
                    case TooLongFrameException tooLong -> new SSLException(tooLong.getMessage());
                    case DecoderException wrapped
                    when wrapped.getCause() instanceof NotSslRecordException alien -> new SSLException(words(alien));
                    case DecoderException wrapped when wrapped.getCause() instanceof SSLException failure -> failure;
                    default -> cause;
                });
    }
}
