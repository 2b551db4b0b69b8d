// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.edge.EmbeddedSocket;
import dev.fairlead.server.edge.http.MemoryShortage;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a connection reads into, and what it does when there is none. */
class ReadBuffersTest {

    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final ConnectionEvents events = new ConnectionEvents();
    private final MemoryShortage memory = new MemoryShortage(events);
    private final ReadBuffers buffers = new ReadBuffers(socket, memory);
    private final Scarce allocator = new Scarce();
    private final LoopBuffer loop = new LoopBuffer(allocator);
    private final List<ByteBuf> taken = new ArrayList<>();

    @AfterEach
    void everyBufferIsReleased() {
        taken.forEach(ByteBuf::release);
        loop.close();
        socket.finishAndReleaseAll();
        assertThat(taken).allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
    }

    /** An allocator that has nothing when the test says so. */
    private static final class Scarce extends AbstractByteBufAllocator {

        private boolean empty;
        private int tries;

        Scarce() {
            super(true);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            tries++;
            if (empty) {
                throw new OutOfMemoryError("planned");
            }
            return UnpooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return UnpooledByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }

    private void reads() {
        taken.add(buffers.newHandle().allocate(allocator));
    }

    private void readsInVain() {
        assertThatThrownBy(this::reads).isInstanceOf(MemoryShortage.Felt.class);
    }

    @Test
    void headThatFindsNoMemoryIsReadAMomentLater() {
        allocator.empty = true;
        readsInVain();
        assertThat(socket.config().isAutoRead()).isFalse();
        assertThat(memory.isFelt()).isTrue();

        allocator.empty = false;
        socket.passes(MemoryShortage.PAUSE);

        assertThat(socket.config().isAutoRead()).isTrue();
        reads();
        assertThat(events.heard()).containsExactly("memoryShort");
    }

    @Test
    void oneJoinedMeanwhileIsReadAtOnceAndNotTwice() {
        allocator.empty = true;
        readsInVain();
        buffers.readInto(loop);
        assertThat(socket.config().isAutoRead()).isTrue();

        socket.config().setAutoRead(false); // by the pump, say
        socket.passes(MemoryShortage.PAUSE);

        assertThat(socket.config().isAutoRead()).isFalse();
    }

    @Test
    void largeBufferIsNotAskedForAgainWhileMemoryIsShort() {
        buffers.readInto(loop);
        allocator.empty = true;
        for (int i = 0; i < 10; i++) {
            readsInVain();
        }

        assertThat(allocator.tries).isOne();
        assertThat(events.heard()).containsExactly("memoryShort");
    }

    @Test
    void largeBufferThatIsThereIsReadIntoThoughMemoryIsShort() {
        buffers.readInto(loop);
        reads();
        taken.removeLast().release();
        memory.felt(new OutOfMemoryError("elsewhere"));
        allocator.empty = true;

        reads();

        assertThat(taken).hasSize(1);
    }

    @Test
    void sealedReadIsNotTriedAgainWhileMemoryIsShort() {
        buffers.readSealed();
        allocator.empty = true;
        for (int i = 0; i < 10; i++) {
            readsInVain();
        }

        assertThat(allocator.tries).isOne();
    }

    @Test
    void bodyIsReadInPiecesOfItsLengthAndHeadsInSmallOnesAgain() {
        reads();
        buffers.readPieces(10_000);
        reads();
        buffers.readPieces(Long.MAX_VALUE);
        reads();
        buffers.readLittle();
        reads();
        buffers.readPieces(1);
        reads();

        assertThat(taken)
                .extracting(ByteBuf::capacity)
                .containsExactly(2048, 10_000, ReadBuffers.SEALED_BYTES, 2048, 2048);
    }

    @Test
    void longBodyIsReadIntoTheLargeBufferForAWhile() {
        buffers.readMuch(loop);
        reads();
        assertThat(loop.holds(taken.getLast())).isTrue();

        buffers.readLittle();
        reads();
        assertThat(taken.getLast().capacity()).isEqualTo(2048);
    }

    @Test
    void bodyThatFindsNoMemoryIsReadAMomentLaterUnlessItIsHeld() {
        buffers.readMuch(loop);
        allocator.empty = true;
        readsInVain();
        assertThat(socket.config().isAutoRead()).isFalse();

        buffers.hold();
        socket.passes(MemoryShortage.PAUSE);
        assertThat(socket.config().isAutoRead()).isFalse();
        buffers.letGo();
        assertThat(socket.config().isAutoRead()).isTrue();

        readsInVain();
        buffers.hold();
        buffers.letGo();
        assertThat(socket.config().isAutoRead()).isFalse();
        socket.passes(MemoryShortage.PAUSE);
        assertThat(socket.config().isAutoRead()).isTrue();
    }

    @Test
    void nothingIsGivenToReadIntoWhileReadingIsHeld() {
        buffers.hold();

        assertThatThrownBy(this::reads).isInstanceOf(ReadBuffers.HeldBack.class);
        buffers.letGo();
        reads();
        assertThat(taken).hasSize(1);
    }
}
