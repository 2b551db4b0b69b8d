// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.server.config.EffectivePage;
import dev.fairlead.server.config.Loaded;
import dev.fairlead.server.config.ReferencePage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks, shows and explains the configuration, without starting anything. */
@Command(
        name = "config",
        description = "Checks, shows and explains the configuration; starts nothing.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExample:%n",
        footer = "  fairlead config check -c fairlead.yaml")
final class ConfigVerb {

    private final Surroundings surroundings;

    ConfigVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "check",
            description = "Tells everything that is wrong with a configuration, and exits with 2 if anything is.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footerHeading = "%nExample:%n",
            footer = "  fairlead config check -c fairlead.yaml --set relay.acceptTimeout=10s")
    int check(@Mixin ConfigSource source) {
        inspected(source);
        surroundings.output().line(source.name() + ": no problems");
        return ExitCode.DONE.code();
    }

    @Command(
            name = "show",
            description = "Prints what holds, and where each value comes from; secrets are masked.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footerHeading = "%nExample:%n",
            footer = "  fairlead config show -c fairlead.yaml")
    int show(@Mixin ConfigSource source) {
        surroundings.output().text(EffectivePage.of(inspected(source)));
        return ExitCode.DONE.code();
    }

    @Command(
            name = "reference",
            description = "Prints the manual of every key, in Markdown.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footerHeading = "%nExample:%n",
            footer = "  fairlead config reference | less")
    int reference() {
        surroundings.output().text(ReferencePage.markdown());
        return ExitCode.DONE.code();
    }

    private Loaded inspected(ConfigSource source) {
        Loaded loaded = source.loader(surroundings.environment()).inspect();
        loaded.warnings().forEach(surroundings.output()::warning);
        return loaded;
    }
}
