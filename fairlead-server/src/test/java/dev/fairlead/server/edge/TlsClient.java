// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** A client of TLS at the other end of an {@link EmbeddedSocket}; it trusts everybody. */
public final class TlsClient {

    private final EmbeddedSocket socket;
    private final SSLEngine engine;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private byte[] sealed = {};

    /** Speaks nothing but that version. */
    public TlsClient(EmbeddedSocket socket, String version) {
        this.socket = socket;
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            engine = context.createSSLEngine("relay.test", 443);
            engine.setUseClientMode(true);
            engine.setEnabledProtocols(new String[] {version});
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Shakes hands. */
    public TlsClient shakesHands() {
        try {
            engine.beginHandshake();
            while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
                HandshakeStatus status = engine.getHandshakeStatus();
                switch (status) {
                    case NEED_WRAP -> socket.receives(seals(new byte[0]));
                    case NEED_TASK -> engine.getDelegatedTask().run();
                    default -> {
                        int before = sealed.length;
                        byte[] more = socket.written();
                        sealed = join(sealed, more);
                        if (before == 0 && more.length == 0) {
                            throw new AssertionError("the server says nothing, while the client needs " + status);
                        }
                        unwrap();
                    }
                }
            }
            return this;
        } catch (SSLException e) {
            throw new AssertionError("no handshake", e);
        }
    }

    /** Begins a handshake anew. */
    public TlsClient beginsAnotherHandshake() {
        try {
            engine.beginHandshake();
            socket.receives(seals(new byte[0]));
            return this;
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends something, sealed. */
    public TlsClient sends(byte[] bytes) {
        socket.receives(seals(bytes));
        return this;
    }

    /** Ends its half of TLS. */
    public TlsClient ends() {
        engine.closeOutbound();
        socket.receives(seals(new byte[0]));
        return this;
    }

    /** {@return the records that carry these bytes} */
    public byte[] seals(byte[] bytes) {
        ByteBuffer plain = ByteBuffer.wrap(bytes);
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        try {
            SSLEngineResult result;
            do {
                ByteBuffer into = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
                result = engine.wrap(plain, into);
                records.write(into.array(), 0, into.position());
            } while (plain.hasRemaining()
                    || (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && result.bytesProduced() > 0));
            return records.toByteArray();
        } catch (SSLException e) {
            throw new AssertionError("cannot be sealed", e);
        }
    }

    /** {@return what the server said since the last call} */
    public byte[] hears() {
        try {
            sealed = join(sealed, socket.written());
            unwrap();
            byte[] said = heard.toByteArray();
            heard.reset();
            return said;
        } catch (SSLException e) {
            throw new AssertionError("the server's words cannot be opened", e);
        }
    }

    /** {@return whether the server has ended its half of TLS} */
    public boolean heardTheEnd() {
        hears();
        return engine.isInboundDone();
    }

    /** {@return what was agreed on} */
    public SSLSession session() {
        return engine.getSession();
    }

    private void unwrap() throws SSLException {
        ByteBuffer records = ByteBuffer.wrap(sealed);
        while (records.hasRemaining()) {
            ByteBuffer into = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
            SSLEngineResult result = engine.unwrap(records, into);
            heard.write(into.array(), 0, into.position());
            if (result.bytesConsumed() == 0) {
                break;
            }
        }
        sealed = Arrays.copyOfRange(sealed, records.position(), sealed.length);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
