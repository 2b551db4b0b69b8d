// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The cursor with which a part reads its section. Each call declares one key, once: from it come the value, the
 * problems, the manual and the effective configuration. A key that no call declares is a problem.
 *
 * <p>A call always returns: where a value cannot be used, the problem is noted and the default stands in for it.
 */
public final class Section {

    static final Entry.Group EMPTY = new Entry.Group(Map.of(), Origin.DEFAULT);

    private static final String NONE = "none";
    private static final int LONGEST_SHOWN = 80;

    private final Pass pass;
    private final String path;
    private final Entry.Group written;
    private final Set<String> declared;
    private final Set<String> later;
    private final Set<String> refused;
    private final Map<String, Origin> origins;
    private final boolean live;

    private Section(Pass pass, String path, Entry.Group written, boolean live) {
        this.pass = pass;
        this.path = path;
        this.written = written;
        this.live = live;
        this.declared = new LinkedHashSet<>();
        this.later = new HashSet<>();
        this.refused = new LinkedHashSet<>();
        this.origins = new HashMap<>();
    }

    private Section(Section same, boolean live) {
        this.pass = same.pass;
        this.path = same.path;
        this.written = same.written;
        this.live = live;
        this.declared = same.declared;
        this.later = same.later;
        this.refused = same.refused;
        this.origins = same.origins;
    }

    static <T> T read(Pass pass, Entry.Group tree, Function<Section, T> reader) {
        return new Section(pass, "", tree, false).with(reader);
    }

    /**
     * {@return this very section, for keys that a running server changes when the file is read again} So are all keys
     * beneath them. Whatever is read without it waits for a restart.
     */
    public Section live() {
        return new Section(this, true);
    }

    /** Reads a duration that lies in {@code range}. */
    public Duration duration(String key, String meaning, Duration fallback, Range<Duration> range) {
        return value(key, meaning, Kind.within(range, Kind.DURATION), fallback);
    }

    /** Reads a duration that lies in {@code range}, or {@code none}, which is null. */
    public @Nullable Duration durationOrNone(
            String key, String meaning, @Nullable Duration fallback, Range<Duration> range) {
        return orNone(key, meaning, Kind.within(range, Kind.DURATION), fallback);
    }

    /** Reads a whole number that lies in {@code range}, or {@code none}, which is null. */
    public @Nullable Integer integerOrNone(
            String key, String meaning, @Nullable Integer fallback, Range<Integer> range) {
        return orNone(key, meaning, Kind.within(range, Kind.INTEGER), fallback);
    }

    private <T> @Nullable T orNone(String key, String meaning, Kind<T> limited, @Nullable T fallback) {
        Kind<T> kind = limited.expecting(NONE + ", or " + limited.expected());
        String unset = fallback == null ? NONE : kind.print(fallback);
        describe(key, Key.Shape.VALUE, meaning, kind.expected(), unset);
        Optional<Entry.Text> text = text(key, kind.expected());
        if (text.isEmpty()) {
            settle(key, unset, originOf(key));
            return fallback;
        }
        if (text.get().value().equals(NONE)) {
            settle(key, NONE, text.get().origin());
            return null;
        }
        return parsed(key, kind, text.get()).orElse(fallback);
    }

    /** Reads a size that lies in {@code range}. */
    public ByteSize size(String key, String meaning, ByteSize fallback, Range<ByteSize> range) {
        return value(key, meaning, Kind.within(range, Kind.SIZE), fallback);
    }

    /** Reads a whole number that lies in {@code range}. */
    public int integer(String key, String meaning, int fallback, Range<Integer> range) {
        return value(key, meaning, Kind.within(range, Kind.INTEGER), fallback);
    }

    /** Reads {@code true} or {@code false}. */
    public boolean flag(String key, String meaning, boolean fallback) {
        return value(key, meaning, Kind.FLAG, fallback);
    }

    /** Reads one of the words that stand for an enum's values. */
    public <E extends Enum<E>> E choice(String key, String meaning, Map<E, String> words, E fallback) {
        return value(key, meaning, Kind.oneOf(words), fallback);
    }

    /** Reads where this process is to listen. */
    public InetSocketAddress address(String key, String meaning, InetSocketAddress fallback) {
        return value(key, meaning, Kind.ADDRESS, fallback);
    }

    /** Reads a file's or a directory's path. */
    public Path path(String key, String meaning, Path fallback) {
        return value(key, meaning, Kind.PATH, fallback);
    }

    /** Reads a value of any kind. */
    public <T> T value(String key, String meaning, Kind<T> kind, T fallback) {
        describe(key, Key.Shape.VALUE, meaning, kind.expected(), kind.print(fallback));
        Optional<Entry.Text> text = text(key, kind.expected());
        if (text.isEmpty()) {
            settle(key, kind.print(fallback), originOf(key));
            return fallback;
        }
        return parsed(key, kind, text.get()).orElse(fallback);
    }

    /** Reads a value that has no default: its absence is a problem. */
    public <T> T required(String key, String meaning, Kind<T> kind) {
        describe(key, Key.Shape.VALUE, meaning, kind.expected(), "");
        Optional<Entry.Text> text = text(key, kind.expected());
        if (text.isEmpty()) {
            if (!refused.contains(key)) {
                refuse(key, written.origin(), "missing (expected: " + kind.expected() + ")");
            }
            return kind.example();
        }
        return parsed(key, kind, text.get()).orElseGet(kind::example);
    }

    /**
     * Reads a value that may be left out, which is null.
     *
     * @param whenUnset what holds then, for the manual
     */
    public <T> @Nullable T optional(String key, String meaning, Kind<T> kind, String whenUnset) {
        describe(key, Key.Shape.VALUE, meaning, kind.expected(), "unset: " + whenUnset);
        Optional<Entry.Text> text = text(key, kind.expected());
        if (text.isEmpty()) {
            pass.settings.add(new Setting(path(key), List.of(), false, originOf(key)));
            return null;
        }
        return parsed(key, kind, text.get()).orElse(null);
    }

    /** Reads a list of values. Over the file it can be given whole, with commas, or entry by entry. */
    public <T> List<T> values(String key, String meaning, Kind<T> kind, List<T> fallback) {
        describe(key, Key.Shape.VALUES, meaning, listOf(kind), printed(kind, fallback));
        return list(key, kind, fallback);
    }

    /** Reads a list of values as {@link #values} does; a single one may be written without the list around it. */
    public <T> List<T> oneOrSeveral(String key, String meaning, Kind<T> kind, List<T> fallback) {
        describe(key, Key.Shape.VALUES, meaning, kind.expected() + "; or a list of such", printed(kind, fallback));
        if (written.entries().get(key) instanceof Entry.Text one) {
            return list(key, new Entry.Items(List.of(one), one.origin()), kind, fallback);
        }
        return list(key, kind, fallback);
    }

    /** Reads a list of values as {@link #values} does; that it has none is a problem. */
    public <T> List<T> requiredValues(String key, String meaning, Kind<T> kind) {
        describe(key, Key.Shape.VALUES, meaning, listOf(kind), "");
        List<T> values = list(key, kind, List.of());
        if (values.isEmpty() && isSound(key)) {
            refuse(key, originOf(key, written.origin()), "missing (expected: " + listOf(kind) + ")");
        }
        return values;
    }

    /** Reads a section within this one; all its defaults hold if it is not written. */
    public <T> T section(String key, String meaning, Function<Section, T> reader) {
        describe(key, Key.Shape.SECTION, meaning, "", "");
        return within(key, reader);
    }

    /**
     * Reads a section that may be left out, which is null.
     *
     * @param whenUnset what holds then, for the manual
     */
    public <T> @Nullable T optionalSection(String key, String meaning, String whenUnset, Function<Section, T> reader) {
        describe(key, Key.Shape.SECTION, meaning, "", "unset: " + whenUnset);
        boolean given = written.entries().containsKey(key) || pass.overriddenAt(path(key)) != null;
        return given || pass.describing ? within(key, reader) : null;
    }

    private <T> T within(String key, Function<Section, T> reader) {
        Entry entry = written.entries().get(key);
        Entry.Group group = entry instanceof Entry.Group given ? given : EMPTY;
        if (entry instanceof Entry.Text || entry instanceof Entry.Items) {
            refuse(key, entry.origin(), "no section (expected: keys with their values, indented beneath it)");
        }
        place(key, group.origin());
        return new Section(pass, path(key), group, live).with(reader);
    }

    /**
     * Reads a list of sections. An override for the next index after the last adds an entry.
     *
     * @param fallback the entries that hold if the list is not written: keys with their values
     */
    public <T> List<T> sections(
            String key, String meaning, List<Map<String, String>> fallback, Function<Section, T> reader) {
        String none = fallback.stream()
                .map(entry -> entry.entrySet().stream()
                        .map(value -> value.getKey() + ": " + value.getValue())
                        .collect(Collectors.joining(", ", "{", "}")))
                .collect(Collectors.joining(", ", "[", "]"));
        describe(key, Key.Shape.SECTIONS, meaning, "", none);
        if (pass.describing) {
            return List.of(new Section(pass, path(key) + "." + Key.INDEX, EMPTY, live).with(reader));
        }
        Entry entry = written.entries().get(key);
        List<Entry> entries = new ArrayList<>();
        Origin origin = Origin.DEFAULT;
        if (entry instanceof Entry.Items items) {
            origin = items.origin();
            entries.addAll(items.items());
        } else if (entry == null) {
            fallback.forEach(values -> entries.add(preset(values)));
        } else {
            origin = entry.origin();
            if (!(entry instanceof Entry.Nothing)) {
                refuse(key, origin, "no list (expected: entries that begin with \"- \", indented beneath it)");
            }
        }
        place(key, origin);
        while (true) {
            Origin added = pass.overriddenAt(path(key) + "." + entries.size());
            if (added == null) {
                break;
            }
            entries.add(new Entry.Group(Map.of(), added));
        }
        if (entries.isEmpty()) {
            pass.settings.add(new Setting(path(key), List.of(), true, origin));
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String entryKey = key + "." + i;
            origins.put(entryKey, entries.get(i).origin());
            if (entries.get(i) instanceof Entry.Group group) {
                values.add(new Section(pass, path(entryKey), group, live).with(reader));
            } else {
                refuse(entryKey, entries.get(i).origin(), "no section (expected: keys with their values)");
            }
        }
        return List.copyOf(values);
    }

    /**
     * Declares a key of a part that comes with a later version: it is refused as such.
     *
     * @param part what this version does not have, as it stands in "this version has no … yet"
     */
    public void notYet(String key, String part) {
        later.add(key);
        Entry entry = written.entries().get(key);
        Origin origin = entry == null ? pass.overriddenAt(path(key)) : entry.origin();
        pass.use(path(key));
        if (origin != null) {
            refuse(key, origin, "this version has no " + part + " yet; remove the key");
        }
    }

    /**
     * Notes a problem that the keys' own limits do not tell.
     *
     * @param key a key of this section that was read; {@code keys.3} for an entry of a list
     * @param text the value and what was expected; no secret
     */
    public void problem(String key, String text) {
        if (!pass.describing) {
            pass.problems.add(origins.getOrDefault(key, written.origin()), path(key), text);
        }
    }

    /** {@return whether a key gave what was written, and no stand-in for it; only then is it worth a further check} */
    public boolean isSound(String key) {
        return !pass.describing && refused.stream().noneMatch(bad -> bad.equals(key) || bad.startsWith(key + "."));
    }

    /** {@return whether a key of this section that was read is written anywhere, be it with its default} */
    public boolean isWritten(String key) {
        return !pass.describing && origins.containsKey(key);
    }

    private <T> T with(Function<Section, T> reader) {
        T value = reader.apply(this);
        written.entries().forEach((key, entry) -> {
            if (!declared.contains(key) && !later.contains(key)) {
                refuse(key, entry.origin(), "unknown key; " + Nearest.remedy(key, declared));
            }
        });
        return value;
    }

    private void describe(String key, Key.Shape shape, String meaning, String allowed, String fallback) {
        declared.add(key);
        pass.keys.add(new Key(path(key), shape, meaning, allowed, fallback, live));
    }

    private Optional<Entry.Text> text(String key, String expected) {
        Optional<Entry.Text> override = pass.override(path(key));
        Entry entry = override.isPresent() ? override.get() : written.entries().get(key);
        if (entry == null) {
            return Optional.empty();
        }
        origins.put(key, entry.origin());
        return scalar(key, entry, expected);
    }

    private Optional<Entry.Text> scalar(String key, Entry entry, String expected) {
        origins.put(key, entry.origin());
        String wrong =
                switch (entry) {
                    case Entry.Text text -> text.value().isEmpty() ? "empty" : "";
                    case Entry.Nothing _ -> "empty";
                    case Entry.Group _ -> "a section";
                    case Entry.Items _ -> "a list";
                };
        if (!wrong.isEmpty() || !(entry instanceof Entry.Text text)) {
            refuse(key, entry.origin(), wrong + " (expected: " + expected + ")");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private <T> Optional<T> parsed(String key, Kind<T> kind, Entry.Text text) {
        Optional<T> value = value(key, kind, text);
        value.ifPresent(good -> settle(key, kind.print(good), text.origin()));
        return value;
    }

    private <T> Optional<T> value(String key, Kind<T> kind, Entry.Text text) {
        Optional<String> resolved = pass.resolved(path(key), text);
        if (resolved.isEmpty()) {
            refused.add(key);
            return Optional.empty();
        }
        try {
            return Optional.of(kind.parse(resolved.get()));
        } catch (IllegalArgumentException _) {
            String shown = kind.isSecret()
                    ? "a secret of " + resolved.get().length() + " characters"
                    : text.value().length() <= LONGEST_SHOWN
                            ? text.value()
                            : text.value().substring(0, LONGEST_SHOWN) + "…";
            refuse(key, text.origin(), shown + " (expected: " + kind.expected() + ")");
            return Optional.empty();
        }
    }

    private <T> List<T> list(String key, Kind<T> kind, List<T> fallback) {
        return list(key, written.entries().get(key), kind, fallback);
    }

    private <T> List<T> list(String key, @Nullable Entry inFile, Kind<T> kind, List<T> fallback) {
        List<Entry> entries = new ArrayList<>();
        Origin origin = Origin.DEFAULT;
        Optional<Entry.Text> whole = pass.override(path(key));
        if (whole.isPresent()) {
            origin = whole.get().origin();
            entries.addAll(split(whole.get()));
        } else if (inFile instanceof Entry.Items items) {
            origin = items.origin();
            entries.addAll(items.items());
        } else if (inFile == null) {
            fallback.forEach(value -> entries.add(new Entry.Text(kind.print(value), Origin.DEFAULT)));
        } else {
            origin = inFile.origin();
            if (!(inFile instanceof Entry.Nothing)) {
                refuse(key, origin, "no list (expected: " + listOf(kind) + ")");
                return fallback;
            }
        }
        place(key, origin);
        List<T> values = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        for (int i = 0; i <= entries.size(); i++) {
            String entryKey = key + "." + i;
            Optional<Entry.Text> override = pass.override(path(entryKey));
            if (override.isPresent()) {
                origin = override.get().origin();
                if (i == entries.size()) {
                    entries.add(override.get());
                } else {
                    entries.set(i, override.get());
                }
            }
            if (i < entries.size()) {
                scalar(entryKey, entries.get(i), kind.expected())
                        .flatMap(text -> value(entryKey, kind, text))
                        .ifPresent(value -> {
                            values.add(value);
                            shown.add(kind.print(value));
                        });
            }
        }
        pass.settings.add(new Setting(path(key), shown, true, origin));
        return List.copyOf(values);
    }

    private void refuse(String key, Origin origin, String text) {
        refused.add(key);
        if (!pass.describing) {
            pass.problems.add(origin, path(key), text);
        }
    }

    private void settle(String key, String value, Origin origin) {
        pass.settings.add(new Setting(path(key), List.of(value), false, origin));
    }

    private void place(String key, Origin origin) {
        if (!origin.equals(Origin.DEFAULT)) {
            origins.put(key, origin);
        }
    }

    private Origin originOf(String key) {
        return originOf(key, Origin.DEFAULT);
    }

    private Origin originOf(String key, Origin otherwise) {
        return origins.getOrDefault(key, otherwise);
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String listOf(Kind<?> kind) {
        return "a list, each entry " + kind.expected();
    }

    private static <T> String printed(Kind<T> kind, List<T> values) {
        return values.stream().map(kind::print).collect(Collectors.joining(", ", "[", "]"));
    }

    private static List<Entry> split(Entry.Text whole) {
        String text = whole.value().strip();
        String inner = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        return inner.isBlank()
                ? List.of()
                : Arrays.stream(inner.split(",", -1))
                        .<Entry>map(value -> new Entry.Text(value.strip(), whole.origin()))
                        .toList();
    }

    private static Entry preset(Map<String, String> values) {
        return new Entry.Group(
                values.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, value -> new Entry.Text(value.getValue(), Origin.DEFAULT))),
                Origin.DEFAULT);
    }
}
