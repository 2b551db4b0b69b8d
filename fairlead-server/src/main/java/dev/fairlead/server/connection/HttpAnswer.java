// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import dev.fairlead.protocol.http.Header;
import java.util.List;

/**
 * The head of the answer to an HTTP request.
 *
 * @param status the HTTP status, 200 to 999
 * @param reason the reason phrase, kept as far as it fits a status line
 * @param headers lines in their spelling, without those that frame the body or belong to the connection
 */
public record HttpAnswer(int status, String reason, List<Header> headers) {

    /** Takes a copy of the headers. */
    public HttpAnswer {
        headers = List.copyOf(headers);
    }
}
