// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.HttpAnswer;
import dev.fairlead.server.connection.HttpExchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A whole answer to a callback.
 *
 * @param headers beside {@code Content-Type}
 */
record TextPage(int status, String reason, List<Header> headers, String type, String body) {

    private static final String TEXT = "text/plain; charset=utf-8";

    /** What is done. */
    static final TextPage OK = plain(200, "OK", "OK");

    /** What a session is answered for that is not there. */
    static final TextPage FAIL = plain(500, "Internal Server Error", "FAIL");

    private static TextPage plain(int status, String reason, String body) {
        return new TextPage(status, reason, List.of(), TEXT, body);
    }

    /** {@return an error in the form that backends of the original know, headline and all} */
    static TextPage error(int status, String reason, String text, Header... headers) {
        String headline = "\u26A0\uFE0F " + status + " \u2014 " + reason;
        return new TextPage(
                status,
                reason,
                List.of(headers),
                TEXT,
                headline + "\n" + "=".repeat(headline.length()) + "\n" + text + "\n\n");
    }

    /** {@return a page of JSON} */
    static TextPage json(String json) {
        return new TextPage(200, "OK", List.of(), "application/json", json);
    }

    /** {@return what an address is answered that means nothing} */
    static TextPage unknown(String path) {
        // the original writes the root as nothing
        return error(404, "Not Found", "Requested URL " + (path.equals("/") ? "" : path) + " not found");
    }

    /** {@return what a method is answered that an address does not have} */
    static TextPage wrongMethod(String method, String path, String allowed) {
        return error(
                405,
                "Method Not Allowed",
                "Method " + method + " not allowed for URL " + path,
                new Header("Allow", allowed));
    }

    /** Answers with it; the exchange is over then. */
    void answer(HttpExchange exchange) {
        ByteBuf bytes = Unpooled.copiedBuffer(body, StandardCharsets.UTF_8);
        List<Header> lines = Stream.concat(Stream.of(new Header("Content-Type", type)), headers.stream())
                .toList();
        exchange.respond(new HttpAnswer(status, reason, lines), OptionalLong.of(bytes.readableBytes()));
        exchange.write(bytes);
        exchange.end();
    }
}
