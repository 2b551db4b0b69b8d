// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.server.trials.Trials;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for all requests, and all that is none. */
class HttpHeadPropertiesTest {

    @Test
    void anyBytesAreOneRequestOrAreRefused() {
        Trials.of(
                500,
                random -> HttpHeadFuzzTest.areOneRequestOrAreRefused(
                        Trials.bytes(random, 200), answer(random), random.nextLong()));
    }

    @Test
    void anyRequestIsOneOrIsRefused() {
        Trials.of(
                300,
                random ->
                        HttpHeadFuzzTest.areOneRequestOrAreRefused(request(random), answer(random), random.nextLong()));
    }

    @Test
    void damagedRequestIsOneOrIsRefused() {
        Trials.of(300, random -> {
            byte[] wire = request(random);
            for (int i = random.nextInt(4); i >= 0; i--) {
                wire[random.nextInt(wire.length)] = (byte)
                        (random.nextBoolean()
                                ? random.nextInt()
                                : Trials.oneOf(random, '\r', '\n', ' ', ':', '\0', '\t', '/'));
            }

            HttpHeadFuzzTest.areOneRequestOrAreRefused(wire, answer(random), random.nextLong());
        });
    }

    @Test
    void requestsBehindOneAnotherAreSeveralOrAreRefused() {
        Trials.of(300, random -> {
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                wire.writeBytes(random.nextInt(8) == 0 ? request(random) : exchange(random));
            }
            byte[] all = wire.toByteArray();
            if (random.nextBoolean()) {
                all[random.nextInt(all.length)] = (byte)
                        (random.nextBoolean()
                                ? random.nextInt()
                                : Trials.oneOf(random, '\r', '\n', ' ', ':', '\0', ';', '0'));
            }

            HttpHeadFuzzTest.areOneRequestOrAreRefused(all, answer(random), random.nextLong());
        });
    }

    /** {@return a request without a mistake, with any body} */
    private static byte[] exchange(Random random) {
        String body = new String(Trials.bytes(random, 60), StandardCharsets.ISO_8859_1);
        String framed = body;
        StringBuilder head = new StringBuilder(Trials.oneOf(random, "GET", "POST", "HEAD", "DELETE", "x"))
                .append(" /")
                .append(random.nextInt(100))
                .append(" HTTP/1.1\r\nHost: h\r\n");
        switch (random.nextInt(3)) {
            case 0 -> framed = "";
            case 1 -> head.append("Content-Length: ").append(body.length()).append("\r\n");
            default -> {
                head.append("Transfer-Encoding: chunked\r\n");
                framed = chunks(body, random);
            }
        }
        if (random.nextInt(6) == 0) {
            head.append(Trials.oneOf(random, "Connection: close\r\n", "Expect: 100-continue\r\n"));
        }
        return head.append("\r\n").append(framed).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String chunks(String body, Random random) {
        StringBuilder chunks = new StringBuilder();
        for (int at = 0; at < body.length(); ) {
            int to = at + 1 + random.nextInt(body.length() - at);
            chunks.append(Integer.toHexString(to - at))
                    .append(random.nextInt(5) == 0 ? ";a=\"b\"" : "")
                    .append("\r\n")
                    .append(body, at, to)
                    .append("\r\n");
            at = to;
        }
        return chunks.append("0\r\n")
                .append(random.nextInt(5) == 0 ? "X: y\r\n" : "")
                .append("\r\n")
                .toString();
    }

    private static HttpHeadFuzzTest.Answer answer(Random random) {
        return Trials.oneOf(random, HttpHeadFuzzTest.Answer.values());
    }

    private static byte[] request(Random random) {
        StringBuilder head = new StringBuilder();
        String end = random.nextInt(10) == 0 ? "\n" : "\r\n";
        head.append(random.nextInt(10) == 0 ? end : "");
        head.append(Trials.oneOf(random, "GET", "GET", "GET", "POST", "HEAD", "CONNECT", "OPTIONS", "get", "", "G(T"))
                .append(random.nextInt(20) == 0 ? "\t" : " ")
                .append(Trials.oneOf(
                        random, "/", "/$hc/p?sb-hc-action=listen", "http://h/x", "ws://h?q", "*", "h:1", "/\u00e4"))
                .append(" ")
                .append(Trials.oneOf(
                        random, "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/1.1 ", ""))
                .append(end)
                .append("Host: relay.test")
                .append(end);
        if (random.nextBoolean()) {
            head.append("Connection: Upgrade")
                    .append(end)
                    .append("Upgrade: websocket")
                    .append(end);
            head.append("Sec-WebSocket-Version: 13")
                    .append(end)
                    .append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
                    .append(end);
        }
        for (int lines = random.nextInt(5); lines > 0; lines--) {
            head.append(Trials.oneOf(
                            random,
                            "Host: other",
                            "Content-Length: 3",
                            "Content-Length: 03",
                            "Content-Length: -1",
                            "Content-Length: 99999999999999999999",
                            "Transfer-Encoding: chunked",
                            "Transfer-Encoding: gzip, chunked",
                            "Transfer-Encoding: identity",
                            "X-Forwarded-For: 203.0.113.9, 192.0.2.7",
                            "X-Forwarded-Host: other.test, h",
                            "X-Forwarded-Proto: https",
                            "Expect: 100-continue",
                            "Upgrade: h2c, websocket",
                            "Connection: keep-alive, upgrade",
                            "Sec-WebSocket-Version: 8",
                            "Sec-WebSocket-Key: ",
                            "Sec-WebSocket-Extensions: permessage-deflate",
                            "X: " + "x".repeat(random.nextInt(600)),
                            " folded",
                            "no colon",
                            ": no name",
                            "Blank : y",
                            "X: a\0b"))
                    .append(random.nextInt(20) == 0 ? "\r" : "")
                    .append(end);
        }
        head.append(random.nextInt(10) == 0 ? "" : end);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (random.nextBoolean()) {
            wire.writeBytes(
                    Trials.oneOf(random, "abc", "3\r\nabc\r\n0\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
        }
        if (random.nextBoolean()) {
            byte[] message = Trials.bytes(random, 150);
            wire.writeBytes(FrameWriter.clientFrame(0x82, message, 0, message.length, random.nextInt()));
            wire.writeBytes(Trials.bytes(random, 20));
        }
        return wire.toByteArray();
    }
}
