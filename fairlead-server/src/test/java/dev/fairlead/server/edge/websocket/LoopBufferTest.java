// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class LoopBufferTest {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final LoopBuffer buffer = new LoopBuffer(allocator);

    @Test
    void nothingIsAllocatedBeforeTheFirstRead() {
        assertThat(allocated()).isZero();
    }

    @Test
    void bufferThatIsFreeAgainIsTakenAnew() {
        ByteBuf first = buffer.take();
        first.writeZero(1000);
        first.release();

        ByteBuf second = buffer.take();

        assertThat(second).isSameAs(first);
        assertThat(second.readerIndex()).isEqualTo(LoopBuffer.HEADROOM);
        assertThat(second.writerIndex()).isEqualTo(LoopBuffer.HEADROOM);
        assertThat(second.refCnt()).isEqualTo(2);
        second.release();
        buffer.close();
        assertThat(allocated()).isZero();
    }

    @Test
    void bufferThatASlowPeerStillNeedsIsGivenUpToIt() {
        ByteBuf first = buffer.take();
        ByteBuf stillWritten = first.writeByte(7).retainedSlice();
        first.release();

        ByteBuf second = buffer.take();

        assertThat(second).isNotSameAs(first);
        assertThat(buffer.holds(second)).isTrue();
        assertThat(buffer.holds(first)).isFalse();
        assertThat(stillWritten.getByte(0)).isEqualTo((byte) 7);

        stillWritten.release();
        assertThat(first.refCnt()).isZero();
        second.release();
        buffer.close();
        assertThat(second.refCnt()).isZero();
        assertThat(allocated()).isZero();
    }

    @Test
    void viewShowsTheBytesOfTheLastTake() {
        ByteBuf held = buffer.take();
        ByteBuf taken = buffer.take();

        taken.writeByte(42);

        assertThat(buffer.view().get(LoopBuffer.HEADROOM)).isEqualTo((byte) 42);
        assertThat(buffer.view().capacity()).isEqualTo(taken.capacity());
        held.release();
        taken.release();
        buffer.close();
    }

    @Test
    void bufferOfEqualContentIsNotTakenForIt() {
        ByteBuf taken = buffer.take();
        ByteBuf twin = taken.writeByte(7).copy();

        assertThat(twin).isEqualTo(taken);
        assertThat(buffer.holds(twin)).isFalse();
        twin.release();
        taken.release();
        buffer.close();
    }

    @Test
    void closingGivesBackWhatNobodyUsesAndLeavesTheRestToItsUser() {
        ByteBuf used = buffer.take();

        buffer.close();
        buffer.close();

        assertThat(used.refCnt()).isOne();
        used.release();
        assertThat(allocated()).isZero();
    }

    private long allocated() {
        return allocator.metric().usedDirectMemory();
    }

    @Test
    void noMoreFitsThanIsAskedFor() {
        ByteBuf little = buffer.take(1000);
        assertThat(little.writableBytes()).isEqualTo(1000);
        little.release();

        ByteBuf much = buffer.take(Integer.MAX_VALUE);
        assertThat(much.writerIndex()).isEqualTo(LoopBuffer.HEADROOM);
        assertThat(much.refCnt()).isEqualTo(2);
        much.release();
        buffer.close();
    }
}
