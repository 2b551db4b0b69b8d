// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.http;

import dev.fairlead.client.internal.HttpLine;
import dev.fairlead.protocol.http.Header;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** What an {@link HttpCall} is answered. Read by one thread; {@link #close} is safe from any. */
public final class HttpReply implements AutoCloseable {

    private final HttpLine line;
    private final HttpLine.Reply told;

    HttpReply(HttpLine line, HttpLine.Reply told) {
        this.line = line;
        this.told = told;
    }

    /** {@return the HTTP status, 200 to 999} */
    public int status() {
        return told.status();
    }

    /** {@return the reason phrase, as the listener gave it; may be empty} */
    public String reason() {
        return told.reason();
    }

    /** {@return the lines of the head, in order and in their spelling} */
    public List<Header> headers() {
        return told.headers();
    }

    /**
     * {@return the first value of a header, whose name may be in any letter case}
     *
     * @param name such as {@code Content-Type}
     */
    public Optional<String> header(String name) {
        return told.headers().stream()
                .filter(header -> header.is(name))
                .map(Header::value)
                .findFirst();
    }

    /**
     * {@return whether a listener has answered, and not the relay in its stead} Relays say so by the header {@code Via}, which
     * they add to what they pass on.
     */
    public boolean isOfListener() {
        return header("Via").isPresent();
    }

    /** {@return the body, as it arrives} It throws if the answer is cut off. */
    public InputStream body() {
        return told.body();
    }

    /** Lets go of the answer; what was not read is not waited for. */
    @Override
    public void close() {
        line.close();
    }

    @Override
    public String toString() {
        return "HttpReply[" + status() + " " + reason() + "]";
    }
}
