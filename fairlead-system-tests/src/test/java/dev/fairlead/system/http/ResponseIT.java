// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Answer;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.Reply;
import dev.fairlead.testkit.WireFrame;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sender is told of a listener's answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResponseIT {

    private final RelayUnderTest relay = new RelayUnderTest();
    private ListenerDriver listener;

    @BeforeAll
    void listen() {
        listener = relay.listener("orders").online();
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    private Answer answerOf(Reply reply) {
        HttpSenderDriver sender = relay.http("orders").gets();
        listener.isAsked().answers(reply);
        return sender.isAnswered();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OK", "TestStatusDescription", "with \"'(){}[]<>=/,:;@\\ in it", "caf\u00e9", "  spaced"})
    void reasonPhraseIsTheListeners(String words) {
        assertThat(answerOf(Reply.of(200).saying(words)).head().statusLine()).isEqualTo("HTTP/1.1 200 " + words);
    }

    @ParameterizedTest
    @CsvSource({"200,OK", "201,Created", "404,Not Found", "500,Internal Server Error", "429,Too Many Requests"})
    void reasonPhraseThatIsMissingIsTheUsualOne(int status, String words) {
        assertThat(answerOf(Reply.of(status)).reason()).isEqualTo(words);
        assertThat(answerOf(Reply.of(status).member("statusDescription", "null"))
                        .reason())
                .isEqualTo(words);
        assertThat(answerOf(Reply.of(status).saying("")).reason()).isEqualTo(words);
    }

    @Test
    void reasonPhraseWritesNoHeaders() {
        Answer answer = answerOf(Reply.of(200).saying("Fine\r\nX-Injected: yes"));

        assertThat(answer.header("X-Injected")).isEmpty();
        assertThat(answer.reason()).startsWith("Fine");
    }

    /** The guide forbids some of them; tests of .NET want to see them all the same. */
    @ParameterizedTest
    @ValueSource(ints = {200, 299, 306, 407, 418, 450, 502, 504, 599, 999})
    void statusIsPassedOn(int status) {
        Answer answer = answerOf(Reply.of(status).saying("As I like"));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Via")).hasValue("1.1 localhost");
    }

    @Test
    void statusMayBeAText() {
        assertThat(answerOf(Reply.of(0).member("statusCode", "\"203\"")).status())
                .isEqualTo(203);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "101", "199", "0", "-200", "1000"})
    void statusThatNoSenderCanBeToldIsAnError(String status) {
        HttpSenderDriver sender = relay.http("orders").gets();

        listener.isAsked().answers(Reply.of(0).member("statusCode", status));

        sender.isRefusedWith(502, "cannot be passed on");
    }

    @Test
    void headersKeepTheirCaseAndTheirOrder() {
        Answer answer = answerOf(
                Reply.of(200).with("x-lower", "a").with("X-UPPER", "B").with("X-oDd", "\"'(){}[]<>=/,:;@\\ c"));

        assertThat(answer.head().lines())
                .containsSubsequence("x-lower: a", "X-UPPER: B", "X-oDd: \"'(){}[]<>=/,:;@\\ c");
    }

    @Test
    void headerMayBeANumberOrAList() {
        Answer answer = answerOf(Reply.of(200)
                .withRaw("X-Number", "5")
                .withRaw("X-True", "true")
                .withRaw("Set-Cookie", "[\"a=1\",\"b=2\"]"));

        assertThat(answer.header("X-Number")).hasValue("5");
        assertThat(answer.header("X-True")).hasValue("true");
        assertThat(answer.head().all("Set-Cookie")).containsExactly("a=1", "b=2");
    }

    @Test
    void headerWritesNoHeaders() {
        Answer answer =
                answerOf(Reply.of(200).with("X-One", "a\r\nX-Injected: yes").with("X-Two\r\nX-Injected", "b"));

        assertThat(answer.head().all("X-Injected")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "content-length, 99",
        "Transfer-Encoding, gzip",
        "keep-alive, timeout=1",
        "Proxy-Connection, close",
        "Upgrade, h2c",
        "Trailer, X-Sum"
    })
    void headersOfTheConnectionAreTheRelays(String name, String value) {
        Answer answer = answerOf(Reply.of(200).with(name, value).body("hello"));

        assertThat(answer.head().lines()).doesNotContain(name + ": " + value);
        assertThat(answer.header("Content-Length")).hasValue("5");
        assertThat(answer.text()).isEqualTo("hello");
    }

    @Test
    void headersThatTheConnectionNamesEndAtTheRelay() {
        Answer answer = answerOf(Reply.of(200)
                .with("connection", "close, X-Hop")
                .with("X-Hop", "1")
                .with("X-Kept", "2"));

        assertThat(answer.header("X-Hop")).isEmpty();
        assertThat(answer.header("X-Kept")).hasValue("2");
    }

    @Test
    void connectionThatTheListenerWouldCloseIsKept() {
        HttpSenderDriver sender = relay.http("orders").gets();
        listener.isAsked().answers(Reply.of(200).with("connection", "close").body("first"));
        sender.isAnsweredWith(200, "first");

        sender.gets();

        listener.isAsked().answers(200, "second");
        sender.isAnsweredWith(200, "second");
    }

    @Test
    void dateOfTheListenerIsNotDoubled() {
        Answer answer = answerOf(Reply.of(200)
                .with("date", "Thu, 01 Jan 1970 00:00:00 GMT")
                .with("server", "mine")
                .body("x"));

        assertThat(answer.header("Date")).hasValue("Thu, 01 Jan 1970 00:00:00 GMT");
        assertThat(answer.header("Server")).hasValue("mine");
    }

    @Test
    void viaTellsTheListenersAnswerFromTheRelays() {
        assertThat(answerOf(Reply.of(404)).header("Via")).hasValue("1.1 localhost");
        assertThat(answerOf(Reply.of(404).with("via", "1.0 fred")).header("Via"))
                .hasValue("1.0 fred, 1.1 localhost");
        assertThat(relay.http("nowhere").gets().isRefusedWith(404, "").header("Via"))
                .isEmpty();
    }

    @Test
    void bodyOfNoTypeIsOneOfBytes() {
        assertThat(answerOf(Reply.of(200).body("hello")).header("Content-Type")).hasValue("application/octet-stream");
        assertThat(answerOf(Reply.of(200).with("content-type", "text/x-mine").body("hello"))
                        .header("Content-Type"))
                .hasValue("text/x-mine");
        assertThat(answerOf(Reply.of(200)).header("Content-Type")).isEmpty();
    }

    @Test
    void answerWithoutABodySaysSo() {
        assertThat(answerOf(Reply.of(200)).header("Content-Length")).hasValue("0");
        assertThat(answerOf(Reply.of(200).member("body", "false")).body()).isEmpty();
        assertThat(answerOf(Reply.of(200).member("body", "null")).body()).isEmpty();
    }

    /** hyco-https sends an empty message behind such an answer, announced or not. */
    @ParameterizedTest
    @CsvSource({"204,false", "304,false", "204,true", "304,true"})
    void statusWithoutABodyHasNone(int status, boolean announced) {
        HttpSenderDriver sender = relay.http("orders").gets();
        listener.isAsked()
                .answers(Reply.of(status).member("body", String.valueOf(announced)))
                .sends(WireFrame.binary());
        Answer answer = sender.isAnswered();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Transfer-Encoding")).isEmpty();

        sender.gets();
        listener.isAsked().answers(200, "next");
        sender.isAnsweredWith(200, "next");
    }

    @Test
    void status205HasAnEmptyBody() {
        Answer answer = answerOf(Reply.of(205).body("not to be shown"));

        assertThat(answer.header("Content-Length")).hasValue("0");
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answerToHeadHasNoBodyWhateverComes(boolean byRendezvous) {
        HttpSenderDriver sender = relay.http("orders").asks("HEAD", "", head -> head);
        var asked = listener.isAsked();
        assertThat(asked.method()).isEqualTo("HEAD");
        if (byRendezvous) {
            asked.dials();
        }

        asked.answers(Reply.of(200).with("X-Seen", "yes").body("not to be shown"));

        Answer answer = sender.isAnswered();
        assertThat(answer.header("X-Seen")).hasValue("yes");
        sender.gets();
        listener.isAsked().answers(200, "next");
        sender.isAnsweredWith(200, "next");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void statusWithoutABodyHasNoneByARendezvousEither(int status) {
        HttpSenderDriver sender = relay.http("orders").gets();

        listener.isAsked().dials().answers(Reply.of(status).body("not to be shown"));

        assertThat(sender.isAnswered().status()).isEqualTo(status);
        sender.gets();
        listener.isAsked().answers(200, "next");
        sender.isAnsweredWith(200, "next");
    }
}
