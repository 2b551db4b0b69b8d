// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A plain HTTP request as a listener was told of it, and the way to answer it: on the channel that it came by, or, after
 * {@link #dials()}, on a rendezvous. Reading it fails on anything that some client of the field could not read.
 */
public final class Asked {

    /** The longest frame that every client takes. */
    private static final int LONGEST_FRAME = 32 * 1024;

    private static final Set<String> MEMBERS =
            Set.of("address", "id", "requestTarget", "method", "remoteEndpoint", "requestHeaders", "body");

    private final Function<String, RawWebSocket> dial;
    private final Json.Members request;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private RawWebSocket channel;
    private byte[] body = new byte[0];

    private Asked(Function<String, RawWebSocket> dial, RawWebSocket channel, Json.Members request) {
        this.dial = dial;
        this.channel = channel;
        this.request = request;
        Json.Members sent = request.object("requestHeaders");
        sent.names().forEach(name -> headers.put(name, sent.text(name)));
    }

    /**
     * Reads a request.
     *
     * @param dial makes a socket of an address, whose answer is not yet read
     * @param channel that it came by
     */
    static Asked on(Function<String, RawWebSocket> dial, RawWebSocket channel, String text) {
        Json.Members request = members(text);
        if (!request.names().equals(MEMBERS)) {
            throw new AssertionError("a request with " + MEMBERS + " was expected, but this came: " + text);
        }
        return new Asked(dial, channel, request);
    }

    static String addressToFetchFrom(String text) {
        Json.Members request = members(text);
        if (!request.names().equals(Set.of("address"))) {
            throw new AssertionError("a request with an address alone was expected, but this came: " + text);
        }
        return request.text("address");
    }

    private static Json.Members members(String text) {
        Json.Members message = Json.object(text);
        if (!message.names().equals(Set.of("request"))) {
            throw new AssertionError("one request was expected, but this came: " + text);
        }
        return message.object("request");
    }

    Asked withItsBody() {
        if (announcesBody()) {
            body = receivesBody();
        }
        return this;
    }

    /** {@return where to dial, as it came} */
    public String address() {
        return request.text("address");
    }

    /** {@return the id of the request} */
    public String id() {
        return request.text("id");
    }

    /** {@return path and query} */
    public String target() {
        return request.text("requestTarget");
    }

    /** {@return the method} */
    public String method() {
        return request.text("method");
    }

    /** {@return the sender's address} */
    public String remoteAddress() {
        return request.object("remoteEndpoint").text("address");
    }

    /** {@return the sender's port} */
    public int remotePort() {
        return request.object("remoteEndpoint").number("port");
    }

    /** {@return the sender's headers, in order and case} */
    public Map<String, String> headers() {
        return headers;
    }

    /** {@return whether a body is said to follow} */
    public boolean announcesBody() {
        return request.flag("body");
    }

    /** {@return the body that came by the control channel; none if the request was fetched, see {@link #receivesBody()}} */
    public byte[] body() {
        return body.clone();
    }

    /** {@return the socket that it is answered on, for what has no word of its own} */
    public RawWebSocket channel() {
        return channel;
    }

    /** Reads one binary message with nothing but pings and pongs before and within it; {@return what it holds} */
    public byte[] receivesBody() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        List<Integer> sizes = new ArrayList<>();
        boolean last = false;
        while (!last) {
            WireFrame frame = channel.receivesButNoPings();
            assertThat(frame.opcode())
                    .as("opcode of %s, after %d frames of the body of %s", frame, sizes.size(), this)
                    .isEqualTo(sizes.isEmpty() ? WireFrame.BINARY : WireFrame.CONTINUATION);
            whole.writeBytes(frame.payload());
            sizes.add(frame.length());
            last = frame.isFinal();
        }
        assertThat(sizes).as("lengths of the frames of a body").allMatch(size -> size <= LONGEST_FRAME);
        return whole.toByteArray();
    }

    /** Dials its address for the answer, and fails unless it is let in; from now on it speaks there. */
    public Asked dials() {
        channel = dial.apply(address());
        channel.readsUpgrade();
        return this;
    }

    /** {@return what is answered to another dial of its address} */
    public ResponseHead dialsAgain() {
        return dial.apply(address()).readsHead();
    }

    /** Answers, and has the body follow in one message if the reply has one. */
    public Asked answers(Reply reply) {
        channel.sends(WireFrame.text(reply.json(id())));
        byte[] follows = reply.body();
        return follows == null ? this : sends(WireFrame.binary(follows));
    }

    /** Answers with a text. */
    public Asked answers(int status, String text) {
        return answers(Reply.of(status).body(text));
    }

    /** Answers without a body. */
    public Asked answers(int status) {
        return answers(Reply.of(status).member("body", "false"));
    }

    /** Sends a frame. */
    public Asked sends(WireFrame frame) {
        channel.sends(frame);
        return this;
    }

    /** Begins the body of the answer. */
    public Asked begins(String text) {
        return sends(WireFrame.binary(text.getBytes(StandardCharsets.UTF_8)).notFinal());
    }

    /** Goes on with the body of the answer. */
    public Asked goesOn(String text) {
        return sends(continuation(text).notFinal());
    }

    /** Ends the body of the answer. */
    public Asked ends(String text) {
        return sends(continuation(text));
    }

    private static WireFrame continuation(String text) {
        return WireFrame.of(WireFrame.CONTINUATION, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a close frame, and keeps the connection. */
    public Asked closes(int code, String reason) {
        return sends(WireFrame.close(code, reason));
    }

    /** Receives a close frame, and fails unless it has this code. */
    public Asked isClosedWith(int code) {
        WireFrame close = channel.receivesButNoPings();
        assertThat(close.opcode()).as("opcode of %s", close).isEqualTo(WireFrame.CLOSE);
        assertThat(close.closeCode()).as("code of %s", close).isEqualTo(code);
        return this;
    }

    /** Loses its connection, without a close frame. */
    public Asked isLost() {
        channel.aborts();
        return this;
    }

    @Override
    public String toString() {
        return method() + " " + target();
    }
}
