// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.edge.EmbeddedSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Docs, protocol, "Joined sockets": what either side sends before the answer is kept in order. */
class EarlyBytesTest {

    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final EarlyBytes early = new EarlyBytes();
    private final List<ByteBuf> seen = new ArrayList<>();

    @BeforeEach
    void upgradeIsAskedFor() {
        socket.pipeline().addLast("early", early);
    }

    @AfterEach
    void everyBufferIsReleased() {
        socket.finishAndReleaseAll();
        assertThat(seen).allSatisfy(each -> assertThat(each.refCnt()).isZero());
    }

    @Test
    void whatCameEarlyIsPassedOnInOrderWhenTheAnswerStands() {
        socket.writeInbound(bytes("a"), bytes("bc"), bytes("d"));
        assertThat(socket.inboundMessages()).isEmpty();

        early.letGo(socket.pipeline().context("early"));
        socket.writeInbound(bytes("e"));

        assertThat(socket.inboundMessages().stream().map(each -> ((ByteBuf) each).toString(StandardCharsets.US_ASCII)))
                .containsExactly("abcd", "e");
        assertThat(socket.handlers()).isEmpty();
    }

    /** Each read has a buffer of its own, of 2 KiB and more. */
    @Test
    void whatIsHeldCostsItsLengthInHoweverManyPiecesItCame() {
        for (int i = 0; i < 1000; i++) {
            ByteBuf piece = bytes("x");
            socket.writeInbound(piece);
            assertThat(piece.refCnt()).isZero();
        }

        early.letGo(socket.pipeline().context("early"));

        assertThat(socket.inboundMessages()).hasSize(1);
        assertThat(((ByteBuf) socket.inboundMessages().element()).capacity()).isLessThanOrEqualTo(4096);
    }

    @Test
    void whatIsHeldWhenTheHandlerLeavesIsReleased() {
        ByteBuf held = bytes("held");
        socket.writeInbound(held);

        socket.pipeline().remove(early);

        assertThat(held.refCnt()).isZero();
        assertThat(socket.inboundMessages()).isEmpty();
    }

    @Test
    void whatIsHeldOfAPeerThatGivesUpIsReleased() {
        ByteBuf held = bytes("held");
        socket.writeInbound(held);

        assertThat(socket.finish()).isFalse();

        assertThat(held.refCnt()).isZero();
    }

    @Test
    void asMuchAsTheLimitIsHeld() {
        socket.writeInbound(bytes("x".repeat(EarlyBytes.LIMIT - 1)), bytes("y"));

        early.letGo(socket.pipeline().context("early"));

        assertThat(((ByteBuf) socket.inboundMessages().element()).readableBytes())
                .isEqualTo(EarlyBytes.LIMIT);
    }

    @Test
    void whoSendsMoreThanTheLimitIsRefusedOnceAndNothingOfItIsKept() {
        ByteBuf held = bytes("x".repeat(EarlyBytes.LIMIT));
        ByteBuf straw = bytes("y");
        ByteBuf more = bytes("z".repeat(EarlyBytes.LIMIT));
        socket.writeInbound(held);

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> socket.writeInbound(straw))
                .satisfies(refused -> assertThat(refused.answer().refusal()).isEqualTo(Refusal.UPGRADE_MALFORMED));
        assertThat(held.refCnt()).isZero();
        assertThat(straw.refCnt()).isZero();

        socket.writeInbound(more);
        assertThat(more.refCnt()).isZero();
    }

    @Test
    void whatIsNoBytesIsDropped() {
        socket.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
        early.letGo(socket.pipeline().context("early"));

        assertThat(socket.inboundMessages()).isEmpty();
    }

    private ByteBuf bytes(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        seen.add(bytes);
        return bytes;
    }
}
