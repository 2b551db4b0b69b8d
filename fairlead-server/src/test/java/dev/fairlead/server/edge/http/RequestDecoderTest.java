// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.edge.EmbeddedSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One request at a time, and what is read ahead of it costs what it is long. A tilde stands for the end of a line. */
class RequestDecoderTest {

    private static final String GET = "GET / HTTP/1.1~Host: h~~";

    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final RequestDecoder decoder = new RequestDecoder(1024);
    private final List<String> heard = new ArrayList<>();
    private Consumer<HttpRequest> onHead = head -> {};
    private Runnable onEnd = () -> {};

    @BeforeEach
    void connect() {
        socket.config().setAllocator(allocator);
        socket.pipeline().addLast(decoder).addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof HttpRequest request) {
                    heard.add(
                            request.decoderResult().isFailure() ? "bad head" : request.method() + " " + request.uri());
                    onHead.accept(request);
                }
                if (message instanceof HttpContent content) {
                    heard.add(
                            content.decoderResult().isFailure()
                                    ? "bad body"
                                    : content.content().toString(StandardCharsets.ISO_8859_1));
                    content.release();
                }
                if (message instanceof ByteBuf left) {
                    heard.add("left: " + left.toString(StandardCharsets.ISO_8859_1));
                    left.release();
                }
                if (message instanceof LastHttpContent) {
                    heard.add("end");
                    onEnd.run();
                }
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                heard.add(event.toString());
            }
        });
    }

    @AfterEach
    void everyBufferIsReleased() {
        socket.finishAndReleaseAll();
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .isZero();
    }

    private ByteBuf receives(String wire) {
        ByteBuf bytes = allocator.directBuffer(256 * 1024);
        bytes.writeCharSequence(wire.replace("~", "\r\n"), StandardCharsets.ISO_8859_1);
        socket.writeInbound(bytes.retain());
        return bytes;
    }

    /** Says that nobody else holds what was read; and gives it back. */
    private static void isHeldByNobody(ByteBuf bytes) {
        assertThat(bytes.refCnt()).isOne();
        bytes.release();
    }

    @Test
    void nothingBehindARequestIsLookedAtBeforeItsTurn() {
        isHeldByNobody(receives(GET + "no request~~"));

        assertThat(heard).containsExactly("GET /", "", "end");
        assertThat(decoder.heldBytes()).isEqualTo("no request\r\n\r\n".length());
        decoder.goOn();
        assertThat(heard).hasSize(3);
        socket.runPendingTasks();
        assertThat(heard).endsWith("bad head", "bad body", "end");
    }

    @Test
    void whatIsHeldIsCopiedOnceAndGrows() {
        isHeldByNobody(receives(GET + "GET /2 HT"));
        isHeldByNobody(receives("TP/1.1~Host: h~"));
        isHeldByNobody(receives("~"));
        isHeldByNobody(receives("x".repeat(100_000)));

        decoder.goOn();
        socket.runPendingTasks();

        assertThat(heard).containsExactly("GET /", "", "end", "GET /2", "", "end");
        assertThat(decoder.heldBytes()).isEqualTo(100_000);
    }

    @Test
    void halfOfAHeadAndTheSizeOfAChunkAreCopiedToo() {
        onEnd = decoder::goOn;
        isHeldByNobody(receives("POST / HTTP/1.1~Host: h~Transfer-Enc"));
        assertThat(heard).containsExactly("HEAD_BEGUN");
        isHeldByNobody(receives("oding: chunked~~5"));
        isHeldByNobody(receives("~hello~0~~"));

        assertThat(heard).containsExactly("HEAD_BEGUN", "POST /", "hello", "", "end");
    }

    @Test
    void bodyIsHeldUntilItIsAskedFor() {
        onHead = head -> decoder.hold();
        isHeldByNobody(receives("POST / HTTP/1.1~Host: h~Content-Length: 10~~hello"));
        isHeldByNobody(receives("wo"));
        assertThat(heard).containsExactly("POST /");

        decoder.goOn();
        socket.runPendingTasks();
        assertThat(heard).containsExactly("POST /", "hellowo");

        isHeldByNobody(receives("rldGET"));
        assertThat(heard).containsExactly("POST /", "hellowo", "rld", "end");
    }

    @Test
    void requestsThatAreAnsweredAtOnceFollowWithoutAPause() {
        onEnd = decoder::goOn;

        isHeldByNobody(receives(GET.repeat(2000)));

        assertThat(heard).hasSize(3 * 2000).doesNotContain("HEAD_BEGUN");
        assertThat(decoder.isAwaitingRequest()).isTrue();
    }

    @Test
    void headThatHasBegunIsToldOfOnceAndLinesBeforeItAreNoHead() {
        onEnd = decoder::goOn;
        isHeldByNobody(receives(GET));
        isHeldByNobody(receives("~~"));
        assertThat(decoder.isAwaitingRequest()).isTrue();
        isHeldByNobody(receives("G"));
        assertThat(decoder.isAwaitingRequest()).isFalse();
        isHeldByNobody(receives("E"));

        assertThat(heard).containsExactly("GET /", "", "end", "HEAD_BEGUN");
    }

    @Test
    void decoderThatLeavesPassesOnWhatItHolds() {
        isHeldByNobody(receives(GET + "rest"));

        socket.pipeline().remove(decoder);

        assertThat(decoder.heldBytes()).isZero();
        assertThat(decoder.isAwaitingRequest()).isFalse();
        decoder.goOn();
        socket.runPendingTasks();
        assertThat(heard).containsExactly("GET /", "", "end", "left: rest");
    }

    @Test
    void nobodyIsAskedToReadWhileReadingIsPaused() {
        int[] reads = new int[1];
        socket.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
                reads[0]++;
            }
        });
        socket.config().setAutoRead(false);

        isHeldByNobody(receives("GET"));

        assertThat(reads[0]).isZero();
    }
}
