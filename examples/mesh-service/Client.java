// SPDX-License-Identifier: Apache-2.0
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** A client of the gateway, which asks the service "stock" and prints what it hears: java Client.java METHOD PARAMS */
public class Client implements WebSocket.Listener {

    private final StringBuilder message = new StringBuilder();
    private final CountDownLatch closed = new CountDownLatch(1);

    public static void main(String[] arguments) throws InterruptedException {
        String told = System.getenv("FAIRLEAD_GATEWAY_URI");
        URI gateway = URI.create(told == null ? "ws://127.0.0.1:9400/websocket" : told);
        Client client = new Client();
        WebSocket socket =
                HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(gateway, client).join();
        if (arguments.length > 0) {
            String params = arguments.length > 1 ? arguments[1] : "{}";
            socket.sendText(
                    "{\"type\": \"request\", \"payload\": {\"service\": \"stock\", \"method\": \"" + arguments[0]
                            + "\", \"params\": " + params + ", \"trace_id\": \"example\"}}",
                    true);
        }
        client.closed.await();
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            System.out.println(message);
            message.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        closed.countDown();
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        System.err.println(error);
        closed.countDown();
    }
}
