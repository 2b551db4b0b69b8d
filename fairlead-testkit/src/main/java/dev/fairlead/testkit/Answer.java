// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A whole answer to a plain HTTP request, whose body ended as its head announced. */
public final class Answer {

    private final ResponseHead head;
    private final byte[] body;

    Answer(ResponseHead head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    /** {@return the head as it came} */
    public ResponseHead head() {
        return head;
    }

    /** {@return the number of the status line} */
    public int status() {
        return head.status();
    }

    /** {@return the reason phrase} */
    public String reason() {
        return head.reason();
    }

    /** {@return the value of a header that came once at most} */
    public Optional<String> header(String name) {
        return head.header(name);
    }

    /** {@return the body, its chunks joined} */
    public byte[] body() {
        return body.clone();
    }

    /** {@return the body read as UTF-8} */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return head + " and " + body.length + " bytes: " + text().substring(0, Math.min(200, text().length()));
    }
}
