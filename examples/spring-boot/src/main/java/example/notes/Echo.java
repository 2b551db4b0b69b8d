// SPDX-License-Identifier: Apache-2.0
package example.notes;

import java.io.IOException;
import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.SubProtocolCapable;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** Says what was said; at "bye" it says its own last word. */
class Echo extends TextWebSocketHandler implements SubProtocolCapable {

    @Override
    public List<String> getSubProtocols() {
        return List.of("echo.v1");
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
        if (message.getPayload().equals("bye")) {
            session.close(new CloseStatus(4000, "until next time"));
        } else {
            session.sendMessage(new TextMessage("you said: " + message.getPayload()));
        }
    }

    /** Serves it at {@code echo}. */
    @Configuration
    @EnableWebSocket
    static class At implements WebSocketConfigurer {

        @Override
        public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
            registry.addHandler(new Echo(), "/echo");
        }
    }
}
