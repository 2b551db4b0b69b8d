// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.server.trials.Trials;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for all that passes between joined sockets. */
class FrameRewriterPropertiesTest {

    @Test
    void anyBytesArriveAsTheSameMessagesAsFarAsTheyAreLegal() {
        Trials.of(
                1_000,
                random -> FrameRewriterFuzzTest.arriveAsTheSameMessages(
                        Trials.bytes(random, 300), random.nextBoolean(), random.nextLong()));
    }

    @Test
    void anyFramesArriveAsTheSameMessages() {
        Trials.of(
                1_000,
                random -> FrameRewriterFuzzTest.arriveAsTheSameMessages(
                        conversation(random), random.nextBoolean(), random.nextLong()));
    }

    @Test
    void damagedFramesArriveAsTheSameMessagesAsFarAsTheyAreLegal() {
        Trials.of(100, random -> {
            byte[] wire = conversation(random);
            wire[random.nextInt(wire.length)] ^= (byte) (1 << random.nextInt(8));

            FrameRewriterFuzzTest.arriveAsTheSameMessages(wire, random.nextBoolean(), random.nextLong());
        });
    }

    private static byte[] conversation(Random random) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int messages = 1 + random.nextInt(6); messages > 0; messages--) {
            int opcode = Trials.oneOf(random, Opcode.TEXT, Opcode.BINARY);
            for (int fragments = random.nextInt(4); fragments >= 0; fragments--) {
                wire.writeBytes(frame(random, (fragments == 0 ? FrameWriter.FINAL : 0) | opcode, size(random)));
                opcode = Opcode.CONTINUATION;
                if (random.nextInt(4) == 0) {
                    int control = Trials.oneOf(random, Opcode.PING, Opcode.PONG, Opcode.PING, Opcode.CLOSE);
                    wire.writeBytes(frame(random, FrameWriter.FINAL | control, random.nextInt(126)));
                }
            }
        }
        return wire.toByteArray();
    }

    private static int size(Random random) {
        return switch (random.nextInt(24)) {
            case 0 -> 0;
            case 1 -> 125 + random.nextInt(3);
            case 2 -> FrameRewriter.MAX_PIECE - 1 + random.nextInt(3);
            case 3 -> 65_534 + random.nextInt(4);
            default -> random.nextInt(200);
        };
    }

    private static byte[] frame(Random random, int first, int size) {
        byte[] payload = new byte[size];
        random.nextBytes(payload);
        return FrameWriter.clientFrame(first, payload, 0, size, random.nextInt());
    }
}
