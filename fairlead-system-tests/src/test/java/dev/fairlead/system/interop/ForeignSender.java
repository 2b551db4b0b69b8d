// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SharedAccess;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A sender in another language, driven by commands. One program opens one socket after the other. */
public final class ForeignSender implements AutoCloseable {

    private final SenderKind kind;
    private final Line line;

    ForeignSender(SenderKind kind, Line line) {
        this.kind = kind;
        this.line = line;
        line.prints("ready");
    }

    /** {@return which client it is} */
    public SenderKind kind() {
        return kind;
    }

    /** Asks to connect, with the token where its kind can put it, and does not wait for the answer. */
    public ForeignSender startsConnecting(RelayUnderTest relay, String path, String token, String... more) {
        String address = relay.uri() + "/$hc/" + path + "?sb-hc-action=connect";
        if (kind.sendsHeaders()) {
            line.tells("{\"do\":\"open\",\"url\":\"%s\",\"token\":\"%s\"%s}"
                    .formatted(address, token, String.join("", more)));
        } else {
            line.tells("{\"do\":\"open\",\"url\":\"%s&sb-hc-token=%s\"%s}"
                    .formatted(address, SharedAccess.encode(token), String.join("", more)));
        }
        return this;
    }

    /**
     * Asks to connect to an endpoint of the gateway, without a token, and does not wait for the answer.
     *
     * @param more members of the command
     */
    public ForeignSender startsConnecting(URI address, String... more) {
        line.tells("{\"do\":\"open\",\"url\":\"%s\"%s}".formatted(address, String.join("", more)));
        return this;
    }

    /** Connects to an endpoint of the gateway; {@return what its socket says of what was agreed} */
    public String connects(URI address, String... more) {
        startsConnecting(address, more);
        return line.prints("open");
    }

    /** Connects, and fails unless it is joined. */
    public ForeignSender connects(RelayUnderTest relay, String path) {
        startsConnecting(relay, path, relay.token(path));
        line.prints("open");
        return this;
    }

    /** Connects and offers subprotocols; {@return what its socket says of the one that was chosen} */
    public String connectsOffering(RelayUnderTest relay, String path, String protocols) {
        startsConnecting(relay, path, relay.token(path), ",\"protocols\":" + protocols);
        return line.prints("open");
    }

    /** Connects and offers compression; {@return what its socket says of the agreement} */
    public String connectsOfferingCompression(RelayUnderTest relay, String path) {
        startsConnecting(relay, path, relay.token(path), ",\"deflate\":true");
        return line.prints("open");
    }

    /** Sends {@code text} as often as told, in one message, and fails unless the same comes back. */
    public ForeignSender echoes(String text, int times) {
        return says(text, times).receivesText(text.repeat(times));
    }

    /** Sends so many bytes in one message, and fails unless the same come back. */
    public ForeignSender echoesBytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + 3);
        }
        line.tells("{\"do\":\"binary\",\"length\":%d}".formatted(length));
        assertThat(line.prints("binary")).isEqualTo("binary " + summary(bytes));
        return this;
    }

    /** Sends a text a byte in each fragment, and fails unless the same comes back. */
    public ForeignSender echoesInFragments(String text) {
        line.tells("{\"do\":\"fragments\",\"text\":\"%s\"}".formatted(text));
        return receivesText(text);
    }

    /** Sends a text, and waits for no answer. */
    public ForeignSender sends(String text) {
        return says(text, 1);
    }

    /** Sends {@code text} as often as told, in one message, and waits for no answer. */
    public ForeignSender says(String text, int times) {
        line.tells("{\"do\":\"text\",\"text\":\"%s\",\"times\":%d}".formatted(text, times));
        return this;
    }

    /** Receives a text, and fails unless it is this one. */
    public ForeignSender receivesText(String text) {
        assertThat(line.prints("text")).isEqualTo("text " + summary(text.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /** Closes with a code and a reason. */
    public ForeignSender closes(int code, String reason) {
        line.tells("{\"do\":\"close\",\"code\":%d,\"reason\":\"%s\"}".formatted(code, reason));
        return this;
    }

    /** Closes as its library does unless told. */
    public ForeignSender closes() {
        line.tells("{\"do\":\"close\"}");
        return this;
    }

    /** {@return how its socket tells of the end: {@code closed CODE REASON}} */
    public String seesClose() {
        return line.prints("closed");
    }

    /** {@return what its library shows of a refusal} */
    public String seesRefusal() {
        return line.prints("refused");
    }

    @Override
    public void close() {
        line.close();
    }

    private static String summary(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return bytes.length + " " + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
