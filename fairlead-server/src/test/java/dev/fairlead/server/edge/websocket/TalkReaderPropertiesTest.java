// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.server.trials.Trials;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for all that a client sends in a conversation. */
class TalkReaderPropertiesTest {

    @Test
    void anyBytesAreToldTheSameHoweverTheyAreCut() {
        Trials.of(
                300,
                random -> TalkReaderFuzzTest.areToldTheSameHoweverTheyAreCut(
                        Trials.bytes(random, 300), random.nextBoolean(), random.nextLong()));
    }

    @Test
    void anyMessagesAreToldTheSameHoweverTheyAreCut() {
        Trials.of(
                300,
                random -> TalkReaderFuzzTest.areToldTheSameHoweverTheyAreCut(
                        messages(random), random.nextInt(4) > 0, random.nextLong()));
    }

    @Test
    void damagedMessagesAreToldTheSameHoweverTheyAreCut() {
        Trials.of(200, random -> {
            byte[] wire = messages(random);
            wire[random.nextInt(wire.length)] ^= (byte) (1 << random.nextInt(8));

            TalkReaderFuzzTest.areToldTheSameHoweverTheyAreCut(wire, true, random.nextLong());
        });
    }

    private static byte[] messages(Random random) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int messages = 1 + random.nextInt(6); messages > 0; messages--) {
            boolean compressed = random.nextBoolean();
            byte[] message = Trials.oneOf(
                            random, "", "x", "\u00e4\u20ac\ud83d\ude00", "yes ".repeat(random.nextInt(520)))
                    .getBytes(StandardCharsets.UTF_8);
            byte[] payload = compressed ? LoopDeflateTest.compressed(message, random.nextInt(10)) : message;
            int first = (compressed ? TalkReader.COMPRESSED : 0) | Trials.oneOf(random, Opcode.TEXT, Opcode.BINARY);
            int at = 0;
            while (at < payload.length && random.nextInt(3) > 0) {
                int end = at + random.nextInt(payload.length - at);
                wire.writeBytes(frame(random, first, Arrays.copyOfRange(payload, at, end)));
                first = Opcode.CONTINUATION;
                at = end;
                if (random.nextInt(4) == 0) {
                    wire.writeBytes(frame(random, FrameWriter.FINAL | Opcode.PING, Trials.bytes(random, 125)));
                }
            }
            wire.writeBytes(frame(random, FrameWriter.FINAL | first, Arrays.copyOfRange(payload, at, payload.length)));
        }
        return wire.toByteArray();
    }

    private static byte[] frame(Random random, int first, byte[] payload) {
        return FrameWriter.clientFrame(first, payload, 0, payload.length, random.nextInt());
    }
}
