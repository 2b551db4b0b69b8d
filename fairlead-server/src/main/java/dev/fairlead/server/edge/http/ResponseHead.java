// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import dev.fairlead.protocol.http.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the head of an HTTP/1.1 response with exactly the reason phrase and the header spelling that it is given:
 * clients of Hybrid Connections read their errors from the reason phrase.
 */
public final class ResponseHead {

    /** A status line beyond this would trip clients that bound theirs. */
    private static final int MAX_REASON_CHARS = 2048;

    private ResponseHead() {}

    /**
     * {@return status line, headers, and the empty line; the caller's to release}
     *
     * @param status three digits
     * @param reason what does not fit a status line (RFC 9112, section 4) is replaced by {@code ?}
     * @param headers what does not fit a header value is replaced likewise
     */
    public static ByteBuf write(ByteBufAllocator alloc, int status, String reason, List<Header> headers) {
        return write(alloc, status, reason, headers, 0);
    }

    /**
     * {@return status line, headers, and the empty line, with room behind them; the caller's to release}
     *
     * @param room in bytes, for what is to leave together with the head
     */
    public static ByteBuf write(ByteBufAllocator alloc, int status, String reason, List<Header> headers, int room) {
        StringBuilder head =
                new StringBuilder(256).append("HTTP/1.1 ").append(status).append(' ');
        appendText(head, reason.length() > MAX_REASON_CHARS ? reason.substring(0, MAX_REASON_CHARS) : reason);
        head.append("\r\n");
        for (Header header : headers) {
            appendText(head, header.name());
            head.append(": ");
            appendText(head, header.value());
            head.append("\r\n");
        }
        head.append("\r\n");
        ByteBuf out = alloc.buffer(head.length() + room);
        out.writeCharSequence(head, StandardCharsets.ISO_8859_1);
        return out;
    }

    private static void appendText(StringBuilder head, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean fits = c == '\t' || (c >= 0x20 && c != 0x7F && c <= 0xFF);
            head.append(fits ? c : '?');
        }
    }
}
