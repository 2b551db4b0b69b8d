// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.edge.EmbeddedSocket;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestDeadlineTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final RequestDeadline deadline = new RequestDeadline(LIMIT);

    @BeforeEach
    void connect() {
        socket.pipeline().addLast(deadline);
    }

    @AfterEach
    void everyBufferIsReleased() {
        socket.finishAndReleaseAll();
    }

    @Test
    void peerThatAsksJustInTimeIsLeftAlone() {
        socket.passes(LIMIT.minusNanos(1));
        socket.writeInbound(head(), LastHttpContent.EMPTY_LAST_CONTENT);
        socket.passes(LIMIT.multipliedBy(2));

        assertThatCode(socket::checkException).doesNotThrowAnyException();
        assertThat(socket.handlers()).isEmpty();
        assertThat(socket.inboundMessages()).hasSize(2);
    }

    @Test
    void peerThatSaysNothingIsRefused() {
        socket.passes(LIMIT.minusNanos(1));
        assertThatCode(socket::checkException).doesNotThrowAnyException();

        socket.passes(Duration.ofNanos(1));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(socket::checkException)
                .withMessageContaining("10s")
                .satisfies(refused -> assertThat(refused.answer().refusal()).isEqualTo(Refusal.REQUEST_TOO_SLOW));
    }

    @Test
    void headWithoutAnEndAndABodyThatDripsDoNotStopTheClock() {
        socket.writeInbound(head());
        for (int i = 0; i < 9; i++) {
            socket.passes(Duration.ofSeconds(1));
            socket.writeInbound(new DefaultHttpContent(Unpooled.EMPTY_BUFFER));
        }

        socket.passes(Duration.ofSeconds(1));

        assertThatExceptionOfType(RefusedException.class).isThrownBy(socket::checkException);
    }

    /** Behind this the head alone counts. */
    private void takesHeadsAlone() {
        socket.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof HttpRequest) {
                    deadline.headIsWhole();
                }
                ctx.fireChannelRead(message);
            }
        });
    }

    @Test
    void bodyMayTakeItsTimeWhereTheHeadAloneCounts() {
        takesHeadsAlone();
        socket.writeInbound(head());
        socket.passes(LIMIT.multipliedBy(2));
        socket.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
        socket.passes(LIMIT.multipliedBy(2));

        assertThatCode(socket::checkException).doesNotThrowAnyException();
    }

    @Test
    void furtherHeadCountsFromItsBeginning() {
        takesHeadsAlone();
        socket.writeInbound(head(), LastHttpContent.EMPTY_LAST_CONTENT);
        socket.passes(LIMIT.multipliedBy(2));

        socket.pipeline().fireUserEventTriggered(RequestDecoder.Progress.HEAD_BEGUN);
        socket.passes(LIMIT.minusNanos(1));
        assertThatCode(socket::checkException).doesNotThrowAnyException();
        socket.passes(Duration.ofNanos(1));

        assertThatExceptionOfType(RefusedException.class).isThrownBy(socket::checkException);
    }

    @Test
    void furtherRequestIsWaitedForAsAWholeWhereItsHeadAloneDoesNotCount() {
        takesHeadsAlone();
        socket.writeInbound(head(), LastHttpContent.EMPTY_LAST_CONTENT);
        socket.pipeline().removeLast();

        socket.writeInbound(head());
        socket.passes(LIMIT);

        assertThatExceptionOfType(RefusedException.class).isThrownBy(socket::checkException);
    }

    @Test
    void connectionThatEndsLeavesNoTimer() {
        socket.close();

        socket.passes(LIMIT);

        assertThatCode(socket::checkException).doesNotThrowAnyException();
    }

    private static DefaultHttpRequest head() {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    }
}
