// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.server.config.ConfigLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a configuration. */
final class ConfigSource {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration, in YAML; without it the embedded defaults hold.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY.PATH=VALUE",
            description = "Sets a key over the file and the environment; lists by index: listen.0.address=… "
                    + "Can be given again.")
    private List<String> set = new ArrayList<>();

    @Nullable
    Path file() {
        return file;
    }

    ConfigLoader loader(Map<String, String> environment) {
        return new ConfigLoader(file, set, environment);
    }

    /** {@return what the configuration is called in messages} */
    String name() {
        return file == null ? "the configuration" : file.toString();
    }
}
