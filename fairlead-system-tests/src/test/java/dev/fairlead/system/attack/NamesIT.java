// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SharedAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has no right somewhere learns neither from an answer nor from its time whether there is anything. */
@ExtendWith(RelayUnderTest.Extension.class)
class NamesIT {

    private static final int ROUNDS = 300;

    /** Served by a listener, without one, with rules of its own, below one, and not there at all. */
    private static final List<String> PATHS = List.of("served", "silent", "owned", "served/below", "nowhere");

    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    private RelayUnderTest relay;

    @BeforeEach
    void listen(RelayUnderTest prepared) {
        relay = prepared.knows("path: silent")
                .knows("path: owned, keys: [{name: own, primaryKey: key, secondaryKey: other key, rights: [Manage]}]");
        relay.listener("served").online();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "junk", "forged", "of a rule that there is not", "expired", "for elsewhere"})
    void senderWithoutAGoodTokenHearsTheSameOfEveryPath(String token) {
        List<Handshake> questions = PATHS.stream()
                .map(path -> with(token(token), Handshake.to("/$hc/" + path + "?sb-hc-action=connect")))
                .toList();

        Answers answers = Answers.of(relay, ROUNDS, questions);

        assertThat(answers.words()).singleElement().asString().startsWith("401 ");
        answers.takeAsLong();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "junk", "forged", "of a rule that there is not", "expired", "for elsewhere"})
    void listenerWithoutAGoodTokenHearsTheSameOfEveryPath(String token) {
        List<ListenerDriver> asking = new ArrayList<>();
        for (String path : PATHS) {
            ListenerDriver listener = relay.listener(path).withToken(token(token));
            asking.add((token.equals("none") ? listener.withoutToken() : listener).startsListening());
        }

        Set<String> words = asking.stream()
                .map(listener -> Answers.sentence(listener.control().readsHead()))
                .collect(Collectors.toSet());
        assertThat(words).singleElement().asString().startsWith("401 ");
    }

    /** As the clients of the original expect: a good token without the right is told so, and no more. */
    @Test
    void tokenThatIsGoodForAnotherRightHearsTheSameOfEveryPath() {
        String listen = relay.token("", Right.LISTEN);

        Answers answers = Answers.of(
                relay,
                ROUNDS,
                PATHS.stream()
                        .map(path -> with(listen, Handshake.to("/$hc/" + path)))
                        .toList());

        assertThat(answers.words()).singleElement().asString().startsWith("403 ");
        answers.takeAsLong();
    }

    /** What the protocol cannot hide: one who may send is told what is not there, and nobody needs a token where none is asked for. */
    @Test
    void whoMaySendIsToldWhatIsNotThere() {
        relay.sender("nowhere").connects().isRefusedWith(404, "Endpoint does not exist");
        relay.sender("silent").connects().isRefusedWith(404, "no listeners connected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "junk", "forged", "expired", "for elsewhere"})
    void plainRequestsWithoutAGoodTokenHearTheSameOfEveryPath(String token) {
        Answers answers = Answers.of(
                relay,
                ROUNDS,
                PATHS.stream()
                        .map(path -> with(token(token), Handshake.plain("/" + path)))
                        .toList());

        assertThat(answers.words()).singleElement().asString().startsWith("401 ");
        answers.takeAsLong();
    }

    private static Handshake with(String token, Handshake request) {
        return token.isEmpty() ? request : request.with("ServiceBusAuthorization", token);
    }

    private String token(String kind) {
        return switch (kind) {
            case "none" -> "";
            case "junk" -> "junk";
            case "forged" -> SharedAccess.token("http://h/", "Send", "a guess", LATER);
            case "of a rule that there is not" -> SharedAccess.token("http://h/", "Nobody", "a guess", LATER);
            case "expired" -> relay.token("", Duration.ofSeconds(-1));
            case "for elsewhere" -> relay.token("elsewhere");
            default -> throw new IllegalArgumentException(kind);
        };
    }
}
