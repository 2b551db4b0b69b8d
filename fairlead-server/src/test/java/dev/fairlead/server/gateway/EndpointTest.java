// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.Conversation;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.GatewayEvents;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.PlannedFault;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.authentication.Authentication;
import dev.fairlead.server.gateway.authentication.AuthenticationConfig;
import dev.fairlead.server.gateway.backend.FakeBackend;
import dev.fairlead.server.gateway.backend.Receipt;
import dev.fairlead.server.gateway.delivery.DeadLetters;
import dev.fairlead.server.gateway.delivery.DeliveryConfig;
import dev.fairlead.server.gateway.delivery.DeliveryLine;
import dev.fairlead.server.gateway.delivery.Gate;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.Sessions;
import dev.fairlead.server.settings.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in at an endpoint, and what becomes of the session. */
class EndpointTest {

    @TempDir
    private Path directory;

    private final FakeTime time = new FakeTime();
    private final FakeBackend backend = new FakeBackend();
    private final Sessions sessions = new Sessions();
    private final GatewayEvents events = new GatewayEvents();
    private final Doorkeeper doorkeeper = new Doorkeeper();
    private int peers;

    /** Lets in who the test says. */
    private static final class Doorkeeper implements Authentication {
        private Client client = Client.ANONYMOUS;
        private String subprotocol = "";
        private @Nullable Refusal refusal;
        private @Nullable Client renewed;

        @Override
        public CompletionStage<Admitted> admit(UpgradeRequest request) {
            return refusal == null
                    ? CompletableFuture.completedStage(new Admitted(client, subprotocol))
                    : CompletableFuture.failedStage(new RefusedException(refusal, "planned"));
        }

        @Override
        public CompletionStage<Client> renew(String token) {
            return renewed != null && token.equals("good")
                    ? CompletableFuture.completedStage(renewed)
                    : CompletableFuture.failedStage(new RefusedException(Refusal.TOKEN_EXPIRED, "planned"));
        }
    }

    private Endpoint endpoint(List<String> subprotocols, @Nullable Integer maxSessions) {
        EndpointConfig config = new EndpointConfig(
                "/ws",
                List.of("*"),
                AuthenticationConfig.DEFAULT,
                ByteSize.ofMiB(4),
                ByteSize.ofMiB(8),
                Duration.ofSeconds(30),
                null,
                false,
                subprotocols,
                maxSessions,
                DeliveryConfig.DEFAULT,
                BackendConfig.Loopback.ECHO);
        DeliveryLine.Terms delivery = new DeliveryLine.Terms(
                "/ws",
                backend,
                DeliveryConfig.DEFAULT,
                new Gate("/ws", 10, System::nanoTime, events),
                new DeadLetters(directory.resolve("letters"), 1 << 20, time),
                events);
        return new Endpoint(config, doorkeeper, delivery, sessions, time);
    }

    private Endpoint endpoint() {
        return endpoint(List.of(), null);
    }

    private UpgradeRequest request(String target, Header... headers) {
        return new UpgradeRequest(
                new FakePeer("peer " + ++peers, time), target, new Headers(List.of(headers)), "ws://gateway.test");
    }

    private static UpgradeAnswer asks(Endpoint endpoint, UpgradeRequest request) {
        return endpoint.onUpgrade(request).toCompletableFuture().join();
    }

    private static Conversation conversation(UpgradeAnswer answer) {
        Conversation conversation = ((UpgradeAnswer.Conversing) answer).conversation();
        conversation.onOpen();
        return conversation;
    }

    private Session onlySession() {
        assertThat(sessions.count()).isOne();
        return sessions.all().iterator().next();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws", "/ws/", "/ws?a=b", "/ws/?", "/ws?/x"})
    void pathMayHaveASlashBehindItAndAQuery(String target) {
        assertThat(asks(endpoint(), request(target))).isInstanceOf(UpgradeAnswer.Conversing.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws/x", "/ws//", "/WS"})
    void otherPathsAreUnknown(String target) {
        assertThat(asks(endpoint(), request(target))).isEqualTo(UpgradeAnswer.Refused.of(Refusal.PAGE_UNKNOWN));
    }

    @Test
    void sessionOverTheMostIsRefused() {
        Endpoint endpoint = endpoint(List.of(), 1);
        UpgradeRequest first = request("/ws");
        conversation(asks(endpoint, first));
        assertThat(asks(endpoint, request("/ws"))).isEqualTo(UpgradeAnswer.Refused.of(Refusal.SESSIONS_FULL));
        backend.takesAll();
        backend.takes();
        ((FakePeer) first.peer()).leaves();

        assertThat(asks(endpoint, request("/ws"))).isInstanceOf(UpgradeAnswer.Conversing.class);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "'b, a', b",
                "'x,a', a",
                "x, none",
                "'A', none",
            })
    void firstKnownSubprotocolThatTheClientOffersIsAgreedTo(String offered, @Nullable String chosen) {
        UpgradeAnswer answer =
                asks(endpoint(List.of("a", "b"), null), request("/ws", new Header("Sec-WebSocket-Protocol", offered)));

        assertThat(((UpgradeAnswer.Conversing) answer).headers())
                .isEqualTo(chosen == null ? List.of() : List.of(new Header("Sec-WebSocket-Protocol", chosen)));
    }

    @ParameterizedTest
    @CsvSource({
        "token.abc, token.abc",
        "'token.abc, x', token.abc",
        "'token.abc, x, a', a",
    })
    void subprotocolThatBoreTheTokenIsNamedOnlyIfNoOtherCanBe(String offered, String chosen) {
        doorkeeper.subprotocol = "token.abc";
        UpgradeAnswer answer =
                asks(endpoint(List.of("a"), null), request("/ws", new Header("Sec-WebSocket-Protocol", offered)));

        assertThat(((UpgradeAnswer.Conversing) answer).headers())
                .containsExactly(new Header("Sec-WebSocket-Protocol", chosen));
    }

    @Test
    void whoIsNotAuthenticatedIsRefused() {
        doorkeeper.refusal = Refusal.TOKEN_MISSING;

        assertThat(endpoint().onUpgrade(request("/ws"))).failsWithin(Duration.ZERO);
        assertThat(backend.told()).isEmpty();
    }

    @Test
    void backendMayWantClientsUpgradedAndThenSentAwayWithoutAReason() {
        doorkeeper.refusal = Refusal.CREDENTIALS_MISSING;
        backend.refusesLate();
        UpgradeRequest request = request("/ws");
        conversation(asks(endpoint(), request)).onText("hello");

        assertThat(((FakePeer) request.peer()).closes()).containsExactly(CloseStatus.NONE);
        assertThat(backend.told()).isEmpty();
        assertThat(sessions.count()).isZero();
    }

    @Test
    void clientsWhoAreRefusedForOtherReasonsAreNotUpgraded() {
        doorkeeper.refusal = Refusal.CREDENTIALS_UNVERIFIABLE;
        backend.refusesLate();

        assertThat(endpoint().onUpgrade(request("/ws"))).failsWithin(Duration.ZERO);
    }

    @Test
    void idsAre128BitsInLowerCaseHexadecimals() {
        conversation(asks(endpoint(), request("/ws")));

        assertThat(onlySession().id()).matches("[0-9a-f]{32}");
    }

    @Test
    void sessionIsFoundFromItsOpeningToItsEnd() {
        doorkeeper.client = new Client("ada", null, Map.of(), null);
        Conversation conversation = conversation(asks(endpoint(), request("/ws")));
        assertThat(sessions.ofUser("ada")).containsExactly(onlySession());
        conversation.onClose(CloseStatus.clipped(CloseStatus.NORMAL, ""));

        assertThat(sessions.count()).isZero();
        assertThat(events.heard()).containsExactly("sessionOpened", "sessionClosed");
    }

    @Test
    void endOfAClientThatIsLostIsToldOnce() {
        backend.takesAll();
        UpgradeRequest request = request("/ws");
        Conversation conversation = conversation(asks(endpoint(), request));
        conversation.onText("hello");
        ((FakePeer) request.peer()).leaves();
        conversation.onClose(CloseStatus.clipped(CloseStatus.NORMAL, ""));

        assertThat(backend.told()).containsExactly("connected", "1 hello", "lost");
    }

    @Test
    void backendThatIsAskedFirstKeepsTheClientWaiting() {
        backend.isToBeAskedFirst();
        CompletionStage<UpgradeAnswer> answer = endpoint().onUpgrade(request("/ws"));
        assertThat(answer.toCompletableFuture()).isNotDone();
        backend.takes();

        conversation(answer.toCompletableFuture().join()).onText("hello");
        assertThat(backend.told()).containsExactly("connected", "1 hello");
    }

    @Test
    void clientThatTheBackendDoesNotWantIsAnsweredAsTheBackendSays() {
        backend.isToBeAskedFirst();
        CompletionStage<UpgradeAnswer> answer = endpoint().onUpgrade(request("/ws"));
        backend.answers(new Receipt.Refused(451, CloseStatus.clipped(1008, ""), "451"));

        assertThat(answer.toCompletableFuture().join())
                .isInstanceOfSatisfying(
                        UpgradeAnswer.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(451));
        assertThat(sessions.count()).isZero();
        assertThat(backend.told()).containsExactly("connected");
    }

    @Test
    void clientIsToldThatTheBackendDoesNotAnswerAndTheBackendThatItIsGone() {
        backend.isToBeAskedFirst();
        CompletionStage<UpgradeAnswer> answer = endpoint().onUpgrade(request("/ws"));
        backend.fails();

        assertThat(answer.toCompletableFuture().join())
                .isInstanceOfSatisfying(
                        UpgradeAnswer.Refused.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.BACKEND_AWAY));
        assertThat(backend.told()).containsExactly("connected", "lost");
    }

    @Test
    void clientThatLeavesWhileTheBackendIsAskedIsToldOf() {
        backend.isToBeAskedFirst();
        UpgradeRequest request = request("/ws");
        CompletionStage<UpgradeAnswer> answer = endpoint().onUpgrade(request);
        ((FakePeer) request.peer()).leaves();
        assertThat(backend.told()).containsExactly("connected"); // the end would overtake it
        backend.takes();

        assertThat(answer).isCompleted();
        assertThat(backend.told()).containsExactly("connected", "lost");
        assertThat(sessions.count()).isZero();
    }

    @Test
    void clientThatLeavesWhileTheBackendIsAskedIsNotToldOfToOneThatDoesNotWantIt() {
        backend.isToBeAskedFirst();
        Endpoint endpoint = endpoint();
        UpgradeRequest request = request("/ws");
        CompletionStage<UpgradeAnswer> answer = endpoint.onUpgrade(request);
        ((FakePeer) request.peer()).leaves();
        backend.answers(new Receipt.Refused(403, CloseStatus.clipped(1008, ""), "403"));

        assertThat(answer).isCompleted();
        assertThat(backend.told()).containsExactly("connected");
        assertThat(endpoint.open()).isEmpty();
    }

    @Test
    void backendThatBreaksDownWhenItIsAskedDoesNotAnswer() {
        backend.isToBeAskedFirst();
        CompletionStage<UpgradeAnswer> answer = endpoint().onUpgrade(request("/ws"));
        backend.breaks(new PlannedFault());

        assertThat(answer.toCompletableFuture().join())
                .isInstanceOfSatisfying(
                        UpgradeAnswer.Refused.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.BACKEND_AWAY));
        assertThat(backend.told()).containsExactly("connected", "lost");
    }

    @Test
    void whatTheBackendSaysBeforeTheClientIsAnsweredIsKept() {
        backend.isToBeAskedFirst();
        UpgradeRequest request = request("/ws");
        CompletionStage<UpgradeAnswer> answer = endpoint().onUpgrade(request);
        onlySession().send("welcome");
        assertThat(((FakePeer) request.peer()).sent()).isEmpty();
        backend.takes();
        conversation(answer.toCompletableFuture().join());

        assertThat(((FakePeer) request.peer()).sent()).containsExactly("welcome");
    }

    private UpgradeRequest expiresIn(Duration left) {
        doorkeeper.client = new Client("ada", FakeTime.START.plus(left), Map.of(), "token");
        return request("/ws");
    }

    @Test
    void sessionEndsWithTheCredentials() {
        UpgradeRequest request = expiresIn(Duration.ofMinutes(1));
        conversation(asks(endpoint(), request));
        time.passes(Duration.ofMinutes(1).minusNanos(1));
        assertThat(((FakePeer) request.peer()).closes()).isEmpty();
        time.passes(Duration.ofNanos(1));

        assertThat(((FakePeer) request.peer()).closes())
                .singleElement()
                .satisfies(status -> assertThat(status.code()).isEqualTo(4401));
    }

    @Test
    void sessionThatIsRenewedLastsAsLongAsTheNewCredentials() {
        UpgradeRequest request = expiresIn(Duration.ofMinutes(1));
        Instant later = FakeTime.START.plus(Duration.ofMinutes(5));
        doorkeeper.renewed = new Client("ada", later, Map.of(), "good");
        conversation(asks(endpoint(), request)).onText("{\"renewToken\":{\"token\":\"good\"}}");

        assertThat(((FakePeer) request.peer()).sent())
                .containsExactly("{\"renewToken\":{\"expiresAt\":\"" + later + "\"}}");
        time.passes(Duration.ofMinutes(5).minusNanos(1));
        assertThat(((FakePeer) request.peer()).closes()).isEmpty();
        time.passes(Duration.ofNanos(1));
        assertThat(((FakePeer) request.peer()).closes()).hasSize(1);
        assertThat(backend.told()).containsExactly("connected");
    }

    @ParameterizedTest
    @CsvSource({"bad, ada", "good, bob"})
    void renewalThatIsNoGoodEndsTheSession(String token, String user) {
        UpgradeRequest request = expiresIn(Duration.ofMinutes(1));
        doorkeeper.renewed = new Client(user, FakeTime.START.plus(Duration.ofHours(1)), Map.of(), "good");
        conversation(asks(endpoint(), request)).onText("{\"renewToken\":{\"token\":\"" + token + "\"}}");

        assertThat(((FakePeer) request.peer()).closes())
                .singleElement()
                .satisfies(status -> assertThat(status.code()).isEqualTo(4401));
    }

    @Test
    void whereNothingEndsARenewalIsAMessageLikeOthers() {
        backend.takesAll();
        conversation(asks(endpoint(), request("/ws"))).onText("{\"renewToken\":{\"token\":\"good\"}}");

        assertThat(backend.told()).hasSize(2);
    }

    @Test
    void endpointThatStopsLetsNobodyIn() {
        Endpoint endpoint = endpoint();
        endpoint.stop();

        assertThat(asks(endpoint, request("/ws"))).isEqualTo(UpgradeAnswer.Refused.of(Refusal.DRAINING));
    }
}
