// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import static dev.fairlead.server.relay.listener.Trust.FIRST_COOL_DOWN;
import static dev.fairlead.server.relay.listener.Trust.GONE;
import static dev.fairlead.server.relay.listener.Trust.LONGEST_COOL_DOWN;
import static dev.fairlead.server.relay.listener.Trust.NEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fairlead.server.relay.listener.Trust.Effect;
import dev.fairlead.server.relay.listener.Trust.Event;
import dev.fairlead.server.relay.listener.Trust.State;
import dev.fairlead.server.relay.listener.Trust.Step;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** When a listener is set aside, and how it comes back, row by row. */
class TrustTest {

    private static final int LIMIT = 3;
    private static final Duration SOME = Duration.ofSeconds(40);

    private static final State ONCE = new State.Trusted(1);
    private static final State TWICE = new State.Trusted(2);
    private static final State ASIDE = new State.Aside(SOME);
    private static final State DUE = new State.Due(SOME);
    private static final State PROBED = new State.Probed(SOME);

    private static final Event DIALLED = new Event.Dialled();
    private static final Event SILENT = new Event.Silent(false);
    private static final Event PROBE_SILENT = new Event.Silent(true);
    private static final Event LEFT = new Event.Left(false);
    private static final Event PROBE_LEFT = new Event.Left(true);
    private static final Event COOL_DOWN_ENDED = new Event.CoolDownEnded();
    private static final Event PROBE_BEGUN = new Event.ProbeBegun();
    private static final Event LOST = new Event.Lost();

    static Stream<Arguments> rows() {
        Effect[] back = {new Effect.TellBack(), new Effect.EndAside()};
        return Stream.of(
                row(NEW, DIALLED, NEW),
                row(NEW, SILENT, ONCE),
                row(NEW, LEFT, NEW),
                row(NEW, PROBE_SILENT, ONCE),
                row(NEW, COOL_DOWN_ENDED, NEW),
                row(NEW, PROBE_BEGUN, NEW),
                row(NEW, LOST, GONE),
                row(TWICE, DIALLED, NEW),
                row(TWICE, LEFT, TWICE),
                row(
                        TWICE,
                        SILENT,
                        new State.Aside(FIRST_COOL_DOWN),
                        new Effect.TellSetAside(),
                        new Effect.CoolDown(FIRST_COOL_DOWN)),
                row(ASIDE, DIALLED, NEW, back),
                row(ASIDE, SILENT, ASIDE),
                row(ASIDE, LEFT, ASIDE),
                row(ASIDE, PROBE_SILENT, ASIDE),
                row(ASIDE, COOL_DOWN_ENDED, DUE),
                row(ASIDE, PROBE_BEGUN, ASIDE),
                row(ASIDE, LOST, GONE, new Effect.EndAside()),
                row(DUE, DIALLED, NEW, back),
                row(DUE, SILENT, DUE),
                row(DUE, LEFT, DUE),
                row(DUE, PROBE_BEGUN, PROBED),
                row(DUE, COOL_DOWN_ENDED, DUE),
                row(DUE, LOST, GONE, new Effect.EndAside()),
                row(PROBED, DIALLED, NEW, back),
                row(PROBED, SILENT, PROBED),
                row(PROBED, LEFT, PROBED),
                row(
                        PROBED,
                        PROBE_SILENT,
                        new State.Aside(SOME.multipliedBy(2)),
                        new Effect.CoolDown(SOME.multipliedBy(2))),
                row(PROBED, PROBE_LEFT, DUE),
                row(PROBED, PROBE_BEGUN, PROBED),
                row(PROBED, COOL_DOWN_ENDED, PROBED),
                row(PROBED, LOST, GONE, new Effect.EndAside()),
                row(GONE, DIALLED, GONE),
                row(GONE, SILENT, GONE),
                row(GONE, PROBE_LEFT, GONE),
                row(GONE, COOL_DOWN_ENDED, GONE),
                row(GONE, PROBE_BEGUN, GONE),
                row(GONE, LOST, GONE));
    }

    private static Arguments row(State state, Event event, State next, Effect... effects) {
        return arguments(state, event, new Step(next, List.of(effects)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("rows")
    void eachEventHasItsAnswerInEachState(State state, Event event, Step expected) {
        assertThat(Trust.next(state, event, LIMIT)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"PT10S, PT20S", "PT20S, PT40S", "PT2M, PT4M", "PT2M30S, PT5M", "PT2M40S, PT5M", "PT5M, PT5M"})
    void coolDownDoublesUpToItsLongest(Duration before, Duration after) {
        assertThat(Trust.next(new State.Probed(before), PROBE_SILENT, LIMIT).next())
                .isEqualTo(new State.Aside(after));
        assertThat(after).isLessThanOrEqualTo(LONGEST_COOL_DOWN);
    }

    @Test
    void oneSilenceIsEnoughWhereOneIsTheLimit() {
        assertThat(Trust.next(NEW, SILENT, 1).next()).isEqualTo(new State.Aside(FIRST_COOL_DOWN));
    }

    @Test
    void coolDownIsShortAgainAfterADial() {
        State back = Trust.next(new State.Aside(LONGEST_COOL_DOWN), DIALLED, 1).next();

        assertThat(Trust.next(back, SILENT, 1).next()).isEqualTo(new State.Aside(FIRST_COOL_DOWN));
    }

    @Test
    void whoIsSetAsideIsSoUntilItDialsOrIsLost() {
        assertThat(List.of(ASIDE, DUE, PROBED)).allMatch(Trust::isAside);
        assertThat(List.of(NEW, TWICE, GONE)).noneMatch(Trust::isAside);
    }
}
