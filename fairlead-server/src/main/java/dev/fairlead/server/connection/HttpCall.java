// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import dev.fairlead.protocol.http.Header;
import java.time.Duration;
import java.util.List;

/**
 * A request to another server.
 *
 * @param method such as {@code POST}
 * @param target path and query, as on the request line
 * @param headers lines beside {@code Host} and {@code Content-Length}, which are added
 * @param body its bytes, not to be changed while the call is under way; empty for none
 * @param patience from the call to the end of the answer; when it is over, the call has failed
 * @param longestAnswer how many bytes the answer's body may have; a longer one fails the call
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
public record HttpCall(
        String method, String target, List<Header> headers, byte[] body, Duration patience, int longestAnswer) {}
