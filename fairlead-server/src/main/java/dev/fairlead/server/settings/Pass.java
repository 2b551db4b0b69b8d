// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One walk over a declaration: what all its sections share. */
final class Pass {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(?:(env|file):)?([^}]*)}");
    private static final Pattern INDEX = Pattern.compile("(?<=\\.)\\d+(?=\\.|$)");

    final Problems problems;
    final List<String> warnings = new ArrayList<>();
    final List<Setting> settings = new ArrayList<>();
    final List<Key> keys = new ArrayList<>();

    /** Whether only the keys are asked for: nothing is missing then, and each list has one entry. */
    final boolean describing;

    private final Overrides overrides;
    private final Set<String> usedPaths = new HashSet<>();
    private final Set<String> usedVariables = new HashSet<>();

    Pass(Overrides overrides, Problems problems, boolean describing) {
        this.problems = problems;
        this.overrides = overrides;
        this.describing = describing;
    }

    /** {@return what the command line, else the environment, sets this very key to} */
    Optional<Entry.Text> override(String path) {
        String variable = Overrides.variable(path);
        usedPaths.add(path);
        usedVariables.add(variable);
        String set = overrides.set().get(path);
        if (set != null) {
            return Optional.of(new Entry.Text(set, new Origin.SetOption()));
        }
        String value = overrides.environment().get(variable);
        return value == null ? Optional.empty() : Optional.of(new Entry.Text(value, new Origin.Variable(variable)));
    }

    /** {@return where something at this key or beneath it is overridden} */
    @Nullable
    Origin overriddenAt(String path) {
        if (overrides.set().keySet().stream().anyMatch(set -> isAtOrBeneath(set, path, '.'))) {
            return new Origin.SetOption();
        }
        String variable = Overrides.variable(path);
        return overrides.environment().keySet().stream()
                .filter(name -> isAtOrBeneath(name, variable, '_'))
                .findFirst()
                .map(Origin.Variable::new)
                .orElse(null);
    }

    /** Takes all overrides at a key and beneath it as dealt with. */
    void use(String path) {
        String variable = Overrides.variable(path);
        overrides.set().keySet().stream()
                .filter(set -> isAtOrBeneath(set, path, '.'))
                .forEach(usedPaths::add);
        overrides.environment().keySet().stream()
                .filter(name -> isAtOrBeneath(name, variable, '_'))
                .forEach(usedVariables::add);
    }

    /**
     * Puts variables and files in the place of their references.
     *
     * @return nothing if one of them cannot be had, which is then noted as a problem
     */
    Optional<String> resolved(String path, Entry.Text written) {
        Matcher reference = REFERENCE.matcher(written.value());
        StringBuilder text = new StringBuilder();
        while (reference.find()) {
            Optional<String> value = referenced(path, written.origin(), reference);
            if (value.isEmpty()) {
                return value;
            }
            reference.appendReplacement(text, Matcher.quoteReplacement(value.get()));
        }
        return Optional.of(reference.appendTail(text).toString());
    }

    void checkLeftovers(List<String> known) {
        for (String path : new TreeSet<>(overrides.set().keySet())) {
            if (!usedPaths.contains(path)) {
                problems.add(new Origin.SetOption(), path, unfitting(path, known));
            }
        }
        for (String name : new TreeSet<>(overrides.environment().keySet())) {
            if (name.startsWith(Overrides.PREFIX) && !usedVariables.contains(name)) {
                List<String> variables = known.stream().map(Overrides::variable).toList();
                warnings.add(name + ": no key has this name, so it changes nothing"
                        + Nearest.guess(name, variables)
                                .map(near -> "; did you mean " + near + "?")
                                .orElse(""));
            }
        }
    }

    private static String unfitting(String path, List<String> known) {
        String pattern = INDEX.matcher(path).replaceAll(Key.INDEX);
        if (known.stream().anyMatch(key -> key.startsWith(pattern + "."))) {
            return "holds more keys (expected: the path of one of them)";
        }
        if (known.contains(pattern)) {
            return "no such entry (expected: an index of the list, or the next one to add an entry)";
        }
        return "unknown key"
                + Nearest.guess(pattern, known)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("; `fairlead config reference` tells all keys");
    }

    private Optional<String> referenced(String path, Origin origin, Matcher reference) {
        String kind = reference.group(1);
        String name = reference.group(2);
        if ("env".equals(kind)) {
            usedVariables.add(name);
            Optional<String> value = Optional.ofNullable(overrides.environment().get(name));
            if (value.isEmpty()) {
                problems.add(origin, path, reference.group() + " (expected: an environment variable that is set)");
            }
            return value;
        }
        if ("file".equals(kind)) {
            try {
                return Optional.of(Files.readString(Path.of(name)).strip());
            } catch (IOException | InvalidPathException _) {
                problems.add(origin, path, reference.group() + " (expected: a text file that can be read)");
                return Optional.empty();
            }
        }
        problems.add(origin, path, reference.group() + " (expected: ${env:NAME} or ${file:PATH})");
        return Optional.empty();
    }

    private static boolean isAtOrBeneath(String name, String top, char separator) {
        return name.equals(top) || name.startsWith(top + separator);
    }
}
