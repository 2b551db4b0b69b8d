// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.Programs;
import dev.fairlead.testkit.Answer;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application that keeps notes, written for a framework that knows nothing of a relay, and asked through one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(RelayUnderTest.Extension.class)
abstract class NotesSentences {

    private final Path folder;
    private final String path;
    private ForeignProgram application;

    /**
     * Names the example.
     *
     * @param example its folder
     * @param path the hybrid connection that it listens on
     */
    NotesSentences(String example, String path) {
        this.folder = Path.of("../examples", example).toAbsolutePath().normalize();
        this.path = path;
    }

    @BeforeAll
    void start(RelayUnderTest relay) {
        application = Programs.jar(folder.resolve("target/notes.jar"))
                .in(folder)
                .with("FAIRLEAD_CONNECTION_STRING", relay.connectionString())
                .start();
        starts(application);
        application.logs("relay: Online");
    }

    @AfterAll
    void stop() {
        application.close();
    }

    /** Waits for what it says on the way, if that way is long. */
    void starts(ForeignProgram starting) {}

    /** {@return the path of its hybrid connection, with the slashes around it} */
    String prefix() {
        return "/" + path + "/";
    }

    HttpSenderDriver http(RelayUnderTest relay) {
        return relay.http(path);
    }

    SenderDriver echo(RelayUnderTest relay) {
        return relay.sender(path)
                .withSuffix("/echo")
                .with(handshake -> handshake.with("Sec-WebSocket-Protocol", "other, echo.v1"));
    }

    Answer notes(RelayUnderTest relay, String text) {
        byte[] note = text.getBytes(StandardCharsets.UTF_8);
        return http(relay)
                .asks(
                        "POST",
                        "/notes",
                        head -> head.with("Content-Type", "text/plain; charset=utf-8")
                                .with("Content-Length", String.valueOf(note.length)))
                .sends(note)
                .isAnswered();
    }

    @Test
    void pageIsServed(RelayUnderTest relay) {
        Answer page = http(relay).gets("/").isAnswered();

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
        assertThat(page.text()).contains("<h1>Notes</h1>");
    }

    @Test
    void whatIsPostedIsThereToBeGot(RelayUnderTest relay) {
        assertThat(notes(relay, "splice the mainbrace, größer").status()).isEqualTo(201);

        Answer all = http(relay).gets("/notes").isAnswered();

        assertThat(all.status()).isEqualTo(200);
        assertThat(all.text()).contains("splice the mainbrace, größer");
    }

    @Test
    void eventIsHeardWhileTheStreamGoesOn(RelayUnderTest relay) {
        notes(relay, "heard first");

        HttpSenderDriver stream = http(relay).gets("/notes/stream");
        ResponseHead head = stream.receivesHead();
        hears(stream, "heard first");
        notes(relay, "heard later");

        hears(stream, "heard later");
        assertThat(head.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
    }

    private static void hears(HttpSenderDriver stream, String note) {
        StringBuilder heard = new StringBuilder();
        while (heard.indexOf(note + "\n\n") < 0) {
            String piece = new String(stream.receivesPiece(), StandardCharsets.UTF_8);
            assertThat(piece).as("what came after %s", heard).isNotEmpty();
            heard.append(piece);
        }
    }

    @Test
    void subprotocolIsAgreedOnAndMessagesAreAnswered(RelayUnderTest relay) {
        SenderDriver sender = echo(relay).connects();

        assertThat(sender.isConnectedBy().header("Sec-WebSocket-Protocol")).contains("echo.v1");
        sender.sends("ahoy").receives("you said: ahoy");
    }

    @Test
    void lastWordOfTheApplicationReachesTheSender(RelayUnderTest relay) {
        SenderDriver sender = echo(relay).connects().isConnected();

        sender.sends("bye");

        sender.isClosedWith(4000, "until next time");
    }

    @Test
    void lastWordOfTheSenderIsReturned(RelayUnderTest relay) {
        SenderDriver sender = echo(relay).connects().isConnected();

        sender.closes(4001, "farewell");

        sender.isClosedWith(4001, "farewell");
    }

    @Test
    void refusalIsTheApplicationsOwn(RelayUnderTest relay) {
        Answer answer = http(relay).gets("/nothing/here").isAnswered();

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Via")).isPresent();
        relay.sender(path).withSuffix("/nothing/here").connects().isRefusedWith(404, "");
    }
}
