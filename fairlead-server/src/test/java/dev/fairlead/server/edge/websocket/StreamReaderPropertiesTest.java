// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.server.trials.Trials;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for all that a peer of a stream sends. */
class StreamReaderPropertiesTest {

    @Test
    void anyBytesAreToldAsTheirMessagesAsFarAsTheyAreLegal() {
        Trials.of(
                500,
                random -> StreamReaderFuzzTest.areToldAsTheirMessages(Trials.bytes(random, 300), random.nextLong()));
    }

    @Test
    void anyFramesAreToldAsTheirMessages() {
        Trials.of(500, random -> StreamReaderFuzzTest.areToldAsTheirMessages(messages(random), random.nextLong()));
    }

    @Test
    void damagedFramesAreToldAsTheirMessagesAsFarAsTheyAreLegal() {
        Trials.of(100, random -> {
            byte[] wire = messages(random);
            wire[random.nextInt(wire.length)] ^= (byte) (1 << random.nextInt(8));

            StreamReaderFuzzTest.areToldAsTheirMessages(wire, random.nextLong());
        });
    }

    private static byte[] messages(Random random) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int messages = 1 + random.nextInt(6); messages > 0; messages--) {
            boolean text = random.nextInt(3) == 0;
            int opcode = text ? Opcode.TEXT : Opcode.BINARY;
            for (int fragments = random.nextInt(4); fragments >= 0; fragments--) {
                byte[] payload = text ? text(random) : binary(random);
                wire.writeBytes(frame(random, (fragments == 0 ? FrameWriter.FINAL : 0) | opcode, payload));
                opcode = Opcode.CONTINUATION;
                if (random.nextInt(4) == 0) {
                    wire.writeBytes(control(random));
                }
            }
        }
        return wire.toByteArray();
    }

    private static byte[] text(Random random) {
        return Trials.oneOf(random, "", "x", "\u00e4\u20ac\ud83d\ude00", "y".repeat(random.nextInt(120)))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] binary(Random random) {
        byte[] payload = new byte
                [switch (random.nextInt(24)) {
                    case 0 -> 0;
                    case 1 -> 125 + random.nextInt(3);
                    case 2 -> 65_534 + random.nextInt(4);
                    default -> random.nextInt(200);
                }];
        random.nextBytes(payload);
        return payload;
    }

    private static byte[] control(Random random) {
        int opcode = Trials.oneOf(random, Opcode.PING, Opcode.PONG, Opcode.PING, Opcode.CLOSE);
        byte[] payload = opcode == Opcode.CLOSE
                ? new CloseStatus(1000, "z".repeat(random.nextInt(100))).payload()
                : Trials.bytes(random, 125);
        return frame(random, FrameWriter.FINAL | opcode, payload);
    }

    private static byte[] frame(Random random, int first, byte[] payload) {
        return FrameWriter.clientFrame(first, payload, 0, payload.length, random.nextInt());
    }
}
