// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** What a backend posts to the gateway. */
final class Callback {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private Callback() {}

    /** {@return the answer to a post} */
    static HttpResponse<String> posts(Object address, String type, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(String.valueOf(address)))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** {@return the answer to a post of a text} */
    static HttpResponse<String> posts(Object address, String text) {
        return posts(address, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }
}
