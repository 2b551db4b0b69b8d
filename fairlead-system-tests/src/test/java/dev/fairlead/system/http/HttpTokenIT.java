// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SharedAccess;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Where a plain request may have its token, which counts first, and who needs none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpTokenIT {

    private final RelayUnderTest relay = new RelayUnderTest()
            .knows("path: open, senderAuthorization: anonymous")
            .knows("path: silent");
    private ListenerDriver listener;
    private ListenerDriver open;
    private String good;

    @BeforeAll
    void listen() {
        listener = relay.listener("a/Orders").online();
        open = relay.listener("open").online();
        good = relay.token("a/orders", Right.SEND);
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    private HttpSenderDriver asks(String query, UnaryOperator<Handshake> change) {
        return relay.http("a/orders").withoutToken().asks("GET", query, change);
    }

    private static UnaryOperator<Handshake> with(String name, String value) {
        return head -> head.with(name, value);
    }

    private static String inQuery(String token) {
        return "?sb-hc-token=" + SharedAccess.encode(token);
    }

    private void isServed(HttpSenderDriver sender) {
        Asked asked = listener.isAsked();
        assertThat(asked.target()).isEqualTo("/a/Orders");
        assertThat(asked.headers().toString()).doesNotContain("SharedAccessSignature");
        asked.answers(200, "served");
        sender.isAnsweredWith(200, "served");
    }

    @Test
    void tokenMayStandInEachOfItsPlaces() {
        isServed(asks("", with("ServiceBusAuthorization", good)));
        isServed(asks("", with("servicebusauthorization", good)));
        isServed(asks("", with("Authorization", good)));
        isServed(asks(inQuery(good), head -> head));
        isServed(asks("?SB-HC-TOKEN=" + SharedAccess.encode(good), head -> head));
    }

    /** Unlike on an upgrade, where the header counts first. */
    @Test
    void queryCountsBeforeTheHeaderAndThatBeforeAuthorization() {
        isServed(asks(inQuery(good), with("ServiceBusAuthorization", "bad")));
        asks(inQuery("bad"), with("ServiceBusAuthorization", good)).isRefusedWith(401, "MalformedToken");
        asks("", head -> head.with("ServiceBusAuthorization", "bad").with("Authorization", good))
                .isRefusedWith(401, "MalformedToken");
        asks(inQuery("bad"), with("Authorization", good)).isRefusedWith(401, "MalformedToken");
        isServed(asks("", head -> head.with("ServiceBusAuthorization", good).with("Authorization", "bad")));
    }

    @Test
    void whatIsNoGoodTokenIsRefused() {
        asks("", head -> head).isRefusedWith(401, "MissingToken");
        asks("", with("Authorization", "Basic YTpi")).isRefusedWith(401, "");
        asks("", with("ServiceBusAuthorization", good.replace("&se=", "&se=1"))).isRefusedWith(401, "signature");
        asks("", with("ServiceBusAuthorization", relay.token("a/orders", Duration.ofSeconds(-1), Right.SEND)))
                .isRefusedWith(401, "ExpiredToken");
        asks("", with("ServiceBusAuthorization", relay.token("a/invoices", Right.SEND)))
                .isRefusedWith(401, "InvalidAudience");
        asks("", with("ServiceBusAuthorization", relay.token("a/orders", Right.LISTEN)))
                .isRefusedWith(403, "'Send' claim");
        listener.isNotOffered();
    }

    @Test
    void refusalIsJson() {
        assertThat(asks("", head -> head).isRefusedWith(401, "").text())
                .startsWith("{\"error\":{\"code\":\"TokenMissingOrInvalid\",\"message\":\"MissingToken");
    }

    @Test
    void tokenOfWhatLiesBelowIsGoodBelow() {
        String below = relay.token("a/orders/below", Right.SEND);

        HttpSenderDriver sender = relay.http("a/orders")
                .withoutToken()
                .asks("GET", "/below/that", with("ServiceBusAuthorization", below));
        listener.isAsked().answers(200, "served");
        sender.isAnsweredWith(200, "served");
        asks("", with("ServiceBusAuthorization", below)).isRefusedWith(401, "InvalidAudience");
    }

    @Test
    void anonymousSenderNeedsNoneAndABadOneIsNotLookedAt() {
        for (String token : new String[] {"", "bad", relay.token("elsewhere")}) {
            HttpSenderDriver sender = relay.http("open")
                    .withoutToken()
                    .asks("GET", "", head -> token.isEmpty() ? head : head.with("ServiceBusAuthorization", token));
            open.isAsked().answers(200, "welcome");
            sender.isAnsweredWith(200, "welcome");
        }
    }

    @Test
    void tokenIsJudgedBeforeWhatIsThere() {
        for (String path : new String[] {"nowhere", "silent", "a/orders"}) {
            relay.http(path).withoutToken().gets().isRefusedWith(401, "MissingToken");
        }
        relay.http("nowhere").gets().isRefusedWith(404, "Endpoint does not exist");
        relay.http("silent").gets().isRefusedWith(404, "no listeners connected");
    }
}
