// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.javawebsocket.Outbox.Kind;
import dev.fairlead.client.javawebsocket.Outbox.Part;
import dev.fairlead.protocol.websocket.CloseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private static final Executor THREADS = task -> {
        Thread thread = new Thread(task, "writer");
        thread.setDaemon(true);
        thread.start();
    };
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final FakeLine line = new FakeLine();
    private final Outbox outbox = new Outbox(line, THREADS);

    @AfterEach
    void end() {
        outbox.abandon();
        line.goesOn();
    }

    private static Part text(String text) {
        return part(Kind.TEXT, text, true);
    }

    private static Part part(Kind kind, String text, boolean last) {
        return new Part(kind, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), last);
    }

    private static Part binary(int size) {
        return new Part(Kind.BINARY, ByteBuffer.allocate(size), true);
    }

    private boolean offers(Part... parts) {
        return outbox.offer(List.of(parts));
    }

    @Test
    void whatIsSentGoesOutInOrder() throws Exception {
        offers(text("a"), text("b"));
        offers(text("c"));

        line.hears("text a", "text b", "text c");
    }

    @Test
    void longMessageGoesOutInSlices() throws Exception {
        offers(binary(70_000));
        offers(text(""));

        line.hears("binary 32768 bytes …", "binary 32768 bytes …", "binary 4464 bytes", "text ");
    }

    @Test
    void senderDoesNotWaitForAPeerThatDoesNotRead() throws Exception {
        line.stops();

        offers(text("a"));
        offers(text("b"));

        line.isBlocked();
        assertThat(outbox.hasQueued()).isTrue();
        line.goesOn();
        line.hears("text a", "text b");
    }

    @Test
    void whoFindsTheQueueFullWaitsForRoom() throws Exception {
        line.stops();
        offers(binary(Outbox.MAX_QUEUED_BYTES));
        line.isBlocked();

        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> offers(text("more")), THREADS);

        assertThatThrownBy(() -> waiting.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        line.goesOn();
        assertThat(waiting.get(FakeLine.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoWaitsForRoomIsLetGoWhenTheLineIsGone() throws Exception {
        line.stops();
        offers(binary(Outbox.MAX_QUEUED_BYTES));
        line.isBlocked();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> offers(text("more")), THREADS);

        outbox.abandon();

        assertThat(waiting.get(FakeLine.PATIENCE_SECONDS, TimeUnit.SECONDS)).isFalse();
        assertThat(outbox.hasQueued()).isFalse();
    }

    @Test
    void messageOfAnotherWaitsForTheLastFragment() throws Exception {
        offers(part(Kind.TEXT, "one ", false));
        offers(text("another"));
        offers(part(Kind.CONTINUATION, "two ", false));
        offers(part(Kind.CONTINUATION, "three", true));
        offers(text("last"));

        line.hears("text one  …", "text two  …", "text three", "text another", "text last");
    }

    @Test
    void fragmentsFollowABeginning() {
        assertThatThrownBy(() -> offers(part(Kind.CONTINUATION, "of what?", true)))
                .isInstanceOf(IllegalArgumentException.class);

        offers(part(Kind.BINARY, "begun", false));

        assertThatThrownBy(() -> offers(part(Kind.TEXT, "another", false)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pingGoesBetweenTheSlicesOfAMessage() throws Exception {
        line.stops();
        offers(binary(70_000));
        line.isBlocked();

        outbox.ping(ByteBuffer.wrap(new byte[] {'?'}));
        line.goesOn();

        line.hears("binary 32768 bytes …", "ping ?", "binary 32768 bytes …", "binary 4464 bytes");
    }

    @Test
    void lastWordGoesOutBehindAllThatWasQueuedAndNothingBehindIt() throws Exception {
        line.stops();
        offers(text("a"));
        line.isBlocked();
        offers(text("b"));

        outbox.leave(new CloseStatus(1000, "bye"));
        boolean late = offers(text("late"));
        outbox.ping(NOTHING);
        outbox.leave(null);
        line.goesOn();
        outbox.awaitLeft();

        assertThat(late).isFalse();
        line.hears("text a", "text b", "close 1000 bye");
        line.hearsNothingMore();
    }

    @Test
    void lineIsCutBehindAllThatWasQueuedIfThereIsNoLastWord() throws Exception {
        offers(text("a"));

        outbox.leave(null);
        outbox.awaitLeft();

        line.hears("text a", "abort");
    }

    @Test
    void messageWithoutItsEndDoesNotKeepTheLastWordBack() throws Exception {
        offers(part(Kind.TEXT, "begun", false));
        offers(text("held"));

        outbox.leave(new CloseStatus(1000, ""));

        line.hears("text begun …", "close 1000 ");
        outbox.awaitLeft();
        assertThat(outbox.hasQueued()).isFalse();
    }

    @Test
    void onlyAQueueThatIsNotTakenStandsStill() throws Exception {
        line.stops();
        long before = System.nanoTime();
        offers(text("b"));
        line.isBlocked();

        assertThat(outbox.hasStoodStillSince(before)).isFalse();
        assertThat(outbox.hasStoodStillSince(System.nanoTime())).isTrue();
    }
}
