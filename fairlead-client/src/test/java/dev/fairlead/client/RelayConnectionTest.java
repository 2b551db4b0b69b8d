// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.FakeRelay.Frame;
import dev.fairlead.client.FakeRelay.Peer;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayConnectionTest {

    private final Recorder recorder = new Recorder();
    private FakeRelay relay;
    private Peer peer;
    private RelayConnection connection;

    @BeforeEach
    void start() throws IOException {
        relay = new FakeRelay();
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
    }

    private void connects(ConnectionHandler handler) throws Exception {
        CompletableFuture<RelayConnection> connecting = RelaySender.builder(relay.connectionString())
                .maxMessageSize(100_000)
                .closeTimeout(Duration.ofMillis(300))
                .build()
                .connect(handler);
        peer = relay.awaits().upgrades();
        connection = connecting.get(10, TimeUnit.SECONDS);
    }

    private void connects() throws Exception {
        connects(recorder);
        recorder.expects("open");
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void partGoesOutBeforeTheRestOfItsMessageIsThere() throws Exception {
        connects();
        byte[] word = "für".getBytes(StandardCharsets.UTF_8);

        connection.sendTextPart(ByteBuffer.wrap(word, 0, 2), false);
        Frame first = peer.frame();
        connection.sendTextPart(ByteBuffer.wrap(word, 2, 2), true);
        Frame last = peer.frame();

        assertThat(first.opcode()).isEqualTo(Opcode.TEXT);
        assertThat(first.isFinal()).isFalse();
        assertThat(last.opcode()).isEqualTo(Opcode.CONTINUATION);
        assertThat(last.isFinal()).isTrue();
        assertThat(first.payload().length + last.payload().length).isEqualTo(word.length);
    }

    @Test
    void longPartIsCutAndDoesNotEndItsMessage() throws Exception {
        connects();

        CompletableFuture<Void> sending = FakeRelay.meanwhile(() -> {
            connection.sendBinaryPart(ByteBuffer.allocate(40_000), false);
            connection.sendBinaryPart(ByteBuffer.allocate(0), true);
        });

        assertThat(peer.frame().isFinal()).isFalse();
        assertThat(peer.frame().isFinal()).isFalse();
        assertThat(peer.frame().isFinal()).isTrue();
        sending.get(10, TimeUnit.SECONDS);
    }

    @Test
    void noMessageCutsIntoOneThatIsSentInParts() throws Exception {
        connects();

        connection.sendTextPart(ByteBuffer.wrap(new byte[] {'a'}), false);

        assertThatThrownBy(() -> connection.sendText("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in parts");
        assertThatThrownBy(() -> connection.sendBinaryPart(ByteBuffer.allocate(1), true))
                .isInstanceOf(IllegalStateException.class);
        connection.sendTextPart(ByteBuffer.allocate(0), true);
        connection.sendText("b");
        assertThat(peer.frame().text()).isEqualTo("a");
        assertThat(peer.frame().isFinal()).isTrue();
        assertThat(peer.hears()).isEqualTo("b");
    }

    @Test
    void handlerIsToldTheAnswerToAPing() throws Exception {
        connects();

        connection.sendPing(ByteBuffer.wrap("still there?".getBytes(StandardCharsets.UTF_8)));
        Frame ping = peer.frame();
        peer.sends(FrameWriter.FINAL | Opcode.PONG, ping.payload());

        assertThat(ping.opcode()).isEqualTo(Opcode.PING);
        recorder.expects("pong still there?");
        assertThatThrownBy(() -> connection.sendPing(ByteBuffer.allocate(126)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("126");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 32_767, 32_768, 32_769, 65_536, 200_001})
    void messageGoesOutInFragmentsOfAtMost32KiB(int size) throws Exception {
        connects();
        byte[] message = random(size);

        CompletableFuture<Void> sending = FakeRelay.meanwhile(() -> connection.sendBinary(ByteBuffer.wrap(message)));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        int frames = 0;
        Frame frame;
        do {
            frame = peer.frame();
            assertThat(frame.opcode()).isEqualTo(frames == 0 ? Opcode.BINARY : Opcode.CONTINUATION);
            assertThat(frame.payload().length).isLessThanOrEqualTo(32 * 1024);
            whole.write(frame.payload());
            frames++;
        } while (!frame.isFinal());

        sending.get(10, TimeUnit.SECONDS);
        assertThat(whole.toByteArray()).isEqualTo(message);
        assertThat(frames).isEqualTo(Math.max(1, (size + 32_767) / 32_768));
    }

    @Test
    void partOfABufferIsSentAndItsPositionMoves() throws Exception {
        connects();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(10).put(random(10)).position(2).limit(7);

        connection.sendBinary(direct);

        assertThat(peer.frame().payload()).isEqualTo(Arrays.copyOfRange(random(10), 2, 7));
        assertThat(direct.hasRemaining()).isFalse();
    }

    @Test
    void messageOfASliceOnTheHeapIsSentWithoutItsSurroundings() throws Exception {
        connects();
        byte[] around = random(70_000);
        ByteBuffer slice = ByteBuffer.wrap(around).slice(1_000, 40_000).position(10);

        connection.sendBinary(slice);

        assertThat(peer.frame().payload()).isEqualTo(Arrays.copyOfRange(around, 1_010, 1_010 + 32_768));
        assertThat(peer.frame().payload()).isEqualTo(Arrays.copyOfRange(around, 1_010 + 32_768, 41_000));
        assertThat(slice.hasRemaining()).isFalse();
        assertThat(around).isEqualTo(random(70_000));
    }

    @Test
    void messageThatNeverEndsComesPartByPartAndIsNotHeld() throws Exception {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        CompletableFuture<CloseStatus> closed = new CompletableFuture<>();
        connects(new PartHandler() {
            @Override
            public void onTextPart(RelayConnection own, ByteBuffer utf8, boolean last) {
                own.sendText("text " + StandardCharsets.UTF_8.decode(utf8) + " " + last);
            }

            @Override
            public void onBinaryPart(RelayConnection own, ByteBuffer part, boolean last) {
                assertThat(last).isFalse();
                heard.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            }

            @Override
            public void onClose(RelayConnection own, CloseStatus status) {
                closed.complete(status);
            }
        });
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        peer.sends(FrameWriter.FINAL | Opcode.TEXT, "ahoy".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 20; i++) {
            said.writeBytes(random(30_000 + i));
            peer.sends(i == 0 ? Opcode.BINARY : Opcode.CONTINUATION, random(30_000 + i));
        }
        peer.closes(1000, "Shutdown");

        assertThat(peer.frame().text()).isEqualTo("text ahoy true");
        assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo(new CloseStatus(1000, "Shutdown"));
        assertThat(heard.toByteArray()).isEqualTo(said.toByteArray());
    }

    @Test
    void halfClosingMayGiveAReason() throws Exception {
        connects();

        connection.shutdownOutput(new CloseStatus(1000, "Shutdown"));

        assertThat(CloseStatus.read(ByteBuffer.wrap(peer.frame().payload())))
                .isEqualTo(new CloseStatus(1000, "Shutdown"));
    }

    @Test
    void messagesOfSeveralThreadsDoNotMix() throws Exception {
        connects();
        for (String letter : new String[] {"a", "b", "c"}) {
            FakeRelay.meanwhile(() -> connection.sendText(letter.repeat(90_000)));
        }

        for (int i = 0; i < 3; i++) {
            StringBuilder whole = new StringBuilder();
            Frame frame;
            do {
                frame = peer.frame();
                whole.append(frame.text());
            } while (!frame.isFinal());

            assertThat(whole).hasSize(90_000);
            assertThat(whole.chars().distinct().count()).isEqualTo(1);
        }
    }

    @Test
    void fragmentsAreJoinedEvenWhereACharacterIsCut() throws Exception {
        connects();
        byte[] text = "grüße €😀".getBytes(StandardCharsets.UTF_8);

        for (int i = 0; i < text.length; i++) {
            peer.sends(i == 0 ? Opcode.TEXT : Opcode.CONTINUATION, new byte[] {text[i]});
            peer.pings("p" + i);
        }
        peer.sends(FrameWriter.FINAL | Opcode.CONTINUATION, new byte[0]);

        recorder.expects("text grüße €😀");
        assertThat(peer.frame().opcode()).isEqualTo(Opcode.PONG);
    }

    @Test
    void halfClosedConnectionGoesOnReading() throws Exception {
        connects();

        connection.shutdownOutput();
        assertThat(peer.isToldTheEnd().code()).isEqualTo(1000);
        peer.says("still reading?");
        peer.closes(1000, "done");

        recorder.expects("text still reading?", "close 1000 done");
        assertThat(connection.closed().get(10, TimeUnit.SECONDS)).isEqualTo(new CloseStatus(1000, "done"));
        peer.isLeft();
        assertThatThrownBy(() -> connection.sendText("late")).isInstanceOf(RelayClosed.class);
    }

    @Test
    void afterThePeersLastWordThisSideMayFinish() throws Exception {
        connects(new Recorder() {
            @Override
            public void onClose(RelayConnection own, CloseStatus status) {
                own.sendText("my last words");
            }
        });

        peer.closes(1000, "mine");

        assertThat(peer.hears()).isEqualTo("my last words");
        assertThat(peer.isToldTheEnd()).isEqualTo(new CloseStatus(1000, "mine"));
        assertThat(connection.closed().get(10, TimeUnit.SECONDS).reason()).isEqualTo("mine");
    }

    @Test
    void closeWithoutACodeIsAnsweredInKind() throws Exception {
        connects();

        peer.sends(FrameWriter.FINAL | Opcode.CLOSE, new byte[0]);

        recorder.expects("close 1005 ");
        assertThat(peer.isToldTheEnd()).isEqualTo(CloseStatus.NONE);
    }

    @Test
    void closeWaitsForThePeersLastWordAndNoLonger() throws Exception {
        connects();

        connection.close(new CloseStatus(4001, "enough"));

        assertThat(peer.isToldTheEnd()).isEqualTo(new CloseStatus(4001, "enough"));
        peer.isLeft();
        assertThat(recorder.next()).startsWith("lost connection: ");
        assertThatThrownBy(() -> connection.closed().get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(RelayClosed.class);
    }

    @Test
    void closeIsBoundedEvenIfThePeerReadsNothing() throws Exception {
        connects();
        CompletableFuture<Void> flood = FakeRelay.meanwhile(() -> {
            while (true) {
                connection.sendBinary(ByteBuffer.wrap(random(30_000)));
            }
        });
        CompletableFuture<Void> closing = FakeRelay.meanwhile(connection::close);

        closing.get(10, TimeUnit.SECONDS);
        assertThatThrownBy(() -> flood.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(RelayClosed.class);
    }

    @Test
    void writerThatIsStuckDoesNotKeepTheReaderFromReading() throws Exception {
        connects();
        FakeRelay.meanwhile(() -> {
            while (true) {
                connection.sendBinary(ByteBuffer.wrap(random(30_000)));
            }
        });

        for (int i = 0; i < 50; i++) {
            peer.pings("p" + i);
            peer.says("t" + i);
        }

        for (int i = 0; i < 50; i++) {
            recorder.expects("text t" + i);
        }
        connection.abort();
    }

    @Test
    void pingThatCameDuringAWriteIsAnsweredAfterIt() throws Exception {
        connects();
        CountDownLatch written = new CountDownLatch(1);
        FakeRelay.meanwhile(() -> {
            connection.sendBinary(ByteBuffer.wrap(random(16 * 1024 * 1024)));
            written.countDown();
        });
        peer.pings("one");
        peer.pings("two");
        peer.says("mark");
        recorder.expects("text mark");

        boolean answered = false;
        boolean done = false;
        while (!answered || !done) {
            Frame frame = peer.frame();
            answered |= frame.opcode() == Opcode.PONG && frame.text().equals("two");
            done |= frame.opcode() != Opcode.PONG && frame.isFinal();
        }
        assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void lossIsTold() throws Exception {
        connects();

        peer.vanishes();

        recorder.expects("lost connection: lost");
        assertThatThrownBy(() -> connection.closed().get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(RelayClosed.class);
    }

    @Test
    void endWithoutALastWordIsALoss() throws Exception {
        connects();

        peer.socket.shutdownOutput();

        recorder.expects("lost connection: lost");
        peer.isLeft();
    }

    @Test
    void abortSaysNothing() throws Exception {
        connects();

        connection.abort();

        peer.isLeft();
        recorder.expects("lost connection: aborted");
        assertThatThrownBy(() -> connection.sendText("x")).isInstanceOf(RelayClosed.class);
    }

    @Test
    void messageThatIsTooLongEndsTheConnection() throws Exception {
        connects();

        peer.sends(FrameWriter.FINAL | Opcode.BINARY, new byte[100_000]);
        peer.sends(FrameWriter.FINAL | Opcode.BINARY, new byte[100_001]);

        recorder.expects("binary 100000");
        assertThat(peer.isToldTheEnd().code()).isEqualTo(CloseStatus.TOO_BIG);
        assertThat(recorder.next()).startsWith("lost connection: ended, since the peer broke a rule");
    }

    @Test
    void lengthBeyondAllMemoryIsRefusedBeforeAnythingIsKept() throws Exception {
        connects();

        peer.sends(new byte[] {(byte) 0x82, 127, 0x7F, -1, -1, -1, -1, -1, -1, -1});

        assertThat(peer.isToldTheEnd().code()).isEqualTo(CloseStatus.TOO_BIG);
    }

    @Test
    void textThatIsNotUtf8EndsTheConnection() throws Exception {
        connects();

        peer.sends(FrameWriter.FINAL | Opcode.TEXT, new byte[] {(byte) 0xC0, (byte) 0xAF});

        assertThat(peer.isToldTheEnd().code()).isEqualTo(CloseStatus.INVALID_DATA);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"c100", "8180000000000a", "8300", "0900", "897e007e", "8000", "c201ff", "88010b", "880203ed"})
    void frameThatBreaksARuleEndsTheConnection(String hex) throws Exception {
        connects();

        peer.sends(java.util.HexFormat.of().parseHex(hex));

        assertThat(peer.isToldTheEnd().code()).isEqualTo(CloseStatus.PROTOCOL_ERROR);
        peer.isLeft();
        assertThat(recorder.next()).startsWith("lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "text", "close"})
    void handlerThatThrowsEndsItsConnectionAndTellsThePeerNothing(String where) throws Exception {
        CompletableFuture<RelayException> lost = new CompletableFuture<>();
        connects(new ConnectionHandler() {
            @Override
            public void onOpen(RelayConnection own) {
                fail("open");
            }

            @Override
            public void onText(RelayConnection own, String text) {
                fail("text");
            }

            @Override
            public void onClose(RelayConnection own, CloseStatus status) {
                fail("close");
            }

            @Override
            public void onLost(RelayConnection own, RelayException cause) {
                lost.complete(cause);
            }

            private void fail(String at) {
                if (at.equals(where)) {
                    throw new IllegalStateException("s3cret");
                }
            }
        });

        if (!where.equals("open")) {
            peer.says("x");
            peer.closes(1000, "");
        }

        assertThat(peer.isToldTheEnd()).isEqualTo(new CloseStatus(CloseStatus.INTERNAL_ERROR, ""));
        if (!where.equals("close")) {
            assertThat(lost.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("s3cret");
        }
        assertThatThrownBy(() -> connection.closed().get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(RelayClosed.class);
    }

    @Test
    void answerThatComesTooLateIsNoFailureOfTheHandler() throws Exception {
        connects(new Recorder() {
            @Override
            public void onText(RelayConnection own, String text) {
                super.onText(own, text);
                own.sendText("answer");
            }
        });

        connection.shutdownOutput();
        assertThat(peer.isToldTheEnd().code()).isEqualTo(1000);
        peer.says("one");
        peer.says("two");
        peer.closes(1000, "done");

        assertThat(connection.closed().get(10, TimeUnit.SECONDS).reason()).isEqualTo("done");
        peer.isLeft();
    }

    @Test
    void slowHandlerSlowsItsPeerAndNothingQueues() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        connects(new Recorder() {
            @Override
            public void onBinary(RelayConnection own, byte[] message) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        peer.socket.setSendBufferSize(64 * 1024);
        CountDownLatch sent = new CountDownLatch(1);
        FakeRelay.meanwhile(() -> {
            try {
                for (int i = 0; i < 2_000; i++) {
                    peer.sends(FrameWriter.FINAL | Opcode.BINARY, new byte[32_768]);
                }
                sent.countDown();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(sent.await(300, TimeUnit.MILLISECONDS)).isFalse();
        release.countDown();
        assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatHangsOnTheFutureMayWaitForTheEnd() throws Exception {
        CompletableFuture<CloseStatus> end = RelaySender.builder(relay.connectionString())
                .build()
                .connect(recorder)
                .thenApply(own -> {
                    own.sendText("hello");
                    return own.closed().join();
                });
        peer = relay.awaits().upgrades();

        assertThat(peer.hears()).isEqualTo("hello");
        peer.closes(1000, "bye");

        assertThat(end.get(10, TimeUnit.SECONDS).reason()).isEqualTo("bye");
    }

    @Test
    void answersToMessagesThatCameTogetherKeepTheirOrder() throws Exception {
        connects(echo(() -> {}));

        peer.sends(twice("one", "two"));

        assertThat(peer.hears()).isEqualTo("one");
        assertThat(peer.hears()).isEqualTo("two");
    }

    @Test
    void answerLeavesThoughItsHandlerBlocksAndMoreHasCome() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        connects(echo(() -> await(heard)));

        peer.sends(twice("one", "two"));

        assertThat(peer.hears()).isEqualTo("one");
        heard.countDown();
        assertThat(peer.hears()).isEqualTo("two");
    }

    @Test
    void whatAnotherThreadSendsLeavesBehindWhatTheHandlerSentBefore() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        connects(new ConnectionHandler() {
            @Override
            public void onText(RelayConnection from, String text) {
                from.sendText(text);
                if (text.equals("one")) {
                    new Thread(() -> from.sendText("meanwhile")).start();
                    await(heard);
                }
            }
        });

        peer.sends(twice("one", "two"));

        assertThat(peer.hears()).isEqualTo("one");
        assertThat(peer.hears()).isEqualTo("meanwhile");
        heard.countDown();
        assertThat(peer.hears()).isEqualTo("two");
    }

    @Test
    void messageOfManyReadsArrivesWhole() throws Exception {
        connects();
        byte[] message = random(99_999);

        peer.sends(FrameWriter.FINAL | Opcode.BINARY, message);

        recorder.expects("binary 99999");
    }

    private static ConnectionHandler echo(Runnable after) {
        return new ConnectionHandler() {
            @Override
            public void onText(RelayConnection from, String text) {
                from.sendText(text);
                after.run();
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] twice(String one, String two) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (String text : List.of(one, two)) {
            frames.writeBytes(
                    FrameWriter.serverFrame(FrameWriter.FINAL | Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8)));
        }
        return frames.toByteArray();
    }
}
