// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import dev.fairlead.server.edge.EmbeddedSocket;
import dev.fairlead.server.edge.TlsClient;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;

/** What a client of TLS gets to see. */
final class ServerShown {

    private ServerShown() {}

    /** {@return the first name of the certificate that this handler shows} */
    static String by(SslHandler handler) throws Exception {
        EmbeddedSocket socket = new EmbeddedSocket();
        try {
            socket.pipeline().addLast(handler);
            TlsClient client = new TlsClient(socket, "TLSv1.3").shakesHands();
            X509Certificate shown = (X509Certificate) client.session().getPeerCertificates()[0];
            return shown.getSubjectAlternativeNames().iterator().next().get(1).toString();
        } finally {
            socket.finishAndReleaseAll();
        }
    }
}
