// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, sections 5.1 to 5.5: what a frame header may be. */
class FrameHeaderReaderTest {

    private static final String KEY = "01020304";

    private final FrameHeaderReader reader = FrameHeaderReader.ofClientFrames();

    @ParameterizedTest
    @CsvSource({
        "8180, true, 1, 0",
        "8280, true, 2, 0",
        "01FD, false, 1, 125",
        "81FE007E, true, 1, 126",
        "82FEFFFF, true, 2, 65535",
        "82FF0000000000010000, true, 2, 65536",
        "82FF7FFFFFFFFFFFFFFF, true, 2, 9223372036854775807",
        "8880, true, 8, 0",
        "89FD, true, 9, 125",
        "8A81, true, 10, 1",
    })
    void headerIsReadWhereverTheStreamIsCut(String bytes, boolean last, int opcode, long length) {
        byte[] header = HexFormat.of().parseHex(bytes + KEY);
        for (int cut = 0; cut <= header.length; cut++) {
            FrameHeaderReader cutReader = FrameHeaderReader.ofClientFrames();
            ByteBuffer in = buffer(header);
            int end = cutReader.read(in, 0, cut);
            assertThat(end).isEqualTo(cut < header.length ? -1 : header.length);
            end = end < 0 ? cutReader.read(in, cut, header.length) : end;

            assertThat(end).isEqualTo(header.length);
            assertThat(cutReader.isFinal()).isEqualTo(last);
            assertThat(cutReader.opcode()).isEqualTo(opcode);
            assertThat(cutReader.length()).isEqualTo(length);
            assertThat(cutReader.key()).isEqualTo(0x04030201);
        }
    }

    @Test
    void headerThatArrivesByteByByteIsReadOnce() {
        byte[] header = HexFormat.of().parseHex("01FE0100" + KEY);
        ByteBuffer in = buffer(header);
        for (int i = 0; i < header.length - 1; i++) {
            assertThat(reader.read(in, i, i + 1)).isEqualTo(-1);
        }
        assertThat(reader.read(in, header.length - 1, header.length)).isEqualTo(header.length);
        assertThat(reader.length()).isEqualTo(256);
    }

    @Test
    void headerIsReadTheSameWithAndWithoutBytesBehindIt() {
        byte[] header = HexFormat.of().parseHex("82FE0100" + KEY + "00".repeat(20));

        assertThat(reader.read(buffer(header), 0, header.length)).isEqualTo(8);
        assertThat(reader.length()).isEqualTo(256);
        assertThat(reader.key()).isEqualTo(0x04030201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8300", "8400", "8500", "8600", "8700", "8B00", "8C00", "8D00", "8E00", "8F00"})
    void reservedOpcodeIsRefused(String bytes) {
        refused(masked(bytes), "opcode is reserved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C100", "A100", "9100", "F200", "C800", "C900"})
    void reservedBitIsRefusedUnlessAnExtensionWasAgreed(String bytes) {
        refused(masked(bytes), "reserved bit");
    }

    @Test
    void agreedReservedBitsOfDataFramesPassAndAreTold() {
        reader.allowReservedBits();

        assertThat(read(masked("C100"))).isPositive();
        assertThat(reader.reservedBits()).isEqualTo(0x40);
    }

    @Test
    void reservedBitOfAControlFrameIsRefusedEvenWithAnExtension() {
        reader.allowReservedBits();

        refused(masked("C900"), "reserved bit");
    }

    @Test
    void unmaskedFrameOfAClientIsRefused() {
        refused("8101", "masks every frame");
    }

    @Test
    void maskedFrameOfAServerIsRefused() {
        FrameHeaderReader ofServer = FrameHeaderReader.ofServerFrames();

        assertThatThrownBy(() -> ofServer.read(buffer(HexFormat.of().parseHex(masked("8100"))), 0, 6))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageContaining("masks no frame");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0800", "0900", "0A00"})
    void fragmentedControlFrameIsRefused(String bytes) {
        refused(masked(bytes), "may not be fragmented");
    }

    @ParameterizedTest
    @ValueSource(strings = {"88FE007E", "89FE007E", "8AFF0000000000010000"})
    void controlFrameOfMoreThan125BytesIsRefusedBeforeItsLengthIsRead(String bytes) {
        refused(bytes.substring(0, 4), "at most 125 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"82FE007D", "82FE0000", "82FF000000000000FFFF", "82FF0000000000000001"})
    void lengthThatIsNotShortestIsRefused(String bytes) {
        refused(bytes + KEY, "shortest form");
    }

    @ParameterizedTest
    @ValueSource(strings = {"82FF8000000000000000", "82FFFFFFFFFFFFFFFFFF"})
    void lengthWithTheHighestBitIsRefused(String bytes) {
        refused(bytes + KEY, "highest bit");
    }

    @Test
    void continuationOfNothingIsRefused() {
        refused(masked("8000"), "continues nothing");
    }

    @Test
    void messageInsideAnotherIsRefused() {
        read(masked("0100"));

        refused(masked("8100"), "inside another");
    }

    @Test
    void controlFramesMayStandBetweenFragments() {
        read(masked("0100"));
        read(masked("8900"));
        read(masked("0000"));
        read(masked("8A00"));

        assertThat(read(masked("8000"))).isPositive();
        assertThat(read(masked("8200"))).isPositive();
    }

    private void refused(String bytes, String rule) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.status().code()).isEqualTo(CloseStatus.PROTOCOL_ERROR))
                .hasMessageContaining(rule);
    }

    private int read(String bytes) {
        byte[] header = HexFormat.of().parseHex(bytes);
        return reader.read(buffer(header), 0, header.length);
    }

    private static String masked(String twoBytes) {
        return twoBytes.substring(0, 2) + "%02X".formatted(Integer.parseInt(twoBytes.substring(2), 16) | 0x80) + KEY;
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
