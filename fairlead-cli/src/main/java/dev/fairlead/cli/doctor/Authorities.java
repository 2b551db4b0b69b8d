// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509TrustManager;

/**
 * Somebody who is believed about certificates.
 *
 * @param name for a report, such as {@code the JVM's trust store}
 * @param isFile whether other programs have to be told of it
 */
public record Authorities(String name, boolean isFile, X509TrustManager manager) {

    /** {@return whether they vouch for a chain} What is out of date they do not vouch for, either. */
    boolean accept(List<X509Certificate> chain, String keyExchange) {
        try {
            manager.checkServerTrusted(chain.toArray(X509Certificate[]::new), keyExchange);
            return true;
        } catch (CertificateException _) {
            return false;
        }
    }
}
