// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SectionTest {

    private enum Colour {
        RED,
        BLUE
    }

    private record Harbour(Duration tide, Duration idle, ByteSize hold, int berths, boolean open, Colour buoy) {
        static Harbour read(Section in) {
            in.notYet("crane", "crane");
            return new Harbour(
                    in.duration("tide", "how long a tide lasts", Duration.ofHours(6), HOURS),
                    in.durationOrNone("idle", "how long a ship may wait", null, Range.atLeast(Duration.ofSeconds(1))),
                    in.size("hold", "how much a ship holds", ByteSize.ofMiB(1), Range.atLeast(ByteSize.ofKiB(1))),
                    in.integer("berths", "how many ships fit", 3, Range.of(1, 9)),
                    in.flag("open", "whether ships may enter", true),
                    in.choice("buoy", "the colour", Map.of(Colour.RED, "red", Colour.BLUE, "blue"), Colour.RED));
        }

        static final Range<Duration> HOURS = Range.of(Duration.ofHours(1), Duration.ofHours(12));
    }

    private final Problems problems = new Problems();

    private Harbour read(Map<String, Entry> entries) {
        return read(entries, Overrides.NONE).value();
    }

    private Reading<Harbour> read(Map<String, Entry> entries, Overrides overrides) {
        return Reading.of(new Entry.Group(entries, line(1)), overrides, problems, Harbour::read);
    }

    private static Origin line(int number) {
        return new Origin.Line("harbour.yaml", number);
    }

    private static Entry text(String value, int line) {
        return new Entry.Text(value, line(line));
    }

    @Test
    void absentKeysHaveTheirDefaults() {
        Harbour harbour = read(Map.of());

        assertThat(problems.lines()).isEmpty();
        assertThat(harbour).isEqualTo(new Harbour(Duration.ofHours(6), null, ByteSize.ofMiB(1), 3, true, Colour.RED));
    }

    @Test
    void writtenKeysHaveTheirValues() {
        Harbour harbour = read(Map.of(
                "tide", text("2h", 2),
                "idle", text("5m", 3),
                "hold", text("4KiB", 4),
                "berths", text("9", 5),
                "open", text("false", 6),
                "buoy", text("blue", 7)));

        assertThat(problems.lines()).isEmpty();
        assertThat(harbour)
                .isEqualTo(new Harbour(
                        Duration.ofHours(2), Duration.ofMinutes(5), ByteSize.ofKiB(4), 9, false, Colour.BLUE));
    }

    @Test
    void noneIsWrittenForAnAbsentLimit() {
        assertThat(read(Map.of("idle", text("none", 2))).idle()).isNull();
        assertThat(problems.lines()).isEmpty();
    }

    @Test
    void everyProblemIsToldWithItsLineFromTheTopDown() {
        read(Map.of(
                "buoy", text("green", 8),
                "tide", text("0s", 2),
                "idle", text("soon", 3),
                "hold", text("1B", 4),
                "berths", text("ten", 5),
                "open", text("yes", 6)));

        assertThat(problems.lines())
                .containsExactly(
                        "line 2: tide: 0s (expected: 1h to 12h)",
                        "line 3: idle: soon (expected: none, or at least 1s)",
                        "line 4: hold: 1B (expected: at least 1KiB)",
                        "line 5: berths: ten (expected: 1 to 9)",
                        "line 6: open: yes (expected: false or true)",
                        "line 8: buoy: green (expected: red or blue)");
    }

    @Test
    void unknownKeyIsAProblemWithTheNearestKnownOne() {
        read(Map.of("Birth", text("3", 4)));

        assertThat(problems.lines()).containsExactly("line 4: Birth: unknown key; did you mean berths?");
    }

    @Test
    void unknownKeyThatResemblesNoneIsToldWhatThereIs() {
        read(Map.of("lighthouse", text("3", 4)));

        assertThat(problems.lines())
                .containsExactly("line 4: lighthouse: unknown key; known here: tide, idle, hold, berths, open, buoy");
    }

    @Test
    void keyOfALaterVersionIsRefusedAsSuch() {
        read(Map.of("crane", new Entry.Group(Map.of("height", text("3", 8)), line(7))));

        assertThat(problems.lines()).containsExactly("line 7: crane: this version has no crane yet; remove the key");
    }

    @Test
    void keyOfALaterVersionIsRefusedWhereverItIsSet() {
        read(Map.of(), new Overrides(Map.of("crane.height", "3"), Map.of()));

        assertThat(problems.lines()).containsExactly("--set: crane: this version has no crane yet; remove the key");
    }

    @Test
    void keyWithoutAValueIsAProblem() {
        read(Map.of("tide", new Entry.Nothing(line(2)), "berths", text("", 3)));

        assertThat(problems.lines())
                .containsExactly(
                        "line 2: tide: empty (expected: 1h to 12h)", "line 3: berths: empty (expected: 1 to 9)");
    }

    @Test
    void longValueIsCutInMessages() {
        read(Map.of("tide", text("x".repeat(500), 2)));

        assertThat(problems.lines()).containsExactly("line 2: tide: " + "x".repeat(80) + "… (expected: 1h to 12h)");
    }

    @Test
    void optionWinsOverTheEnvironmentAndThatOverTheFile() {
        Overrides all = new Overrides(Map.of("berths", "8"), Map.of("FAIRLEAD_BERTHS", "7", "FAIRLEAD_TIDE", "7h"));

        Reading<Harbour> reading = read(Map.of("berths", text("6", 2), "tide", text("6h", 3)), all);

        assertThat(problems.lines()).isEmpty();
        assertThat(reading.value().berths()).isEqualTo(8);
        assertThat(reading.value().tide()).isEqualTo(Duration.ofHours(7));
    }

    @Test
    void everySettingTellsWhereItComesFrom() {
        Overrides some = new Overrides(Map.of("berths", "8"), Map.of("FAIRLEAD_TIDE", "7h"));

        Reading<Harbour> reading = read(Map.of("open", text("false", 6)), some);

        assertThat(reading.settings())
                .contains(
                        new Setting("tide", List.of("7h"), false, new Origin.Variable("FAIRLEAD_TIDE")),
                        new Setting("idle", List.of("none"), false, Origin.DEFAULT),
                        new Setting("berths", List.of("8"), false, new Origin.SetOption()),
                        new Setting("open", List.of("false"), false, line(6)));
    }

    @Test
    void optionThatFitsNoKeyIsAProblem() {
        read(Map.of(), new Overrides(Map.of("brths", "8"), Map.of()));

        assertThat(problems.lines()).containsExactly("--set: brths: unknown key; did you mean berths?");
    }

    @Test
    void variableThatFitsNoKeyIsWarnedOf() {
        Reading<Harbour> reading =
                read(Map.of(), new Overrides(Map.of(), Map.of("FAIRLEAD_BRTHS", "8", "HOME", "/root")));

        assertThat(problems.lines()).isEmpty();
        assertThat(reading.warnings())
                .containsExactly("FAIRLEAD_BRTHS: no key has this name, so it changes nothing; did you mean "
                        + "FAIRLEAD_BERTHS?");
    }

    @Test
    void problemOfAVariableNamesIt() {
        read(Map.of("berths", text("3", 2)), new Overrides(Map.of(), Map.of("FAIRLEAD_BERTHS", "0")));

        assertThat(problems.lines()).containsExactly("FAIRLEAD_BERTHS: berths: 0 (expected: 1 to 9)");
    }

    @Test
    void variableIsNamedForItsKey() {
        assertThat(Overrides.variable("relay.acceptTimeout")).isEqualTo("FAIRLEAD_RELAY_ACCEPT_TIMEOUT");
        assertThat(Overrides.variable("listen.0.address")).isEqualTo("FAIRLEAD_LISTEN_0_ADDRESS");
    }

    @Test
    void keyIsLiveIfItOrWhatItStandsInIsReadSo() {
        assertThat(Reading.keys(in -> {
                    in.flag("fixed", "a fixed one", true);
                    in.live().flag("free", "a free one", true);
                    in.live().section("quay", "a quay", quay -> quay.flag("lit", "whether it is lit", true));
                    return in.section("mole", "a mole", mole -> mole.flag("lit", "whether it is lit", true));
                }))
                .filteredOn(Key::live)
                .extracting(Key::path)
                .containsExactly("free", "quay", "quay.lit");
    }

    @Test
    void liveKeysAreCheckedWithTheOthersOfTheirSection() {
        Reading.of(
                new Entry.Group(Map.of("free", text("maybe", 2), "fre", text("true", 3)), line(1)),
                Overrides.NONE,
                problems,
                in -> in.live().flag("free", "a free one", true) && in.isSound("free"));

        assertThat(problems.lines())
                .containsExactly(
                        "line 2: free: maybe (expected: false or true)",
                        "line 3: fre: unknown key; did you mean free?");
    }

    @Test
    void oneDeclarationGivesTheManual() {
        assertThat(Reading.keys(Harbour::read))
                .contains(
                        new Key("tide", Key.Shape.VALUE, "how long a tide lasts", "1h to 12h", "6h", false),
                        new Key(
                                "idle",
                                Key.Shape.VALUE,
                                "how long a ship may wait",
                                "none, or at least 1s",
                                "none",
                                false),
                        new Key("buoy", Key.Shape.VALUE, "the colour", "red or blue", "red", false));
    }
}
