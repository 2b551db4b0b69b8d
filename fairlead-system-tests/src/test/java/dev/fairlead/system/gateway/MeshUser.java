// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.WireFrame;

/** A client of a gateway before a mesh. Belongs to one thread. */
final class MeshUser implements AutoCloseable {

    private final RawWebSocket socket;
    private final String hello;

    private MeshUser(RawWebSocket socket) {
        this.socket = socket;
        this.hello = socket.receivesButNoPings().text();
    }

    /** {@return the token that the gateways of these tests know a user by} */
    static String tokenOf(String user) {
        return "token-of-" + user;
    }

    /** {@return the keys of a gateway that knows these users, before a mesh} */
    static String[] gateway(String amqpUri, String... users) {
        String[] keys = new String[5 + 2 * users.length];
        String endpoint = "gateway.endpoints.0.";
        keys[0] = endpoint + "path=/websocket";
        keys[1] = endpoint + "backend.type=mesh";
        keys[2] = endpoint + "backend.amqpUri=" + amqpUri;
        keys[3] = endpoint + "backend.serviceName=gateway";
        keys[4] = endpoint + "authentication.type=bearer";
        for (int i = 0; i < users.length; i++) {
            keys[5 + 2 * i] = endpoint + "authentication.tokens." + i + ".token=" + tokenOf(users[i]);
            keys[6 + 2 * i] = endpoint + "authentication.tokens." + i + ".user=" + users[i];
        }
        return keys;
    }

    /** {@return a user who has come, and was told hello} */
    static MeshUser comes(RelayUnderTest gateway, String user) {
        return new MeshUser(RawWebSocket.dial(gateway.uri())
                .upgrades(Handshake.to("/websocket").with("Authorization", "Bearer " + tokenOf(user))));
    }

    /** {@return what it heard first} */
    String hello() {
        return hello;
    }

    /** {@return the id that it was told} */
    String sessionId() {
        return hello.replaceAll(".*\"session_id\": \"([0-9a-f]{32})\".*", "$1");
    }

    /** It asks, and does not wait for the response. */
    MeshUser says(String service, String method, String params, String traceId) {
        return says("{\"type\": \"request\", \"payload\": {\"service\": \"" + service + "\", \"method\": \"" + method
                + "\", \"params\": " + params + ", \"trace_id\": \"" + traceId + "\"}}");
    }

    /** It says this. */
    MeshUser says(String message) {
        socket.sends(WireFrame.text(message));
        return this;
    }

    /** {@return the payload of the Close that it hears next} */
    byte[] isClosed() {
        WireFrame close = socket.receivesButNoPings();
        assertThat(close.opcode()).isEqualTo(WireFrame.CLOSE);
        return close.payload();
    }

    /** {@return what it hears next} */
    String hears() {
        return socket.receivesButNoPings().text();
    }

    /** {@return the payload of the response, behind its trace id, which is the one that it gave} */
    String asks(String service, String method, String params) {
        String response = says(service, method, params, "T").hears();
        String start = "{\"type\": \"response\", \"payload\": {\"trace_id\": \"T\", ";
        assertThat(response).startsWith(start);
        return response.substring(start.length(), response.length() - 2);
    }

    /** It hears nothing for a while. */
    MeshUser hearsNothing() {
        socket.hearsNothing();
        return this;
    }

    @Override
    public void close() {
        socket.close();
    }
}
