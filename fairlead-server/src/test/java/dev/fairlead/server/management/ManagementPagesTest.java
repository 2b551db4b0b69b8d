// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.HttpQuestion;
import dev.fairlead.server.connection.HttpReply;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.management.health.Health;
import dev.fairlead.server.management.metrics.Meters;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.security.Authorizer;
import dev.fairlead.server.security.Right;
import dev.fairlead.server.settings.Secret;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract, "Management": what the pages say, and to whom. */
class ManagementPagesTest {

    private static final String LOCAL = "127.0.0.1";
    private static final String ELSEWHERE = "203.0.113.5";

    private final List<String> troubles = new ArrayList<>();
    private final Health health = new Health(() -> troubles);
    private final Meters meters = new Meters();
    private final ManagementPages pages = new ManagementPages(
            new ManagementConfig(new InetSocketAddress("192.0.2.9", 9401)),
            health,
            meters,
            new Authorizer(
                    List.of(rule("root", Right.MANAGE), rule("sender", Right.SEND)), Duration.ZERO, new FakeTime()));

    @AfterEach
    void end() {
        meters.close();
    }

    @Test
    void processThatAnswersIsLiveWhateverItsState() {
        assertThat(ask("GET", "/livez")).isEqualTo(HttpReply.text(200, "OK", "live\n"));

        health.draining();
        assertThat(ask("GET", "/livez").status()).isEqualTo(200);
    }

    @Test
    void serverIsReadyFromItsStartUntilItBeginsToStop() {
        assertThat(ask("GET", "/readyz")).isEqualTo(HttpReply.text(503, "Service Unavailable", "starting\n"));

        health.ready();
        assertThat(ask("GET", "/readyz")).isEqualTo(HttpReply.text(200, "OK", "ready\n"));

        health.draining();
        assertThat(ask("GET", "/readyz")).isEqualTo(HttpReply.text(503, "Service Unavailable", "draining\n"));
    }

    @Test
    void serverWhoseBackendIsAwayIsNotReadyAndSaysWhy() {
        health.ready();
        troubles.add("/ws: the broker is away");
        assertThat(ask("GET", "/readyz"))
                .isEqualTo(HttpReply.text(503, "Service Unavailable", "/ws: the broker is away\n"));

        troubles.clear();
        assertThat(ask("GET", "/readyz").status()).isEqualTo(200);
    }

    @Test
    void metersAreShownInTheFormatThatTheyAreSaidToHave() {
        meters.opened();

        HttpReply reply = ask("GET", "/metrics?any=query");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers())
                .containsExactly(new Header("Content-Type", "text/plain; version=0.0.4; charset=utf-8"));
        assertThat(reply.body()).contains("\nfairlead_connections_open 1.0\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz", "/metrics"})
    void pagesAreOnlyRead(String page) {
        assertThat(ask("HEAD", page)).isNotNull();
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "get")) {
            assertThat(refusal(method, page, LOCAL, "Host: localhost")).isEqualTo(Refusal.METHOD_NOT_ALLOWED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/livez/", "/Livez", "/metrics/x", "//metrics", "/%6civez"})
    void otherPagesAreUnknown(String page) {
        assertThat(refusal("GET", page, LOCAL, "Host: localhost")).isEqualTo(Refusal.PAGE_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost:9401",
                "127.0.0.1",
                "127.0.0.1:1",
                "[::1]",
                "[::1]:9401",
                "192.0.2.9:9401",
                "192.0.2.9"
            })
    void loopbackNamesAndTheConfiguredAddressAreItsOwn(String host) {
        assertThat(ask("GET", "/livez", LOCAL, "Host: " + host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.test",
                "localhost.evil.test",
                "evil-localhost",
                "127.0.0.1.evil.test:9401",
                "127.0.0.2",
                "[::1].evil.test",
                ""
            })
    void otherHostIsRefusedSinceANameOfTheirsMayPointHere(String host) {
        assertThat(refusal("GET", "/metrics", LOCAL, "Host: " + host)).isEqualTo(Refusal.HOST_FOREIGN);
        assertThat(refusal("GET", "/nowhere", LOCAL, "Host: " + host)).isEqualTo(Refusal.HOST_FOREIGN);
    }

    @Test
    void configuredNameIsItsOwnInWhateverCase() {
        ManagementPages named = new ManagementPages(
                new ManagementConfig(InetSocketAddress.createUnresolved("Ops.Example.com", 9401)),
                health,
                meters,
                new Authorizer(List.of(), Duration.ZERO, new FakeTime()));

        assertThat(named.answer(question("GET", "/livez", LOCAL, "Host: ops.example.COM:9401"))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:9401, true",
        "http://LOCALHOST:9401, true",
        "http://localhost, false",
        "http://localhost:9402, false",
        "http://evil.test, false",
        "http://localhost:9401.evil.test, false",
        "http://evil.test/localhost:9401, false",
        "null, false",
        "'http://[', false",
        "'', false",
    })
    void webPageMayAskItsOwnServerAlone(String origin, boolean same) {
        String[] headers = {"Host: localhost:9401", "Origin: " + origin};

        if (same) {
            assertThat(ask("GET", "/metrics", LOCAL, headers).status()).isEqualTo(200);
        } else {
            assertThat(refusal("GET", "/metrics", LOCAL, headers)).isEqualTo(Refusal.ORIGIN_FOREIGN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1"})
    void whoeverAsksFromTheSameHostNeedsNoToken(String address) {
        assertThat(ask("GET", "/metrics", address, "Host: localhost").status()).isEqualTo(200);
    }

    @Test
    void whoeverAsksFromAnotherHostNeedsATokenWithTheRightToManage() {
        String host = "Host: 192.0.2.9:9401";

        assertThat(refusal("GET", "/livez", ELSEWHERE, host)).isEqualTo(Refusal.TOKEN_MISSING);
        assertThat(refusal("GET", "/livez", ELSEWHERE, host, "Authorization: Bearer x"))
                .isEqualTo(Refusal.TOKEN_MALFORMED);
        assertThat(refusal("GET", "/livez", ELSEWHERE, host, "Authorization: " + token("sender", "")))
                .isEqualTo(Refusal.MANAGE_RIGHT_MISSING);
        assertThat(refusal("GET", "/livez", ELSEWHERE, host, "Authorization: " + token("root", "hyco")))
                .isEqualTo(Refusal.TOKEN_AUDIENCE_WRONG);
        assertThat(ask("GET", "/livez", ELSEWHERE, host, "Authorization: " + token("root", ""))
                        .status())
                .isEqualTo(200);
    }

    private static AuthorizationRule rule(String name, Right right) {
        return new AuthorizationRule(name, Secret.of("key of " + name), null, Set.of(right));
    }

    private static String token(String rule, String path) {
        return SasToken.sign(
                        "http://relay.test/" + path,
                        SasKey.of(rule, "key of " + rule),
                        FakeTime.START.plus(Duration.ofHours(1)))
                .text();
    }

    private HttpReply ask(String method, String target) {
        return ask(method, target, LOCAL, "Host: localhost:9401");
    }

    private HttpReply ask(String method, String target, String from, String... headers) {
        return pages.answer(question(method, target, from, headers));
    }

    private Refusal refusal(String method, String target, String from, String... headers) {
        List<Refusal> refusals = new ArrayList<>();
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> ask(method, target, from, headers))
                .satisfies(refused -> refusals.add(refused.answer().refusal()));
        return refusals.getFirst();
    }

    private static HttpQuestion question(String method, String target, String from, String... headers) {
        List<Header> lines = new ArrayList<>();
        for (String header : headers) {
            int colon = header.indexOf(": ");
            lines.add(new Header(header.substring(0, colon), header.substring(colon + 2)));
        }
        return new HttpQuestion(method, target, new Headers(lines), new InetSocketAddress(from, 50_000));
    }
}
