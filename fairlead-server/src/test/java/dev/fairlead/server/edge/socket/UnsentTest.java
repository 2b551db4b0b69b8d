// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.edge.EmbeddedSocket;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnsentTest {

    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final Unsent unsent = new Unsent(socket);
    private final List<String> heard = new ArrayList<>();

    @AfterEach
    void everyBufferIsReleased() {
        socket.finishAndReleaseAll();
    }

    private ByteBuf sends(int bytes) {
        ByteBuf piece = socket.alloc().directBuffer().writeZero(bytes);
        var _ = socket.write(piece);
        socket.flush();
        return piece;
    }

    @Test
    void nothingWaitsForAPeerThatReads() {
        sends(10);

        assertThat(unsent.isBehind()).isFalse();
        unsent.whenWritten(() -> heard.add("written"));
        assertThat(heard).containsExactly("written");
        assertThat(socket.written()).hasSize(10);
    }

    @Test
    void whatWaitsIsCopiedInOrder() {
        socket.isNotRead();
        ByteBuf first = sends(10);
        ByteBuf second = sends(20);
        assertThat(unsent.bytes()).isGreaterThanOrEqualTo(30);

        unsent.keepCopy();

        assertThat(first.refCnt()).isZero();
        assertThat(second.refCnt()).isZero();
        assertThat(unsent.isBehind()).isTrue();
        socket.isReadAgain();
        assertThat(socket.written()).hasSize(30);
        assertThat(unsent.bytes()).isZero();
    }

    @Test
    void whoeverWaitsIsToldByItselfAndMayWriteAndCopyAgain() {
        socket.isNotRead();
        sends(10);
        unsent.whenWritten(() -> {
            heard.add("written");
            socket.isNotRead();
            sends(5);
            unsent.keepCopy();
        });
        unsent.keepCopy(); // must not take the waiting out of the queue
        assertThat(heard).isEmpty();

        socket.isReadAgain();
        socket.runPendingTasks();

        assertThat(heard).containsExactly("written");
        assertThat(unsent.isBehind()).isTrue();
        socket.isReadAgain();
        assertThat(socket.written()).hasSize(15);
    }

    @Test
    void whoeverWaitsIsToldOfASocketThatIsClosedToo() {
        socket.isNotRead();
        sends(10);
        unsent.whenTaken(() -> heard.add("over"));

        socket.close();
        socket.runPendingTasks();

        assertThat(heard).containsExactly("over");
        assertThat(unsent.bytes()).isZero();
        assertThat(unsent.isBehind()).isFalse();
    }

    @Test
    void peerThatTakesNothingIsCutOffAndOneThatTakesSomeIsNot() {
        socket.isNotRead();
        sends(10);
        sends(10);
        unsent.whenTaken(() -> heard.add("taken"));
        socket.passes(Unsent.PATIENCE.minusSeconds(1));
        sends(10); // as if another had been taken meanwhile: what waits is not what waited
        socket.passes(Duration.ofSeconds(1));
        assertThat(socket.isOpen()).isTrue();

        socket.passes(Unsent.PATIENCE);

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void peerThatTookAllIsNotLookedAtAgain() {
        socket.isNotRead();
        sends(10);
        unsent.whenTaken(() -> heard.add("taken"));
        socket.isReadAgain();
        socket.runPendingTasks();
        socket.written();
        socket.isNotRead();
        sends(10);

        socket.passes(Unsent.PATIENCE.multipliedBy(2));

        assertThat(heard).containsExactly("taken");
        assertThat(socket.isOpen()).isTrue();
    }
}
