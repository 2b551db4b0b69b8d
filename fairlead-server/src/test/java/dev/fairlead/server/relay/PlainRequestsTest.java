// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.server.connection.FakeExchange;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.RelayObserver;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.relay.listener.ControlChannel;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.security.Authorizer;
import dev.fairlead.server.security.Right;
import dev.fairlead.server.settings.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "Plain HTTP": who may send a request, where it goes, and what it hears if it goes nowhere. */
class PlainRequestsTest {

    private static final List<AuthorizationRule> RULES =
            List.of(rule("root", Right.MANAGE), rule("listener", Right.LISTEN), rule("sender", Right.SEND));

    private final FakeTime time = new FakeTime();
    private RelayService relay = relay(false, 404);

    @ParameterizedTest
    @CsvSource({
        "/hyco, none, TOKEN_MISSING",
        "/hyco, junk, TOKEN_MALFORMED",
        "/hyco, listener, SEND_RIGHT_MISSING",
        "/hyco, sender, LISTENER_ABSENT",
        "/hyco/below?x=1, sender, LISTENER_ABSENT",
        "/nowhere, none, TOKEN_MISSING",
        "/nowhere, sender, ENTITY_UNKNOWN",
        "/, none, TOKEN_MISSING",
        "/, root, ENTITY_UNKNOWN",
        "/open, none, LISTENER_ABSENT",
        "/open, junk, LISTENER_ABSENT",
        "/sockets, sender, UPGRADE_REQUIRED",
        "/$hc/hyco, none, UPGRADE_REQUIRED",
        "/a%zz, root, ADDRESS_INVALID",
        "/hyco/../x, root, ADDRESS_INVALID",
    })
    void whoIsRefusedAndWhy(String target, String token, Refusal refusal) {
        assertThat(refused("GET", target, header("ServiceBusAuthorization", token(token))))
                .extracting(UpgradeAnswer.Refused::refusal, UpgradeAnswer.Refused::status)
                .containsExactly(refusal, refusal.status());
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503})
    void whereNobodyListensTheStatusIsTheOperators(int status) {
        relay = relay(false, status);

        UpgradeAnswer.Refused refused = refused("GET", "/open");

        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.reason()).startsWith("There are no listeners connected for the endpoint. TrackingId:");
        assertThat(refused("GET", "/nowhere", header("ServiceBusAuthorization", token("sender")))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void missingRightIsAnsweredWith401WhereThatIsAskedFor() {
        relay = relay(true, 404);

        assertThat(refused("GET", "/hyco", header("ServiceBusAuthorization", token("listener")))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void tokenOfTheQueryComesBeforeTheHeaderAndThatBeforeAuthorization() {
        FakePeer listener = listens("hyco");
        String query = "/hyco?sb-hc-token=" + URLEncoder.encode(token("sender"), StandardCharsets.UTF_8);

        asks("GET", query, header("ServiceBusAuthorization", "junk"), header("Authorization", "Basic mine"));
        assertThat(told(listener).requestHeaders()).containsEntry("Authorization", "Basic mine");
        assertThat(told(listener).requestTarget()).isEqualTo("/hyco");

        asks("GET", "/hyco", header("ServiceBusAuthorization", token("sender")), header("Authorization", "Basic mine"));
        assertThat(told(listener).requestHeaders())
                .containsEntry("Authorization", "Basic mine")
                .doesNotContainKey("ServiceBusAuthorization");

        asks("GET", "/hyco", header("Authorization", token("sender")));
        assertThat(told(listener).requestHeaders()).doesNotContainKey("Authorization");
    }

    @Test
    void authorizationOfAnAnonymousSenderIsTheApplications() {
        FakePeer listener = listens("open");

        asks("GET", "/open", header("Authorization", "Bearer x"), header("ServiceBusAuthorization", "junk"));

        assertThat(told(listener).requestHeaders())
                .containsEntry("Authorization", "Bearer x")
                .doesNotContainKey("ServiceBusAuthorization");
    }

    @Test
    void senderMayChooseItsListeners() {
        listens("open");

        assertThat(asks("GET", "/open", header("Microsoft-Relay-AllowedListeners", "somebody-else"))
                        .refusal()
                        .refusal())
                .isEqualTo(Refusal.LISTENERS_EXCLUDED);
    }

    @Test
    void hybridConnectionWithoutWebSocketsRefusesTheirSenders() {
        listens("plain");

        assertThat(upgrade("/$hc/plain?sb-hc-action=connect", "sender"))
                .isInstanceOfSatisfying(UpgradeAnswer.Refused.class, refused -> {
                    assertThat(refused.refusal()).isEqualTo(Refusal.WEBSOCKETS_OFF);
                    assertThat(refused.status()).isEqualTo(405);
                });
    }

    @Test
    void stoppingRelayTakesNoRequests() {
        listens("open");
        relay.stop(Duration.ZERO);

        assertThat(refused("GET", "/open").refusal()).isEqualTo(Refusal.DRAINING);
    }

    @Test
    void relayTellsOfAHybridConnectionToWhoeverMayManageIt() {
        listens("hyco");
        Header asked = header("x-process-at", "servicebus");

        FakeExchange exchange = asks("GET", "/Hyco?api-version=2016-07", asked, header("Authorization", token("root")));

        assertThat(exchange.answer().status()).isEqualTo(200);
        assertThat(exchange.answer().headers())
                .containsExactly(new Header("Content-Type", "application/atom+xml;type=entry;charset=utf-8"));
        assertThat(exchange.body())
                .contains("<title type=\"text\">hyco</title>")
                .contains("<CreatedAt>2026-03-01T12:00:00Z</CreatedAt><UpdatedAt>2026-03-01T12:00:00Z</UpdatedAt>"
                        + "<RequiresClientAuthorization>true</RequiresClientAuthorization>"
                        + "<ListenerCount>1</ListenerCount></HybridConnectionDescription>");
        assertThat(exchange.isEnded()).isTrue();
        FakeExchange refused = asks("GET", "/hyco", asked, header("Authorization", token("sender")));
        assertThat(refused.answer().status()).isEqualTo(403);
        assertThat(refused.body()).startsWith("<Error><Code>403</Code><Detail>Unauthorized access. 'Manage' claim(s)");
        assertThat(asks("GET", "/nowhere", asked, header("Authorization", token("root")))
                        .answer()
                        .status())
                .isEqualTo(404);
    }

    @Test
    void versionOfAnApiIsTheApplications() {
        FakePeer listener = listens("open");

        asks("GET", "/open?api-version=2016-07");

        assertThat(told(listener).requestTarget()).isEqualTo("/open?api-version=2016-07");
    }

    private UpgradeAnswer.Refused refused(String method, String target, Header... headers) {
        FakeExchange exchange = new FakeExchange(time, method, target, OptionalLong.of(0), List.of(headers));
        RefusedException thrown = catchThrowableOfType(
                RefusedException.class,
                () -> exchange.isHeardBy(relay.plainRequests().onRequest(exchange)));
        return thrown == null ? exchange.refusal() : thrown.answer();
    }

    private FakeExchange asks(String method, String target, Header... headers) {
        FakeExchange exchange = new FakeExchange(time, method, target, OptionalLong.of(0), List.of(headers));
        exchange.isHeardBy(relay.plainRequests().onRequest(exchange));
        return exchange;
    }

    private static ControlMessage.Request told(FakePeer listener) {
        return (ControlMessage.Request) ControlMessages.decode(listener.lastSent());
    }

    private FakePeer listens(String path) {
        FakePeer peer = new FakePeer("listener of " + path, time);
        UpgradeAnswer answer = relay.onUpgrade(new UpgradeRequest(
                        peer,
                        "/$hc/" + path + "?sb-hc-action=listen",
                        new Headers(List.of(header("ServiceBusAuthorization", token("root")))),
                        "ws://relay.test"))
                .toCompletableFuture()
                .join();
        ((ControlChannel) ((UpgradeAnswer.Conversing) answer).conversation()).onOpen();
        return peer;
    }

    private UpgradeAnswer upgrade(String target, String token) {
        return relay.onUpgrade(new UpgradeRequest(
                        new FakePeer("sender", time),
                        target,
                        new Headers(List.of(header("ServiceBusAuthorization", token(token)))),
                        "ws://relay.test"))
                .toCompletableFuture()
                .join();
    }

    private RelayService relay(boolean strict, int noListenerStatus) {
        RelayConfig usual = RelayConfig.DEFAULT;
        return new RelayService(
                new RelayConfig(
                        usual.publicAddress(),
                        usual.acceptTimeout(),
                        usual.pingInterval(),
                        usual.tokenGrace(),
                        usual.clockSkew(),
                        usual.idleTimeout(),
                        usual.maxWaitingPerListener(),
                        usual.setAsideAfter(),
                        noListenerStatus,
                        usual.requestTimeout(),
                        usual.createOnListen(),
                        strict,
                        List.of(
                                new HybridConnectionConfig("hyco", false, 2, List.of()),
                                new HybridConnectionConfig("open", true, 2, List.of()),
                                new HybridConnectionConfig("plain", false, 2, null, true, false, List.of()),
                                new HybridConnectionConfig("sockets", false, 2, null, false, true, List.of()))),
                "relay.test",
                "taken"::equals,
                new Authorizer(RULES, Duration.ZERO, time),
                time,
                RelayObserver.NONE);
    }

    private static Header header(String name, String value) {
        return new Header(name, value);
    }

    private String token(String key) {
        return switch (key) {
            case "none" -> "";
            case "junk" -> "junk";
            default ->
                SasToken.sign(
                                "http://relay.test/",
                                SasKey.of(key, "key of " + key),
                                time.instant().plus(Duration.ofHours(1)))
                        .text();
        };
    }

    private static AuthorizationRule rule(String name, Right right) {
        return new AuthorizationRule(name, Secret.of("key of " + name), null, Set.of(right));
    }
}
