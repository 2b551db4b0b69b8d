// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The body of an answer (RFC 9112, section 6): chunked, of a told length, or up to the connection's end. */
final class HttpBody {

    private HttpBody() {}

    /** {@return its beginning; no more than {@code most} bytes} */
    static String read(Answer answer, InputStream in, int most) throws IOException {
        boolean chunked = answer.header("Transfer-Encoding")
                .filter(coding -> coding.equalsIgnoreCase("chunked"))
                .isPresent();
        byte[] body = chunked ? unchunked(in, most) : in.readNBytes(length(answer, most));
        return new String(body, StandardCharsets.UTF_8);
    }

    private static int length(Answer answer, int most) {
        return answer.header("Content-Length")
                .filter(told -> told.matches("[0-9]{1,9}"))
                .map(told -> Math.min(Integer.parseInt(told), most))
                .orElse(most);
    }

    private static byte[] unchunked(InputStream in, int most) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (body.size() < most) {
            String size = line(in).replaceFirst(";.*", "").strip();
            if (!size.matches("[0-9A-Fa-f]{1,7}")) {
                throw new NotHttp();
            }
            int length = Integer.parseInt(size, 16);
            if (length == 0) {
                break;
            }
            body.write(in.readNBytes(Math.min(length, most - body.size())));
            line(in);
        }
        return body.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet >= 0 && octet != '\n' && line.length() < 1024; octet = in.read()) {
            line.append((char) octet);
        }
        return line.toString().strip();
    }
}
