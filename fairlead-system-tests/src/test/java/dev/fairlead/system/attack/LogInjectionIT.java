// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.resilience.ServerProcess;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.SharedAccess;
import dev.fairlead.testkit.WireFrame;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of peers that end a line of the log, colour it, turn it round, or pretend to be one of its keys. */
class LogInjectionIT {

    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    /** A line of its own, a colour, a letter that turns the line round, a separator, a key. */
    private static final String EVIL =
            "evil\r\nLOG ERROR forged\n\u001b[31mred\u202eback\u2028sep\u0085\0 refusal=\"forged\" x";

    private static final String ESCAPED = SharedAccess.encode(EVIL).replace("+", "%20");

    /** What a header can hold of it: nobody can send an end of line within one. */
    private static final String ONE_LINE = "evil\u001b[31mred\u009bcsi\u0085 refusal=\"forged\" x";

    @Test
    void nobodyWritesLinesColoursOrKeysIntoTheLog(@TempDir Path home) {
        ForeignProgram stopping;
        try (ServerProcess server = TalkativeServer.start(home, "limits.trustedProxies=127.0.0.1")) {
            String token = server.token();
            try (ListenerDriver listener =
                            server.listener("orders").withId(ESCAPED).online();
                    ListenerDriver quoting = server.listener("orders")
                            .withId("x%22refusal=%22forged")
                            .online()) {
                asks(server, Handshake.to("/$hc/" + ESCAPED).with("ServiceBusAuthorization", token));
                asks(
                        server,
                        Handshake.to("/$hc/" + ESCAPED + "?sb-hc-action=listen")
                                .with("ServiceBusAuthorization", token));
                asks(server, Handshake.to("/$hc/orders/x%22refusal=%22forged").with("ServiceBusAuthorization", "x"));
                asks(server, Handshake.to("/$hc/orders?sb-hc-action=" + ESCAPED));
                asks(server, Handshake.to("/$hc/orders?sb-hc-action=accept&sb-hc-id=" + ESCAPED));
                asks(server, Handshake.to("/$hc/nowhere?sb-hc-id=" + ESCAPED).with("ServiceBusAuthorization", token));
                asks(server, Handshake.to("/" + ESCAPED));
                asks(server, Handshake.plain("/" + ESCAPED));
                asks(server, Handshake.plain("/orders?sb-hc-id=" + ESCAPED).with("ServiceBusAuthorization", ONE_LINE));
                asks(
                        server,
                        Handshake.plain("/orders")
                                .with("Authorization", SharedAccess.token("http://h/", EVIL, "key", LATER)));
                asks(server, Handshake.plain("/x").withMethod("EVIL\"refusal=\"forged\""));
                asks(server, Handshake.to("/x").withMethod("EVIL\u001b[31m"));
                asks(server, Handshake.to("/x").withVersion("HTTP/1.1\u001b[31m"));
                for (String header : List.of(
                        "User-Agent", "Host", "Origin", "Upgrade", "Connection", "Sec-WebSocket-Key", ONE_LINE)) {
                    asks(server, Handshake.to("/$hc/nowhere").withOther(header, ONE_LINE));
                }
                for (String proxied :
                        List.of("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded")) {
                    asks(server, Handshake.to("/$hc/nowhere").with(proxied, ONE_LINE));
                    asks(server, Handshake.to("/$hc/nowhere").with(proxied, "192.0.2.1\" refusal=\"forged"));
                }
                asks(server, Handshake.to("/$hc/orders").with("ServiceBusAuthorization", ONE_LINE));
                for (String resource : List.of("http://h/" + EVIL, EVIL)) {
                    asks(server, withToken(SharedAccess.token(resource, "root", ServerProcess.KEY, LATER)));
                }
                asks(server, withToken(SharedAccess.token("http://h/", EVIL, "key", LATER)));
                server.management(Handshake.plain("/" + ESCAPED));
                server.management(Handshake.plain("/metrics").withOther("Host", ONE_LINE));
                server.management(Handshake.plain("/metrics").with("Origin", ONE_LINE));

                quoting.commands("{\"" + json(EVIL) + "\":1}").commands("{" + EVIL);
                quoting.control().sends(WireFrame.close(1000, EVIL));
                quoting.control().receivesButNoPings();
                SenderDriver sender = server.sender("orders").startsConnecting();
                listener.isOffered(sender);
                listener.rejectsWith("&sb-hc-statusCode=400&sb-hc-statusDescription=" + ESCAPED);
                sender.close();
                listener.renews(json(EVIL)).isSentAwayWith(1008);
            }
            stopping = server.isToldToStop();
            assertThat(stopping.exits()).isZero();
        }

        assertThat(stopping.wholeLog())
                .filteredOn(line -> line.contains("evil"))
                .hasSizeGreaterThan(5);
        assertThat(stopping.wholeLog())
                .allMatch(line -> line.startsWith("LOG ") || line.startsWith("fairlead ready: "))
                .noneMatch(line -> line.startsWith("LOG ERROR"))
                .noneMatch(line -> line.contains("refusal=\"forged"))
                .noneMatch(line -> line.codePoints().anyMatch(LogInjectionIT::actsOnALog));
    }

    private static Handshake withToken(String token) {
        return Handshake.to("/$hc/orders").with("ServiceBusAuthorization", token);
    }

    private static void asks(ServerProcess server, Handshake request) {
        try (RawWebSocket socket = RawWebSocket.dial(server.uri())) {
            assertThat(socket.asks(request).status()).as("%s", request).isBetween(400, 499);
        }
    }

    private static String json(String text) {
        return text.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
    }

    private static boolean actsOnALog(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
