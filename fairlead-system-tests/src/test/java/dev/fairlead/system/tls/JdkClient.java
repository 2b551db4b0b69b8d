// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.tls;

import dev.fairlead.testkit.Patience;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** The JDK's client, as far as a handshake goes. */
final class JdkClient {

    private JdkClient() {}

    /** {@return what a handshake came to, which takes nothing but this version} */
    static SSLSession handshake(URI address, SSLContext context, String version) throws IOException {
        return handshake(address, context, version, address.getHost());
    }

    /** {@return the host names of the certificate that is shown to one who asks for {@code name}} */
    static List<String> namesShown(URI address, SSLContext context, String name)
            throws IOException, CertificateParsingException {
        SSLSession session = handshake(address, context, "TLSv1.3", name);
        return ((X509Certificate) session.getPeerCertificates()[0])
                .getSubjectAlternativeNames().stream()
                        .map(alternative -> alternative.get(1).toString())
                        .toList();
    }

    private static SSLSession handshake(URI address, SSLContext context, String version, String name)
            throws IOException {
        try (Socket tcp = new Socket()) {
            tcp.setSoTimeout((int) Patience.LIMIT.toMillis());
            tcp.connect(new InetSocketAddress(address.getHost(), address.getPort()));
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(tcp, name, address.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            parameters.setProtocols(new String[] {version});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket.getSession();
        }
    }
}
