// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.security.Right;
import dev.fairlead.server.settings.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "Addresses": the longest registered name that is a whole-segment prefix serves a request. */
class HybridConnectionsTest {

    private final HybridConnections connections =
            new HybridConnections(List.of(named("a"), named("a/b"), named("c/d")));

    @ParameterizedTest
    @CsvSource({
        "a, a",
        "a/x, a",
        "a/x/b, a",
        "a/b, a/b",
        "a/b/c/d, a/b",
        "A/B/c, a/b",
        "a/bc, a",
        "c/d/e, c/d",
    })
    void longestNameServes(String request, String name) {
        assertThat(connections.serving(HybridPath.of(request)))
                .map(found -> found.path().spelled())
                .contains(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "b", "c", "c/e", "cd"})
    void halfANameServesNothing(String request) {
        assertThat(connections.serving(HybridPath.of(request))).isEmpty();
    }

    @Test
    void nameIsFoundExactlyButForItsCase() {
        assertThat(connections.named(HybridPath.of("A"))).isPresent();
        assertThat(connections.named(HybridPath.of("a/x"))).isEmpty();
    }

    @Test
    void nameThatIsThereIsNotMadeAgain() {
        HybridConnection first = connections.named(HybridPath.of("a")).orElseThrow();

        HybridConnection made = connections
                .namedOrNew(HybridPath.of("a/new"), 25, Instant.EPOCH)
                .orElseThrow();

        assertThat(connections.namedOrNew(HybridPath.of("A"), 25, Instant.EPOCH))
                .containsSame(first);
        assertThat(connections.namedOrNew(HybridPath.of("a/new"), 1, Instant.EPOCH))
                .containsSame(made);
        assertThat(connections.serving(HybridPath.of("a/new/below"))).containsSame(made);
        assertThat(connections.all()).hasSize(4);
    }

    @Test
    void noMoreAreMadeThanThereMayBe() {
        HybridConnections full = new HybridConnections(List.of(named("a"), named("b")), 3);
        HybridConnection third =
                full.namedOrNew(HybridPath.of("c"), 25, Instant.EPOCH).orElseThrow();

        assertThat(full.namedOrNew(HybridPath.of("d"), 25, Instant.EPOCH)).isEmpty();
        assertThat(full.named(HybridPath.of("d"))).isEmpty();
        assertThat(full.namedOrNew(HybridPath.of("c"), 25, Instant.EPOCH)).containsSame(third);
        assertThat(full.all()).hasSize(3);
    }

    @Test
    void configurationMayNameMoreThanListenersMayMake() {
        HybridConnections many = new HybridConnections(List.of(named("a"), named("b")), 1);

        assertThat(many.all()).hasSize(2);
        assertThat(many.namedOrNew(HybridPath.of("c"), 25, Instant.EPOCH)).isEmpty();
    }

    @Test
    void configurationThatChangesKeepsWhatItStillNamesWithItsListeners() {
        HybridConnection kept = connections.named(HybridPath.of("a")).orElseThrow();
        AuthorizationRule rule = new AuthorizationRule("own", Secret.of("key"), null, Set.of(Right.LISTEN));

        List<HybridConnection> gone = connections.configure(List.of(
                new HybridConnection(
                        HybridPath.of("A"),
                        new HybridConnection.Terms(true, 7, null, true, true, List.of(rule)),
                        Instant.EPOCH),
                named("c/d"),
                named("e")));

        assertThat(gone).extracting(one -> one.path().spelled()).containsExactly("a/b");
        assertThat(connections.named(HybridPath.of("a"))).containsSame(kept);
        assertThat(kept.terms().anonymousSenders()).isTrue();
        assertThat(kept.terms().rules()).containsExactly(rule);
        assertThat(connections.serving(HybridPath.of("a/b/x"))).containsSame(kept);
        assertThat(connections.named(HybridPath.of("e"))).isPresent();
        assertThat(connections.holds(kept)).isTrue();
        assertThat(gone).noneMatch(connections::holds);
    }

    @Test
    void whatAListenerMadeStaysWhetherItIsNamedOrNot() {
        HybridConnection made =
                connections.namedOrNew(HybridPath.of("made"), 25, Instant.EPOCH).orElseThrow();

        assertThat(connections.configure(List.of())).hasSize(3);
        assertThat(connections.all()).containsExactly(made);

        assertThat(connections.configure(List.of(named("made")))).isEmpty();
        assertThat(connections.all()).containsExactly(made);

        assertThat(connections.configure(List.of())).containsExactly(made);
        assertThat(connections.all()).isEmpty();
    }

    @Test
    void pathThatIsNamedAgainIsANewOne() {
        HybridConnection before = connections.named(HybridPath.of("a")).orElseThrow();
        connections.configure(List.of());

        connections.configure(List.of(named("a")));

        assertThat(connections.named(HybridPath.of("a"))).get().isNotSameAs(before);
        assertThat(connections.holds(before)).isFalse();
    }

    @Test
    void allNamesAlongAPathAreFoundTheLongestFirst() {
        assertThat(connections.along(HybridPath.of("a/b/c")))
                .extracting(one -> one.path().spelled())
                .containsExactly("a/b", "a");
        assertThat(connections.along(HybridPath.of("x/a"))).isEmpty();
    }

    private static HybridConnection named(String name) {
        return new HybridConnection(
                HybridPath.of(name), new HybridConnection.Terms(false, 25, null, true, true, List.of()), Instant.EPOCH);
    }
}
