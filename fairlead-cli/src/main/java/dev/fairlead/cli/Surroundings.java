// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;

/**
 * What a command finds when it starts.
 *
 * @param output where it writes
 * @param input what it reads; standard input
 * @param environment the variables of the process
 * @param clock tells the time
 */
public record Surroundings(Output output, InputStream input, Map<String, String> environment, InstantSource clock) {

    /** Takes a copy of the environment. */
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** {@return those of this process} */
    static Surroundings ofProcess() {
        return new Surroundings(
                new Output(
                        System.out,
                        new PrintWriter(System.out, false, spoken(System.out.charset())),
                        new PrintWriter(System.err, false, spoken(System.err.charset()))),
                System.in,
                System.getenv(),
                InstantSource.system());
    }

    /** A process without a locale is said to speak ASCII; messages are UTF-8, and go through it unharmed. */
    private static Charset spoken(Charset declared) {
        return declared.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : declared;
    }
}
