// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The head of an upgrade request, line by line, legal or not. It begins as a proper one of RFC 6455, section 4.1;
 * {@code Host} is filled in by the socket that sends it. Not safe for more than one thread.
 */
public final class Handshake {

    /** The key of RFC 6455, section 1.3. */
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    /** What a server answers to {@link #KEY}. */
    public static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final String HOST = "Host";

    private final String target;
    private String method = "GET";
    private String version = "HTTP/1.1";
    private final List<String> lines = new ArrayList<>();

    private Handshake(String target) {
        this.target = target;
    }

    /**
     * {@return an upgrade request for {@code target}}
     *
     * @param target path and query, as they are to stand on the request line
     */
    public static Handshake to(String target) {
        return new Handshake(target)
                .with(HOST, "")
                .with("Upgrade", "websocket")
                .with("Connection", "Upgrade")
                .with("Sec-WebSocket-Key", KEY)
                .with("Sec-WebSocket-Version", "13");
    }

    /** {@return a plain request for {@code target}, with no header but {@code Host}} */
    public static Handshake plain(String target) {
        return new Handshake(target).with(HOST, "");
    }

    /** Adds a header after those that are there. */
    public Handshake with(String name, String value) {
        lines.add(name + ": " + value);
        return this;
    }

    /** Adds a line as it is. */
    public Handshake withLine(String line) {
        lines.add(line);
        return this;
    }

    /** Takes every header of this name away. */
    public Handshake without(String name) {
        lines.removeIf(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1));
        return this;
    }

    /** Gives a header another value. */
    public Handshake withOther(String name, String value) {
        return without(name).with(name, value);
    }

    /** Asks with another method than {@code GET}. */
    public Handshake withMethod(String other) {
        method = other;
        return this;
    }

    /** Speaks another version than {@code HTTP/1.1}. */
    public Handshake withVersion(String other) {
        version = other;
        return this;
    }

    /** {@return the bytes of the head, the empty line included} */
    byte[] bytes(String host) {
        StringBuilder head = new StringBuilder(method)
                .append(' ')
                .append(target)
                .append(' ')
                .append(version)
                .append("\r\n");
        for (String line : lines) {
            head.append(line.equals(HOST + ": ") ? HOST + ": " + host : line).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return method + " " + target;
    }
}
