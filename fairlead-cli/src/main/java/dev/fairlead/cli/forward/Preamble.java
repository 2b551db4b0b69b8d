// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What azbridge says before anything is forwarded. The sender: a version of two bytes, a mode, the length of the port name,
 * and the name. The listener: the version and the mode, or a refusal of the same length.
 */
final class Preamble {

    private static final byte MAJOR = 1;
    private static final byte MINOR = 0;
    private static final byte STREAM = 0;
    private static final byte DATAGRAMS = 1;

    private static final int VERSION_AND_MODE = 3;
    private static final int HEAD = VERSION_AND_MODE + 1;

    private Preamble() {}

    /** {@return what a sender says first} The name is a message of its own. */
    static byte[] head(String portName) {
        return new byte[] {MAJOR, MINOR, STREAM, (byte) name(portName).length};
    }

    /** {@return what it says next} */
    static byte[] name(String portName) {
        return portName.getBytes(StandardCharsets.UTF_8);
    }

    /** What a listener answers. */
    enum Answer {
        STREAM_FOLLOWS(MAJOR, MINOR, STREAM, "yes"),
        OTHER_VERSION(0, 0, 0, "it speaks another version of azbridge's protocol"),
        WANTS_DATAGRAMS(0, 0, 1, "it forwards UDP under this port name"),
        WANTS_STREAM(0, 0, 255, "it forwards TCP under this port name");

        private final int version;
        private final int mode;
        private final String meaning;

        Answer(int major, int minor, int mode, String meaning) {
            this.version = major << Byte.SIZE | minor;
            this.mode = mode;
            this.meaning = meaning;
        }

        ByteBuffer bytes() {
            return ByteBuffer.allocate(VERSION_AND_MODE)
                    .putShort((short) version)
                    .put((byte) mode)
                    .flip();
        }

        String meaning() {
            return meaning;
        }
    }

    /** What a sender wants. */
    sealed interface Wish {

        /** A port, by name. */
        record Port(String name, boolean datagrams) implements Wish {}

        /** Something that a later version may know. */
        record Unknown() implements Wish {}
    }

    /** Reads what a sender says, however it is cut. Not safe for several threads. */
    static final class WishReader {

        private final byte[] bytes = new byte[HEAD + PortNames.LONGEST_BYTES];
        private int count;

        /** {@return what is wanted, once that is known} What follows it stays in {@code in}. */
        Optional<Wish> read(ByteBuffer in) {
            while (in.hasRemaining() && count < wanted()) {
                bytes[count++] = in.get();
            }
            if (count >= VERSION_AND_MODE && !isKnown()) {
                return Optional.of(new Wish.Unknown());
            }
            if (count < wanted() || count < HEAD) {
                return Optional.empty();
            }
            String name = new String(bytes, HEAD, count - HEAD, StandardCharsets.UTF_8);
            return Optional.of(new Wish.Port(name, bytes[2] == DATAGRAMS));
        }

        /** An unknown version is answered as soon as it shows: what follows it may be anything. */
        private int wanted() {
            return count < VERSION_AND_MODE
                    ? VERSION_AND_MODE
                    : count < HEAD ? HEAD : HEAD + Byte.toUnsignedInt(bytes[HEAD - 1]);
        }

        private boolean isKnown() {
            return bytes[0] == MAJOR && bytes[1] == MINOR && (bytes[2] == STREAM || bytes[2] == DATAGRAMS);
        }
    }

    /** Reads what a listener answers, however it is cut. Not safe for several threads. */
    static final class AnswerReader {

        private final byte[] bytes = new byte[VERSION_AND_MODE];
        private int count;

        /** {@return the answer, once it is whole; {@link Answer#OTHER_VERSION} for whatever is none} What follows it stays in {@code in}. */
        Optional<Answer> read(ByteBuffer in) {
            while (in.hasRemaining() && count < bytes.length) {
                bytes[count++] = in.get();
            }
            if (count < bytes.length) {
                return Optional.empty();
            }
            return Arrays.stream(Answer.values())
                    .filter(answer -> answer.bytes().equals(ByteBuffer.wrap(bytes)))
                    .findFirst()
                    .or(() -> Optional.of(Answer.OTHER_VERSION));
        }
    }
}
