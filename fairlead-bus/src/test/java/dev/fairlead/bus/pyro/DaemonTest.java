// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Sender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import net.razorvine.pyro.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers meet, well-behaved ones and others. */
class DaemonTest {

    private static final Duration TIME_OUT = Duration.ofMillis(400);
    private static final int LARGEST = 64 << 10;
    private static final PyroTerms TERMS = PyroTerms.DEFAULT.withLimits(TIME_OUT, LARGEST);
    private static final Notation PICKLE = Notation.of(TERMS);
    private static final Notation SERPENT = Notation.of(TERMS.withSerializer(PyroTerms.Serializer.SERPENT));

    private final Overdue overdue = new Overdue();
    private final BlockingQueue<BusMessage> heard = new LinkedBlockingQueue<>();
    private Daemon daemon;
    private Station station;

    @BeforeEach
    void serve() throws IOException {
        daemon = new Daemon(TERMS, PICKLE, new Envelopes(TERMS), overdue, new PyroLog(TERMS, PICKLE, overdue));
        Member member = new Member("Lab", Set.of("b", "a"), Member.Reach.ONE_INSTANCE);
        station = new Station(member, "localhost", daemon.port());
        station.enter(new Ear(member));
        daemon.serve(station);
        daemon.start();
    }

    @AfterEach
    void end() {
        daemon.close();
        overdue.close();
    }

    /** Takes all that it is told. */
    private final class Ear implements Station.Place {

        private final Member member;

        Ear(Member member) {
            this.member = member;
        }

        @Override
        public Member member() {
            return member;
        }

        @Override
        public boolean answered(BusMessage message) {
            return false;
        }

        @Override
        public boolean offer(BusMessage message) {
            return heard.add(message);
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public boolean hasLeft() {
            return false;
        }
    }

    /** One who calls, byte for byte. */
    private final class Caller implements AutoCloseable {

        private final Socket socket;

        Caller() throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port());
            socket.setSoTimeout(10_000);
        }

        Caller says(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            return this;
        }

        Caller says(int type, int flags, int sequence, Notation notation, Object data) throws IOException {
            return says(new Message(type, notation.write(data), notation.id(), flags, sequence, null, null).to_bytes());
        }

        Caller saysHello() throws Exception {
            says(
                    Message.MSG_CONNECT,
                    0,
                    0,
                    PICKLE,
                    Map.of("handshake", "hello", "object", station.uri().object()));
            assertThat(hears().type).isEqualTo(Message.MSG_CONNECTOK);
            return this;
        }

        Caller calls(String object, String method, Object... arguments) throws IOException {
            return says(Message.MSG_INVOKE, 0, 7, PICKLE, new Object[] {object, method, arguments, Map.of()});
        }

        Message hears() throws Exception {
            return Line.message(socket.getInputStream(), 1 << 20);
        }

        /** {@return the exception that it is answered with} */
        PythonObject isRefused(Notation notation) throws Exception {
            Message answer = hears();
            assertThat(answer.flags).isEqualTo(Message.FLAGS_EXCEPTION);
            assertThat(answer.serializer_id).isEqualTo(notation.id());
            return (PythonObject) notation.read(answer.data, true);
        }

        void isHungUpOn() throws IOException {
            try {
                assertThat(socket.getInputStream().readAllBytes()).isEmpty();
            } catch (java.net.SocketException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Map<String, Object> message(Object content) {
        return Map.of("type", "a", "uuid", "1", "sender", "service.Other", "content", content);
    }

    @Test
    void aCallerThatSaysHelloIsToldWhatItMayCall() throws Exception {
        try (Caller caller = new Caller()) {
            caller.says(
                    Message.MSG_CONNECT,
                    Message.FLAGS_META_ON_CONNECT,
                    3,
                    PICKLE,
                    Map.of("handshake", "hello", "object", station.uri().object()));

            Message answer = caller.hears();

            assertThat(List.of(answer.type, answer.flags, answer.seq, answer.serializer_id))
                    .isEqualTo(List.of(Message.MSG_CONNECTOK, Message.FLAGS_META_ON_CONNECT, 3, 4));
            assertThat(SerpentNotation.printed(PICKLE.read(answer.data, false)))
                    .isEqualTo("{'handshake':'hello','meta':{'methods':['get_wanted_messages','handle_message'],"
                            + "'oneway':[],'attrs':[]}}");
        }
    }

    @Test
    void theBusAsksWhatIsWantedAndTells() throws Exception {
        try (Caller caller = new Caller().saysHello()) {
            caller.calls(station.uri().object(), "get_wanted_messages");
            Message wanted = caller.hears();
            caller.calls(station.uri().object(), "handle_message", message(List.of("x")));
            Message told = caller.hears();

            assertThat(wanted.seq).isEqualTo(7);
            assertThat(PICKLE.read(wanted.data, false)).isEqualTo(List.of("a", "b"));
            assertThat(PICKLE.read(told.data, false)).isNull();
            assertThat(heard.take())
                    .isEqualTo(new BusMessage("a", "1", null, new Sender.Service("Other"), Content.of(List.of("x"))));
        }
    }

    @Test
    void aPingIsAnsweredAndAOneWayCallIsNot() throws Exception {
        try (Caller caller = new Caller().saysHello()) {
            caller.says(Message.MSG_INVOKE, Message.FLAGS_ONEWAY, 1, PICKLE, new Object[] {
                station.uri().object(), "handle_message", new Object[] {message("x")}, Map.of()
            });
            caller.says(new Message(Message.MSG_PING, new byte[0], PICKLE.id(), 0, 2, null, null).to_bytes());

            Message pong = caller.hears();

            assertThat(heard.take().content().value()).isEqualTo("x");
            assertThat(List.of(pong.type, pong.seq)).isEqualTo(List.of(Message.MSG_PING, 2));
            assertThat(new String(pong.data, StandardCharsets.US_ASCII)).isEqualTo("pong");
        }
    }

    @Test
    void aCallerOfAnUnknownObjectIsRefused() throws Exception {
        try (Caller caller = new Caller()) {
            caller.says(
                    Message.MSG_CONNECT,
                    Message.FLAGS_META_ON_CONNECT,
                    0,
                    PICKLE,
                    Map.of("handshake", "hello", "object", "obj_1"));

            Message answer = caller.hears();

            assertThat(answer.type).isEqualTo(Message.MSG_CONNECTFAIL);
            assertThat(PICKLE.read(answer.data, false)).isEqualTo("unknown object");
            caller.isHungUpOn();
        }
    }

    @Test
    void aCallerWithAnotherSerializerIsToldSoInItsOwn() throws Exception {
        try (Caller caller = new Caller();
                Caller later = new Caller().saysHello()) {
            caller.says(Message.MSG_CONNECT, 0, 0, SERPENT, Map.of("handshake", "hello"));
            Message answer = caller.hears();
            later.says(Message.MSG_INVOKE, 0, 1, SERPENT, new Object[] {"o", "m", new Object[0], Map.of()});

            assertThat(answer.type).isEqualTo(Message.MSG_CONNECTFAIL);
            assertThat(SERPENT.read(answer.data, false)).asString().contains("serializer that is not accepted: 1");
            assertThat(later.isRefused(SERPENT).className()).isEqualTo("Pyro4.errors.SerializeError");
        }
    }

    @Test
    void aCallThatCannotBeIsAnsweredWithAnException() throws Exception {
        String object = station.uri().object();
        try (Caller caller = new Caller().saysHello()) {
            caller.calls(object, "__getattr__", "x");
            assertThat(caller.isRefused(PICKLE).className()).isEqualTo("builtins.AttributeError");
            caller.calls("obj_1", "handle_message", message("x"));
            assertThat(caller.isRefused(PICKLE).className()).isEqualTo("Pyro4.errors.DaemonError");
            caller.calls(object, "handle_message");
            assertThat(caller.isRefused(PICKLE).className()).isEqualTo("builtins.TypeError");
            caller.calls(object, "handle_message", Map.of("type", ""));
            assertThat(caller.isRefused(PICKLE).className()).isEqualTo("Pyro4.errors.SerializeError");
            caller.says(Message.MSG_INVOKE, 0, 1, PICKLE, "no call");
            assertThat(caller.isRefused(PICKLE).className()).isEqualTo("Pyro4.errors.ProtocolError");
            caller.says(Message.MSG_INVOKE, Message.FLAGS_COMPRESSED, 1, PICKLE, "x");
            assertThat(caller.isRefused(PICKLE).className()).isEqualTo("Pyro4.errors.SerializeError");

            caller.calls(object, "get_wanted_messages");
            assertThat(caller.hears().flags).isZero();
        }
    }

    @Test
    void aClassThatIsNotListedIsRefusedWithItsName() throws Exception {
        byte[] pickle = "\u0080\u0002(cos\nsystem\nt.".getBytes(StandardCharsets.ISO_8859_1);
        try (Caller caller = new Caller().saysHello()) {
            caller.says(new Message(Message.MSG_INVOKE, pickle, PICKLE.id(), 0, 1, null, null).to_bytes());

            PythonObject fault = caller.isRefused(PICKLE);

            assertThat(fault.className()).isEqualTo("Pyro4.errors.SerializeError");
            assertThat(fault.arguments())
                    .isEqualTo(List.of("class os.system is not listed: messages of it are refused"));
        }
    }

    /** By what is wrong: which byte of the header, and what it becomes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4, 6, 22})
    void aHeaderThatIsNoneEndsTheConnection(int wrong) throws Exception {
        byte[] header = new Message(Message.MSG_CONNECT, new byte[0], PICKLE.id(), 0, 0, null, null).to_bytes();
        header[wrong] = 'X';
        try (Caller caller = new Caller()) {
            caller.says(header).isHungUpOn();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {LARGEST + 1, Integer.MAX_VALUE, -1})
    void aMessageThatIsTooLargeEndsTheConnectionBeforeItCame(int size) throws Exception {
        Message message = new Message(Message.MSG_INVOKE, new byte[0], PICKLE.id(), 0, 0, null, null);
        message.data_size = size;
        try (Caller caller = new Caller().saysHello()) {
            caller.says(message.get_header_bytes()).isHungUpOn();
        }
    }

    @Test
    void aCallBeforeTheHelloEndsTheConnection() throws Exception {
        try (Caller caller = new Caller()) {
            caller.calls(station.uri().object(), "get_wanted_messages").isHungUpOn();
        }
    }

    @Test
    void whoStopsWithinAMessageOrSaysNothingIsHungUpOn() throws Exception {
        byte[] half = new byte[] {'P', 'Y', 'R', 'O', 0, 48};
        try (Caller silent = new Caller();
                Caller slow = new Caller().says(half);
                Caller late = new Caller().saysHello().says(half)) {
            silent.isHungUpOn();
            slow.isHungUpOn();
            late.isHungUpOn();
        }
    }

    @Test
    void whoSaidHelloMayBeSilentForLong() throws Exception {
        try (Caller silent = new Caller().saysHello();
                Caller another = new Caller()) {
            another.isHungUpOn(); // so the time-out is over

            silent.calls(station.uri().object(), "get_wanted_messages");

            assertThat(silent.hears().type).isEqualTo(Message.MSG_RESULT);
        }
    }

    @Test
    void oneConnectionTooManyIsClosedAndMakesRoomForNobody() throws Exception {
        List<Caller> callers = new ArrayList<>();
        try {
            for (int i = 0; i < Daemon.MOST_CONNECTIONS; i++) {
                callers.add(new Caller().saysHello());
            }
            try (Caller oneMore = new Caller()) {
                oneMore.isHungUpOn();
            }
            callers.get(0).calls(station.uri().object(), "get_wanted_messages");
            assertThat(callers.get(0).hears().type).isEqualTo(Message.MSG_RESULT);
        } finally {
            for (Caller caller : callers) {
                caller.close();
            }
        }
    }

    @Test
    void aPortThatIsTakenIsSaid() {
        PyroTerms taken = TERMS.withAddress("127.0.0.1", "localhost", daemon.port());

        assertThatThrownBy(() -> PyroBus.open(taken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + daemon.port());
    }
}
