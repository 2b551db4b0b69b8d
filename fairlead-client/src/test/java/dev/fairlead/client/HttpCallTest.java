// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.http.HttpCall;
import dev.fairlead.client.http.HttpReply;
import dev.fairlead.client.http.HttpSender;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallTest {

    private final BlockingQueue<LocalServer.Asked> asked = new LinkedBlockingQueue<>();

    private static HttpCall call(LocalServer relay, String method) {
        return HttpSender.of(
                        ConnectionString.parse(
                                "Endpoint=" + relay.address() + "/;SharedAccessKeyName=k;SharedAccessKey=c2VjcmV0"),
                        "hyco")
                .call(method, "x y?z");
    }

    @Test
    void answerIsToldAsItCame() throws Exception {
        try (LocalServer relay = new LocalServer(request -> {
                    asked.add(request);
                    request.answers("207 Quite so", "Via: 1.1 relay.test\r\nX-oNe: 1\r\nx-one: 2\r\n", "ü");
                });
                HttpReply reply = call(relay, "REPORT")
                        .header("X-Mine", " v ")
                        .body("content".getBytes(StandardCharsets.UTF_8))
                        .send()) {

            LocalServer.Asked request = asked.take();
            assertThat(request.method + " " + request.target).isEqualTo("REPORT /hyco/x%20y?z");
            assertThat(request.headers)
                    .containsEntry("X-Mine", "v")
                    .containsEntry("Content-Length", "7")
                    .containsEntry("Host", relay.address().substring("http://".length()))
                    .containsKey("ServiceBusAuthorization");
            assertThat(reply.status()).isEqualTo(207);
            assertThat(reply.reason()).isEqualTo("Quite so");
            assertThat(reply.headers()).contains(new Header("X-oNe", "1"), new Header("x-one", "2"));
            assertThat(reply.header("X-ONE")).contains("1");
            assertThat(reply.isOfListener()).isTrue();
            assertThat(new String(reply.body().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("ü");
        }
    }

    @Test
    void relaysOwnAnswerHasNoVia() throws Exception {
        try (LocalServer relay = new LocalServer(request -> request.answers("404 Nobody", "", ""));
                HttpReply reply = call(relay, "GET").send()) {
            assertThat(reply.isOfListener()).isFalse();
            assertThat(reply).hasToString("HttpReply[404 Nobody]");
        }
    }

    @Test
    void bodyIsSentWhileTheAnswerIsRead() throws Exception {
        try (LocalServer relay = new LocalServer(request -> {
                    request.begins("");
                    byte[] part;
                    do {
                        part = request.part();
                        request.chunk(part);
                    } while (part.length > 0);
                });
                HttpReply reply = call(relay, "POST").body(many(20_000_000)).send()) {
            long heard = 0;
            byte[] part = new byte[100_000];
            for (int count = reply.body().read(part);
                    count >= 0;
                    count = reply.body().read(part)) {
                heard += count;
            }
            assertThat(heard).isEqualTo(20_000_000);
        }
    }

    private static InputStream many(int bytes) {
        return new InputStream() {
            private int left = bytes;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int count = Math.min(left, length);
                left -= count;
                return count == 0 ? -1 : count;
            }
        };
    }

    @Test
    void answerThatIsCutOffThrows() throws Exception {
        try (LocalServer relay =
                        new LocalServer(request -> request.says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
                HttpReply reply = call(relay, "GET").send()) {
            assertThatThrownBy(() -> reply.body().readAllBytes()).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Content-Length", "transfer-encoding", "Expect", "a b", ""})
    void headersOfTheConnectionAreTheCallsOwn(String name) throws Exception {
        try (LocalServer relay = new LocalServer(request -> request.answers("200 OK", "", ""))) {
            assertThatThrownBy(() -> call(relay, "GET").header(name, "x")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> call(relay, "GET").header("a", "b\r\nc"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> call(relay, "connect")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
