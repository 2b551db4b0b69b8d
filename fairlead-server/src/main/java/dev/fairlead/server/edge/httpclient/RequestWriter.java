// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.HttpCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Writes requests (RFC 9112, section 3) that are read in one way only. Immutable. */
final class RequestWriter {

    /** Methods of which no content is expected, so that none is announced either (RFC 9110, section 8.6). */
    private static final Set<String> WITHOUT_CONTENT = Set.of("GET", "HEAD", "DELETE", "OPTIONS", "TRACE");

    private final String host;

    /**
     * Writes requests for one server.
     *
     * @param authority its host, with the port if that is not the scheme's own
     */
    RequestWriter(String authority) {
        this.host = " HTTP/1.1\r\nHost: " + authority + "\r\n";
    }

    /**
     * Looks at everything that goes into the head.
     *
     * @throws IllegalArgumentException if a part could be taken for something else; the message names the part, and no value
     */
    static void check(HttpCall call) {
        if (!isToken(call.method()) || call.method().equals("CONNECT")) {
            throw new IllegalArgumentException("method: no name of one (expected: one such as POST)");
        }
        if (!isTarget(call.target())) {
            throw new IllegalArgumentException(
                    "target: not a path (expected: / and what may stand in a URI behind it, without blanks and lines)");
        }
        for (Header header : call.headers()) {
            if (!isToken(header.name())) {
                throw new IllegalArgumentException("headers: a name that is none (expected: letters, digits and -)");
            }
            if (isOurs(header)) {
                throw new IllegalArgumentException(
                        "headers: " + header.name() + " (expected: none that the caller writes itself)");
            }
            if (!isValue(header.value())) {
                throw new IllegalArgumentException(
                        "headers: the value of " + header.name() + " (expected: one line of printable Latin-1)");
            }
        }
        if (call.patience().isNegative() || call.patience().isZero()) {
            throw new IllegalArgumentException("patience: " + call.patience() + " (expected: more than 0s)");
        }
        if (call.longestAnswer() < 0) {
            throw new IllegalArgumentException("longestAnswer: " + call.longestAnswer() + " (expected: 0 or more)");
        }
    }

    /** {@return head and body in one buffer; the caller's to release} Of a call that was looked at. */
    ByteBuf write(HttpCall call, ByteBufAllocator alloc) {
        StringBuilder text = new StringBuilder(256)
                .append(call.method())
                .append(' ')
                .append(call.target())
                .append(host);
        for (Header header : call.headers()) {
            text.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        byte[] body = call.body();
        if (body.length > 0 || !WITHOUT_CONTENT.contains(call.method())) {
            text.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] head = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        return alloc.directBuffer(Math.addExact(head.length, body.length))
                .writeBytes(head)
                .writeBytes(body);
    }

    /** {@return whether it frames the request, or says how long its connection lives} */
    private static boolean isOurs(Header header) {
        return switch (header.name().length()) { // few headers have a name of these lengths
            case 4 -> header.is("Host");
            case 7 -> header.is("Upgrade");
            case 10 -> header.is("Connection");
            case 14 -> header.is("Content-Length");
            case 17 -> header.is("Transfer-Encoding");
            default -> false;
        };
    }

    private static boolean isTarget(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                return false;
            }
        }
        return target.startsWith("/");
    }

    private static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7F || c > 0xFF) {
                return false;
            }
        }
        return true;
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!AnswerReader.isTokenCharacter(name.charAt(i))) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
