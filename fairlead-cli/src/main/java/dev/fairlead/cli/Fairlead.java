// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command that all verbs belong to. */
@Command(
        name = "fairlead",
        description = "Relays WebSockets and HTTP between clients and services that cannot be reached directly.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  fairlead serve                      a relay to try, with a generated key",
            "  fairlead serve -c fairlead.yaml     a relay of your own",
            "  fairlead listen @data/connection-string hello --echo",
            "  fairlead send @data/connection-string hello",
            "  fairlead request @data/connection-string hello/greetings -d name=World",
            "  fairlead serve --help               what a command takes"
        })
final class Fairlead {

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Tell more: steps in the log, and where a failure happened. FAIRLEAD_DEBUG=1 does the same.")
    private boolean debug;

    boolean isDebug() {
        return debug;
    }
}
