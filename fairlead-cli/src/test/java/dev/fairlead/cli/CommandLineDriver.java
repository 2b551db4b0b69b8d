// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Types commands as a user does, and looks at what comes of them. */
final class CommandLineDriver {

    static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(raw, true, StandardCharsets.UTF_8);
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private Function<Surroundings, Verbs> verbs = Verbs::all;
    private InputStream input = InputStream.nullInputStream();
    private int exitCode;

    CommandLineDriver in(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    CommandLineDriver with(Function<Surroundings, Object> verb) {
        verbs = surroundings -> new Verbs(surroundings, List.of(verb.apply(surroundings)));
        return this;
    }

    CommandLineDriver feeds(InputStream standardInput) {
        input = standardInput;
        return this;
    }

    CommandLineDriver types(String... args) {
        raw.reset();
        err.getBuffer().setLength(0);
        Surroundings surroundings = new Surroundings(
                new Output(out, new PrintWriter(out, false, StandardCharsets.UTF_8), new PrintWriter(err)),
                input,
                environment,
                InstantSource.fixed(NOW));
        exitCode = verbs.apply(surroundings).run(args);
        return this;
    }

    CommandLineDriver exitsWith(ExitCode expected) {
        assertThat(exitCode).as("exit code; standard error: %s", err).isEqualTo(expected.code());
        return this;
    }

    String out() {
        return raw.toString(StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        return raw.toByteArray();
    }

    String err() {
        return err.toString();
    }
}
