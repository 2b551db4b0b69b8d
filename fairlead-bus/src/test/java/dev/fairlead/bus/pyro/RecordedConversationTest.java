// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.protocol.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.razorvine.pyro.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What CTE's own processes said to each other, in serpent and in pickles, is read and written here as there. */
class RecordedConversationTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final Envelopes ENVELOPES = new Envelopes(PyroTerms.DEFAULT);

    /** A message that was recorded. */
    record Recorded(Map<String, Object> line) {

        int number(String name) {
            return ((Long) line.get(name)).intValue();
        }

        byte[] bytes(String name) {
            return HEX.parseHex((String) line.get(name));
        }

        Notation notation() {
            PyroTerms.Serializer serializer = number("serializer_id") == Message.SERIALIZER_PICKLE
                    ? PyroTerms.Serializer.PICKLE
                    : PyroTerms.Serializer.SERPENT;
            return Notation.of(PyroTerms.DEFAULT.withSerializer(serializer));
        }

        int type() {
            return switch ((String) line.get("type")) {
                case "CONNECT" -> Message.MSG_CONNECT;
                case "CONNECTOK" -> Message.MSG_CONNECTOK;
                case "INVOKE" -> Message.MSG_INVOKE;
                default -> Message.MSG_RESULT;
            };
        }

        Message message() {
            TreeMap<String, byte[]> annotations = new TreeMap<>();
            ((Map<?, ?>) line.get("annotations"))
                    .forEach((name, value) -> annotations.put((String) name, HEX.parseHex((String) value)));
            return new Message(
                    type(),
                    bytes("data_hex"),
                    number("serializer_id"),
                    number("flags"),
                    number("seq"),
                    annotations,
                    null);
        }

        Object payload() {
            Object payload = python(line.get("payload"));
            return type() == Message.MSG_INVOKE ? ((Map<?, ?>) payload).values().toArray() : payload;
        }

        @Override
        public String toString() {
            return line.get("type") + " " + line.get("seq");
        }
    }

    private static Object python(Object json) {
        if (json instanceof Map<?, ?> map) {
            if (map.get("<tuple>") instanceof List<?> elements) {
                return elements.stream().map(RecordedConversationTest::python).toArray();
            }
            if (map.containsKey("<Pyro4.core.URI>")) {
                Object[] state = ((Map<?, ?>) map.get("state")).values().toArray();
                return new PythonObject("Pyro4.core.URI", List.of(), state);
            }
            Map<Object, Object> dict = new LinkedHashMap<>();
            map.forEach((name, value) -> dict.put(name, python(value)));
            return dict;
        }
        if (json instanceof List<?> list) {
            return Arrays.asList(
                    list.stream().map(RecordedConversationTest::python).toArray());
        }
        return json;
    }

    static Stream<Recorded> recorded() throws IOException {
        try (InputStream lines =
                Objects.requireNonNull(RecordedConversationTest.class.getResourceAsStream("recorded.jsonl"))) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> {
                        @SuppressWarnings("unchecked")
                        Map<String, Object> members = (Map<String, Object>) Json.parse(line);
                        return new Recorded(members);
                    });
        }
    }

    static Stream<Recorded> serpents() throws IOException {
        return recorded().filter(one -> one.number("serializer_id") == Message.SERIALIZER_SERPENT);
    }

    static Stream<Recorded> calls() throws IOException {
        return recorded()
                .filter(one -> one.type() == Message.MSG_INVOKE
                        && ((Object[]) one.payload())[1] instanceof String method
                        && (method.equals("put_message") || method.equals("handle_message")));
    }

    @Test
    void allWasRecorded() throws IOException {
        assertThat(recorded()).hasSize(93);
        assertThat(serpents()).hasSizeGreaterThan(30);
        assertThat(calls()).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void whatWasSaidIsRead(Recorded recorded) throws Exception {
        byte[] wire = recorded.message().to_bytes();
        if (recorded.line().containsKey("header_hex")) {
            assertThat(HEX.formatHex(wire)).startsWith((String) recorded.line().get("header_hex"));
        }

        Message message = Line.message(new ByteArrayInputStream(wire), 1 << 20);

        assertThat(List.of(message.type, message.flags, message.seq, message.serializer_id))
                .isEqualTo(List.of(
                        recorded.type(),
                        recorded.number("flags"),
                        recorded.number("seq"),
                        recorded.number("serializer_id")));
        assertThat(SerpentNotation.printed(recorded.notation().read(message.data, false)))
                .isEqualTo(SerpentNotation.printed(recorded.payload()));
    }

    @ParameterizedTest
    @MethodSource("serpents")
    void serpentIsWrittenByteForByte(Recorded recorded) {
        assertThat(new String(recorded.notation().write(recorded.payload()), StandardCharsets.UTF_8))
                .isEqualTo(new String(recorded.bytes("data_hex"), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void messagesAreWrittenAsTheyWereRead(Recorded recorded) throws Exception {
        Object dict = ((Object[]) ((Object[]) recorded.payload())[2])[0];

        BusMessage message = ENVELOPES.read(dict, recorded.bytes("data_hex").length);

        assertThat(SerpentNotation.printed(ENVELOPES.written(message))).isEqualTo(SerpentNotation.printed(dict));
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void picklesAreReadAsTheyWereWritten(Recorded recorded) throws Exception {
        String printed = SerpentNotation.printed(recorded.payload());
        if (printed.contains("__class__")) {
            return; // addresses are written as texts in pickles
        }
        PickleNotation notation = new PickleNotation(java.util.Set.of());

        assertThat(SerpentNotation.printed(notation.read(notation.write(recorded.payload()), false)))
                .isEqualTo(printed);
    }

    @Test
    void annotationsThatLieAreRefused() {
        TreeMap<String, byte[]> annotations = new TreeMap<>();
        annotations.put("CORR", new byte[16]);
        byte[] wire = new Message(Message.MSG_PING, new byte[0], 1, 0, 0, annotations, null).to_bytes();
        wire[Message.HEADER_SIZE + 5] = 17;
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        more.writeBytes(wire);

        assertThatThrownBy(() -> Line.message(new ByteArrayInputStream(more.toByteArray()), 100))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("annotations");
    }
}
