// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.time.Instant;

/** Is told what happens to connections. Called on event loops, often: it must be quick. */
public interface ConnectionObserver {

    /** Hears nothing. */
    ConnectionObserver NONE = new ConnectionObserver() {};

    /** A connection was accepted. */
    default void opened() {}

    /** A connection is gone; once for each {@link #opened()}. */
    default void closed() {}

    /** A connection was closed, since it did not begin with the PROXY header of a trusted proxy. */
    default void unproxied() {}

    /** A request was turned away, or a connection that was one too many. */
    default void refused(Refusal refusal) {}

    /** A connection could not be accepted: the system had no file descriptor or memory for it. */
    default void acceptFailed() {}

    /** There was no memory for what a peer sent, or is sent. */
    default void memoryShort() {}

    /** An event loop has not answered for a second. */
    default void loopStalled() {}

    /** Two peers were joined. */
    default void joined() {}

    /** A joined pair is over; once for each {@link #joined()}. */
    default void parted() {}

    /** Bytes of frames were passed from one joined peer to the other; {@code bytes} counts headers too. */
    default void relayed(int bytes) {}

    /** A peer broke a rule of RFC 6455, and was cut off with that close code. */
    default void violated(int closeCode) {}

    /** A TLS handshake failed, and the connection is lost. */
    default void handshakeFailed() {}

    /** The certificates of a port were read, at the start or anew; the first of them to expire does then. */
    default void certificatesRead(String port, Instant expires) {}

    /** The certificates of a port changed and cannot be used; the old ones stay until {@link #certificatesRead}. */
    default void certificatesStale(String port) {}

    /** A peer answered no pings, and was cut off. */
    default void fellSilent() {}
}
