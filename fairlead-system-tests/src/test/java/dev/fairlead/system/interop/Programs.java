// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the foreign programs are, and what runs them. */
public final class Programs {

    private static final Path HOME = Path.of("src/test/programs").toAbsolutePath();

    private Programs() {}

    /** {@return the file {@code name} of the foreign programs} */
    public static Path file(String name) {
        return HOME.resolve(name);
    }

    /** {@return a line to a program, which ends with it} */
    public static Line line(ForeignProgram program) {
        return new ProgramLine(program);
    }

    /** {@return a plan to run a Node program with the packages of the lock file} */
    public static ForeignProgram.Plan node(Path script, String... arguments) {
        Path packages = file("node/node_modules");
        if (!Files.isDirectory(packages)) {
            throw new AssertionError(packages + " is missing; run ./check, or npm ci in " + file("node"));
        }
        // Old packages still say new Buffer(…), which Node warns of on each start.
        return ForeignProgram.running(ForeignProgram.find("node"), words("--no-deprecation", script, arguments))
                .with("NODE_PATH", packages.toString());
    }

    /**
     * {@return the same, for relays that speak TLS}
     *
     * @param authority whom it trusts beside those that Node does
     */
    public static ForeignProgram.Plan node(TestAuthority authority, Path script, String... arguments) {
        return node(script, arguments)
                .with("NODE_EXTRA_CA_CERTS", authority.certificate().toString());
    }

    /**
     * {@return a plan to run a Python program with a Python that has {@code websocket}}
     *
     * @param authority whom it trusts instead of those that OpenSSL does
     */
    public static ForeignProgram.Plan python(TestAuthority authority, Path script, String... arguments) {
        return ForeignProgram.running(
                        ForeignProgram.find(Programs::hasWebsocket, "/usr/bin/python3", "python3"),
                        words("-u", script, arguments))
                .with("SSL_CERT_FILE", authority.certificate().toString());
    }

    private static String[] words(String option, Path script, String... arguments) {
        String[] words = new String[arguments.length + 2];
        words[0] = option;
        words[1] = script.toString();
        System.arraycopy(arguments, 0, words, 2, arguments.length);
        return words;
    }

    private static boolean hasWebsocket(Path python) {
        try {
            return new ProcessBuilder(python.toString(), "-c", "import websocket; websocket.create_connection")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
