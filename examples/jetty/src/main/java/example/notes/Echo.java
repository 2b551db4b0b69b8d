// SPDX-License-Identifier: Apache-2.0
package example.notes;

import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/** Says what was said; at "bye" it says its own last word. */
public class Echo extends Session.Listener.AbstractAutoDemanding {

    static final String SUBPROTOCOL = "echo.v1";

    @Override
    public void onWebSocketText(String message) {
        if (message.equals("bye")) {
            getSession().close(4000, "until next time", Callback.NOOP);
        } else {
            getSession().sendText("you said: " + message, Callback.NOOP);
        }
    }
}
