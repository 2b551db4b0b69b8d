// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.http;

import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SharedAccess;

/**
 * What a sender is to ask.
 *
 * @param method of the request
 * @param url scheme, host, port, path and query, without a token
 * @param token for the header or the query, as the sender can; empty for none
 * @param length of the body, which is {@link Body#pattern}; negative for none
 * @param chunked whether the body is sent without telling its length
 * @param expects whether to wait for {@code 100 Continue}
 */
record Question(String method, String url, String token, int length, boolean chunked, boolean expects) {

    /** {@return a request without a body for what stands below the path of a listener} */
    static Question get(RelayUnderTest relay, String path, String below) {
        return new Question("GET", relay.httpUri() + "/" + path + below, relay.token(path), -1, false, false);
    }

    /** {@return a request with a body of known length} */
    static Question post(RelayUnderTest relay, String path, String below, int length) {
        return new Question("POST", relay.httpUri() + "/" + path + below, relay.token(path), length, false, false);
    }

    Question inChunks() {
        return new Question(method, url, token, length, true, expects);
    }

    Question expecting() {
        return new Question(method, url, token, length, chunked, true);
    }

    Question with(String otherMethod) {
        return new Question(otherMethod, url, token, length, chunked, expects);
    }

    /** {@return the URL with the token in its query, for those who cannot send headers} */
    String urlWithToken() {
        return token.isEmpty()
                ? url
                : url + (url.contains("?") ? "&" : "?") + "sb-hc-token=" + SharedAccess.encode(token);
    }

    /** {@return this as a command of the programs} */
    String json(boolean tokenInHeader) {
        return "{\"method\":\"%s\",\"url\":\"%s\",\"headers\":{%s},\"length\":%d,\"chunked\":%b,\"expect\":%b}"
                .formatted(
                        method,
                        tokenInHeader ? url : urlWithToken(),
                        tokenInHeader && !token.isEmpty() ? "\"ServiceBusAuthorization\":\"" + token + "\"" : "",
                        length,
                        chunked,
                        expects);
    }
}
