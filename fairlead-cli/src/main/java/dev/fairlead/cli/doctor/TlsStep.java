// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Whether TLS is spoken where it is expected and only there, and whether the relay's certificate is good for this client. */
final class TlsStep {

    static final String NAME = "TLS";

    private static final Duration SOON = Duration.ofDays(14);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Relay relay;
    private final Approach approach;
    private final List<Authorities> trusted;
    private final Instant now;
    private final Duration limit;

    /**
     * Prepares a look at a port.
     *
     * @param limit for all attempts together
     */
    TlsStep(Relay relay, Approach approach, List<Authorities> trusted, Instant now, Duration limit) {
        this.relay = relay;
        this.approach = approach;
        this.trusted = trusted;
        this.now = now;
        this.limit = limit;
    }

    /**
     * What a handshake came to.
     *
     * @param failure why there is none; null if there is one
     */
    private record Handshake(
            Witness witness,
            @Nullable SSLSession session,
            @Nullable IOException failure) {}

    Insight<Way> examine() {
        return relay.isSecure() ? examineSecure() : examinePlain();
    }

    private Insight<Way> examinePlain() {
        String why = "";
        try (Line line = Line.open(approach, half())) {
            Answer answer = line.ask(Way.anyRequest(relay));
            String said = (answer.reason() + " " + answer.body()).toUpperCase(Locale.ROOT);
            if (answer.status() != 400 || !(said.contains("TLS") || said.contains("HTTPS") || said.contains("SSL"))) {
                Way way = new Way(relay, approach, null, limit);
                return Insight.of(plain(), way);
            }
        } catch (IOException e) {
            why = Objects.requireNonNullElse(e.getMessage(), "the connection broke");
        }
        if (handshake().session() != null) {
            return Insight.end(Finding.fail(
                    NAME,
                    "the port speaks TLS, and the connection string does not (" + scheme() + ")",
                    "write Endpoint=sb://" + relay.authority() + "/, or name a plain port"));
        }
        return Insight.end(Finding.fail(
                NAME,
                "the port speaks neither HTTP nor TLS: " + why,
                "see whose port it is: the relay's `fairlead ready` line names its own"));
    }

    private Finding plain() {
        return relay.isLoopback()
                ? Finding.ok(NAME, "none, as the connection string says (" + scheme() + ")")
                : Finding.warn(
                        NAME,
                        "none, as the connection string says (" + scheme() + ")",
                        "tokens and messages can be read by everybody on the way: use a port that speaks TLS, and sb://");
    }

    private String scheme() {
        return relay.string().endpoint().getScheme();
    }

    private Duration half() {
        return limit.dividedBy(2);
    }

    private Handshake handshake() {
        Witness witness = new Witness();
        try (Line line = Line.open(approach, half())) {
            return new Handshake(witness, line.secure(witness.context(), relay.host(), false), null);
        } catch (IOException e) {
            return new Handshake(witness, null, e);
        }
    }

    private Insight<Way> examineSecure() {
        Handshake handshake = handshake();
        SSLSession session = handshake.session();
        if (session == null) {
            return Insight.end(broken(handshake.failure()));
        }
        List<X509Certificate> chain = handshake.witness().chain();
        List<Authorities> believing = trusted.stream()
                .filter(one -> one.accept(chain, handshake.witness().keyExchange()))
                .toList();
        String spoken = session.getProtocol() + ", " + session.getCipherSuite();
        List<String> details = new ArrayList<>(chain.stream().map(this::line).toList());
        Optional<Finding> problem = problem(chain, believing.isEmpty());
        if (problem.isPresent()) {
            return Insight.end(problem.get().with(details));
        }
        Authorities believed = believing.getFirst();
        if (believed.isFile()) {
            Path file = Path.of(believed.name()).toAbsolutePath().normalize();
            details.add("other programs are told of that authority by NODE_EXTRA_CA_CERTS=" + file
                    + " (Node), SSL_CERT_FILE=" + file + " (OpenSSL, .NET), or their trust store (JVM)");
        }
        String found = spoken + "; trusted by " + believed.name();
        Duration left = Duration.between(now, chain.getFirst().getNotAfter().toInstant());
        Finding finding = left.compareTo(SOON) < 0
                ? Finding.warn(NAME, found, "the certificate ends in " + left.toDays() + " days: have it renewed")
                : Finding.ok(NAME, found);
        return Insight.of(finding.with(details), new Way(relay, approach, Witness.context(believed.manager()), limit));
    }

    /** Who speaks plain HTTP says so when he is asked. */
    private Finding broken(@Nullable IOException failure) {
        try (Line line = Line.open(approach, half())) {
            Answer answer = line.ask(Way.anyRequest(relay));
            if (answer.status() != 400 || !answer.reason().contains("TLS")) {
                return Finding.fail(
                        NAME,
                        "the port speaks plain HTTP, and the connection string asks for TLS (" + scheme() + ")",
                        "name a port that speaks TLS; Fairlead's own SDK and command line also take Endpoint=http://"
                                + relay.authority() + "/");
            }
        } catch (IOException _) {
            // then it does not, and the handshake's failure is told
        }
        String message = failure == null ? "" : String.valueOf(failure.getMessage());
        boolean wantsCertificate = message.contains("certificate_required") || message.contains("bad_certificate");
        return Finding.fail(
                NAME,
                "no handshake: " + message,
                wantsCertificate
                        ? "the port asks clients for a certificate (tls.clientCertificates), which this command has none of"
                        : "see that the port is the relay's, and whether something on the way, such as a proxy that looks into "
                                + "TLS, ends the handshake");
    }

    private Optional<Finding> problem(List<X509Certificate> chain, boolean distrusted) {
        for (X509Certificate one : chain) {
            if (now.isAfter(one.getNotAfter().toInstant())) {
                return Optional.of(Finding.fail(
                        NAME,
                        "the certificate of " + subject(one) + " ended on "
                                + day(one.getNotAfter().toInstant()),
                        "have it renewed at the relay; if it is not that old, see this machine's clock, which says "
                                + day(now)));
            }
            if (now.isBefore(one.getNotBefore().toInstant())) {
                return Optional.of(Finding.fail(
                        NAME,
                        "the certificate of " + subject(one) + " begins only on "
                                + day(one.getNotBefore().toInstant()),
                        "see this machine's clock, which says " + day(now) + ", and who issued the certificate"));
            }
        }
        CertificateNames names = CertificateNames.of(chain.getFirst());
        if (!names.fit(relay.host())) {
            return Optional.of(Finding.fail(
                    NAME,
                    "the certificate is for " + names.shown() + ", and not for " + relay.host(),
                    "dial the relay by a name that its certificate is for, or have one issued for " + relay.host()));
        }
        return distrusted ? Optional.of(untrusted(chain)) : Optional.empty();
    }

    private Finding untrusted(List<X509Certificate> chain) {
        List<String> remedies = new ArrayList<>();
        remedies.add(
                "with the authority's certificate in FILE: this command takes --cacert FILE (the development CA of "
                        + "`fairlead serve` is data/tls/ca.pem)");
        remedies.addAll(telling());
        X509Certificate last = chain.getLast();
        if (!last.getSubjectX500Principal().equals(last.getIssuerX500Principal())) {
            remedies.add("if the authority is a public one, the relay may leave out a certificate in between: "
                    + "tls.certificateChain has to hold them all");
        }
        return new Finding(
                NAME,
                Outcome.FAIL,
                "the certificate is not trusted: its issuer, "
                        + CertificateNames.commonName(
                                last.getIssuerX500Principal().getName()) + ", is unknown to "
                        + String.join(
                                " and ", trusted.stream().map(Authorities::name).toList()),
                List.of(),
                remedies);
    }

    private static List<String> telling() {
        return List.of(
                "  Node:           export NODE_EXTRA_CA_CERTS=FILE",
                "  OpenSSL, .NET:  export SSL_CERT_FILE=FILE   (Python, curl and Ruby, too)",
                "  JVM:            keytool -importcert -noprompt -alias fairlead -file FILE"
                        + " -keystore trust.p12 -storepass changeit, then"
                        + " java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit …");
    }

    private String line(X509Certificate one) {
        Instant end = one.getNotAfter().toInstant();
        long days = Duration.between(now, end).toDays();
        return subject(one) + ", issued by "
                + CertificateNames.commonName(one.getIssuerX500Principal().getName()) + ", "
                + day(one.getNotBefore().toInstant()) + " to " + day(end)
                + (now.isAfter(end) ? " (ended)" : " (" + days + " days left)");
    }

    private static String subject(X509Certificate one) {
        return CertificateNames.commonName(one.getSubjectX500Principal().getName());
    }

    private static String day(Instant instant) {
        return DAY.format(instant);
    }
}
