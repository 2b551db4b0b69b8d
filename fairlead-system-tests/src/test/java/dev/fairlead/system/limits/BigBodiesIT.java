// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Reply;
import dev.fairlead.testkit.WireFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that are far longer than the memory of the relay that they pass. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BigBodiesIT {

    private static final long GIBIBYTE = 1L << 30;
    private static final Duration LONG = Duration.ofMinutes(1);

    /** Of different lengths and contents, so that the sum shows when one is lost, doubled or moved. */
    private static final List<byte[]> BLOCKS = blocks();

    private RelayProcess relay;
    private ListenerDriver listener;

    private static List<byte[]> blocks() {
        Random random = new Random(1);
        List<byte[]> blocks = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            byte[] block = new byte[100_000 + 7919 * i];
            random.nextBytes(block);
            blocks.add(block);
        }
        return blocks;
    }

    @BeforeAll
    void start(@TempDir Path home) {
        relay = RelayProcess.start(home, "true", "-Xmx256m -XX:MaxDirectMemorySize=64m");
        listener = relay.listener("big").online();
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    /** Gives away blocks, in turn, until they are {@code length} bytes in all; {@return their sum} */
    private static long gives(long length, Consumer<byte[]> taker) {
        CRC32C sum = new CRC32C();
        long left = length;
        for (int i = 0; left > 0; i++) {
            byte[] block = BLOCKS.get(i % BLOCKS.size());
            if (block.length > left) {
                block = Arrays.copyOf(block, (int) left);
            }
            taker.accept(block);
            sum.update(block);
            left -= block.length;
        }
        return sum.getValue();
    }

    /** {@return how long the body that comes is, and its sum} */
    private static List<Long> takesAnswer(HttpSenderDriver sender) {
        CRC32C sum = new CRC32C();
        long length = 0;
        for (byte[] piece = sender.receivesPiece(); piece.length > 0; piece = sender.receivesPiece()) {
            sum.update(piece);
            length += piece.length;
        }
        return List.of(length, sum.getValue());
    }

    /** {@return how long the body that comes is, and its sum} */
    private static List<Long> takesRequest(Asked asked) {
        CRC32C sum = new CRC32C();
        long length = 0;
        WireFrame frame;
        do {
            frame = asked.channel().receivesButNoPings();
            sum.update(frame.payload());
            length += frame.length();
        } while (!frame.isFinal());
        return List.of(length, sum.getValue());
    }

    private void memoryWasNeverShort() {
        assertThat(relay.isRunning()).isTrue();
        assertThat(relay.meter("fairlead_memory_shortages_total")).isZero();
        assertThat(relay.log()).noneMatch(line -> line.contains("OutOfMemoryError") || line.contains("LEAK"));
    }

    @Test
    void gibibyteGoesUp() {
        HttpSenderDriver sender = relay.http("big").startsPosting(GIBIBYTE);
        CompletableFuture<Long> sent = CompletableFuture.supplyAsync(() -> gives(GIBIBYTE, sender::sends));

        Asked asked = listener.fetches();
        List<Long> taken = takesRequest(asked);

        assertThat(sent).succeedsWithin(LONG);
        assertThat(taken).containsExactly(GIBIBYTE, sent.join());
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
        memoryWasNeverShort();
    }

    @Test
    void gibibyteGoesUpInChunks() {
        HttpSenderDriver sender = relay.http("big").startsPostingChunks();
        CompletableFuture<Long> sent = CompletableFuture.supplyAsync(() -> gives(GIBIBYTE, sender::sendsChunk));
        sent.thenRun(sender::endsChunks);

        Asked asked = listener.fetches();
        List<Long> taken = takesRequest(asked);

        assertThat(sent).succeedsWithin(LONG);
        assertThat(taken).containsExactly(GIBIBYTE, sent.join());
        asked.answers(200, "done");
        sender.isAnsweredWith(200, "done");
        memoryWasNeverShort();
    }

    @Test
    void gibibyteComesDown() {
        HttpSenderDriver sender = relay.http("big").gets();
        Asked asked = listener.isAsked().dials().answers(Reply.of(200).announcingBody());
        CompletableFuture<Long> sent = CompletableFuture.supplyAsync(() -> {
            asked.sends(WireFrame.binary().notFinal());
            long sum = gives(
                    GIBIBYTE,
                    block -> asked.sends(
                            WireFrame.of(WireFrame.CONTINUATION, block).notFinal()));
            asked.ends("");
            return sum;
        });

        sender.receivesHead();
        List<Long> taken = takesAnswer(sender);

        assertThat(sent).succeedsWithin(LONG);
        assertThat(taken).containsExactly(GIBIBYTE, sent.join());
        memoryWasNeverShort();
    }

    /** As many as would need far more memory than there is, if what they do not read were kept for them. */
    @Test
    void manyWhoDoNotReadAreNotKeptMuchFor() {
        List<HttpSenderDriver> slow = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            HttpSenderDriver sender = relay.http("big").withReceiveBuffer(4096).gets();
            Asked asked = listener.isAsked().dials().answers(Reply.of(200).announcingBody());
            asked.channel()
                    .writesInBackground(WireFrame.binary(new byte[8 << 20]).bytes());
            sender.receivesHead();
            slow.add(sender);
        }

        HttpSenderDriver lively = relay.http("big").gets();
        listener.isAsked().answers(200, "lively");
        lively.isAnsweredWith(200, "lively");

        for (HttpSenderDriver sender : slow.subList(0, 3)) {
            assertThat(sender.skipsBody()).isEqualTo(8 << 20);
        }
        memoryWasNeverShort();
    }
}
