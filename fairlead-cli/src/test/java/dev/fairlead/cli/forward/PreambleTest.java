// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.forward.Preamble.Answer;
import dev.fairlead.cli.forward.Preamble.Wish;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreambleTest {

    private static final byte[] SSH = {1, 0, 0, 3, 's', 's', 'h'};

    @Test
    void wishIsWrittenAsAzbridgeWritesIt() {
        assertThat(Preamble.head("ssh")).containsExactly(1, 0, 0, 3);
        assertThat(Preamble.name("ssh")).containsExactly('s', 's', 'h');
        assertThat(Preamble.head("ü".repeat(127) + "x")).containsExactly(1, 0, 0, 255);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void wishIsReadHoweverItIsCutAndWhatFollowsIsLeft(int cut) {
        Preamble.WishReader reader = new Preamble.WishReader();
        ByteBuffer wire = ByteBuffer.allocate(SSH.length + 2).put(SSH).put(new byte[] {8, 9});
        wire.flip();

        Optional<Wish> first = reader.read(wire.slice(0, cut));
        ByteBuffer rest = wire.slice(cut, wire.limit() - cut);
        Optional<Wish> wish = first.isPresent() ? first : reader.read(rest);

        assertThat(wish).contains(new Wish.Port("ssh", false));
        assertThat(rest.slice()).isEqualTo(ByteBuffer.wrap(new byte[] {8, 9}));
    }

    @Test
    void wishOfNoNameAndOfTheLongestAreRead() {
        byte[] longest = "x".repeat(255).getBytes(StandardCharsets.UTF_8);
        ByteBuffer wire = ByteBuffer.allocate(4 + 255)
                .put(new byte[] {1, 0, 1, (byte) 255})
                .put(longest);
        wire.flip();

        assertThat(new Preamble.WishReader().read(ByteBuffer.wrap(new byte[] {1, 0, 0, 0})))
                .contains(new Wish.Port("", false));
        assertThat(new Preamble.WishReader().read(wire)).contains(new Wish.Port("x".repeat(255), true));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "2, 0, 0", "1, 1, 0", "1, 0, 2", "71, 69, 84"})
    void anotherVersionOrModeIsKnownByThreeBytes(byte major, byte minor, byte mode) {
        assertThat(new Preamble.WishReader().read(ByteBuffer.wrap(new byte[] {major, minor, mode})))
                .contains(new Wish.Unknown());
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 0, STREAM_FOLLOWS",
        "0, 0, 0, OTHER_VERSION",
        "0, 0, 1, WANTS_DATAGRAMS",
        "0, 0, -1, WANTS_STREAM",
        "1, 0, 1, OTHER_VERSION",
        "9, 9, 9, OTHER_VERSION"
    })
    void answerIsReadByteByByte(byte major, byte minor, byte mode, Answer answer) {
        Preamble.AnswerReader reader = new Preamble.AnswerReader();

        assertThat(reader.read(ByteBuffer.wrap(new byte[] {major}))).isEmpty();
        assertThat(reader.read(ByteBuffer.wrap(new byte[] {minor}))).isEmpty();
        assertThat(reader.read(ByteBuffer.wrap(new byte[] {mode, 7}))).contains(answer);
    }

    @Test
    void answersAreThoseOfAzbridge() {
        assertThat(Answer.STREAM_FOLLOWS.bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 0, 0}));
        assertThat(Answer.OTHER_VERSION.bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {0, 0, 0}));
        assertThat(Answer.WANTS_STREAM.bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {0, 0, (byte) 255}));
    }
}
