// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names and addresses that a certificate is for (RFC 9525): its alternative names, or, where it has none, the common name
 * of its subject, as the JVM still takes it.
 */
record CertificateNames(List<String> hosts, List<String> addresses) {

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)\\s*CN=([^,]+)");

    static CertificateNames of(X509Certificate certificate) {
        List<String> hosts = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        try {
            Collection<List<?>> names = Objects.requireNonNullElse(certificate.getSubjectAlternativeNames(), List.of());
            for (List<?> name : names) {
                if (name.getFirst().equals(DNS_NAME)) {
                    hosts.add(String.valueOf(name.get(1)));
                } else if (name.getFirst().equals(IP_ADDRESS)) {
                    addresses.add(String.valueOf(name.get(1)));
                }
            }
        } catch (CertificateParsingException _) {
            // then it is for nobody
        }
        if (hosts.isEmpty() && addresses.isEmpty()) {
            hosts.add(commonName(certificate.getSubjectX500Principal().getName()));
        }
        return new CertificateNames(hosts, addresses);
    }

    /** {@return the common name in a distinguished name, or all of it where it has none} */
    static String commonName(String distinguishedName) {
        Matcher name = COMMON_NAME.matcher(distinguishedName);
        return name.find() ? name.group(1) : distinguishedName;
    }

    /** {@return whether the certificate is for a host, a name or an address; a star stands for one whole label in front} */
    boolean fit(String host) {
        if (host.contains(":") || host.matches("[0-9.]+")) {
            return addresses.stream().anyMatch(address -> isSame(address, host));
        }
        String asked = host.toLowerCase(Locale.ROOT);
        return hosts.stream().map(name -> name.toLowerCase(Locale.ROOT)).anyMatch(name -> isFor(name, asked));
    }

    private static boolean isFor(String name, String asked) {
        if (!name.startsWith("*.")) {
            return name.equals(asked);
        }
        int dot = asked.indexOf('.');
        return dot > 0 && asked.substring(dot).equals(name.substring(1));
    }

    private static boolean isSame(String one, String other) {
        try {
            return InetAddress.ofLiteral(one).equals(InetAddress.ofLiteral(other));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** {@return all of them, in one line} */
    String shown() {
        List<String> all = new ArrayList<>(hosts);
        all.addAll(addresses);
        return String.join(", ", all);
    }
}
