// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import dev.fairlead.protocol.http.Header;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The status line and the headers of an HTTP/1.1 response (RFC 9112, sections 4 and 5).
 *
 * @param minor of the version: 0 or 1, mostly
 * @param statusCode 100 to 999
 * @param reason the reason phrase; may be empty
 * @param headers in order
 */
record ResponseHead(int minor, int statusCode, String reason, List<Header> headers) {

    /** Reads a head, without the empty line behind it. */
    static ResponseHead parse(byte[] bytes, int from, int to) throws IOException {
        String[] lines = text(bytes, from, to).split("\r?\n", -1);
        String status = lines[0];
        if (!status.matches("HTTP/1\\.[0-9] [0-9]{3}( .*)?")) {
            throw new ProtocolException(
                    "the answer is not HTTP/1.1: is this the relay's port, and TLS spoken or not as it expects?");
        }
        List<Header> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0) {
                throw new ProtocolException("the answer has a header line without a name");
            }
            headers.add(new Header(
                    lines[i].substring(0, colon), lines[i].substring(colon + 1).strip()));
        }
        return new ResponseHead(
                status.charAt(7) - '0',
                Integer.parseInt(status.substring(9, 12)),
                status.length() > 13 ? status.substring(13).strip() : "",
                headers);
    }

    /** Relays pass on the words of listeners, some in UTF-8 and some in Latin-1. */
    private static String text(byte[] bytes, int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        }
    }

    /** {@return the values of a header, in any letter case, joined by a comma; empty if it is not there} */
    String value(String name) {
        List<String> values = new ArrayList<>();
        for (Header header : headers) {
            if (header.is(name)) {
                values.add(header.value());
            }
        }
        return String.join(", ", values);
    }
}
