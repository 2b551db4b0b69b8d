// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import dev.fairlead.server.settings.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The configuration that holds, as YAML: every key, secrets masked, and behind each value where it comes from. */
public final class EffectivePage {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/][A-Za-z0-9._/+-]*(?::[A-Za-z0-9._/+-]+)*");
    private static final int WIDEST = 56;

    private final List<Line> lines = new ArrayList<>();

    private EffectivePage() {}

    /** {@return the page, ending with a new line} */
    public static String of(Loaded loaded) {
        Map<String, Object> tree = new LinkedHashMap<>();
        loaded.settings().forEach(setting -> enter(tree, setting));
        EffectivePage page = new EffectivePage();
        page.print(tree, "");
        int column = page.lines.stream()
                .mapToInt(line -> line.text.length())
                .filter(length -> length <= WIDEST)
                .max()
                .orElse(0);
        return page.lines.stream().map(line -> line.print(column)).collect(Collectors.joining());
    }

    private static void enter(Map<String, Object> tree, Setting setting) {
        String[] steps = setting.path().split("\\.", -1);
        Map<String, Object> place = tree;
        for (int i = 0; i < steps.length - 1; i++) {
            place = branch(place, steps[i]);
        }
        place.put(steps[steps.length - 1], setting);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> branch(Map<String, Object> place, String step) {
        return (Map<String, Object>) place.computeIfAbsent(step, _ -> new LinkedHashMap<String, Object>());
    }

    private void print(Map<?, ?> tree, String indent) {
        tree.forEach((key, value) -> {
            switch (value) {
                case Setting setting -> lines.add(line(indent + key, setting));
                case Map<?, ?> inner
                when inner.containsKey("0") -> {
                    lines.add(new Line(indent + key + ":", ""));
                    inner.values().forEach(entry -> printEntry((Map<?, ?>) entry, indent + "  "));
                }
                case Map<?, ?> inner -> {
                    lines.add(new Line(indent + key + ":", ""));
                    print(inner, indent + "  ");
                }
                default -> throw new IllegalStateException("neither a value nor a section: " + value);
            }
        });
    }

    private void printEntry(Map<?, ?> entry, String indent) {
        int first = lines.size();
        print(entry, indent + "  ");
        Line line = lines.get(first);
        lines.set(first, new Line(indent + "- " + line.text.substring(indent.length() + 2), line.comment));
    }

    private static Line line(String key, Setting setting) {
        if (setting.list()) {
            String values = setting.values().stream().map(EffectivePage::quoted).collect(Collectors.joining(", "));
            return new Line(key + ": [" + values + "]", setting.origin().toString());
        }
        if (setting.values().isEmpty()) {
            return new Line(key + ":", "unset");
        }
        return new Line(
                key + ": " + quoted(setting.values().getFirst()),
                setting.origin().toString());
    }

    private static String quoted(String value) {
        return PLAIN.matcher(value).matches()
                ? value
                : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private record Line(String text, String comment) {
        String print(int column) {
            String padding = " ".repeat(Math.max(1, column - text.length() + 1));
            return text + (comment.isEmpty() ? "" : padding + "# " + comment) + "\n";
        }
    }
}
