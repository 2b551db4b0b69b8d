// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.FakePeer;
import dev.fairlead.server.connection.FakeTime;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.UpgradeRequest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a token is found, and where it is not. */
class PlaceTest {

    private static final List<Place> ALL = List.of(
            new Place.Authorization(), new Place.Cookie("session"), new Place.Query("token"), new Place.Subprotocol());

    static UpgradeRequest request(String target, String... lines) {
        List<Header> headers = Arrays.stream(lines)
                .map(line -> new Header(
                        line.substring(0, line.indexOf(':')),
                        line.substring(line.indexOf(':') + 1).strip()))
                .toList();
        return new UpgradeRequest(
                new FakePeer("client", new FakeTime()), target, new Headers(headers), "ws://gateway.test");
    }

    private static String token(String target, String... lines) {
        return Place.find(ALL, request(target, lines)).token();
    }

    private static Refusal refusal(String target, String... lines) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> token(target, lines));
        assertThat(refused).as("a refusal").isNotNull();
        return refused.answer().refusal();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Bearer abc", "authorization: bearer   abc", "AUTHORIZATION: BEARER abc"})
    void authorizationIsOfTheSchemeBearer(String line) {
        assertThat(token("/ws", line)).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer",
                "Authorization: abc",
                "Authorization: Basic YWRhOmFkYQ==",
                "Authorization: Bearer a b",
                "Authorization: Bearer a,b",
                "Authorization: Bearer =",
                "Authorization: Bearer a=b",
                "Authorization: Bearerabc",
            })
    void authorizationThatIsNoTokenIsRefusedAndNotPassedOver(String line) {
        assertThat(refusal("/ws?token=abc", line, "Cookie: session=abc")).isEqualTo(Refusal.CREDENTIALS_INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer :abc",
                "Authorization: Bearer:abc",
                "Authorization: Bearer abc",
                "Authorization: Bearerabc",
                "Authorization: abc",
                "Authorization: bearer abc",
                "Authorization: Bearer : abc",
            })
    void nuropbTakesAllSpellingsOfItsGateway(String line) {
        assertThat(Place.find(List.of(new Place.Nuropb()), request("/ws", line)).token())
                .isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Bearer", "Authorization: Basic abc", "Authorization: Bearer a b"})
    void nuropbTakesNothingElse(String line) {
        RefusedException refused = catchThrowableOfType(
                RefusedException.class, () -> Place.find(List.of(new Place.Nuropb()), request("/ws", line)));

        assertThat(refused).isNotNull();
    }

    @Test
    void twoAuthorizationsAreRefused() {
        assertThat(refusal("/ws", "Authorization: Bearer abc", "Authorization: Bearer abc"))
                .isEqualTo(Refusal.CREDENTIALS_INVALID);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "session=abc|abc",
                "a=b; session=abc; c=d|abc",
                "a=b;session=abc;|abc",
                "session=\"abc\"|abc",
                "session=abc==|abc==",
                "Session=x; session=abc|abc",
                "xsession=x; session=abc|abc",
                "session=; session=abc|abc",
                "; =x; session ; session=abc|abc",
            })
    void cookieIsFoundByItsName(String cookies, String found) {
        assertThat(token("/ws", "Cookie: " + cookies)).isEqualTo(found);
    }

    @Test
    void cookieIsFoundOnAnyLine() {
        assertThat(token("/ws", "Cookie: a=b", "cookie: session=abc")).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"session=a; session=b", "session=abc; session=abc", "session=a b", "session=\"", "session=a%20b"
            })
    void cookieThatCouldBeTwoOrIsNoTokenIsRefused(String cookies) {
        assertThat(refusal("/ws", "Cookie: " + cookies)).isEqualTo(Refusal.CREDENTIALS_INVALID);
    }

    @ParameterizedTest
    @CsvSource({
        "/ws?token=abc, abc",
        "/ws/?a=b&token=abc&c, abc",
        "/ws?token=a%2Eb, a.b",
        "/ws?%74oken=abc, abc",
        "/ws?token=abc%3D%3D, abc==",
        "/ws?token=abc==, abc==",
        "/ws?token=a%2Bb, a+b",
        "/ws?token=&token=abc, abc",
    })
    void queryIsDecodedOnce(String target, String found) {
        assertThat(token(target)).isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ws?token=a&token=b",
                "/ws?token=a&%74oken=b",
                "/ws?token=a%252Eb",
                "/ws?token=a%2",
                "/ws?token=a+b",
                "/ws?token=a%00",
                "/ws?token=%FF",
                "/ws?token=a?token=b",
            })
    void queryThatIsNoTokenIsRefused(String target) {
        assertThat(refusal(target)).isEqualTo(Refusal.CREDENTIALS_INVALID);
    }

    @Test
    void firstSubprotocolIsTheToken() {
        UpgradeRequest request = request("/ws", "Sec-WebSocket-Protocol: a.b.c , chat.v1");

        assertThat(Place.find(ALL, request)).isEqualTo(new Place.Shown("a.b.c", "a.b.c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws", "/ws?", "/ws?token", "/ws?token=", "/ws?Token=abc", "/ws?a=token", "/ws?/token=abc"})
    void nothingAnywhereIsMissing(String target) {
        assertThat(refusal(target, "Cookie: session=; a=session", "Authorization: "))
                .isEqualTo(Refusal.CREDENTIALS_MISSING);
    }

    @Test
    void firstPlaceWhereSomethingStandsDecides() {
        UpgradeRequest request =
                request("/ws?token=query", "Sec-WebSocket-Protocol: protocol", "Cookie: session=cookie");

        assertThat(Place.find(ALL, request)).isEqualTo(new Place.Shown("cookie", ""));
        assertThat(Place.find(ALL.reversed(), request)).isEqualTo(new Place.Shown("protocol", "protocol"));
        assertThat(Place.find(List.of(new Place.Query("token")), request).token())
                .isEqualTo("query");
    }

    @Test
    void tokenIsOfAtMost16KiB() {
        assertThat(token("/ws", "Authorization: Bearer " + "a".repeat(16 * 1024)))
                .hasSize(16 * 1024);
        assertThat(refusal("/ws", "Authorization: Bearer " + "a".repeat(16 * 1024 + 1)))
                .isEqualTo(Refusal.CREDENTIALS_INVALID);
    }

    @Test
    void evidenceRepeatsNothingOfWhatWasShown() {
        assertThat(catchThrowableOfType(RefusedException.class, () -> token("/ws?token=s3cret,s3cret")))
                .hasMessageNotContaining("s3cret");
        assertThat(new Place.Shown("s3cret", "s3cret")).hasToString("Shown[***]");
    }
}
