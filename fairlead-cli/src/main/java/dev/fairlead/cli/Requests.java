// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.http.RelayedHttpRequest;
import dev.fairlead.client.http.RelayedHttpResponse;
import dev.fairlead.client.http.RequestHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What the command line does with the HTTP requests of senders. */
final class Requests {

    /** What is shown of a body; more is counted. */
    private static final int SHOWN_BYTES = 64 * 1024;

    private static final int PART_BYTES = 16 * 1024;

    private Requests() {}

    /** Answers a request with itself: the line, the headers, an empty line, and the body as it arrives. */
    static void echo(RelayedExchange exchange) throws IOException {
        RelayedHttpRequest request = exchange.request();
        RelayedHttpResponse answer = exchange.response().header("Content-Type", "text/plain; charset=utf-8");
        StringBuilder head = new StringBuilder(line(request)).append('\n');
        request.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append('\n'));
        OutputStream out = answer.body();
        out.write(head.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        InputStream in = request.body();
        byte[] part = new byte[PART_BYTES];
        for (int count = in.read(part); count >= 0; count = in.read(part)) {
            out.write(part, 0, count);
            if (request.bodyLength().isEmpty() && in.available() == 0) {
                out.flush();
            }
        }
        out.close();
    }

    private static String line(RelayedHttpRequest request) {
        return request.method() + " " + request.target();
    }

    /** Prints a request, and answers that there is nothing to say. */
    static void print(RelayedExchange exchange, Output output) throws IOException {
        InputStream in = exchange.request().body();
        byte[] shown = in.readNBytes(SHOWN_BYTES);
        long length = shown.length + in.transferTo(OutputStream.nullOutputStream());
        String body = length == 0
                ? ""
                : System.lineSeparator()
                        + (length == shown.length ? text(shown) : "[" + length + " bytes]").stripTrailing();
        output.line(line(exchange.request()) + body);
        exchange.response().status(204);
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            return "[" + bytes.length + " bytes of binary]";
        }
    }

    /** Has somebody answer a request, and prints what came of it. The query is not shown: it can hold secrets. */
    static void forward(RelayedExchange exchange, RequestHandler forwarder, Output output) throws Exception {
        String asked = exchange.request().method() + " " + exchange.request().path() + ": ";
        try {
            forwarder.handle(exchange);
        } catch (IOException e) {
            output.line(asked + (exchange.isCancelled() ? "the sender left" : "the local server broke off"));
            throw e;
        }
        output.line(asked + exchange.response().status());
    }
}
