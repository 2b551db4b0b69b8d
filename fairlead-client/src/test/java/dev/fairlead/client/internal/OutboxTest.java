// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.MessageReader;
import dev.fairlead.protocol.websocket.Opcode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final BlockingQueue<byte[]> writes = new LinkedBlockingQueue<>();
    private final Outbox outbox = new Outbox(new OutputStream() {
        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            writes.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }
    });

    @Test
    void frameThatNobodyHoldsBackIsWrittenAtOnce() throws IOException {
        send("one", false);

        assertThat(texts(writes.remove())).containsExactly("one");
    }

    @Test
    void framesThatWereHeldBackLeaveInOrderWithTheNextInOneWrite() throws IOException {
        send("one", true);
        send("two", true);
        send("three", false);

        assertThat(texts(writes.remove())).containsExactly("one", "two", "three");
        assertThat(writes).isEmpty();
    }

    @Test
    void releaseWritesWhatIsHeldBackAndNothingElse() throws IOException {
        send("one", true);

        outbox.release();
        outbox.release();

        assertThat(texts(writes.remove())).containsExactly("one");
        assertThat(writes).isEmpty();
    }

    @Test
    void moreThanThereIsRoomForIsWrittenMeanwhile() throws IOException {
        String kibibyte = "k".repeat(1024);
        for (int i = 0; i < 100; i++) {
            send(kibibyte, true);
        }
        outbox.release();

        List<String> all = new ArrayList<>();
        writes.forEach(write -> all.addAll(texts(write)));
        assertThat(all).hasSize(100).allMatch(kibibyte::equals);
        assertThat(writes).hasSize(2);
    }

    @Test
    void frameIsNotHeldBackForLongWhateverKeepsWhoHoldsIt() throws Exception {
        send("one", true);

        byte[] written = writes.poll(10, TimeUnit.SECONDS);

        assertThat(written).isNotNull();
        assertThat(texts(written)).containsExactly("one");
    }

    @Test
    void frameIsNotHeldBackForLongAfterAPauseEither() throws Exception {
        send("one", true);
        assertThat(writes.poll(10, TimeUnit.SECONDS)).isNotNull();
        // until nobody looks here any more
        CountDownLatch later = new CountDownLatch(1);
        assertThat(Deadlines.after(Duration.ofMillis(200), later::countDown).isCancelled())
                .isFalse();
        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();

        send("two", true);

        assertThat(writes.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void pongTakesAlongWhatIsHeldBackBeforeIt() throws IOException {
        send("one", true);

        outbox.pong(new byte[] {7});

        byte[] written = writes.remove();
        assertThat(texts(written)).containsExactly("one");
        assertThat(written).hasSize(2 + 4 + 3 + 2 + 4 + 1);
    }

    private void send(String text, boolean hold) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        outbox.send(FrameWriter.FINAL | Opcode.TEXT, ByteBuffer.wrap(payload), payload.length, hold);
    }

    private static List<String> texts(byte[] frames) {
        List<String> texts = new ArrayList<>();
        MessageReader reader = new MessageReader(FrameHeaderReader.ofClientFrames(), 1 << 20, new MessageReader.Sink() {
            @Override
            public void onText(String text) {
                texts.add(text);
            }

            @Override
            public void onBinary(byte[] message) {}

            @Override
            public void onPing(byte[] payload) {}

            @Override
            public void onClose(CloseStatus status) {}
        });
        reader.read(ByteBuffer.wrap(frames).order(ByteOrder.LITTLE_ENDIAN), 0, frames.length);
        return texts;
    }
}
