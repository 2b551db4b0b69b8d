// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.Story;
import dev.fairlead.system.interop.Transport;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every listener of plain HTTP must be able to do with every foreign sender, on both transports. */
@ParameterizedClass
@EnumSource(Transport.class)
@ExtendWith(RelayUnderTest.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class HttpListenerSentences {

    /** Around what may go by the control channel. */
    private static final List<Integer> SIZES = List.of(0, 1, 65_535, 65_536, 65_537);

    private static final int FIVE_MEBIBYTES = 5 << 20;

    @Parameter
    Transport transport;

    private final Map<HttpSenderKind, HttpSender> senders = new EnumMap<>(HttpSenderKind.class);
    private Story listener;
    private RelayUnderTest relay;

    /** {@return the listener, online} It answers as the package says, and tells {@code asked METHOD TARGET} of each request. */
    protected abstract Story online(RelayUnderTest on, String path);

    @BeforeParameterizedClassInvocation(injectArguments = false)
    void bringListenerOnline(RelayUnderTest started, @TempDir Path folder) {
        relay = transport.of(started, new TestAuthority(folder));
        listener = online(relay, "pages");
    }

    @AfterParameterizedClassInvocation
    void endPrograms() {
        senders.values().forEach(HttpSender::close);
        senders.clear();
        listener.close();
    }

    /** {@return the relay of the class} */
    protected RelayUnderTest relay() {
        return relay;
    }

    /** {@return the listener of the class} */
    protected Story listener() {
        return listener;
    }

    HttpSender sender(HttpSenderKind sender) {
        return senders.computeIfAbsent(sender, kind -> kind.start(relay.authority()));
    }

    Question get(String below) {
        return Question.get(relay, "pages", below);
    }

    Question post(String below, int length) {
        return Question.post(relay, "pages", below, length);
    }

    private static String status200(int length) {
        return "200 " + Body.summary(Body.pattern(length));
    }

    @ParameterizedTest
    @EnumSource
    void answersOfEverySizeComeDown(HttpSenderKind kind) {
        for (int size : SIZES) {
            assertThat(sender(kind).asks(get("/bytes?length=" + size))).isEqualTo(status200(size));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodiesOfEverySizeGoUp(HttpSenderKind kind) {
        for (int size : SIZES) {
            assertThat(sender(kind).asks(post("/digest", size))).isEqualTo("200 " + Body.summaryOfDigest(size));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FETCH", "NODE_HTTP", "CURL"}) // a browser sends none over HTTP/1.1
    void bodiesOfEverySizeGoUpInChunks(HttpSenderKind kind) {
        for (int size : SIZES) {
            assertThat(sender(kind).asks(post("/digest", size).inChunks()))
                    .isEqualTo("200 " + Body.summaryOfDigest(size));
        }
    }

    @ParameterizedTest
    @EnumSource
    void fiveMebibytesGoUpAndComeDown(HttpSenderKind kind) {
        assertThat(sender(kind).asks(post("/digest", FIVE_MEBIBYTES)))
                .isEqualTo("200 " + Body.summaryOfDigest(FIVE_MEBIBYTES));
        assertThat(sender(kind).asks(get("/bytes?length=" + FIVE_MEBIBYTES))).isEqualTo(status200(FIVE_MEBIBYTES));
        assertThat(sender(kind).asks(post("/echo", FIVE_MEBIBYTES))).isEqualTo(status200(FIVE_MEBIBYTES));
    }

    @ParameterizedTest
    @EnumSource
    void streamsArePiped(HttpSenderKind kind) {
        assertThat(sender(kind).asks(get("/piped?length=300000"))).isEqualTo(status200(300_000));
        assertThat(sender(kind).asks(get("/parts?length=50000"))).isEqualTo(status200(50_000));
        assertThat(sender(kind).asks(get("/parts?length=300000"))).isEqualTo(status200(300_000));
        assertThat(sender(kind).asks(post("/echo", 1000))).isEqualTo(status200(1000));
        assertThat(sender(kind).asks(post("/echo", 300_000))).isEqualTo(status200(300_000));
    }

    @ParameterizedTest
    @EnumSource
    void tenAtOnceAreAnswered(HttpSenderKind kind) {
        areAnsweredAtOnce(kind, 10);
    }

    @ParameterizedTest
    @EnumSource(names = {"FETCH", "NODE_HTTP"})
    void hundredAtOnceAreAnswered(HttpSenderKind kind) {
        areAnsweredAtOnce(kind, 100);
    }

    /** Bodies of the control channel and of rendezvous by turns, each of a length of its own. */
    private void areAnsweredAtOnce(HttpSenderKind kind, int count) {
        List<Integer> lengths = IntStream.range(0, count)
                .mapToObj(i -> i % 4 == 3 ? 70_000 + i : 1000 + i)
                .toList();

        List<String> heard = sender(kind)
                .asks(lengths.stream().map(length -> post("/echo", length)).toList());

        assertThat(heard)
                .containsExactlyElementsOf(
                        lengths.stream().map(HttpListenerSentences::status200).toList());
    }

    @ParameterizedTest
    @EnumSource(names = {"NODE_HTTP", "CURL"})
    void senderThatWantsToBeToldToContinueIs(HttpSenderKind kind) {
        for (int size : List.of(10, 100_000)) {
            assertThat(sender(kind).asks(post("/digest", size).expecting()))
                    .isEqualTo("200 " + Body.summaryOfDigest(size));
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersWithoutABodyLeaveTheConnectionInOrder(HttpSenderKind kind) {
        String nothing = Body.summary(new byte[0]);

        assertThat(sender(kind).asks(get("/status?code=204&words=None"))).isEqualTo("204 " + nothing);
        assertThat(sender(kind).asks(get("/status?code=404&words=Gone"))).isEqualTo("404 " + nothing);
        assertThat(sender(kind).asks(get("/bytes?length=5"))).isEqualTo(status200(5));
    }

    @ParameterizedTest
    @EnumSource(names = {"FETCH", "NODE_HTTP"})
    void headHasNoBody(HttpSenderKind kind) {
        assertThat(sender(kind).asks(get("/bytes?length=5").with("HEAD")))
                .isEqualTo("200 " + Body.summary(new byte[0]));
        assertThat(sender(kind).asks(get("/bytes?length=70000").with("HEAD")))
                .isEqualTo("200 " + Body.summary(new byte[0]));
        assertThat(sender(kind).asks(get("/bytes?length=5"))).isEqualTo(status200(5));
    }

    @ParameterizedTest
    @EnumSource
    void targetIsTold(HttpSenderKind kind) {
        listenerIsAskedFor(
                "GET /pages/" + asTold("a b") + "/bytes?length=0&x=%2f%3D",
                kind,
                get("/a%20b/bytes?length=0&x=%2f%3D"));
    }

    /** {@return how the listener tells a segment of a path: decoded, unless something behind the relay encoded it again} */
    protected String asTold(String segment) {
        return segment;
    }

    private void listenerIsAskedFor(String told, HttpSenderKind kind, Question question) {
        assertThat(sender(kind).asks(question)).startsWith("200");
        assertThat(listener.prints("asked " + told)).isEqualTo("asked " + told);
    }

    /** Two seconds of sixteen connections that ask again and again. */
    @Test
    void burstOfWrkIsAnsweredWithoutAnError() {
        try (ForeignProgram wrk = ForeignProgram.running(
                        ForeignProgram.find("wrk"),
                        "--threads",
                        "1",
                        "--connections",
                        "16",
                        "--duration",
                        "2s",
                        "--header",
                        "ServiceBusAuthorization: " + relay.token("pages"),
                        relay.httpUri() + "/pages/bytes?length=1000")
                .start()) {
            assertThat(wrk.exits()).isZero();

            assertThat(wrk.wholeLog())
                    .anyMatch(line -> line.matches("\\s*[1-9]\\d+ requests in .*"))
                    .noneMatch(line -> line.contains("Socket errors") || line.contains("Non-2xx"));
        }
        assertThat(sender(HttpSenderKind.CURL).asks(get("/bytes?length=5"))).isEqualTo(status200(5));
    }
}
