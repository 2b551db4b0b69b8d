// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Plays a sender: it asks to connect, waits, and is joined or refused. Before {@link #startsConnecting()} it can be told
 * how to present itself.
 */
public final class SenderDriver extends Speaker<SenderDriver> {

    /** The header by which a listener's driver tells senders apart. */
    public static final String MARK = "X-Sender";

    private static final AtomicInteger MARKS = new AtomicInteger();

    private final Dialler dialler;
    private final URI relay;
    private final String path;
    private final String token;
    private final String mark = "sender-" + MARKS.incrementAndGet();
    private String target = "";
    private String query = "?sb-hc-action=connect";
    private int receiveBuffer;
    private boolean tokenInHeader = true;
    private UnaryOperator<Handshake> changes = handshake -> handshake;

    /**
     * A sender that has not asked yet.
     *
     * @param relay scheme, host and port
     */
    public SenderDriver(URI relay, String path, String token) {
        this(Dialler.PLAIN, relay, path, token);
    }

    SenderDriver(Dialler dialler, URI relay, String path, String token) {
        this.dialler = dialler;
        this.relay = relay;
        this.path = path;
        this.token = token;
    }

    @Override
    SenderDriver self() {
        return this;
    }

    /** {@return the value of its header {@code X-Sender}, by which a listener tells it from others} */
    public String mark() {
        return mark;
    }

    /** Shows another token. */
    public SenderDriver withToken(String other) {
        SenderDriver changed = new SenderDriver(dialler, relay, path, other);
        changed.target = target;
        changed.query = query;
        changed.receiveBuffer = receiveBuffer;
        changed.tokenInHeader = tokenInHeader;
        changed.changes = changes;
        return changed;
    }

    /** Shows its token in the query, as browsers must. */
    public SenderDriver withTokenInQuery() {
        return withoutToken().withQuery(query + "&sb-hc-token=" + SharedAccess.encode(token));
    }

    /** Shows no token. */
    public SenderDriver withoutToken() {
        tokenInHeader = false;
        return this;
    }

    /**
     * Dials something below the hybrid connection.
     *
     * @param below what stands behind the path, as it is to stand on the request line
     */
    public SenderDriver withSuffix(String below) {
        target = below;
        return this;
    }

    /**
     * Dials with another query.
     *
     * @param other the whole query with its question mark, or nothing
     */
    public SenderDriver withQuery(String other) {
        query = other;
        return this;
    }

    /** Changes the handshake. */
    public SenderDriver with(UnaryOperator<Handshake> change) {
        UnaryOperator<Handshake> before = changes;
        changes = handshake -> change.apply(before.apply(handshake));
        return this;
    }

    /**
     * Takes little at a time, so that the relay feels soon that it stopped reading.
     *
     * @param bytes of its receive buffer
     */
    public SenderDriver withReceiveBuffer(int bytes) {
        receiveBuffer = bytes;
        return this;
    }

    /** Asks to connect, and does not wait for the answer. */
    public SenderDriver startsConnecting() {
        Handshake handshake = Handshake.to("/$hc/" + path + target + query).with(MARK, mark);
        if (tokenInHeader) {
            handshake.with("ServiceBusAuthorization", token);
        }
        return speaksOn(dialler.dial(relay, receiveBuffer).starts(changes.apply(handshake)));
    }

    /** Asks to connect; what comes of it is for the next word to say. */
    public SenderDriver connects() {
        return startsConnecting();
    }

    /** Watches for a moment, and fails if there is an answer already. */
    public SenderDriver isStillWaiting() {
        socket().hearsNothing();
        return this;
    }

    /** Reads the answer, and fails unless it grants the upgrade. */
    public SenderDriver isConnected() {
        socket().readsUpgrade();
        return this;
    }

    /** {@return the answer that grants the upgrade, for a look at its headers} */
    public ResponseHead isConnectedBy() {
        return socket().readsUpgrade();
    }

    /** {@return the answer that refuses, which has this status and these words in its reason phrase} */
    public ResponseHead isRefusedWith(int status, String text) {
        ResponseHead head = socket().readsHead();
        assertThat(head.status()).as("%s", head).isEqualTo(status);
        assertThat(head.reason()).contains(text);
        return head;
    }

    /** Gives up before there is an answer. */
    public SenderDriver givesUp() {
        socket().aborts();
        return this;
    }
}
