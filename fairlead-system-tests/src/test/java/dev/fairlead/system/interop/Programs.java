// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;

/** Where the foreign programs are, and what runs them. */
public final class Programs {

    private static final Path HOME = Path.of("src/test/programs").toAbsolutePath();

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final String PASSWORD = "changeit";

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
                        python("import websocket; websocket.create_connection"), words("-u", script, arguments))
                .with("SSL_CERT_FILE", authority.certificate().toString());
    }

    /**
     * {@return a plan to run a peer of a mesh with a Python that has {@code pika} and {@code cryptography}}
     *
     * @param script its file name
     */
    public static ForeignProgram.Plan meshPeer(String script, String... arguments) {
        return ForeignProgram.running(
                python("import pika, cryptography.fernet"), words("-u", file("python/" + script), arguments));
    }

    /** {@return a plan to run a Java program of one file by the JDK's launcher, with the libraries that its build brought} */
    public static ForeignProgram.Plan java(Path source, String... arguments) {
        return java(List.of(), source, arguments);
    }

    /**
     * {@return the same, for relays that speak TLS}
     *
     * @param authority whom it trusts instead of those that the JVM does
     */
    public static ForeignProgram.Plan java(TestAuthority authority, Path source, String... arguments) {
        return java(
                List.of(
                        "-Djavax.net.ssl.trustStore=" + trustStore(authority),
                        "-Djavax.net.ssl.trustStorePassword=" + PASSWORD),
                source,
                arguments);
    }

    private static ForeignProgram.Plan java(List<String> options, Path source, String... arguments) {
        List<String> words = new ArrayList<>(options);
        words.addAll(List.of("-cp", built(source.resolveSibling("target/lib")) + "/*", source.toString()));
        words.addAll(List.of(arguments));
        return ForeignProgram.running(JAVA, words.toArray(String[]::new));
    }

    /** {@return a plan to run the command line} Its JVM does without what pays only later. */
    public static ForeignProgram.Plan fairlead(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                "-cp", System.getProperty("java.class.path"), "-XX:TieredStopAtLevel=1", "dev.fairlead.cli.Main"));
        words.addAll(List.of(arguments));
        return ForeignProgram.running(JAVA, words.toArray(String[]::new));
    }

    /** {@return a plan to run the application in a jar} Its JVM does without what pays only later. */
    public static ForeignProgram.Plan jar(Path jar) {
        return ForeignProgram.running(
                JAVA, "-XX:TieredStopAtLevel=1", "-jar", built(jar).toString());
    }

    private static Path built(Path file) {
        if (!Files.exists(file)) {
            throw new AssertionError(file + " is missing; run examples/build");
        }
        return file;
    }

    private static Path trustStore(TestAuthority authority) {
        Path file = authority.certificate().resolveSibling("trust.p12");
        try (InputStream certificate = Files.newInputStream(authority.certificate());
                OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
            store.store(out, PASSWORD.toCharArray());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String[] words(String option, Path script, String... arguments) {
        String[] words = new String[arguments.length + 2];
        words[0] = option;
        words[1] = script.toString();
        System.arraycopy(arguments, 0, words, 2, arguments.length);
        return words;
    }

    private static Path python(String runs) {
        return ForeignProgram.find(python -> runs(python, runs), "/usr/bin/python3", "python3");
    }

    private static boolean runs(Path python, String program) {
        try {
            return new ProcessBuilder(python.toString(), "-c", program)
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
