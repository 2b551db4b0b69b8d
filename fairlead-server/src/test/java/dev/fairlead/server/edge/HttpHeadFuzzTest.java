// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.ConnectionEvents;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.ExchangeEvents;
import dev.fairlead.server.connection.HttpAnswer;
import dev.fairlead.server.connection.HttpExchange;
import dev.fairlead.server.connection.HttpReply;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.edge.websocket.EdgeLoop;
import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Network;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Whatever stands where a request should, and where further ones may, cut wherever it is, against a port as the server opens
 * it.
 */
class HttpHeadFuzzTest {

    private static final LimitsConfig LIMITS = new LimitsConfig(
            Duration.ofSeconds(10), ByteSize.ofKiB(1), null, null, List.of(Network.parse("192.0.2.0/24")));

    private static final ListenAddress PORT = new ListenAddress(new InetSocketAddress(0), null, false);

    /** How whoever is asked for an upgrade, or in an exchange, answers. */
    enum Answer {
        /** An upgrade not yet, an exchange at the end of its body. */
        NONE,
        /** By turning it away. */
        REFUSED,
        /** An upgrade by listening to what follows, an exchange at once. */
        CONVERSING
    }

    private static final String EXCHANGE = "exchange ";

    /**
     * What became of a connection.
     *
     * @param asked what upgrades, pages and exchanges were asked for
     * @param bodies what exchanges were told
     * @param heard what was said behind an upgrade
     * @param events what the observer was told
     * @param written what was answered
     * @param open whether the connection goes on
     */
    record Outcome(
            List<String> asked,
            List<String> bodies,
            List<String> heard,
            List<String> events,
            String written,
            boolean open) {}

    /** The first byte says how an upgrade is answered, and how the rest is cut. */
    @FuzzTest
    void anyBytesAreOneRequestOrAreRefused(byte[] input) {
        if (input.length > 0) {
            areOneRequestOrAreRefused(
                    Arrays.copyOfRange(input, 1, input.length),
                    Answer.values()[Math.floorMod(input[0], Answer.values().length)],
                    input[0]);
        }
    }

    static void areOneRequestOrAreRefused(byte[] wire, Answer answer, long cuts) {
        Outcome whole = outcome(wire, wire.length + 1, answer, new Random(cuts));
        hasOneEnd(whole);
        assertThat(outcome(wire, 1, answer, new Random(cuts))).isEqualTo(whole);
        assertThat(outcome(wire, 2 + new Random(cuts).nextInt(60), answer, new Random(cuts)))
                .isEqualTo(whole);
    }

    private static void hasOneEnd(Outcome outcome) {
        List<String> others =
                outcome.asked.stream().filter(one -> !one.startsWith(EXCHANGE)).toList();
        int exchanges = outcome.asked.size() - others.size();
        String[] answers = outcome.written.split("HTTP/1\\.1 ", -1);
        assertThat(others).hasSizeLessThanOrEqualTo(1);
        assertThat(outcome.asked.subList(0, exchanges)).allMatch(one -> one.startsWith(EXCHANGE));
        assertThat(answers).hasSizeLessThanOrEqualTo(1 + exchanges + 1);
        assertThat(outcome.events).doesNotContain("refused " + Refusal.INTERNAL);
        long mistakes = outcome.events.stream()
                .filter(event -> !event.equals("refused " + Refusal.LISTENER_ABSENT))
                .count();
        assertThat(mistakes).isLessThanOrEqualTo(1);
        if (mistakes == 1 && outcome.events.getLast().startsWith("refused ")) {
            assertThat(answers[answers.length - 1]).startsWith("4").contains("\r\nConnection: close\r\n");
            assertThat(outcome.open).isFalse();
        } else {
            assertThat(outcome.asked).isNotEmpty();
        }
    }

    /** {@return what becomes of a connection, also when it has been silent for as long as a request may take} */
    private static Outcome outcome(byte[] wire, int most, Answer answer, Random random) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        EmbeddedSocket socket = new EmbeddedSocket();
        socket.config().setAllocator(allocator);
        EdgeLoop loop = EdgeLoop.of(socket.eventLoop(), allocator, Duration.ofSeconds(30));
        ConnectionEvents events = new ConnectionEvents();
        List<String> asked = new ArrayList<>();
        List<String> bodies = new ArrayList<>();
        Heard heard = new Heard();
        new Pipelines(LIMITS, any -> loop, null, events)
                .peers(
                        socket,
                        PORT,
                        null,
                        List.of(
                                new Route.Upgrades("/", request -> {
                                    asked.add("upgrade " + request.target() + " " + request.headers());
                                    return answered(answer, heard);
                                }),
                                new Route.Pages("/$hc", question -> {
                                    asked.add(question.method() + " " + question.path() + " " + question.headers());
                                    return HttpReply.text(200, "OK", "page");
                                }),
                                new Route.Exchanges("/", exchange -> {
                                    asked.add(EXCHANGE + exchange.question() + " " + exchange.bodyBytes());
                                    return exchanged(exchange, answer, bodies);
                                })));
        try {
            for (int at = 0; at < wire.length && socket.isOpen(); ) {
                int to = most > wire.length ? wire.length : Math.min(wire.length, at + 1 + random.nextInt(most));
                socket.receives(Arrays.copyOfRange(wire, at, to));
                at = to;
            }
            socket.passes(LIMITS.handshakeTimeout());
            String written = socket.writtenText()
                    .replaceAll("\r\nDate: [^\r]*", "")
                    .replace("HTTP/1.1 100 Continue\r\n\r\n", ""); // which only one is told whose body comes later
            return new Outcome(asked, bodies, heard.words, events.heard(), written, socket.isOpen());
        } finally {
            socket.finishAndReleaseAll();
            loop.close();
            assertThat(allocator.metric().usedDirectMemory()
                            + allocator.metric().usedHeapMemory())
                    .as("bytes of buffers that nobody released")
                    .isZero();
        }
    }

    private static CompletionStage<UpgradeAnswer> answered(Answer answer, Conversation conversation) {
        return switch (answer) {
            case NONE -> new CompletableFuture<>();
            case REFUSED -> CompletableFuture.completedFuture(UpgradeAnswer.Refused.of(Refusal.LISTENER_ABSENT));
            case CONVERSING ->
                CompletableFuture.completedFuture(new UpgradeAnswer.Conversing(List.of(), 100, conversation));
        };
    }

    private static ExchangeEvents exchanged(HttpExchange exchange, Answer answer, List<String> bodies) {
        switch (answer) {
            case NONE -> exchange.readBody();
            case REFUSED -> exchange.refuse(UpgradeAnswer.Refused.of(Refusal.LISTENER_ABSENT));
            case CONVERSING -> {
                exchange.respond(new HttpAnswer(200, "OK", List.of()), OptionalLong.empty());
                exchange.end();
            }
        }
        int mine = bodies.size();
        bodies.add("");
        return new ExchangeEvents() {

            @Override
            public void onBody(ByteBuf part) {
                tell(part.toString(StandardCharsets.ISO_8859_1));
                part.release();
            }

            @Override
            public void onBodyRead() {}

            @Override
            public void onBodyEnd() {
                tell(" end");
                exchange.respond(new HttpAnswer(200, "OK", List.of()), OptionalLong.of(0));
                exchange.end();
            }

            @Override
            public void onDrained() {
                tell(" drained");
            }

            @Override
            public void onBrokenOff() {
                tell(" broken off");
            }

            private void tell(String what) {
                bodies.set(mine, bodies.get(mine) + what);
            }
        };
    }

    /** Writes down what is said. */
    private static final class Heard implements Conversation {

        private final List<String> words = new ArrayList<>();

        @Override
        public void onOpen() {
            words.add("open");
        }

        @Override
        public void onText(String text) {
            words.add("text " + text);
        }

        @Override
        public void onBinary(byte[] message) {
            words.add("binary " + HexFormat.of().formatHex(message));
        }

        @Override
        public void onClose(CloseStatus status) {
            words.add("close " + status);
        }
    }
}
