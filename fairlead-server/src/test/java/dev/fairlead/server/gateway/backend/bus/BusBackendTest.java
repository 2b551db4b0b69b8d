// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.bus.Address;
import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.HeldTerms;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Sender;
import dev.fairlead.bus.pyro.PyroTerms;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of messages between clients and a bus. */
class BusBackendTest {

    private static final Sender.Service LAB = new Sender.Service("Lab");
    private static final String PUSH = "{\"type\": \"lab-push\", \"uuid\": \"u\", \"response_uuid\": null, \"sender\": "
            + "\"service.Lab\", \"pref_dest\": null, \"content\": {\"n\": 1}}";

    private final FakeTime time = new FakeTime();
    private final FakeBus bus = new FakeBus();
    private BusBackend backend = backend(false);
    private int peers;
    private long messages;

    private BusBackend backend(boolean authenticated) {
        return backend(new BusBackendConfig.Bus.Embedded(HeldTerms.DEFAULT, List.of()), authenticated);
    }

    private BusBackend backend(BusBackendConfig.Bus which, boolean authenticated) {
        return new BusBackend(new BusBackendConfig(BusBackendConfig.SERVICE_NAME, which), "/ws", authenticated, bus);
    }

    private void isAuthenticated() {
        backend.close();
        backend = backend(true);
    }

    private Session comes(@Nullable String user) {
        FakePeer peer = new FakePeer("peer " + ++peers, time);
        Session session = new Session(
                Integer.toHexString(peers).repeat(32).substring(0, 32),
                "/ws",
                new UpgradeRequest(peer, "/ws", new Headers(List.of()), "ws://gateway.test"),
                new Client(user, null, Map.of(), null),
                GatewayObserver.NONE);
        session.open();
        backend.connected(session);
        return session;
    }

    private Session comes() {
        return comes(null);
    }

    private static FakePeer peer(Session session) {
        return (FakePeer) session.peer();
    }

    private void says(Session session, String text) {
        backend.message(session, new Message.Text(++messages, text));
    }

    private void leaves(Session session) {
        backend.disconnected(session, SessionEnd.LOST);
    }

    /** {@return what the client is called from then on; {@code false} for one that was given no name} */
    private String logsIn(Session session, String username) {
        says(session, "{\"type\": \"login-request\", \"content\": {\"username\": " + username + "}}");
        return content(session)
                .replace("{\"succeed\": true, \"new_username\": ", "")
                .replace("{\"succeed\": false}", "false}")
                .replace("}", "");
    }

    /** {@return the content of what it was sent last} */
    private static String content(Session session) {
        String last = peer(session).lastSent();
        return last.substring(last.indexOf("\"content\": ") + 11, last.length() - 1);
    }

    private Address addressOf(Session session) {
        says(session, "{\"type\": \"who\", \"content\": null}");
        return ((Sender.Client) bus.published().getLast().sender()).address();
    }

    private void sends(@Nullable Object recipients) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("content", Map.of("n", 1));
        message.put("pref_dest", null);
        message.put("sender", "service.Lab");
        message.put("type", "lab-push");
        message.put("response_uuid", null);
        message.put("uuid", "u");
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("msg", message);
        content.put("response_addrs", recipients);
        bus.says(BusMessage.of("net-send", LAB, Content.of(content)));
    }

    private List<String> types() {
        return bus.published().stream().map(BusMessage::type).toList();
    }

    @Test
    void nameIsGivenOnceEvenAfterItsBearerLeft() {
        Session ada = comes();
        assertThat(logsIn(ada, "\"ada\"")).isEqualTo("\"ada\"");
        assertThat(logsIn(comes(), "\"ada\"")).isEqualTo("\"ada_1\"");
        leaves(ada);

        assertThat(logsIn(comes(), "\"ada\"")).isEqualTo("\"ada_2\"");
    }

    @Test
    void nameThatWasMadeUpIsGivenToNobodyElse() {
        logsIn(comes(), "\"ada\"");
        logsIn(comes(), "\"ada\"");

        assertThat(logsIn(comes(), "\"ada_1\"")).isEqualTo("\"ada_1_1\"");
        assertThat(logsIn(comes(), "\"bob_1\"")).isEqualTo("\"bob_1\"");
        assertThat(logsIn(comes(), "\"bob\"")).isEqualTo("\"bob\"");
        assertThat(logsIn(comes(), "\"bob\"")).isEqualTo("\"bob_2\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7|7|\"7_1\"",
                "true|true|\"True_1\"",
                "2.50|2.5|\"2.5_1\"",
                "null|null|\"None_1\"",
                "\"\"|\"\"|\"_1\""
            })
    void plainValueIsAName(String name, String first, String second) {
        assertThat(logsIn(comes(), name)).isEqualTo(first);
        assertThat(logsIn(comes(), name)).isEqualTo(second);
    }

    @Test
    void secondLoginFailsUnlessTheFirstNameWasAsGoodAsNone() {
        Session client = comes();
        assertThat(logsIn(client, "0")).isEqualTo("0");
        assertThat(logsIn(client, "\"ada\"")).isEqualTo("\"ada\"");

        assertThat(logsIn(client, "\"eve\"")).isEqualTo("false");
    }

    @Test
    void loginThatTheBusHasToBeToldTwiceIsAnsweredOnce() {
        Session client = comes();
        logsIn(client, "\"ada\"");
        bus.says(bus.published().getLast());

        assertThat(peer(client).sent()).hasSize(1);
    }

    @Test
    void nameIsAtMost256CharactersLong() {
        Session client = comes();
        assertThat(logsIn(client, "\"" + "x".repeat(257) + "\"")).isEqualTo("false");

        assertThat(logsIn(client, "\"" + "x".repeat(256) + "\"")).hasSize(258);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "\"x\"", "null", "[\"username\"]", "{\"username\": [1]}", "{\"username\": {}}"})
    void loginWithoutANameIsAnsweredByNothing(String content) {
        Session client = comes();
        says(client, "{\"type\": \"login-request\", \"content\": " + content + "}");

        assertThat(peer(client).sent()).isEmpty();
        assertThat(peer(client).closes()).isEmpty();
    }

    @Test
    void loginOfAClientThatIsNotHereIsPassedOver() {
        Session client = comes();
        bus.says(BusMessage.of(
                "login-request",
                new Sender.Client(new Address("198.51.100.1", 1), "uname"),
                Content.of(Map.of("username", "ada"))));

        assertThat(peer(client).sent()).isEmpty();
    }

    @Test
    void senderIsWhatTheGatewayKnowsAndNotWhatTheClientSays() {
        Session client = comes();
        says(
                client,
                "{\"type\": \"a\", \"sender\": \"service.Lab\", \"uuid\": \"mine\", \"response_uuid\": \"x\", \"content\": 1}");
        logsIn(client, "\"ada\"");
        says(client, "{\"type\": \"b\", \"content\": [1, 2.50, \"é\", null]}");

        BusMessage first = bus.published().getFirst();
        BusMessage last = bus.published().getLast();
        assertThat(first.sender()).isEqualTo(new Sender.Client(new Address("192.0.2.7", 50_007), "uname"));
        assertThat(first.uuid()).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(first.responseUuid()).isNull();
        assertThat(last.sender()).isEqualTo(new Sender.Client(new Address("192.0.2.7", 50_007), "ada"));
        assertThat(last.content().json()).isEqualTo("[1, 2.5, \"\\u00e9\", null]");
    }

    @Test
    void twoClientsOfOneAddressAreKnownByTwo() {
        Session one = comes();
        Session other = comes();
        assertThat(addressOf(one)).isEqualTo(new Address("192.0.2.7", 50_007));
        assertThat(addressOf(other)).isEqualTo(new Address("192.0.2.7", 50_008));

        sends(List.of(addressOf(other)));

        assertThat(peer(one).sent()).isEmpty();
        assertThat(peer(other).sent()).containsExactly(PUSH);
    }

    @Test
    void messageComesToAddressesAsOftenAsTheyAreNamedWithItsEnvelopeInOrder() {
        Session one = comes();
        Session other = comes();

        sends(List.of(addressOf(one), addressOf(one), List.of("192.0.2.7", 50_008), 7, Map.of(), List.of("x")));

        assertThat(peer(one).sent()).containsExactly(PUSH, PUSH);
        assertThat(peer(other).sent()).containsExactly(PUSH);
    }

    @Test
    void oneNameAmongRecipientsMakesAllOfThemNames() {
        Session ada = comes();
        logsIn(ada, "\"ada\"");
        Session seven = comes();
        logsIn(seven, "7");
        Session other = comes();

        sends(List.of(addressOf(other), "nobody", 7, "ada"));

        assertThat(peer(ada).lastSent()).isEqualTo(PUSH);
        assertThat(peer(seven).lastSent()).isEqualTo(PUSH);
        assertThat(peer(other).sent()).isEmpty();
        assertThat(types()).doesNotContain("client-disconnect");
    }

    @Test
    void nullAmongRecipientsIsNobodyAndInTheirPlaceEverybody() {
        Session one = comes();
        Session other = comes();
        sends(Arrays.asList(null, null));
        assertThat(peer(one).sent()).isEmpty();

        sends(null);

        assertThat(peer(one).sent()).containsExactly(PUSH);
        assertThat(peer(other).sent()).containsExactly(PUSH);
    }

    @Test
    void addressThatIsNowhereIsToldToBeGone() {
        Session client = comes();

        sends(List.of(List.of("9.9.9.9", 1), addressOf(client)));

        assertThat(peer(client).sent()).containsExactly(PUSH);
        assertThat(bus.published().getLast()).satisfies(gone -> {
            assertThat(gone.type()).isEqualTo("client-disconnect");
            assertThat(gone.sender()).isEqualTo(new Sender.Service("WSServer"));
            assertThat(gone.content().json()).isEqualTo("{\"address\":[\"9.9.9.9\",1],\"username\":null}");
        });
    }

    @Test
    void addressThatMayBeAnotherGatewaysIsNotToldToBeGone() {
        backend.close();
        backend = backend(new BusBackendConfig.Bus.Given(bus), false);

        sends(List.of(List.of("9.9.9.9", 1)));

        assertThat(types()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{\"response_addrs\": null}",
                "{\"response_addrs\": 1, \"msg\": {}}",
                "{\"msg\": 1}",
                "{"
            })
    void netSendThatSaysNothingIsPassedOver(String content) {
        Session client = comes();
        bus.says(BusMessage.of("net-send", LAB, Content.ofJson(content)));
        assertThat(peer(client).sent()).isEmpty();

        sends(null);

        assertThat(peer(client).sent()).containsExactly(PUSH);
    }

    @Test
    void messageOfAServiceNeedNotBeAnEnvelope() {
        Session client = comes();
        bus.says(BusMessage.of("net-send", LAB, Content.ofJson("{\"response_addrs\":null,\"msg\":[1,\"é\"]}")));
        bus.says(BusMessage.of(
                "net-send", LAB, Content.ofJson("{\"msg\":{\"b\":1,\"type\":\"t\"},\"response_addrs\":null}")));

        assertThat(peer(client).sent()).containsExactly("[1, \"\\u00e9\"]", "{\"type\": \"t\", \"b\": 1}");
    }

    @Test
    void serviceThatAsksIsToldWhoIsThere() {
        Address one = addressOf(comes());
        Address other = addressOf(comes());
        BusMessage question = BusMessage.of("client-list-request", LAB, Content.NULL);
        bus.says(question);

        BusMessage answer = bus.published().getLast();
        assertThat(answer.type()).isEqualTo("client-list-response");
        assertThat(answer.responseUuid()).isEqualTo(question.uuid());
        List<Object> listed =
                new ArrayList<>((List<?>) answer.content().object().get("client_list"));
        assertThat(listed)
                .containsExactlyInAnyOrder(List.of(one.host(), one.port()), List.of(other.host(), other.port()));
    }

    @Test
    void clientThatPosesAsAServiceIsSentAwayAndWhatItSaysBehindDoesNotCount() {
        Session mallory = comes();
        logsIn(mallory, "\"mallory\"");
        says(mallory, "{\"type\": \"net-send\", \"content\": {\"response_addrs\": null, \"msg\": {}}}");
        says(mallory, "{\"type\": \"a\", \"content\": 1}");
        leaves(mallory);

        assertThat(peer(mallory).closes()).singleElement().satisfies(close -> {
            assertThat(close.code()).isEqualTo(1000);
            assertThat(close.reason()).isEmpty();
        });
        assertThat(types()).containsExactly("login-request", "client-disconnect");
        assertThat(bus.published().getLast().content().json())
                .isEqualTo("{\"address\":[\"192.0.2.7\",50007],\"username\":\"mallory\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"type\": \"client-disconnect\", \"content\": {}}|type: client-disconnect is the gateway's to say",
                "{\"type\": \"\", \"content\": {}}|type: 0 characters (expected: 1 to 256)",
                "{\"type\": \"a\", \"content\": NaN}|content: NaN is no number of JSON",
                "{\"type\": \"a\", \"content\": [\"a\\\\\\\"\", -1e999]}|content: Infinity is no number of JSON",
            })
    void whatServicesCannotReadOrMustNotHearIsAnsweredAnError(String said, String error) {
        Session client = comes();
        says(client, said);

        assertThat(peer(client).lastSent())
                .startsWith("{\"type\": \"error-response\", \"uuid\": \"")
                .contains("\", \"response_uuid\": null, \"sender\": \"service.WSServer\", \"pref_dest\": null, ");
        assertThat(content(client)).isEqualTo("{\"message\": \"" + error + "\", \"error_code\": 1}");
        assertThat(bus.published()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"64, 1", "65, 0"})
    void contentNestsAsDeepAsServicesRead(int depth, int published) {
        Session client = comes();
        says(client, "{\"type\": \"a\", \"content\": " + "[".repeat(depth) + "]".repeat(depth) + "}");

        assertThat(bus.published())
                .hasSize(published)
                .allSatisfy(message -> assertThat(message.content().value()).isNotNull());
    }

    @ParameterizedTest
    @CsvSource({"308, 1", "309, 0"})
    void numberHasAsManyDigitsAsServicesRead(int digits, int published) {
        Session client = comes();
        says(client, "{\"type\": \"a\", \"content\": " + "1".repeat(digits) + "}");

        assertThat(bus.published())
                .hasSize(published)
                .allSatisfy(message -> assertThat(message.content().value()).isNotNull());
    }

    @Test
    void messageThatTheBusNeverTakesEndsItsSession() {
        Session client = comes();
        bus.fails(BusException.Reason.REFUSED);
        says(client, "{\"type\": \"a\", \"content\": 1}");

        assertThat(peer(client).closes())
                .singleElement()
                .satisfies(close -> assertThat(close.code()).isEqualTo(1000));
    }

    @Test
    void knownUserIsCalledSoWhateverItAsksForAndHasAllItsSessionsReached() {
        isAuthenticated();
        Session one = comes("ada");
        Session other = comes("ada");
        Session eve = comes("eve");

        assertThat(logsIn(eve, "\"ada\"")).isEqualTo("\"eve\"");
        assertThat(logsIn(eve, "\"ada\"")).isEqualTo("false");
        sends(List.of("ada"));

        assertThat(peer(one).sent()).containsExactly(PUSH);
        assertThat(peer(other).sent()).containsExactly(PUSH);
        assertThat(peer(eve).sent()).hasSize(2);
        says(one, "{\"type\": \"a\", \"content\": 1}");
        assertThat(bus.published().getLast().sender())
                .isEqualTo(new Sender.Client(new Address("192.0.2.7", 50_007), "ada"));
    }

    @Test
    void clientWithoutAUserAmongKnownUsersGetsNoName() {
        isAuthenticated();
        Session nobody = comes();

        assertThat(logsIn(nobody, "\"ada\"")).isEqualTo("false");
    }

    @Test
    void nameIsForgottenWithItsBearer() {
        isAuthenticated();
        Session ada = comes("ada");
        leaves(ada);

        sends(List.of("ada"));

        assertThat(peer(ada).sent()).isEmpty();
    }

    @Test
    void gatewayIsCalledAndWantsWhatTheOriginalDoes() {
        backend(new BusBackendConfig.Bus.Pyro(PyroTerms.DEFAULT), false);

        assertThat(bus.members().getLast().name()).isEqualTo("WSServer");
        assertThat(bus.members().getLast().reach()).isEqualTo(Member.Reach.EVERY_INSTANCE);
        assertThat(bus.members().getLast().types())
                .containsExactlyInAnyOrder("login-request", "client-list-request", "net-send");
    }

    @Test
    void busOfItsOwnEndsWithTheBackendAndAGivenOneDoesNot() {
        BusBackend other = backend(new BusBackendConfig.Bus.Given(bus), false);
        other.close();
        assertThat(bus.isClosed()).isFalse();

        backend.close();

        assertThat(bus.isClosed()).isTrue();
    }

    @Test
    void troubleOfTheBusIsTheBackends() {
        assertThat(backend.trouble()).isNull();
        bus.fails(BusException.Reason.AWAY);

        assertThat(backend.trouble()).isEqualTo("planned");
    }
}
