// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import dev.fairlead.server.security.Right;
import dev.fairlead.server.settings.Entry;
import dev.fairlead.server.settings.Origin;
import dev.fairlead.server.settings.Overrides;
import dev.fairlead.server.settings.Problems;
import dev.fairlead.server.settings.Reading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the configuration that holds: {@code --set} over the environment, that over the file, that over the defaults.
 * Without a file the embedded defaults hold, with a key and a certificate that are generated once.
 */
public final class ConfigLoader {

    /** Variables that are meant for the command line, and for no key. */
    private static final Set<String> NOT_OURS = Set.of(
            "FAIRLEAD_CLASSPATH",
            "FAIRLEAD_CONNECTION_STRING",
            "FAIRLEAD_DEBUG",
            "FAIRLEAD_JAVA_OPTS",
            "FAIRLEAD_MESH_URI");

    private static final Origin EMBEDDED = new Origin.Preset("embedded default");
    private static final String PLAIN = "127.0.0.1:9400";
    private static final String SECURE = "localhost:9443";
    private static final String UNGENERATED = "is generated at the first start";

    private final @Nullable Path file;
    private final List<String> set;
    private final Map<String, String> environment;

    /**
     * Names the sources.
     *
     * @param file the YAML file; null for the embedded defaults
     * @param set the {@code --set} options, each {@code key.path=value}; of two for one key the later holds
     * @param environment the variables of the process
     */
    public ConfigLoader(@Nullable Path file, List<String> set, Map<String, String> environment) {
        this.file = file;
        this.set = List.copyOf(set);
        Map<String, String> variables = new HashMap<>(environment);
        variables.keySet().removeAll(NOT_OURS);
        this.environment = Map.copyOf(variables);
    }

    /**
     * Reads what a server is started with. Without a file, key and certificate are made if there are none yet.
     *
     * @throws ConfigException if anything is wrong, with all that is
     */
    public Loaded load() {
        if (file != null) {
            return read(file);
        }
        ServerConfig ungenerated =
                embedded(UNGENERATED, Optional.empty(), List.of()).config();
        List<String> warnings = new ArrayList<>();
        String key = new RootKey(ungenerated.dataDirectory()).readOrGenerate(warnings);
        DevelopmentCertificate certificate = new DevelopmentCertificate(ungenerated.dataDirectory());
        certificate.make(ungenerated.namespace(), warnings);
        return embedded(key, Optional.of(certificate), warnings);
    }

    /**
     * Reads the same and writes nothing: a key that is still to be generated has a stand-in, and the port that waits for
     * its certificate is shown without.
     *
     * @throws ConfigException if anything is wrong, with all that is
     */
    public Loaded inspect() {
        if (file != null) {
            return read(file);
        }
        Loaded ungenerated = embedded(UNGENERATED, Optional.empty(), List.of());
        Path dataDirectory = ungenerated.config().dataDirectory();
        Optional<DevelopmentCertificate> certificate =
                Optional.of(new DevelopmentCertificate(dataDirectory)).filter(DevelopmentCertificate::isThere);
        return new RootKey(dataDirectory)
                .read()
                .map(key -> embedded(key, certificate, List.of()))
                .orElse(ungenerated);
    }

    private Loaded read(Path yaml) {
        Problems problems = new Problems();
        return YamlTree.read(yaml, problems)
                .map(tree -> read(yaml.toString(), tree, problems, List.of()))
                .orElseThrow(() -> new ConfigException(yaml.toString(), problems.lines()));
    }

    private Loaded embedded(String key, Optional<DevelopmentCertificate> certificate, List<String> warnings) {
        Entry.Group rule = group(Map.of(
                "name", text(RootKey.NAME),
                "primaryKey", text(key),
                "rights",
                        items(Arrays.stream(Right.values())
                                .map(right -> text(right.word()))
                                .toList())));
        Entry.Group tree = group(Map.of(
                "listen", items(List.of(group(Map.of("address", text(PLAIN))), secure(certificate))),
                "keys", items(List.of(rule)),
                "relay", group(Map.of("createOnListen", text("true"))),
                "gateway",
                        group(Map.of(
                                "endpoints",
                                items(List.of(group(Map.of(
                                        "path", text("/ws"),
                                        "backend", group(Map.of("type", text("loopback")))))))))));
        return read("the configuration", tree, new Problems(), warnings);
    }

    /** Until the certificate is made, only the address is known. */
    private static Entry.Group secure(Optional<DevelopmentCertificate> certificate) {
        Map<String, Entry> entries = new HashMap<>();
        entries.put("address", text(SECURE));
        certificate.ifPresent(made -> entries.put(
                "tls",
                group(Map.of(
                        "certificateChain", text(made.certificateChain().toString()),
                        "privateKey", text(made.privateKey().toString())))));
        return group(entries);
    }

    private Loaded read(String what, Entry.Group tree, Problems problems, List<String> warnings) {
        Map<String, String> options = new HashMap<>();
        for (String option : set) {
            int equals = option.indexOf('=');
            if (equals <= 0) {
                problems.add(new Origin.SetOption(), "", option + " (expected: key.path=value)");
            } else {
                options.put(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        Reading<ServerConfig> reading =
                Reading.of(tree, new Overrides(options, environment), problems, ServerConfig::read);
        if (!problems.isEmpty()) {
            throw new ConfigException(what, problems.lines());
        }
        List<String> allWarnings = new ArrayList<>(warnings);
        allWarnings.addAll(reading.warnings());
        return new Loaded(reading.value(), allWarnings, reading.settings());
    }

    private static Entry.Group group(Map<String, Entry> entries) {
        return new Entry.Group(entries, EMBEDDED);
    }

    private static Entry items(List<? extends Entry> entries) {
        return new Entry.Items(List.copyOf(entries), EMBEDDED);
    }

    private static Entry text(String value) {
        return new Entry.Text(value, EMBEDDED);
    }
}
