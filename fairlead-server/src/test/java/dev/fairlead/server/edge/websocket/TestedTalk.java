// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.ConversationTerms;
import dev.fairlead.server.edge.EmbeddedSocket;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A conversation over an embedded socket, with whoever it is had written down what it is told. */
final class TestedTalk implements Conversation, AutoCloseable {

    /** What a session of a client has unless it is told otherwise. */
    static final ConversationTerms TERMS = new ConversationTerms(1000, 10_000, null, true, null, false);

    private static final int KEY = 0x5A17_C3E9;

    final EmbeddedSocket socket = new EmbeddedSocket();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    final EdgeLoop loop = EdgeLoop.of(socket.eventLoop(), allocator, Duration.ofDays(1));
    final ConnectionEvents events = new ConnectionEvents();
    final List<String> heard = new ArrayList<>();
    final Talk talk;

    /** What is done within the telling of a message. */
    private final Map<String, Runnable> reactions = new HashMap<>();

    TestedTalk(ConversationTerms terms) {
        socket.config().setAllocator(allocator);
        talk = new Talk(this, terms, terms.compressed(), loop, events);
        socket.pipeline().addLast(talk);
        socket.closeFuture().addListener(closed -> heard.add("gone"));
    }

    /** Does that when it is told that text. */
    void when(String text, Runnable reaction) {
        reactions.put(text, reaction);
    }

    @Override
    public void onOpen() {
        heard.add("open");
    }

    @Override
    public void onText(String text) {
        heard.add("text " + text);
        reactions.getOrDefault(text, () -> {}).run();
    }

    @Override
    public void onBinary(byte[] message) {
        heard.add("binary " + message.length);
    }

    @Override
    public void onClose(CloseStatus status) {
        heard.add("close " + status.code() + " " + status.reason());
    }

    /** The peer sends whole text messages, in one read. */
    void says(String... texts) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (String text : texts) {
            wire.writeBytes(masked(0x81, text.getBytes(StandardCharsets.UTF_8)));
        }
        socket.receives(wire.toByteArray());
    }

    /** The peer sends a frame. */
    void sends(int first, byte[] payload) {
        socket.receives(masked(first, payload));
    }

    static byte[] masked(int first, byte[] payload) {
        return FrameWriter.clientFrame(first, payload, 0, payload.length, KEY);
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by its parts
    record Frame(boolean last, int reservedBits, int opcode, byte[] payload) {

        CloseStatus status() {
            return CloseStatus.read(ByteBuffer.wrap(payload));
        }
    }

    /** {@return what the server wrote since the last call} */
    List<Frame> frames() {
        ByteBuffer bytes = ByteBuffer.wrap(socket.written()).order(ByteOrder.LITTLE_ENDIAN);
        FrameHeaderReader header = FrameHeaderReader.ofServerFrames();
        header.allowReservedBits();
        List<Frame> frames = new ArrayList<>();
        int at = 0;
        while (at < bytes.limit()) {
            at = header.read(bytes, at, bytes.limit());
            byte[] payload = new byte[(int) header.length()];
            bytes.get(at, payload);
            at += payload.length;
            frames.add(new Frame(header.isFinal(), header.reservedBits(), header.opcode(), payload));
        }
        return frames;
    }

    /** {@return how many bytes of buffers nobody has released} */
    long unreleased() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    @Override
    public void close() {
        socket.finishAndReleaseAll();
        loop.close();
    }
}
