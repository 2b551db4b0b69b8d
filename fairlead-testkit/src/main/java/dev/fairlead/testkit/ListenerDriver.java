// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Plays a listener: a control channel, for each sender of WebSockets a rendezvous, and for each plain request an
 * {@link Asked}. Before {@link #online()} it can be told how to present itself. As a {@link Speaker} it speaks on the
 * rendezvous that it dialled last for a sender.
 */
public final class ListenerDriver extends Speaker<ListenerDriver> {

    /** What the buffers of the .NET and Java listeners hold. */
    private static final int LONGEST_COMMAND = 65_536;

    private final Dialler dialler;
    private final URI relay;
    private final String path;
    private final String token;
    private String query = "";
    private UnaryOperator<Handshake> changes = handshake -> handshake;
    private boolean tokenInHeader = true;
    private @Nullable RawWebSocket control;
    private @Nullable Offer offer;
    private final List<RawWebSocket> opened = new ArrayList<>();

    /**
     * A listener that is not online yet.
     *
     * @param relay scheme, host and port
     */
    public ListenerDriver(URI relay, String path, String token) {
        this(Dialler.PLAIN, relay, path, token);
    }

    ListenerDriver(Dialler dialler, URI relay, String path, String token) {
        this.dialler = dialler;
        this.relay = relay;
        this.path = path;
        this.token = token;
    }

    @Override
    ListenerDriver self() {
        return this;
    }

    /** Shows another token. */
    public ListenerDriver withToken(String other) {
        ListenerDriver changed = new ListenerDriver(dialler, relay, path, other);
        changed.query = query;
        changed.changes = changes;
        changed.tokenInHeader = tokenInHeader;
        return changed;
    }

    /** Shows its token in the query, as clients without headers do. */
    public ListenerDriver withTokenInQuery() {
        tokenInHeader = false;
        query += "&sb-hc-token=" + SharedAccess.encode(token);
        return this;
    }

    /** Shows no token. */
    public ListenerDriver withoutToken() {
        tokenInHeader = false;
        return this;
    }

    /** Names itself by {@code sb-hc-id}. */
    public ListenerDriver withId(String id) {
        query += "&sb-hc-id=" + id;
        return this;
    }

    /** Changes the handshake of its control channel. */
    public ListenerDriver with(UnaryOperator<Handshake> change) {
        UnaryOperator<Handshake> before = changes;
        changes = handshake -> change.apply(before.apply(handshake));
        return this;
    }

    /** Opens its control channel, and fails unless it is let in. */
    public ListenerDriver online() {
        startsListening().control().readsUpgrade();
        return this;
    }

    /** Asks to listen, and does not wait for the answer. */
    public ListenerDriver startsListening() {
        Handshake handshake = Handshake.to("/$hc/" + path + "?sb-hc-action=listen" + query);
        if (tokenInHeader) {
            handshake.with("ServiceBusAuthorization", token);
        }
        control = remember(dialler.dial(relay)).starts(changes.apply(handshake));
        return this;
    }

    /** Reads the answer to {@link #startsListening()}, and fails unless it is this refusal. */
    public ListenerDriver isRefusedWith(int status, String text) {
        ResponseHead head = control().readsHead();
        assertThat(head.status()).as("%s", head).isEqualTo(status);
        assertThat(head.reason()).contains(text);
        return this;
    }

    /** {@return the control channel, for what has no word of its own} */
    public RawWebSocket control() {
        if (control == null) {
            throw new AssertionError("the listener has not asked to listen yet");
        }
        return control;
    }

    /** {@return the next sender that the relay tells of} */
    public Offer isOffered() {
        offer = Offer.parse(receivesCommand());
        return offer;
    }

    /** Reads the next sender that the relay tells of, and fails unless it is this one. */
    public Offer isOffered(SenderDriver sender) {
        Offer next = isOffered();
        assertThat(next.header(SenderDriver.MARK)).as("the sender of %s", next).isEqualTo(sender.mark());
        return next;
    }

    /** {@return the next request that the relay tells of by the control channel, its body read} */
    public Asked isAsked() {
        return Asked.on(this::startsDialling, control(), receivesCommand()).withItsBody();
    }

    /** Reads what the relay tells next; {@return the request, or nothing if it is a sender of WebSockets} */
    public Optional<Asked> isAskedOrOffered() {
        String command = receivesCommand();
        if (command.startsWith("{\"accept\"")) {
            offer = Offer.parse(command);
            return Optional.empty();
        }
        return Optional.of(Asked.on(this::startsDialling, control(), command).withItsBody());
    }

    /** {@return the address where the next request is to be fetched, of which the control channel tells no more} */
    public String isToldToFetch() {
        return Asked.addressToFetchFrom(receivesCommand());
    }

    /** {@return the next request, fetched from where the control channel says; its body is not read} */
    public Asked fetches() {
        return fetches(isToldToFetch());
    }

    /** {@return the request that is told at this address; its body is not read} */
    public Asked fetches(String address) {
        RawWebSocket rendezvous = startsDialling(address);
        rendezvous.readsUpgrade();
        return Asked.on(this::startsDialling, rendezvous, text(rendezvous.receivesMessage()));
    }

    /** {@return the socket to an address of a request, dialled, its answer not yet read} */
    public RawWebSocket startsDialling(String address) {
        int target = address.indexOf('/', address.indexOf("://") + 3);
        return remember(dialler.dial(URI.create(address.substring(0, target))))
                .starts(Handshake.to(address.substring(target)));
    }

    /** Watches its control channel for a moment, and fails if it is told of a sender. */
    public ListenerDriver isNotOffered() {
        control().hearsNothing();
        return this;
    }

    /** Dials the address of the last offer, and fails unless it is joined. */
    public ListenerDriver dials() {
        return dials(handshake -> handshake);
    }

    /** Dials with a handshake of its own, and fails unless it is joined. */
    public ListenerDriver dials(UnaryOperator<Handshake> change) {
        startsDialling(change).readsUpgrade();
        return this;
    }

    /** {@return the rendezvous socket, dialled, its answer not yet read} */
    public RawWebSocket startsDialling(UnaryOperator<Handshake> change) {
        Offer last = lastOffer();
        RawWebSocket rendezvous = remember(dialler.dial(last.server()));
        speaksOn(rendezvous);
        return rendezvous.starts(change.apply(Handshake.to(last.target())));
    }

    /** {@return the answer to a second dial of the last offer's address} */
    public ResponseHead dialsAgain() {
        Offer last = lastOffer();
        return remember(dialler.dial(last.server())).asks(Handshake.to(last.target()));
    }

    /** Refuses the last offer as .NET and Java listeners do, and fails unless the relay answers {@code 410}. */
    public ListenerDriver rejects(int status, String description) {
        return rejectsWith(
                "&sb-hc-statusCode=" + status + "&sb-hc-statusDescription=" + SharedAccess.encode(description));
    }

    /** Refuses the last offer with this at the end of its address, and fails unless the relay answers {@code 410}. */
    public ListenerDriver rejectsWith(String parameters) {
        Offer last = lastOffer();
        ResponseHead head = remember(dialler.dial(last.server())).asks(Handshake.to(last.target() + parameters));
        assertThat(head.status()).as("%s", head).isEqualTo(410);
        return this;
    }

    /** Sends a command on its control channel. */
    public ListenerDriver commands(String json) {
        control().sends(WireFrame.text(json));
        return this;
    }

    /** Renews its token. */
    public ListenerDriver renews(String other) {
        return commands("{\"renewToken\":{\"token\":\"" + other + "\"}}");
    }

    /** Reads the close of its control channel, and fails unless it has this code. */
    public ListenerDriver isSentAwayWith(int code) {
        WireFrame close = control().receivesButNoPings();
        assertThat(close.opcode()).as("opcode of %s", close).isEqualTo(WireFrame.CLOSE);
        assertThat(close.closeCode()).as("code of %s", close).isEqualTo(code);
        return this;
    }

    /** Closes its control channel in order, and reads the relay's answer and the end. */
    public ListenerDriver leaves() {
        control().sends(WireFrame.close(1000, "Normal Closure"));
        isSentAwayWith(1000);
        control().readsEnd();
        return this;
    }

    /** Loses its control channel, without a close frame. */
    public ListenerDriver loses() {
        control().aborts();
        return this;
    }

    @Override
    public void close() {
        opened.forEach(RawWebSocket::close);
    }

    private String receivesCommand() {
        WireFrame message = control().receivesMessage();
        assertThat(message.length()).as("length of a command").isLessThanOrEqualTo(LONGEST_COMMAND);
        return text(message);
    }

    private static String text(WireFrame message) {
        assertThat(message.opcode()).as("opcode of %s", message).isEqualTo(WireFrame.TEXT);
        return message.text();
    }

    private Offer lastOffer() {
        if (offer == null) {
            throw new AssertionError("the listener was offered no sender yet");
        }
        return offer;
    }

    private RawWebSocket remember(RawWebSocket socket) {
        opened.add(socket);
        return socket;
    }
}
