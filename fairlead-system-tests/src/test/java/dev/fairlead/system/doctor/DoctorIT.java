// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each sickness of a key, a path or a port, and the healthy. */
@ExtendWith(RelayUnderTest.Extension.class)
class DoctorIT {

    private static final String ROOT_KEY = RelayUnderTest.keyOf(RelayUnderTest.ROOT);

    @TempDir
    private Path home;

    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.knows("path: hello");
    }

    private String string(String rule, String key) {
        return string(relay.port(), rule, key);
    }

    private static String string(int port, String rule, String key) {
        return "Endpoint=http://127.0.0.1:" + port + "/;SharedAccessKeyName=" + rule + ";SharedAccessKey=" + key;
    }

    private Examination examines(String... arguments) {
        return Examination.of(home, arguments);
    }

    @Test
    void healthyPatientIsWellAndNoSecretIsTold() {
        ListenerDriver listener = relay.listener("hello").online();

        try (Examination doctor = examines(relay.connectionString(), "hello")) {
            listener.isOffered();
            listener.dials();

            doctor.exitsWith(0)
                    .says("ok", "token", "made from the key")
                    .says("ok", "key", "its rule is " + RelayUnderTest.ROOT)
                    .says("ok", "path", "hello is there; senders need a token")
                    .says("ok", "listeners", "1 is online")
                    .says("ok", "send", "a connection reached the listener")
                    .says("skipped", "listen", "--probe-listen")
                    .concludes("All well. Not examined: listen.");
            assertThat(doctor.printed()).doesNotContain(ROOT_KEY).doesNotContain("sig=");
        }
        listener.isClosedWith(1000, "");
    }

    @Test
    void listenerIsLetInWhereOthersListenIfItIsAskedFor() {
        ListenerDriver listener = relay.listener("hello").online();

        try (Examination doctor = examines(relay.connectionString(), "hello", "--probe-listen", "--no-connect")) {
            doctor.exitsWith(0)
                    .says("skipped", "send", "--no-connect")
                    .says("ok", "listen", "a listener is let in")
                    .concludes("All well. Not examined: send.");
        }
        relay.untilMeter("fairlead_relay_listeners", 1);
        listener.isNotOffered();
    }

    @Test
    void absenceOfListenersIsFoundAndAListenerWouldBeLetIn() {
        try (Examination doctor = examines(relay.connectionString(), "hello")) {
            doctor.exitsWith(1)
                    .says("FAIL", "listeners", "nobody listens on hello")
                    .says("ok", "send", "if somebody listened")
                    .says("ok", "listen", "a listener is let in")
                    .concludes("Not well: listeners.");
        }
        relay.untilNobodyListens();
    }

    @Test
    void wrongKeyIsFound() {
        try (Examination doctor = examines(string(RelayUnderTest.ROOT, "another"), "hello")) {
            doctor.exitsWith(1)
                    .says("FAIL", "key", "either the key or the name of its rule is wrong")
                    .adds("the relay says: 401 InvalidSignature")
                    .says("skipped", "send", "key has to be put right first");
        }
    }

    @Test
    void wrongNameOfAKeyIsFound() {
        try (Examination doctor = examines(string("Nobody", ROOT_KEY), "hello")) {
            doctor.exitsWith(1).says("FAIL", "key", "the name of its rule is wrong");
        }
    }

    @Test
    void expiredTokenIsFound() {
        String token = relay.token("hello", Duration.ofMinutes(-5));

        try (Examination doctor =
                examines("Endpoint=http://127.0.0.1:" + relay.port() + "/", "hello", "--token", token)) {
            doctor.exitsWith(1)
                    .says("FAIL", "token", "it is expired: it ended 5m")
                    .adds("sr   http://127.0.0.1/hello")
                    .concludes("Not well: token.");
            assertThat(doctor.printed()).doesNotContain("sig=");
        }
    }

    @Test
    void unknownPathIsFound() {
        try (Examination doctor = examines(relay.connectionString(), "nowhere")) {
            doctor.exitsWith(1)
                    .says("ok", "key", "the relay takes it")
                    .says("FAIL", "path", "the relay has no hybrid connection nowhere")
                    .concludes("Not well: path.");
        }
    }

    @Test
    void portThatNobodyServesIsFound() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }

        try (Examination doctor = examines(string(closed, "root", "key"), "hello")) {
            doctor.exitsWith(1)
                    .says("FAIL", "port", "127.0.0.1:" + closed + " refuses")
                    .adds("see that the relay runs");
        }
    }

    @Test
    void nameThatIsUnknownIsFound() {
        try (Examination doctor =
                examines("Endpoint=sb://relay.invalid/;SharedAccessKeyName=a;SharedAccessKey=b", "hello")) {
            doctor.exitsWith(1).says("FAIL", "name", "relay.invalid is unknown");
        }
    }

    @Test
    void clockThatIsWrongIsFound() throws IOException {
        String anHourAhead = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(90));
        try (FixedAnswer other =
                        new FixedAnswer("HTTP/1.1 401 ExpiredToken: The token is expired", "Date: " + anHourAhead);
                Examination doctor = examines(string(other.port(), "root", "key"), "hello")) {
            doctor.exitsWith(1)
                    .says("FAIL", "clock", "slow, compared with the relay's")
                    .says("FAIL", "token", "expired by the relay's clock")
                    .concludes("Not well: clock, token.");
        }
    }

    @Test
    void keyThatMayOnlyListenIsGoodForAListener() {
        try (Examination doctor =
                examines(string("Listen", RelayUnderTest.keyOf("Listen")), "hello", "--probe-listen")) {
            doctor.exitsWith(0)
                    .says("ok", "key", "its rule is Listen")
                    .says("skipped", "path", "this key may not ask")
                    .says("warn", "send", "no right Send")
                    .says("ok", "listen", "a listener is let in");
        }
    }

    @Test
    void keyThatMayOnlySendIsGoodForASender() {
        ListenerDriver listener = relay.listener("hello").online();

        try (Examination doctor = examines(string("Send", RelayUnderTest.keyOf("Send")), "hello")) {
            listener.isOffered();
            listener.dials();

            doctor.exitsWith(0).says("ok", "send", "a connection reached the listener");
        }
    }

    @Test
    void keyThatMayOnlySendIsAFaultOfAListener() {
        try (Examination doctor =
                examines(string("Send", RelayUnderTest.keyOf("Send")), "hello", "--probe-listen", "--no-connect")) {
            doctor.exitsWith(1).says("FAIL", "listen", "no right Listen");
        }
    }

    @Test
    void listenerThatRefusesIsToldFromTheRelay() {
        ListenerDriver listener = relay.listener("hello").online();

        try (Examination doctor = examines(relay.connectionString(), "hello")) {
            listener.isOffered();
            listener.rejects(403, "Not today");

            doctor.exitsWith(1)
                    .says("FAIL", "send", "the listener's program itself turns this sender away")
                    .adds("403 Not today");
        }
    }

    @Test
    void listenerThatDoesNotDialIsNotWaitedForLongerThanTold() {
        relay.listener("hello").online();

        try (Examination doctor = examines(relay.connectionString(), "hello", "--timeout", "500ms")) {
            doctor.exitsWith(1).says("FAIL", "send", "a listener is online, but did not answer in time");
        }
    }

    @Test
    void nothingToExamineIsWrongUsage() {
        try (Examination doctor = examines()) {
            doctor.exitsWith(2);
        }
    }
}
