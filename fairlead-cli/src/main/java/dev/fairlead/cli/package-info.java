/**
 * The command line. Each verb is a class, and {@link dev.fairlead.cli.Verbs} lists them all. A verb gets what surrounds
 * it (streams, environment, clock) when it is made, writes results to standard output, and throws {@link
 * dev.fairlead.cli.CommandFailure} for what an operator can put right: one clear line, and an exit code.
 */
@NullMarked
package dev.fairlead.cli;

import org.jspecify.annotations.NullMarked;
