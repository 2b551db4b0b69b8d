// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.gateway.session.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Keys that are read from an issuer that changes them, fails, and comes back; time stands still, and readings wait. */
class ReadKeysTest {

    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(ReadKeys.class);
    private static final Duration REFRESH = Duration.ofMinutes(15);
    private static final Duration KEPT_FOR = Duration.ofHours(2);
    private static final TokenIssuer OLD = TokenIssuer.of("old", "EdDSA");
    private static final TokenIssuer NEW = TokenIssuer.of("new", "EdDSA");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Queue<Runnable> readings = new ArrayDeque<>();
    private final FakeTime time = new FakeTime();
    private final Issuer issuer = new Issuer();
    private ReadKeys ring;
    private JsonWebTokens tokens;

    /** Writes its keys where they can be fetched, and counts who does. */
    private static final class Issuer {
        private final HttpServer server;
        private String keySet = TokenIssuer.keySet(OLD);
        private int status = 200;
        private int asked;

        Issuer() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.createContext("/keys", exchange -> {
                asked++;
                byte[] body = keySet.getBytes(UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        KeySource source() {
            return KeySource.parse("http://127.0.0.1:" + server.getAddress().getPort() + "/keys?secret=1");
        }
    }

    @BeforeEach
    void begin() {
        log.start();
        LOGGER.setLevel(Level.INFO);
        LOGGER.addAppender(log);
        ring = new ReadKeys(
                issuer.source(),
                new ReadKeys.Terms(Algorithm.USUAL, REFRESH, KEPT_FOR),
                () -> Duration.between(FakeTime.START, time.instant()).toNanos(),
                readings::add);
        tokens = new JsonWebTokens(
                List.of(new Place.Authorization()),
                Algorithm.USUAL,
                new ClaimRules(List.of(), List.of(), "sub", List.of(), Duration.ZERO),
                ring,
                time);
    }

    @AfterEach
    void end() {
        LOGGER.detachAppender(log);
        LOGGER.setLevel(null);
        ring.close();
        issuer.server.stop(0);
    }

    private void reads() {
        while (!readings.isEmpty()) {
            readings.remove().run();
        }
    }

    private void passes(Duration duration) {
        time.passes(duration);
        ring.look();
        reads();
    }

    private static String token(TokenIssuer of) {
        return of.sign(Map.of("sub", "ada", "exp", FakeTime.START.getEpochSecond() + 1_000_000));
    }

    private CompletionStage<Client> shows(String token) {
        return tokens.renew(token);
    }

    private void isLetIn(CompletionStage<Client> stage) {
        assertThat(stage).succeedsWithin(Duration.ZERO).extracting(Client::user).isEqualTo("ada");
    }

    private static void isRefused(CompletionStage<Client> stage, Refusal refusal) {
        assertThat(stage)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.answer().refusal()).isEqualTo(refusal));
    }

    private List<String> logged(Level level) {
        return log.list.stream()
                .filter(line -> line.getLevel() == level)
                .map(ILoggingEvent::getMessage)
                .toList();
    }

    @Test
    void clientsWaitForTheFirstReading() {
        List<CompletionStage<Client>> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(shows(token(OLD)));
        }
        assertThat(clients)
                .allSatisfy(one -> assertThat(one.toCompletableFuture()).isNotDone());
        reads();

        assertThat(clients).allSatisfy(this::isLetIn);
        assertThat(issuer.asked).isOne();
    }

    @Test
    void keysAreReadNowAndThen() {
        ring.look();
        reads();
        passes(REFRESH.minusNanos(1));
        assertThat(issuer.asked).isOne();
        passes(Duration.ofNanos(1));

        assertThat(issuer.asked).isEqualTo(2);
    }

    @Test
    void tokenThatNamesAnUnknownKeyHasTheKeysReadAtOnce() {
        ring.look();
        reads();
        issuer.keySet = TokenIssuer.keySet(OLD, NEW);
        CompletionStage<Client> client = shows(token(NEW));
        assertThat(client.toCompletableFuture()).isNotDone();
        reads();

        isLetIn(client);
        isLetIn(shows(token(OLD)));
        assertThat(issuer.asked).isEqualTo(2);
    }

    @Test
    void keyThatWasTakenBackSignsNothingThoughItsTokenWasGoodBefore() {
        ring.look();
        reads();
        isLetIn(shows(token(OLD)));
        issuer.keySet = TokenIssuer.keySet(NEW);
        passes(REFRESH);

        CompletionStage<Client> client = shows(token(OLD));
        reads();
        isRefused(client, Refusal.CREDENTIALS_INVALID);
    }

    @Test
    void floodOfUnknownKeysHasTheKeysReadAFewTimes() {
        ring.look();
        reads();
        for (int i = 0; i < 1000; i++) {
            CompletionStage<Client> client =
                    shows(OLD.sign(Map.of("alg", "EdDSA", "kid", "key " + i), Map.of("sub", "ada")));
            reads();
            isRefused(client, Refusal.CREDENTIALS_INVALID);
        }
        assertThat(issuer.asked).isEqualTo(1 + ReadKeys.MOST_ASKED);

        passes(Duration.ofSeconds(30));
        issuer.keySet = TokenIssuer.keySet(NEW);
        CompletionStage<Client> client = shows(token(NEW));
        reads();
        isLetIn(client);
    }

    @Test
    void keysStayWhileTheyCannotBeReadAndOneLineSaysSo() {
        ring.look();
        reads();
        issuer.status = 503;
        passes(REFRESH);
        for (int i = 0; i < 60; i++) {
            passes(Duration.ofSeconds(10));
        }
        isLetIn(shows(token(OLD)));
        assertThat(issuer.asked).isEqualTo(2 + 60);
        assertThat(logged(Level.WARN)).hasSize(1);
        issuer.status = 200;
        passes(Duration.ofSeconds(10));

        assertThat(logged(Level.INFO)).last().asString().contains("can be read again");
        assertThat(logged(Level.WARN)).hasSize(1);
        assertThat(logged(Level.ERROR)).isEmpty();
        assertThat(log.list)
                .allSatisfy(
                        line -> assertThat(line.getKeyValuePairs().toString()).doesNotContain("secret"));
    }

    @Test
    void keysThatAreTooOldLetNobodyInUntilTheyCanBeReadAgain() {
        ring.look();
        reads();
        issuer.keySet = "<html>";
        passes(KEPT_FOR.minusNanos(1));
        isLetIn(shows(token(OLD)));
        passes(Duration.ofSeconds(10));
        CompletionStage<Client> client = shows(token(OLD));
        reads();
        isRefused(client, Refusal.CREDENTIALS_UNVERIFIABLE);
        assertThat(logged(Level.ERROR)).hasSize(1);
        issuer.keySet = TokenIssuer.keySet(OLD);
        passes(Duration.ofSeconds(10));

        isLetIn(shows(token(OLD)));
    }

    @Test
    void withoutKeysNobodyIsLetInAndTheIssuerIsNotFlooded() {
        issuer.status = 500;
        for (int i = 0; i < 1000; i++) {
            CompletionStage<Client> client = shows(token(OLD));
            reads();
            isRefused(client, Refusal.CREDENTIALS_UNVERIFIABLE);
        }

        assertThat(issuer.asked).isEqualTo(ReadKeys.MOST_ASKED);
        assertThat(logged(Level.ERROR)).hasSize(1);
    }

    @Test
    void keysAreReadByThemselvesOnceBegun() {
        ReadKeys begun = ReadKeys.begin(issuer.source(), new ReadKeys.Terms(Algorithm.USUAL, REFRESH, KEPT_FOR));

        assertThat(begun.keys()).succeedsWithin(Duration.ofSeconds(20));
        begun.close();
    }

    @Test
    void plainHttpFromAfarIsWarnedOf() {
        assertThat(((KeySource.AtUrl) issuer.source()).isOpen()).isFalse();
        assertThat(new KeySource.AtUrl(URI.create("http://issuer.test/keys"), REFRESH).isOpen())
                .isTrue();
    }
}
