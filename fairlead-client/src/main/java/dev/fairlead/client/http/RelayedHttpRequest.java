// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.http;

import dev.fairlead.protocol.control.RemoteEndpoint;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A sender's plain HTTP request, as the relay tells a listener of it. Implemented by the SDK alone; later versions may add
 * methods. Safe from any thread, but for the body, which is read by one at a time.
 */
public interface RelayedHttpRequest {

    /** {@return what the relay calls this request, for logs} */
    String id();

    /** {@return the method, such as {@code GET}, in the sender's letter case} */
    String method();

    /**
     * {@return path and query as the relay gives them} The path begins with a slash and the hybrid connection, and is decoded
     * but for the escapes of slash, question mark, number sign, percent sign and control characters; the query is as the
     * sender wrote it, without the relay's own parameters.
     */
    String target();

    /** {@return the path of {@link #target()}: the hybrid connection and what stands below it, with a slash in front} */
    String path();

    /** {@return what stands below the hybrid connection in the path, without a slash in front; may be empty} */
    String suffix();

    /** {@return the query, encoded as it came, without a question mark; may be empty} */
    String query();

    /**
     * {@return the headers, without those that belong to the sender's connection or frame the body} Names are in the sender's
     * spelling and are found in any letter case; several values of a name are joined by a comma.
     */
    Map<String, String> headers();

    /**
     * {@return the value of a header, whose name may be in any letter case}
     *
     * @param name such as {@code Accept}
     */
    Optional<String> header(String name);

    /** {@return where the sender connected from, as the relay saw it} */
    RemoteEndpoint remoteEndpoint();

    /**
     * {@return the body, as it arrives; the same stream each time} It throws when the sender is gone before the body's end.
     * What a handler does not read is dropped.
     */
    InputStream body();

    /** {@return how many bytes the body has: 0 if there is none; empty if that shows only at its end} */
    OptionalLong bodyLength();
}
