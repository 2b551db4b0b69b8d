// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import dev.fairlead.server.edge.tls.KeyFiles;
import dev.fairlead.server.edge.tls.UnusableCertificate;
import dev.fairlead.server.settings.OwnerOnlyFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The certificate of a server without a configuration file, issued by a development authority of its own. Both are made
 * once and kept under the data directory. The authority's key signs this one certificate and is forgotten, so that whoever
 * trusts the authority trusts nothing else; when the certificate nears its end, both are made anew.
 *
 * <p>The JDK's {@code keytool} makes them, since the JDK has no interface for it.
 */
public final class DevelopmentCertificate {

    /** As long as the strictest clients take a certificate to be good. */
    private static final int DAYS = 825;

    private static final Duration SPARE = Duration.ofDays(30);
    private static final long KEYTOOL_SECONDS = 60;
    private static final String PASSWORD = "FAIRLEAD_STORE_PASSWORD";

    private final Path folder;

    /** Names the one that is kept under {@code dataDirectory}. */
    public DevelopmentCertificate(Path dataDirectory) {
        this.folder = dataDirectory.resolve("tls");
    }

    /** {@return the certificate of the development authority, which clients are to trust; PEM} */
    public Path authority() {
        return folder.resolve("ca.pem");
    }

    /** {@return the server's certificate, and the authority's behind it; PEM} */
    public Path certificateChain() {
        return folder.resolve("server.pem");
    }

    /** {@return the server's key, for its owner alone; PEM} */
    public Path privateKey() {
        return folder.resolve("server-key.pem");
    }

    /** {@return whether it was made before; it may be too old by now} */
    boolean isThere() {
        return Files.exists(authority()) && Files.exists(certificateChain()) && Files.exists(privateKey());
    }

    /**
     * Makes it, if there is none that is good for a month more and for {@code namespace}.
     *
     * @param warnings is told if one that clients may trust by now is replaced
     * @throws ConfigException if it cannot be made
     */
    void make(String namespace, List<String> warnings) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", namespace));
        if (isThere()) {
            Optional<String> fault = fault(names);
            if (fault.isEmpty()) {
                return;
            }
            warnings.add(certificateChain() + ": " + fault.get() + ", so a new one was made; clients that trusted "
                    + authority() + " have to be told of the new one there");
        }
        try {
            OwnerOnlyFile.makeDirectory(folder);
            generate(names);
        } catch (IOException | GeneralSecurityException e) {
            throw unusable("it cannot be made (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                    + "); let the server's user write there, or set dataDirectory");
        }
    }

    /** What is wrong with the certificate that is there. */
    private Optional<String> fault(Set<String> names) {
        try {
            byte[] pem = Files.readAllBytes(certificateChain());
            X509Certificate shown = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .iterator()
                    .next();
            if (shown.getNotAfter().toInstant().isBefore(Instant.now().plus(SPARE))) {
                return Optional.of("expires on " + shown.getNotAfter().toInstant());
            }
            Collection<List<?>> alternatives = shown.getSubjectAlternativeNames();
            Set<String> held = alternatives == null
                    ? Set.of()
                    : alternatives.stream()
                            .map(alternative -> alternative.get(1).toString())
                            .collect(Collectors.toSet());
            if (!held.containsAll(names)) {
                return Optional.of("is not for " + names);
            }
            new KeyFiles(certificateChain(), privateKey()).check();
            return Optional.empty();
        } catch (UnusableCertificate e) {
            return Optional.of("cannot be used with " + privateKey());
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return Optional.of("cannot be read");
        }
    }

    private void generate(Set<String> names) throws IOException, GeneralSecurityException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        Path store = folder.resolve(".store." + ProcessHandle.current().pid());
        Files.deleteIfExists(store);
        try {
            keytool(
                    store,
                    password,
                    List.of(
                            "-alias", "ca",
                            "-dname", "CN=Fairlead development CA",
                            "-ext", "bc:c=ca:true,pathlen:0",
                            "-ext", "ku:c=keyCertSign,cRLSign"));
            String alternatives = names.stream().map(name -> "dns:" + name).collect(Collectors.joining(","));
            keytool(
                    store,
                    password,
                    List.of(
                            "-alias", "server",
                            "-signer", "ca",
                            "-dname", "CN=" + names.iterator().next(),
                            "-ext", "san=" + alternatives + ",ip:127.0.0.1,ip:::1",
                            "-ext", "ku:c=digitalSignature",
                            "-ext", "eku=serverAuth"));
            keep(store, password);
        } finally {
            Files.deleteIfExists(store);
        }
    }

    private void keep(Path store, String password) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, password.toCharArray());
        }
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : keys.getCertificateChain("server")) {
            chain.append(pem(certificate));
        }
        byte[] key = keys.getKey("server", password.toCharArray()).getEncoded();
        OwnerOnlyFile.write(privateKey(), pem("PRIVATE KEY", key));
        OwnerOnlyFile.write(certificateChain(), chain.toString());
        OwnerOnlyFile.write(authority(), pem(keys.getCertificate("ca")));
    }

    private static String pem(Certificate certificate) throws CertificateEncodingException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    private static String pem(String what, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    private void keytool(Path store, String password, List<String> what) throws IOException {
        Path program = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                "-validity",
                String.valueOf(DAYS),
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass:env",
                PASSWORD));
        command.addAll(what);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(PASSWORD, password);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw unusable(
                    program + " cannot be run (expected: the keytool of a whole JDK or JRE); run Fairlead on one, "
                            + "or give it a configuration file with certificates of your own");
        }
        process.getOutputStream().close();
        try {
            if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("keytool has not ended within " + KEYTOOL_SECONDS + "s");
            }
            if (process.exitValue() != 0) {
                String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                throw new IOException("keytool says: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool ran", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private ConfigException unusable(String why) {
        return new ConfigException(certificateChain().toString(), List.of(why));
    }
}
