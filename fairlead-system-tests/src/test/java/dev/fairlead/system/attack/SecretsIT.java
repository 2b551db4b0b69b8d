// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.resilience.ServerProcess;
import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Offer;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.SharedAccess;
import dev.fairlead.testkit.WireFrame;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials and words of peers, in whatever place they stand: nobody reads them but whom they are for. */
class SecretsIT {

    private static final String KEY = "sas-key-in-the-clear";
    private static final String WORDS = "words-of-a-peer";

    private final List<String> answers = new ArrayList<>();

    @Test
    void nothingSecretIsLoggedCountedToldOrPassedOn(@TempDir Path home) {
        ForeignProgram stopping;
        String token;
        String signature;
        try (ServerProcess server = TalkativeServer.start(home)) {
            token = server.token();
            String encoded = SharedAccess.encode(token);
            signature = token.replaceFirst(".*&sig=([^&]*)&.*", "$1");
            String query = "sb-hc-token=" + encoded + "&sb-hc-sas-key-name=root&sb-hc-sas-key=" + KEY;
            String bad = query.replace(SharedAccess.encode("&se="), SharedAccess.encode("&se=1"));
            try (ListenerDriver listener =
                            server.listener("orders").withTokenInQuery().online();
                    SenderDriver sender = server.sender("orders")
                            .withQuery("?a=1&" + query)
                            .withoutToken()
                            .with(head -> head.with("ServiceBusAuthorization", token))
                            .startsConnecting()) {
                Offer offer = listener.isOffered();
                answers.add(offer.toString());
                listener.dials();
                sender.isConnected().sends(WORDS);
                listener.receives(WORDS);

                listener.renews(token);
                listener.commands("{\"command\":\"" + token + WORDS + "\"}");
                listener.commands("{\"accept\":{\"" + WORDS + "\":\"" + token + "\"}}");
                listener.commands("{\"renewToken\":\"" + token + "\"}");
                listener.commands(token + WORDS);
                asks(server, Handshake.to("/$hc/orders?" + bad));
                asks(server, Handshake.to("/$hc/orders?sb-hc-action=listen&" + bad));
                asks(server, Handshake.to("/$hc/nowhere?" + query));
                asks(server, Handshake.to("/$hc/nowhere?sb-hc-action=accept&sb-hc-id=1&" + query));
                asks(server, Handshake.to("/$hc/orders?sb-hc-action=oops&" + query));
                asks(server, Handshake.to("/$hc/orders/..?" + query));
                asks(server, Handshake.to("/nowhere?" + query));
                isRelayed(server, listener, Handshake.plain("/orders?" + query));
                isRelayed(server, listener, Handshake.plain("/orders").with("Authorization", token));
                isRelayed(server, listener, Handshake.plain("/orders").with("ServiceBusAuthorization", token));
                asks(server, Handshake.plain("/orders?" + bad).with("Authorization", token));
                asks(server, Handshake.plain("/nowhere?" + query).withMethod("POST"));
                asks(server, Handshake.to("/$hc/orders?" + query).withVersion("HTTP/1.0"));
                asks(server, Handshake.to("/$hc/orders?" + query).withVersion("HTTP/1.1 " + encoded));
                asks(server, Handshake.to("/$hc/orders?x " + query));
                asks(server, Handshake.to("/$hc/orders?x").withVersion(encoded));
                asks(server, Handshake.to("orders?" + query));
                asks(server, Handshake.to("http://h:x@" + signature + "/?" + query));
                asks(server, Handshake.to("/$hc/orders?" + query).withOther("Host", token));
                asks(server, Handshake.to("/$hc/orders?" + query).withOther("Sec-WebSocket-Key", ""));
                asks(server, Handshake.to("/$hc/orders?" + query).withOther("Upgrade", token));
                asks(server, Handshake.to("/$hc/orders").with("ServiceBusAuthorization", "Bearer " + token));
                asks(server, Handshake.to("/$hc/orders").with("ServiceBusAuthorization", token + "&se=1"));
                asks(server, Handshake.to("/$hc/orders").with("ServiceBusAuthorization", token + "\u0001"));
                asks(server, Handshake.to("/$hc/orders").with("Content-Length", signature));
                asks(server, Handshake.to("/$hc/orders").withLine(" " + token));
                asks(server, Handshake.to("/$hc/orders").withLine(token));
                asks(server, Handshake.to("/$hc/orders").withLine(token.replace(" ", "") + ": x"));
                asks(server, Handshake.to("/$hc/orders").with("X", token.repeat(400)));
                asks(server, Handshake.to("/$hc/orders?" + query.repeat(200)));
                answers.add(
                        server.management(Handshake.plain("/metrics?" + query).with("Authorization", token)));
                answers.add(
                        server.management(Handshake.plain("/nothing?" + query).with("Authorization", token)));
                answers.add(server.management(Handshake.plain("/metrics?" + query)
                        .withOther("Host", "evil.example")
                        .with("Cookie", token)));
                answers.add(
                        server.management(Handshake.plain("/metrics?" + query).with("Origin", "https://evil.example")));
                answers.add(server.management(Handshake.plain("/metrics")));

                sender.sends(WireFrame.text(WORDS).withReserved(1));
                assertThat(sender.socket().receives().closeCode()).isEqualTo(1002);
                listener.renews(token + "&se=1").isSentAwayWith(1008);
            }
            stopping = server.isToldToStop();
            assertThat(stopping.exits()).isZero();
        }

        assertThat(stopping.wholeLog())
                .filteredOn(line -> line.contains("request refused"))
                .hasSizeGreaterThan(25);
        List<String> secrets = List.of(
                KEY,
                WORDS,
                signature,
                URLDecoder.decode(signature, StandardCharsets.UTF_8),
                SharedAccess.encode(signature),
                "sig=",
                "sig%3D");
        for (String secret : secrets) {
            assertThat(stopping.wholeLog()).as("the log").noneMatch(line -> line.contains(secret));
            assertThat(answers).as("answers and offers").noneMatch(line -> line.contains(secret));
        }
    }

    private void isRelayed(ServerProcess server, ListenerDriver listener, Handshake request) {
        try (RawWebSocket socket = RawWebSocket.dial(server.uri()).starts(request)) {
            Asked asked = listener.isAsked();
            answers.add(asked.target() + asked.headers() + asked.address());
            asked.answers(200, WORDS);
            ResponseHead head = socket.readsHead();
            assertThat(head.status()).as("%s", request).isEqualTo(200);
            answers.add(head.toString());
        }
    }

    private void asks(ServerProcess server, Handshake request) {
        try (RawWebSocket socket = RawWebSocket.dial(server.uri())) {
            ResponseHead head = socket.asks(request);
            assertThat(head.status()).as("%s", request).isBetween(400, 499);
            answers.add(head + socket.readsBody(head));
        }
    }
}
