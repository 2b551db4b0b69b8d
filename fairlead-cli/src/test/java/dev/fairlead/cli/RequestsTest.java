// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.http.RelayedHttpRequest;
import dev.fairlead.client.http.RelayedHttpResponse;
import dev.fairlead.protocol.control.RemoteEndpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RequestsTest {

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream raw = new PrintStream(shown, true, StandardCharsets.UTF_8);
    private final Output output =
            new Output(raw, new PrintWriter(raw, false, StandardCharsets.UTF_8), new PrintWriter(Writer.nullWriter()));

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Test
    void echoAnswersWithTheRequest() throws Exception {
        FakeExchange exchange = new FakeExchange("POST", "/hello/a b?c", "body ü".getBytes(StandardCharsets.UTF_8));

        Requests.echo(exchange);

        assertThat(exchange.answered()).isEqualTo("POST /hello/a b?c\nHost: relay.test\nX-oNe: 1\n\nbody ü");
        assertThat(exchange.headers).containsEntry("Content-Type", "text/plain; charset=utf-8");
    }

    @Test
    void requestIsPrintedWithItsBody() throws Exception {
        FakeExchange exchange = new FakeExchange("POST", "/hello?c", "line ü\n".getBytes(StandardCharsets.UTF_8));

        Requests.print(exchange, output);
        Requests.print(new FakeExchange("GET", "/hello", new byte[0]), output);
        Requests.print(new FakeExchange("PUT", "/hello", new byte[] {(byte) 0xC0, 1}), output);
        Requests.print(new FakeExchange("PUT", "/hello", new byte[100_000]), output);

        assertThat(exchange.status).isEqualTo(204);
        assertThat(shown().lines())
                .containsExactly(
                        "POST /hello?c",
                        "line ü",
                        "GET /hello",
                        "PUT /hello",
                        "[2 bytes of binary]",
                        "PUT /hello",
                        "[100000 bytes]");
    }

    @Test
    void forwardedRequestIsOneLineWithoutItsQuery() throws Exception {
        Requests.forward(
                new FakeExchange("GET", "/hello/x?token=s3cret", new byte[0]),
                exchange -> exchange.response().status(418),
                output);
        assertThatThrownBy(() -> Requests.forward(
                        new FakeExchange("GET", "/hello/y", new byte[0]),
                        exchange -> {
                            throw new IOException("reset");
                        },
                        output))
                .isInstanceOf(IOException.class);

        assertThat(shown().lines()).containsExactly("GET /hello/x: 418", "GET /hello/y: the local server broke off");
    }

    /** An exchange that is no more than what it is told. */
    private static final class FakeExchange implements RelayedExchange, RelayedHttpResponse {

        private final RelayedHttpRequest request;
        private final Map<String, String> headers = new TreeMap<>();
        private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
        private int status = 200;

        FakeExchange(String method, String target, byte[] body) {
            this.request = new FakeRequest(method, target, new String(body, StandardCharsets.ISO_8859_1));
        }

        String answered() {
            return answer.toString(StandardCharsets.UTF_8);
        }

        @Override
        public RelayedHttpRequest request() {
            return request;
        }

        @Override
        public RelayedHttpResponse response() {
            return this;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(Runnable action) {
            // nobody leaves here
        }

        @Override
        public RelayedHttpResponse status(int code) {
            status = code;
            return this;
        }

        @Override
        public RelayedHttpResponse status(int code, String reason) {
            return status(code);
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public RelayedHttpResponse header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        @Override
        public RelayedHttpResponse addHeader(String name, String value) {
            return header(name, value);
        }

        @Override
        public OutputStream body() {
            return answer;
        }

        @Override
        public void send(String text) {
            send(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void send(byte[] body) {
            answer.writeBytes(body);
        }

        @Override
        public boolean isCommitted() {
            return false;
        }
    }

    private record FakeRequest(String method, String target, String content) implements RelayedHttpRequest {

        @Override
        public String id() {
            return "1";
        }

        @Override
        public String path() {
            return target.replaceFirst("\\?.*", "");
        }

        @Override
        public String suffix() {
            return "";
        }

        @Override
        public String query() {
            return "";
        }

        @Override
        public Map<String, String> headers() {
            return new TreeMap<>(Map.of("Host", "relay.test", "X-oNe", "1"));
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers().get(name));
        }

        @Override
        public RemoteEndpoint remoteEndpoint() {
            return RemoteEndpoint.UNKNOWN;
        }

        @Override
        public InputStream body() {
            return new ByteArrayInputStream(content.getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public OptionalLong bodyLength() {
            return OptionalLong.of(content.length());
        }
    }
}
