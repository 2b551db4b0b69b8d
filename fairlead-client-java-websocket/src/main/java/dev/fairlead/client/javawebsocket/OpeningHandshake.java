// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.javawebsocket;

import java.util.List;
import java.util.Map;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketListener;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.HandshakeState;
import org.java_websocket.enums.Role;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.exceptions.InvalidHandshakeException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.HandshakeBuilder;
import org.java_websocket.handshake.HandshakeImpl1Client;
import org.java_websocket.handshake.ServerHandshakeBuilder;

/**
 * Answers a sender's handshake as Java-WebSocket answers one on a port: the first draft that matches it decides, after the
 * program's own hook.
 */
final class OpeningHandshake {

    /** What relays pass on has a key; drafts insist on one, and the answer to it is the relay's. */
    private static final String SOME_KEY = "AAAAAAAAAAAAAAAAAAAAAA==";

    private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol";

    private OpeningHandshake() {}

    /** What became of a handshake. */
    sealed interface Answer {

        /**
         * The connection may be.
         *
         * @param draft this connection's own copy
         * @param subprotocol empty for none
         */
        record Accepted(Draft draft, String subprotocol) implements Answer {}

        /**
         * The sender is refused.
         *
         * @param status the HTTP status that Java-WebSocket answers on a port
         * @param text its reason phrase
         * @param code what {@code onClosing} is told
         * @param reason what {@code onClosing} is told
         */
        record Refused(int status, String text, int code, String reason) implements Answer {

            static Refused byHook(InvalidDataException e) {
                return new Refused(404, "WebSocket Upgrade Failure", e.getCloseCode(), words(e));
            }

            static Refused noDraft() {
                return new Refused(404, "WebSocket Upgrade Failure", CloseFrame.PROTOCOL_ERROR, "no draft matches");
            }

            static Refused byFault(RuntimeException e) {
                return new Refused(500, "Internal Server Error", CloseFrame.NEVER_CONNECTED, words(e));
            }

            private static String words(Exception e) {
                return e.getMessage() == null ? "" : e.getMessage();
            }
        }
    }

    /**
     * {@return a sender's request as Java-WebSocket shows requests}
     *
     * @param resource path and query
     * @param headers of the sender. No extension can be agreed on through a relay, so that none is offered to the draft
     */
    static ClientHandshake request(String resource, Map<String, String> headers) {
        HandshakeImpl1Client request = new HandshakeImpl1Client();
        request.setResourceDescriptor(resource);
        request.put("Upgrade", "websocket");
        request.put("Connection", "Upgrade");
        request.put("Sec-WebSocket-Version", "13");
        request.put("Sec-WebSocket-Key", SOME_KEY);
        headers.forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Sec-WebSocket-Extensions")) {
                request.put(name, value);
            }
        });
        return request;
    }

    /**
     * Asks the drafts, and the hook of the program.
     *
     * @param drafts in order of preference; the usual one if there is none
     */
    static Answer answer(WebSocket socket, WebSocketListener server, List<Draft> drafts, ClientHandshake request) {
        for (Draft known : drafts.isEmpty() ? List.<Draft>of(new Draft_6455()) : drafts) {
            Draft draft = known.copyInstance();
            draft.setParseMode(Role.SERVER);
            try {
                if (draft.acceptHandshakeAsServer(request) == HandshakeState.MATCHED) {
                    return answer(socket, server, draft, request);
                }
            } catch (InvalidHandshakeException e) {
                // as on a port: the next draft may understand it
            }
        }
        return Answer.Refused.noDraft();
    }

    private static Answer answer(WebSocket socket, WebSocketListener server, Draft draft, ClientHandshake request)
            throws InvalidHandshakeException {
        ServerHandshakeBuilder response;
        try {
            response = server.onWebsocketHandshakeReceivedAsServer(socket, draft, request);
        } catch (InvalidDataException e) {
            return Answer.Refused.byHook(e);
        } catch (RuntimeException e) {
            server.onWebsocketError(socket, e);
            return Answer.Refused.byFault(e);
        }
        HandshakeBuilder complete = draft.postProcessHandshakeResponseAsServer(request, response);
        return new Answer.Accepted(draft, complete.getFieldValue(SUBPROTOCOL));
    }
}
