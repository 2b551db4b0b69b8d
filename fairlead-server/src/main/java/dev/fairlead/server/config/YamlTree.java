// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import dev.fairlead.server.settings.Entry;
import dev.fairlead.server.settings.Origin;
import dev.fairlead.server.settings.Problems;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a YAML file into entries that know their lines. What is no YAML, or says a key twice, is a problem. */
final class YamlTree {

    private static final Set<String> NOTHING = Set.of("", "~", "null");

    private final String file;
    private final Problems problems;
    private final Deque<Node> open = new ArrayDeque<>();

    private YamlTree(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** {@return the file's keys; nothing if it is no YAML at all, which is then noted as a problem} */
    static Optional<Entry.Group> read(Path file, Problems problems) {
        YamlTree tree = new YamlTree(file.toString(), problems);
        if (Files.isDirectory(file)) {
            problems.add(Origin.DEFAULT, "", "a directory (expected: a YAML file)");
            return Optional.empty();
        }
        try (InputStream bytes = new ByteArrayInputStream(Files.readAllBytes(file))) {
            Optional<Node> root =
                    new Compose(LoadSettings.builder().setLabel(tree.file).build()).composeInputStream(bytes);
            if (root.isEmpty() || isNothing(root.get())) {
                return Optional.of(new Entry.Group(Map.of(), tree.line(1)));
            }
            if (tree.entry(root.get(), tree.line(1), "") instanceof Entry.Group group) {
                return Optional.of(group);
            }
            problems.add(tree.line(1), "", "no keys (expected: lines such as \"namespace: relay.example.com\")");
        } catch (MarkedYamlEngineException e) {
            problems.add(
                    tree.line(e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1)),
                    "",
                    "no YAML: " + e.getProblem());
        } catch (YamlEngineException _) {
            problems.add(tree.line(1), "", "no YAML (expected: a text file in UTF-8)");
        } catch (NoSuchFileException _) {
            problems.add(Origin.DEFAULT, "", "no such file (expected: a YAML file)");
        } catch (AccessDeniedException _) {
            problems.add(Origin.DEFAULT, "", "this user may not read it");
        } catch (IOException e) {
            problems.add(Origin.DEFAULT, "", "it cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }

    private @Nullable Entry entry(Node node, Origin origin, String path) {
        if (open.contains(node)) {
            problems.add(origin, path, "an alias of what it stands in (expected: a value)");
            return null;
        }
        open.push(node);
        try {
            return switch (node) {
                case MappingNode mapping -> group(mapping, origin, path);
                case SequenceNode sequence -> items(sequence, origin, path);
                case ScalarNode scalar when isNothing(scalar) -> new Entry.Nothing(origin);
                case ScalarNode scalar -> new Entry.Text(scalar.getValue(), origin);
                default -> throw new IllegalStateException("a node of no kind that YAML has: " + node.getNodeType());
            };
        } finally {
            open.pop();
        }
    }

    private Entry.Group group(MappingNode mapping, Origin origin, String path) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Origin keyLine = lineOf(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(keyLine, path, "a key that is no word (expected: key: value)");
                continue;
            }
            String name = key.getValue();
            String full = path.isEmpty() ? name : path + "." + name;
            if (entries.containsKey(name)) {
                problems.add(
                        keyLine,
                        full,
                        "doubled key; keep one, the first is at "
                                + entries.get(name).origin());
                continue;
            }
            Entry value = entry(tuple.getValueNode(), keyLine, full);
            if (value != null) {
                entries.put(name, value);
            }
        }
        return new Entry.Group(entries, origin);
    }

    private Entry.Items items(SequenceNode sequence, Origin origin, String path) {
        List<Entry> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            Entry entry = entry(item, lineOf(item), path + "." + items.size());
            if (entry != null) {
                items.add(entry);
            }
        }
        return new Entry.Items(items, origin);
    }

    private static boolean isNothing(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && NOTHING.contains(scalar.getValue());
    }

    private Origin lineOf(Node node) {
        return line(node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1));
    }

    private Origin line(int number) {
        return new Origin.Line(file, number);
    }
}
