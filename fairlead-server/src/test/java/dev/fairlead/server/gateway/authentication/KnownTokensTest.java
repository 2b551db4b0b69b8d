// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.gateway.session.Client;
import dev.fairlead.server.settings.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownTokensTest {

    private final KnownTokens tokens = new KnownTokens(
            List.of(new Place.Authorization(), new Place.Subprotocol()),
            List.of(
                    new KnownToken(Secret.of("token-of-ada"), "ada"),
                    new KnownToken(Secret.of("token-of-bob"), "bob"),
                    new KnownToken(Secret.of("token-of-nobody"), null)));

    @ParameterizedTest
    @ValueSource(strings = {"ada", "bob"})
    void bearerIsTheTokensUserForEver(String user) {
        String token = "token-of-" + user;

        assertThat(tokens.admit(PlaceTest.request("/ws", "Authorization: Bearer " + token)))
                .succeedsWithin(Duration.ZERO)
                .isEqualTo(new Authentication.Admitted(new Client(user, null, Map.of(), token), ""));
    }

    @Test
    void tokenMayBeNobodysInParticular() {
        assertThat(tokens.renew("token-of-nobody"))
                .succeedsWithin(Duration.ZERO)
                .isEqualTo(new Client(null, null, Map.of(), "token-of-nobody"));
    }

    @Test
    void subprotocolThatIsTheTokenIsTold() {
        assertThat(tokens.admit(PlaceTest.request("/ws", "Sec-WebSocket-Protocol: token-of-ada, chat")))
                .succeedsWithin(Duration.ZERO)
                .extracting(Authentication.Admitted::subprotocol)
                .isEqualTo("token-of-ada");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token-of-adb", "token-of-ad", "token-of-adaa", "Token-of-ada", "t"})
    void unknownTokenIsRefusedWithoutBeingRepeated(String token) {
        assertThat(tokens.admit(PlaceTest.request("/ws", "Authorization: Bearer " + token)))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.answer().refusal()).isEqualTo(Refusal.CREDENTIALS_INVALID))
                .withMessageNotContaining("token-of-a");
    }

    @Test
    void noTokenIsMissing() {
        assertThat(tokens.admit(PlaceTest.request("/ws")))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.answer().refusal()).isEqualTo(Refusal.CREDENTIALS_MISSING));
    }
}
