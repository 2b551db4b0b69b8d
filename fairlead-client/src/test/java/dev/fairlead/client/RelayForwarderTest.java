// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.FakeRelay.Frame;
import dev.fairlead.client.FakeRelay.Peer;
import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Opcode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelayForwarderTest {

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private FakeRelay relay;
    private FakeRelay local;
    private LocalServer server;
    private RelayListener listener;

    @BeforeEach
    void start() throws IOException {
        relay = new FakeRelay();
        local = new FakeRelay();
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        local.close();
        if (server != null) {
            server.close();
        }
        if (listener != null) {
            listener.close();
        }
    }

    private Peer forwardsTo(String target) throws Exception {
        listener = RelayListener.builder(relay.connectionString())
                .closeTimeout(Duration.ofMillis(300))
                .forwardTo(RelayForwarder.to(URI.create(target)))
                .build();
        CompletableFuture<Void> opened = listener.open();
        Peer control = relay.letsListen();
        opened.get(10, TimeUnit.SECONDS);
        return control;
    }

    private Peer serves(LocalServer.Answers answers) throws Exception {
        server = new LocalServer(answers);
        return forwardsTo(server.address());
    }

    private String told() throws InterruptedException {
        String next = told.poll(FakeRelay.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(next).as("something told in time").isNotNull();
        return next;
    }

    @Test
    void requestIsTheLocalServersToAnswer() throws Exception {
        Peer control = serves(asked -> {
            told.add(asked.method + " " + asked.target);
            told.add(new String(asked.part(), StandardCharsets.UTF_8));
            asked.answers(
                    "302 Found",
                    "Set-Cookie: a=1\r\nLocation: http://127.0.0.1/elsewhere\r\nSet-Cookie: b=2\r\n",
                    "over there");
        });

        relay.asks(control, "PUT", "/hyco/a?b=c", "content".getBytes(StandardCharsets.UTF_8));

        assertThat(told()).isEqualTo("PUT /a?b=c");
        assertThat(told()).isEqualTo("content");
        ControlMessage.Response response = control.isAnswered();
        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(response.responseHeaders())
                .contains(new Header("Location", "http://127.0.0.1/elsewhere"))
                .contains(new Header("Set-Cookie", "a=1"), new Header("Set-Cookie", "b=2"))
                .noneMatch(header -> header.is("Content-Length") || header.is("X-Mine"));
        assertThat(new String(control.body(), StandardCharsets.UTF_8)).isEqualTo("over there");
    }

    @Test
    void lengthThatTheLocalServerTellsOfAPageIsTheSendersToKnow() throws Exception {
        Peer control = serves(asked -> asked.says("HTTP/1.1 200 OK\r\nContent-Length: 123456\r\n\r\n"));

        relay.asks(control, "HEAD", "/hyco/page");

        assertThat(control.isAnswered().responseHeaders()).containsExactly(new Header("Content-Length", "123456"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', /hyco, /",
        "'', /hyco/, /",
        "/, /hyco, /",
        "/app, /hyco, /app",
        "/app/, /hyco, /app/",
        "/app/, /hyco/, /app/",
        "/app, /hyco/, /app/",
        "/app/, /hyco/x y/ü%2Fz, /app/x%20y/%C3%BC%2Fz",
        "/app, /hyco//a%25, /app//a%25",
        "'', /hyco/a%, /a%25",
        "'', /hyco/?q={\"a\":1}|%2f%zz, /?q=%7B%22a%22:1%7D%7C%2f%25zz",
        "'', /HYCO/a?&&, /a?&&",
        "'', /hyco/..%3Bx/[1], /..%3Bx/%5B1%5D",
    })
    void whatLiesBelowIsAppendedToTheTarget(String base, String target, String seen) throws Exception {
        server = new LocalServer(asked -> {
            told.add(asked.target);
            asked.answers("200 OK", "", "");
        });
        Peer control = forwardsTo(server.address() + base);

        relay.asks(control, "GET", target);

        assertThat(told()).isEqualTo(seen);
        assertThat(control.isAnswered().statusCode()).isEqualTo(200);
    }

    @Test
    void localServerIsToldWhereTheSenderReallyIs() throws Exception {
        Peer control = serves(asked -> {
            asked.headers.forEach((name, value) -> told.add(name.toLowerCase(Locale.ROOT) + ": " + value));
            told.add("end");
            asked.answers("200 OK", "", "");
        });

        relay.asks(
                control,
                "GET",
                "/hyco/a",
                "Host",
                "relay.test:9400",
                "X-cUsToM",
                "1, 2",
                "X-Forwarded-For",
                "198.51.100.1",
                "X-Forwarded-Prefix",
                "/forged",
                "Connection",
                "X-Mine",
                "X-Mine",
                "1",
                "Expect",
                "100-continue",
                "ServiceBusAuthorization",
                "s3cret",
                "X-Bad",
                "a\r\nb",
                "Via",
                "1.1 relay.test");

        List<String> heard = new ArrayList<>();
        for (String next = told(); !next.equals("end"); next = told()) {
            heard.add(next);
        }
        assertThat(heard)
                .contains(
                        "host: " + server.address().substring("http://".length()),
                        "x-custom: 1, 2",
                        "x-forwarded-for: 198.51.100.1, 203.0.113.9",
                        "x-forwarded-host: relay.test:9400",
                        "x-forwarded-proto: http",
                        "x-forwarded-prefix: /hyco",
                        "via: 1.1 relay.test")
                .noneMatch(header -> header.matches("(?s)(x-mine|expect|x-bad|servicebusauthorization).*"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sized", "chunked"})
    void shortAnswerGoesByTheControlChannelHoweverItIsFramed(String how) throws Exception {
        Peer control = serves(asked -> {
            if (how.equals("sized")) {
                asked.answers("200 OK", "", "x".repeat(1000));
            } else {
                asked.begins("");
                asked.chunk(new byte[600]);
                asked.chunk(new byte[400]);
                asked.chunk(new byte[0]);
            }
        });

        relay.asks(control, "GET", "/hyco");

        assertThat(control.isAnswered().statusCode()).isEqualTo(200);
        assertThat(control.body()).hasSize(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/event-stream", "text/plain"})
    void whatTheLocalServerFlushesReachesTheSender(String type) throws Exception {
        CountDownLatch more = new CountDownLatch(1);
        Peer control = serves(asked -> {
            asked.begins("Content-Type: " + type + "\r\n");
            asked.chunk("data: 1\n\n".getBytes(StandardCharsets.UTF_8));
            more.await();
            asked.chunk("data: 2\n\n".getBytes(StandardCharsets.UTF_8));
            asked.chunk(new byte[0]);
        });

        relay.asks(control, "GET", "/hyco/events");
        Peer answering = relay.letsAnswer();

        assertThat(answering.isAnswered().statusCode()).isEqualTo(200);
        assertThat(answering.frame().text()).isEqualTo("data: 1\n\n");
        more.countDown();
        assertThat(answering.frame().text()).isEqualTo("data: 2\n\n");
        assertThat(answering.frame().isFinal()).isTrue();
    }

    @Test
    void largeBodiesAreStreamedBothWays() throws Exception {
        Peer control = serves(asked -> {
            told.add("encoding " + asked.headers.get("Transfer-Encoding"));
            asked.begins("");
            byte[] part;
            do {
                part = asked.part();
                asked.chunk(part);
            } while (part.length > 0);
        });

        Peer fetched = relay.hasFetched(control, "POST", "/hyco", true);
        FakeRelay.meanwhile(() -> {
            try {
                for (int i = 0; i < 300; i++) {
                    fetched.sends(i == 0 ? Opcode.BINARY : Opcode.CONTINUATION, new byte[32_768]);
                }
                fetched.sends(FrameWriter.FINAL | Opcode.CONTINUATION, new byte[0]);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(told()).isEqualTo("encoding chunked");
        assertThat(fetched.isAnswered().body()).isTrue();
        assertThat(fetched.body()).hasSize(300 * 32_768);
    }

    @Test
    void localServerThatIsDownIsA502InWords() throws Exception {
        local.close();
        Peer control = forwardsTo("http://" + local.authority());

        relay.asks(control, "GET", "/hyco");

        assertThat(control.isAnswered().statusCode()).isEqualTo(502);
        assertThat(new String(control.body(), StandardCharsets.UTF_8))
                .isEqualTo("The local server cannot be reached\n");
    }

    @Test
    void localServerThatHangsUpIsA502InWords() throws Exception {
        Peer control = forwardsTo("http://" + local.authority());

        relay.asks(control, "GET", "/hyco");
        local.awaits().vanishes();

        assertThat(control.isAnswered().statusCode()).isEqualTo(502);
        assertThat(new String(control.body(), StandardCharsets.UTF_8)).isEqualTo("The local server did not answer\n");
    }

    @Test
    void nothingOfAShortAnswerThatIsCutOffReachesTheSender() throws Exception {
        Peer control = forwardsTo("http://" + local.authority());

        relay.asks(control, "GET", "/hyco");
        Peer asked = local.awaits();
        asked.sends("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 10\r\n\r\nhalf"
                .getBytes(StandardCharsets.UTF_8));
        asked.socket.shutdownOutput();

        assertThat(control.isAnswered())
                .isEqualTo(new ControlMessage.Response(
                        FakeRelay.ID, 502, "", List.of(new Header("Content-Type", "text/plain; charset=utf-8")), true));
        assertThat(new String(control.body(), StandardCharsets.UTF_8)).isEqualTo("The local server did not answer\n");
    }

    private static final byte[] KEPT =
            "HTTP/1.1 200 Fine by me\r\nX-oDd: 1\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.UTF_8);

    @Test
    void connectionToTheLocalServerIsUsedAgainAndAskedAnewWhereItWasClosedMeanwhile() throws Exception {
        Peer control = forwardsTo("http://" + local.authority());
        relay.asks(control, "GET", "/hyco/1");
        Peer first = local.awaits();
        first.sends(KEPT);
        assertThat(control.isAnswered())
                .isEqualTo(new ControlMessage.Response(
                        FakeRelay.ID, 200, "Fine by me", List.of(new Header("X-oDd", "1")), true));
        control.body();

        relay.asks(control, "GET", "/hyco/2");
        assertThat(first.asksAgain()).isEqualTo("GET /2 HTTP/1.1");
        first.sends(KEPT);
        assertThat(control.isAnswered().statusCode()).isEqualTo(200);
        control.body();
        relay.asks(control, "GET", "/hyco/3");
        assertThat(first.asksAgain()).isEqualTo("GET /3 HTTP/1.1");
        first.vanishes();
        Peer second = local.awaits();

        assertThat(second.target).isEqualTo("/3");
        second.sends(KEPT);
        assertThat(control.isAnswered().statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK~~to the end, 200, to the end",
        "HTTP/1.0 200 OK~Connection: keep-alive~Content-Length: 3~~abc, 200, abc",
        "HTTP/1.1 100 Continue~~HTTP/1.1 103 Early Hints~Link: x~~HTTP/1.1 404 No~Content-Length: 1~~a, 404, a",
        "HTTP/1.1 200 OK~Transfer-Encoding: Chunked~~3;x=y~abc~2 ~de~0~X-Sum: 1~~, 200, abcde",
        "HTTP/1.1 200 OK~Transfer-Encoding: gzip~~as it is, 200, as it is",
        "HTTP/1.1 204 None~Content-Length: 5~~, 204, ''",
        "HTTP/1.1 304 Same~Content-Length: 5~~, 304, ''",
        "SSH-2.0~~, 502, The local server did not answer",
        "HTTP/1.1 200 OK~Content-Length: many~~abc, 502, The local server did not answer",
        "HTTP/1.1 101 Now~~, 502, The local server did not answer",
    })
    void answerIsReadHoweverItIsFramed(String answer, int status, String body) throws Exception {
        Peer control = forwardsTo("http://" + local.authority());

        relay.asks(control, "GET", "/hyco");
        Peer asked = local.awaits();
        asked.sends(answer.replace("~", "\r\n").getBytes(StandardCharsets.UTF_8));
        asked.socket.shutdownOutput();

        ControlMessage.Response response = control.isAnswered();
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(!body.isEmpty());
        if (response.body()) {
            assertThat(new String(control.body(), StandardCharsets.UTF_8).strip())
                    .isEqualTo(body);
        }
    }

    @Test
    void serverThatWantsNoMoreOfABodyAnswersBeforeItsEnd() throws Exception {
        Peer control = serves(asked -> asked.answers("413 Too much", "", "enough"));

        Peer fetched = relay.hasFetched(control, "POST", "/hyco", true);
        fetched.sends(Opcode.BINARY, new byte[1000]);

        assertThat(fetched.isAnswered().statusCode()).isEqualTo(413);
        assertThat(new String(fetched.body(), StandardCharsets.UTF_8)).isEqualTo("enough");
        assertThat(fetched.isToldTheEnd().code()).isEqualTo(1000);
    }

    @Test
    void halfOfAnUploadIsNoWholeOneForTheLocalServer() throws Exception {
        Peer control = serves(asked -> {
            try {
                while (asked.part().length > 0) {
                    told.add("part");
                }
                told.add("whole");
            } catch (IOException | NumberFormatException cut) {
                told.add("cut");
            }
        });

        Peer fetched = relay.hasFetched(control, "POST", "/hyco", true);
        fetched.sends(Opcode.BINARY, new byte[1000]);
        assertThat(told()).isEqualTo("part");
        fetched.closes(1001, "");

        assertThat(told()).isEqualTo("cut");
    }

    @Test
    void localServerThatHangsUpWithinABodyCutsTheSenderOff() throws Exception {
        Peer control = forwardsTo("http://" + local.authority());

        relay.asks(control, "GET", "/hyco");
        Peer asked = local.awaits();
        asked.sends("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf".getBytes(StandardCharsets.UTF_8));
        Peer answering = relay.letsAnswer();
        answering.isAnswered();
        assertThat(answering.frame().text()).isEqualTo("half");
        asked.vanishes();

        answering.isLeft();
    }

    @Test
    void senderThatLeavesEndsTheLocalRequest() throws Exception {
        Peer control = forwardsTo("http://" + local.authority());

        Peer fetched = relay.hasFetched(control, "GET", "/hyco", false);
        Peer asked = local.awaits();
        fetched.closes(1001, "");

        asked.isLeft();
    }

    @Test
    void methodThatIsNoneIsNotForwarded() throws Exception {
        Peer control = serves(asked -> asked.answers("200 OK", "", ""));

        relay.asks(control, "CON NECT", "/hyco");

        assertThat(control.isAnswered().statusCode()).isEqualTo(400);
    }

    @Test
    void webSocketIsDialledAtTheLocalServerBeforeItIsAccepted() throws Exception {
        Peer control = forwardsTo("http://" + local.authority() + "/app");

        relay.offers(
                control,
                "hyco/chat/a%2Fb/?q=%2f",
                Map.of(
                        "Host", "relay.test",
                        "Origin", "https://page.test",
                        "Cookie", "a=1",
                        "Sec-WebSocket-Key", "a2V5",
                        "Sec-WebSocket-Version", "13",
                        "Sec-WebSocket-Extensions", "permessage-deflate",
                        "Connection", "Upgrade",
                        "Upgrade", "websocket",
                        "Sec-WebSocket-Protocol", "chat.v1, chat.v2"));
        Peer dialled = local.awaits();

        assertThat(dialled.target).isEqualTo("/app/chat/a%2Fb/?q=%2f");
        assertThat(dialled.headers)
                .containsEntry("Host", local.authority())
                .containsEntry("Origin", "https://page.test")
                .containsEntry("Cookie", "a=1")
                .containsEntry("Sec-WebSocket-Protocol", "chat.v1, chat.v2")
                .containsEntry("X-Forwarded-For", "203.0.113.9")
                .containsEntry("X-Forwarded-Host", "relay.test")
                .containsEntry("X-Forwarded-Proto", "http")
                .containsEntry("X-Forwarded-Prefix", "/hyco")
                .doesNotContainKey("Sec-WebSocket-Extensions");
        dialled.upgrades("Sec-WebSocket-Protocol", "chat.v2");
        Peer sender = relay.awaits();
        assertThat(sender.headers).containsEntry("Sec-WebSocket-Protocol", "chat.v2");
        sender.upgrades("Sec-WebSocket-Protocol", "chat.v2");
        sender.says("hello");
        assertThat(dialled.hears()).isEqualTo("hello");
    }

    private Peer[] joined() throws Exception {
        Peer control = forwardsTo("http://" + local.authority());
        relay.offers(control, "hyco", Map.of());
        Peer dialled = local.awaits().upgrades();
        return new Peer[] {relay.awaits().upgrades(), dialled};
    }

    @Test
    void messagesKeepTheirKindAndLastWordsTheirCode() throws Exception {
        Peer[] both = joined();
        Peer sender = both[0];
        Peer server = both[1];

        sender.says("grüße");
        sender.sends(Opcode.BINARY, new byte[] {1});
        sender.sends(FrameWriter.FINAL | Opcode.CONTINUATION, new byte[] {2});
        server.says("");
        sender.closes(4001, "enough");

        assertThat(server.hears()).isEqualTo("grüße");
        Frame first = server.frame();
        assertThat(first.opcode()).isEqualTo(Opcode.BINARY);
        assertThat(first.isFinal()).isFalse();
        assertThat(server.frame().payload()).containsExactly(2);
        assertThat(server.isToldTheEnd()).isEqualTo(new CloseStatus(4001, "enough"));
        assertThat(sender.hears()).isEmpty();
        server.closes(4002, "mine");
        assertThat(sender.isToldTheEnd()).isEqualTo(new CloseStatus(4002, "mine"));
        sender.isLeft();
        server.isLeft();
    }

    @Test
    void pingIsAnsweredByTheForwarderAndNotPassedOn() throws Exception {
        Peer[] both = joined();

        both[1].pings("alive");
        both[0].says("next");

        Frame pong = both[1].frame();
        Frame next = both[1].frame();
        assertThat(new int[] {pong.opcode(), next.opcode()}).containsExactlyInAnyOrder(Opcode.PONG, Opcode.TEXT);
    }

    @Test
    void oneDirectionGoesOnWhenTheOtherHasEnded() throws Exception {
        Peer[] both = joined();
        Peer sender = both[0];
        Peer server = both[1];

        sender.closes(1000, "done");
        assertThat(server.isToldTheEnd()).isEqualTo(new CloseStatus(1000, "done"));
        server.says("still talking");
        server.says("a while");

        assertThat(sender.hears()).isEqualTo("still talking");
        assertThat(sender.hears()).isEqualTo("a while");
        server.sends(FrameWriter.FINAL | Opcode.CLOSE, new byte[0]);
        assertThat(sender.isToldTheEnd()).isEqualTo(CloseStatus.NONE);
        sender.isLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void lossOfOneIsTheLossOfTheOther(int lost) throws Exception {
        Peer[] both = joined();

        both[lost].vanishes();

        both[1 - lost].isLeft();
    }

    @Test
    void slowReaderSlowsWhoWrites() throws Exception {
        Peer[] both = joined();
        both[0].socket.setSendBufferSize(64 * 1024);
        CountDownLatch sent = new CountDownLatch(1);
        FakeRelay.meanwhile(() -> {
            try {
                for (int i = 0; i < 2_000; i++) {
                    both[0].sends(i == 0 ? Opcode.BINARY : Opcode.CONTINUATION, new byte[32_768]);
                }
                both[0].sends(FrameWriter.FINAL | Opcode.CONTINUATION, new byte[0]);
                sent.countDown();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(sent.await(300, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(both[1].body()).hasSize(2_000 * 32_768);
        assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closeOfTheListenerEndsBothSides() throws Exception {
        Peer[] both = joined();
        both[0].says("both are there");
        assertThat(both[1].hears()).isEqualTo("both are there");

        FakeRelay.meanwhile(listener::close).get(10, TimeUnit.SECONDS);

        assertThat(both[0].isToldTheEnd().code()).isEqualTo(1001);
        both[0].isLeft();
        both[1].isLeft();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 Who are you | 401 | Who+are+you",
                "404 | 404 | Not+Found",
                "200 OK | 502 | The+local+server+answered+200+to+a+WebSocket",
                "301 Moved | 502 | The+local+server+answered+301+to+a+WebSocket",
            })
    void refusalOfTheLocalServerIsTheSendersAnswer(String answer, int status, String words) throws Exception {
        Peer control = forwardsTo("http://" + local.authority());

        relay.offers(control, "hyco", Map.of());
        local.awaits().refuses(answer);

        assertThat(relay.awaits().target).endsWith("&sb-hc-statusCode=" + status + "&sb-hc-statusDescription=" + words);
    }

    @Test
    void webSocketToALocalServerThatIsDownIsRefused() throws Exception {
        local.close();
        Peer control = forwardsTo("http://" + local.authority());

        relay.offers(control, "hyco", Map.of());

        assertThat(relay.awaits().target)
                .endsWith("&sb-hc-statusCode=502&sb-hc-statusDescription=The+local+server+cannot+be+reached");
    }

    @Test
    void localSocketIsLetGoWhenTheSenderHasLeftMeanwhile() throws Exception {
        Peer control = forwardsTo("http://" + local.authority());

        relay.offers(control, "hyco", Map.of());
        Peer dialled = local.awaits().upgrades();
        relay.awaits().refuses("400 Too late");

        dialled.isLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://h", "http:///a", "/a", "http://h?x", "http://h#x", "http://u:p@h", "ws://h"})
    void targetIsChecked(String target) {
        assertThatThrownBy(() -> RelayForwarder.to(URI.create(target)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("target: ");
    }
}
