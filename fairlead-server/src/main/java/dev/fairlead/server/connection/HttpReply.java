// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import dev.fairlead.protocol.http.Header;
import java.util.List;

/**
 * The whole answer to a plain HTTP request.
 *
 * @param status the HTTP status
 * @param reason the reason phrase
 * @param headers lines beside those that frame the body
 * @param body text, sent as UTF-8; not sent to a {@code HEAD}
 */
public record HttpReply(int status, String reason, List<Header> headers, String body) {

    /** Takes a copy of the headers. */
    public HttpReply {
        headers = List.copyOf(headers);
    }

    /** A page of plain text. */
    public static HttpReply text(int status, String reason, String body) {
        return of(status, reason, "text/plain; charset=utf-8", body);
    }

    /** A page of any text type. */
    public static HttpReply of(int status, String reason, String contentType, String body) {
        return new HttpReply(status, reason, List.of(new Header("Content-Type", contentType)), body);
    }
}
