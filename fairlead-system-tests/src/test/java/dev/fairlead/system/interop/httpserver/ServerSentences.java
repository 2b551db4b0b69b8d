// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.httpserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.fairlead.testkit.Answer;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.Patience;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for a server of the JDK's, wherever it is reached. */
abstract class ServerSentences {

    private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;

    /** {@return a server that was not started} */
    abstract HttpServer server() throws IOException;

    /** {@return a client of the server's, on a connection of its own} */
    abstract HttpSenderDriver sender();

    /** A request for a path and query of the server's. */
    abstract Handshake asking(String resource);

    /** Finds that there is no answer, since the handler gave none. */
    abstract void isTurnedAway(HttpSenderDriver sender);

    @AfterEach
    void stop() {
        goOn.countDown();
        if (server != null) {
            server.stop(0);
        }
        threads.shutdownNow();
    }

    private HttpContext serves(HttpHandler handler) throws IOException {
        return serves("/", handler);
    }

    /** Starts a server with one context, whose handlers run each on a thread of its own. */
    private HttpContext serves(String path, HttpHandler handler) throws IOException {
        server = server();
        HttpContext context = server.createContext(path, handler);
        server.setExecutor(threads);
        server.start();
        return context;
    }

    private HttpSenderDriver gets(String resource) {
        return sender().asks("GET", asking(resource));
    }

    private String told() throws InterruptedException {
        String next = notes.poll(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("something told in time").isNotNull();
        return next;
    }

    private void waits() {
        try {
            assertThat(goOn.await(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = utf8(text);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static HttpHandler saying(String text) {
        return exchange -> answer(exchange, text);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    // Contexts.

    @ParameterizedTest
    @CsvSource({
        "/, root",
        "/other?a=/api, root",
        "/API, root",
        "/api, api",
        "/api/7, api",
        "/apis, api",
        "/%61pi, api",
        "/api/deep, api",
        "/api/deep/, deep",
        "/api/deep/er?x, deep"
    })
    void contextWithTheLongestPathAnswers(String resource, String context) throws Exception {
        serves("/api", saying("api"));
        server.createContext("/api/deep/").setHandler(saying("deep"));
        server.createContext("/", saying("root"));

        gets(resource).isAnsweredWith(200, context);
    }

    @Test
    void whereNoContextIsThereIsNothingToFind() throws Exception {
        serves("/api", saying("api"));

        Answer answer = gets("/other").isAnswered();

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Content-Type")).contains("text/html");
    }

    @Test
    void contextThatWasRemovedIsNotFoundAndMayComeAgain() throws Exception {
        HttpContext root = serves(saying("root"));
        server.createContext("/api", saying("api"));

        server.removeContext("/api");
        gets("/api").isAnsweredWith(200, "root");
        server.removeContext(root);
        assertThat(gets("/api").isAnswered().status()).isEqualTo(404);
        server.createContext("/api", saying("again"));

        gets("/api").isAnsweredWith(200, "again");
        assertThatThrownBy(() -> server.removeContext(root)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> server.removeContext("/")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contextWithoutAHandlerIsAFaultUntilItHasOne() throws Exception {
        serves("/api", saying("api"));
        HttpContext empty = server.createContext("/empty");

        assertThat(gets("/empty").isAnswered().status()).isEqualTo(500);
        empty.setHandler(saying("full"));

        gets("/empty").isAnsweredWith(200, "full");
        assertThatThrownBy(() -> empty.setHandler(saying("more"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contextsThatCannotBeAreRefused() throws Exception {
        HttpContext context = serves("/api", saying("api"));

        assertThat(context.getPath()).isEqualTo("/api");
        assertThat(context.getServer()).isSameAs(server);
        assertThatThrownBy(() -> server.createContext("api", saying(""))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> server.createContext("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> server.createContext("/api")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> server.createContext("/other", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> server.createContext(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> context.setHandler(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> server.removeContext((String) null)).isInstanceOf(NullPointerException.class);
    }

    // What a handler sees.

    @Test
    void requestIsSeenAsItWasAsked() throws Exception {
        HttpContext context = serves(exchange -> {
            notes.add(exchange.getRequestMethod());
            notes.add(exchange.getRequestURI().toString());
            notes.add(exchange.getRequestURI().getPath());
            notes.add(exchange.getProtocol());
            notes.add(exchange.getHttpContext().getPath());
            notes.add("" + exchange.getPrincipal());
            notes.add("" + exchange.getResponseCode());
            answer(exchange, exchange.getResponseHeaders().size() + "");
        });

        sender().asks("PATCH", asking("/a%20b/c%2Fd/%C3%A4/?x=1&y=%26&z").with("Content-Length", "0"))
                .isAnsweredWith(200, "0");

        assertThat(notes)
                .containsExactly(
                        "PATCH",
                        "/a%20b/c%2Fd/%C3%A4/?x=1&y=%26&z",
                        "/a b/c/d/ä/",
                        "HTTP/1.1",
                        context.getPath(),
                        "null",
                        "-1");
    }

    @Test
    void headersAreFoundInAnyLetterCaseAndDoNotChange() throws Exception {
        serves(exchange -> {
            Headers headers = exchange.getRequestHeaders();
            notes.add(headers.getFirst("x-custom"));
            notes.add("" + headers.get("X-CUSTOM"));
            notes.add("" + headers.containsKey("X-Absent"));
            notes.add("" + headers.getFirst("content-length"));
            assertThatThrownBy(() -> headers.add("X-Custom", "more")).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> headers.remove("X-Custom")).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(headers::clear).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> headers.get("X-Custom").clear()).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> headers.keySet().clear()).isInstanceOf(UnsupportedOperationException.class);
            answer(exchange, "");
        });

        sender().asks("POST", asking("/").with("x-cUSTOM", "some, thing").with("Content-Length", "2"))
                .sends("ab")
                .receivesHead();

        assertThat(notes).containsExactly("some, thing", "[some, thing]", "false", "2");
    }

    @Test
    void addressOfTheClientIsItsOwn() throws Exception {
        serves(exchange -> answer(
                exchange,
                exchange.getRemoteAddress().getAddress().getHostAddress() + " "
                        + exchange.getRemoteAddress().getPort()));

        HttpSenderDriver sender = gets("/");

        sender.isAnsweredWith(200, "127.0.0.1 " + sender.socket().localPort());
    }

    @Test
    void addressOfTheServerIsWhereItWasAsked() throws Exception {
        serves(exchange -> answer(exchange, exchange.getLocalAddress().equals(server.getAddress()) + ""));

        gets("/").isAnsweredWith(200, "true");
    }

    // Filters and authenticators.

    @Test
    void filtersStandInFrontOfTheHandlerInTheirOrder() throws Exception {
        HttpContext context = serves(exchange -> {
            notes.add("handler");
            answer(exchange, "handler");
        });
        context.getFilters().add(Filter.beforeHandler("first", exchange -> notes.add("first")));
        context.getFilters()
                .add(Filter.afterHandler("last", exchange -> notes.add("after " + exchange.getResponseCode())));
        context.getFilters().add(new Answering());

        gets("/").isAnsweredWith(200, "handler");
        assertThat(List.of(told(), told(), told(), told())).containsExactly("first", "filter", "handler", "after 200");

        gets("/?stop").isAnsweredWith(200, "filter");
        assertThat(List.of(told(), told(), told())).containsExactly("first", "filter", "after 200");
        assertThat(notes).isEmpty();
    }

    /** Answers itself if it is asked to. */
    private final class Answering extends Filter {

        @Override
        public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
            notes.add("filter");
            if (exchange.getRequestURI().getQuery() != null) {
                answer(exchange, "filter");
            } else {
                chain.doFilter(exchange);
            }
        }

        @Override
        public String description() {
            return "answers";
        }
    }

    @Test
    void attributesOfAFilterAndOfTheContextAreTheHandlersToRead() throws Exception {
        HttpContext context = serves(exchange -> answer(
                exchange,
                exchange.getAttribute("of the filter") + " " + exchange.getAttribute("of the context") + " "
                        + exchange.getAttribute("taken back") + " " + exchange.getAttribute("absent")));
        context.getAttributes().put("of the context", "two");
        context.getFilters().add(Filter.beforeHandler("sets", exchange -> {
            exchange.setAttribute("of the filter", "one");
            exchange.setAttribute("taken back", "three");
            exchange.setAttribute("taken back", null);
        }));

        gets("/").isAnsweredWith(200, "one two null null");
    }

    @Test
    void filterAdaptsTheRequest() throws Exception {
        HttpContext context = serves(exchange ->
                answer(exchange, exchange.getRequestHeaders().getFirst("X-Added") + exchange.getRequestMethod()));
        context.getFilters()
                .add(Filter.adaptRequest("adds", request -> request.with("X-Added", List.of("more than was said "))));

        gets("/").isAnsweredWith(200, "more than was said GET");
    }

    @Test
    void filterPutsItsOwnStreamsInFront() throws Exception {
        HttpContext context = serves(exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        context.getFilters()
                .add(Filter.beforeHandler(
                        "shouts",
                        exchange -> exchange.setStreams(
                                new FilterInputStream(exchange.getRequestBody()) {
                                    @Override
                                    public int read(byte[] into, int offset, int length) throws IOException {
                                        int count = super.read(into, offset, Math.min(length, 1));
                                        if (count == 1 && into[offset] == 'a') {
                                            into[offset] = 'b';
                                        }
                                        return count;
                                    }
                                },
                                new FilterOutputStream(exchange.getResponseBody()) {
                                    @Override
                                    public void write(int b) throws IOException {
                                        super.write(Character.toUpperCase(b));
                                    }
                                })));

        sender().asks("POST", asking("/").with("Content-Length", "3"))
                .sends("abc")
                .isAnsweredWith(200, "BBC");
    }

    @Test
    void whoIsNotKnownIsAskedForItsNameAndLetInWithIt() throws Exception {
        HttpContext context = serves(exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            answer(
                    exchange,
                    exchange.getPrincipal().getUsername() + "@"
                            + exchange.getPrincipal().getRealm() + " " + new String(body, StandardCharsets.UTF_8));
        });
        context.getFilters().add(Filter.beforeHandler("before", exchange -> notes.add("" + exchange.getPrincipal())));
        BasicAuthenticator authenticator = new BasicAuthenticator("the house") {
            @Override
            public boolean checkCredentials(String username, String password) {
                return username.equals("ada") && password.equals("s3cret");
            }
        };
        assertThat(context.setAuthenticator(authenticator)).isNull();
        assertThat(context.getAuthenticator()).isSameAs(authenticator);

        HttpSenderDriver sender = sender();
        Answer unknown = posting(sender, asking("/")).isAnswered();
        Answer wrong = posting(sender, asking("/").with("Authorization", basic("ada:guess")))
                .isAnswered();
        posting(sender, asking("/").with("Authorization", basic("ada:s3cret")))
                .isAnsweredWith(200, "ada@the house body");

        assertThat(unknown.status()).isEqualTo(401);
        assertThat(unknown.header("WWW-Authenticate").orElseThrow()).startsWith("Basic realm=\"the house\"");
        assertThat(unknown.body()).isEmpty();
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(notes).containsExactly("null", "null", "null");
    }

    private static HttpSenderDriver posting(HttpSenderDriver sender, Handshake head) {
        return sender.asks("POST", head.with("Content-Length", "4")).sends("body");
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(utf8(credentials));
    }

    // Heads, lengths and bodies.

    @ParameterizedTest
    @ValueSource(ints = {1, 4096, 65_536})
    void bodyOfToldLengthHasIt(int size) throws Exception {
        byte[] body = random(size);
        serves(exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body, 0, size / 2);
                out.write(body, size / 2, size - size / 2);
            }
        });

        Answer answer = gets("/").isAnswered();

        assertThat(answer.header("Content-Length")).contains("" + size);
        assertThat(answer.body()).isEqualTo(body);
    }

    @Test
    void flushBehindTheLastByteLosesNoLength() throws Exception {
        serves(exchange -> {
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write(utf8("body"));
            exchange.getResponseBody().flush();
            exchange.getResponseBody().close();
        });

        Answer answer = gets("/").isAnsweredWith(200, "body");

        assertThat(answer.header("Content-Length")).contains("4");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70_000})
    void bodyOfAnyLengthEndsWhereItIsClosed(int size) throws Exception {
        byte[] body = random(size);
        serves(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (byte b : body) {
                exchange.getResponseBody().write(b);
            }
            exchange.getResponseBody().close();
        });

        assertThat(gets("/").isAnswered().body()).isEqualTo(body);
    }

    @Test
    void answerWithoutABodySaysSo() throws Exception {
        serves(exchange -> {
            exchange.sendResponseHeaders(202, -1);
            assertThatIOException().isThrownBy(() -> exchange.getResponseBody().write(1));
            exchange.getResponseBody().close();
            exchange.close();
            notes.add("" + exchange.getResponseCode());
        });

        Answer answer = gets("/").isAnsweredWith(202, "");

        assertThat(answer.header("Content-Length")).contains("0");
        assertThat(told()).isEqualTo("202");
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200, 12", "GET, 304, 12", "HEAD, 304, 12"})
    void lengthOfABodyThatIsNotSentIsTold(String method, int status, String length) throws Exception {
        serves(exchange -> {
            exchange.getResponseHeaders().set("Content-Length", length);
            exchange.sendResponseHeaders(status, -1);
        });

        HttpSenderDriver sender = sender().asks(method, asking("/"));
        Answer answer = sender.isAnsweredWith(status, "");

        assertThat(answer.header("Content-Length")).contains(length);
        sender.asks(method, asking("/")).isAnsweredWith(status, "");
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
    void answerThatHasNoBodyTakesNone(String method, int status) throws Exception {
        serves(exchange -> {
            exchange.sendResponseHeaders(status, 4);
            assertThatIOException().isThrownBy(() -> exchange.getResponseBody().write(utf8("body")));
            notes.add("refused");
        });

        HttpSenderDriver sender = sender().asks(method, asking("/"));

        assertThat(sender.isAnsweredWith(status, "").header("Transfer-Encoding"))
                .isEmpty();
        assertThat(told()).isEqualTo("refused");
        sender.asks(method, asking("/")).isAnsweredWith(status, "");
    }

    @Test
    void tooManyBytesAreRefusedAndTheRightOnesTaken() throws Exception {
        serves(exchange -> {
            exchange.sendResponseHeaders(200, 3);
            OutputStream body = exchange.getResponseBody();
            assertThatIOException().isThrownBy(() -> body.write(utf8("body")));
            body.write(utf8("abc"));
            assertThatIOException().isThrownBy(() -> body.write('d'));
            body.close();
            notes.add("closed");
        });

        gets("/").isAnsweredWith(200, "abc");
        assertThat(told()).isEqualTo("closed");
    }

    @Test
    void tooFewBytesAreNoAnswer() throws Exception {
        serves(exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write(utf8("body"));
            exchange.getResponseBody().close();
        });

        isTurnedAway(gets("/"));
    }

    @Test
    void headIsSentOnceAndBeforeTheBody() throws Exception {
        serves(exchange -> {
            OutputStream body = exchange.getResponseBody();
            assertThatIOException().isThrownBy(() -> body.write(utf8("body")));
            assertThatIOException().isThrownBy(body::flush);
            assertThatIOException().isThrownBy(body::close);
            exchange.sendResponseHeaders(200, 4);
            assertThatIOException().isThrownBy(() -> exchange.sendResponseHeaders(500, -1));
            body.write(utf8("body"));
            body.close();
            body.close();
            assertThatIOException().isThrownBy(() -> body.write(utf8("more")));
            assertThatIOException().isThrownBy(() -> exchange.sendResponseHeaders(500, -1));
            assertThatIOException().isThrownBy(exchange.getRequestBody()::read);
            notes.add("" + exchange.getResponseCode());
        });

        gets("/").isAnsweredWith(200, "body");
        assertThat(told()).isEqualTo("200");
    }

    @Test
    void headersOfTheAnswerComeAsTheyWereSet() throws Exception {
        serves(exchange -> {
            exchange.getResponseHeaders().add("Set-Cookie", "a=1; Path=/");
            exchange.getResponseHeaders().add("Set-Cookie", "b=2, or 3");
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.getResponseHeaders().add("X-Several", "1");
            exchange.getResponseHeaders().add("x-several", "2");
            exchange.sendResponseHeaders(418, 0);
            exchange.getResponseHeaders().set("X-Late", "too late");
            exchange.close();
        });

        Answer answer = gets("/").isAnswered();

        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.head().all("Set-Cookie")).containsExactly("a=1; Path=/", "b=2, or 3");
        assertThat(answer.header("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(String.join(", ", answer.head().all("X-Several"))).isEqualTo("1, 2");
        assertThat(answer.head().all("Date")).hasSize(1);
        assertThat(answer.header("X-Late")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, 8000000", "false, 8000000", "true, 65537", "true, 100", "false, 100"})
    void bodiesOfAnySizeComeBack(boolean sized, int size) throws Exception {
        serves(exchange -> {
            exchange.sendResponseHeaders(200, sized ? size : 0);
            exchange.getRequestBody().transferTo(exchange.getResponseBody());
            exchange.close();
        });
        byte[] body = random(size);

        HttpSenderDriver sender = sender();
        if (sized) {
            sender.asks("POST", asking("/").with("Content-Length", "" + size));
        } else {
            sender.asks("POST", asking("/").with("Transfer-Encoding", "chunked"));
        }
        threads.execute(() -> {
            for (int at = 0; at < size; at += 50_000) {
                byte[] part = Arrays.copyOfRange(body, at, Math.min(size, at + 50_000));
                if (sized) {
                    sender.sends(part);
                } else {
                    sender.sendsChunk(part);
                }
            }
            if (!sized) {
                sender.endsChunks();
            }
        });

        assertThat(sender.isAnswered().body()).isEqualTo(body);
    }

    @Test
    void clientAsksAgainOnTheSameConnection() throws Exception {
        serves(exchange -> answer(exchange, exchange.getRequestURI().getPath()));

        HttpSenderDriver sender = sender();

        sender.asks("GET", asking("/one")).isAnsweredWith(200, "/one");
        posting(sender, asking("/two")).isAnsweredWith(200, "/two");
        sender.asks("GET", asking("/three")).isAnsweredWith(200, "/three");
    }

    // Streaming.

    @Test
    void eventsArriveBeforeTheHandlerHasEnded() throws Exception {
        serves(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(utf8("data: one\n\n"));
                out.flush();
                waits();
                out.write(utf8("data: two\n\n"));
            }
        });

        HttpSenderDriver sender = gets("/events");

        assertThat(sender.receivesHead().header("Content-Type")).contains("text/event-stream");
        sender.receives("data: one\n\n");
        goOn.countDown();
        sender.receives("data: two\n\n").receivesEnd();
    }

    @Test
    void uploadIsReadWhileItComesAndAnsweredMeanwhile() throws Exception {
        serves(exchange -> {
            InputStream in = exchange.getRequestBody();
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            byte[] part = new byte[100];
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                out.write(part, 0, count);
                out.flush();
            }
            exchange.close();
        });

        HttpSenderDriver sender = sender().asks("POST", asking("/").with("Transfer-Encoding", "chunked"))
                .sendsChunk("one");
        sender.receivesHead();
        sender.receives("one").sendsChunk("two").receives("two").endsChunks().receivesEnd();
    }

    @Test
    void handlerLearnsThatItsClientHasLeft() throws Exception {
        serves(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] part = random(10_000);
            try {
                while (true) {
                    exchange.getResponseBody().write(part);
                    exchange.getResponseBody().flush();
                }
            } catch (IOException e) {
                notes.add("gone");
                throw e;
            }
        });

        HttpSenderDriver sender = gets("/");
        sender.receivesHead();
        sender.receivesPiece();
        sender.givesUp();

        assertThat(told()).isEqualTo("gone");
    }

    // Failures.

    @Test
    void handlerThatFailsHasNoAnswerAndTheNextOneHas() throws Exception {
        serves(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/fail")) {
                throw new IllegalStateException("s3cret");
            }
            answer(exchange, "fine");
        });

        isTurnedAway(gets("/fail"));
        gets("/").isAnsweredWith(200, "fine");
    }

    @Test
    void exchangeThatIsClosedBeforeItsHeadHasNoAnswer() throws Exception {
        serves(HttpExchange::close);

        isTurnedAway(gets("/"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100_000})
    void handlerThatFailsInTheMiddleCutsTheAnswerOff(long length) throws Exception {
        serves(exchange -> {
            exchange.sendResponseHeaders(200, length);
            exchange.getResponseBody().write(random(50_000));
            exchange.getResponseBody().flush();
            waits();
            throw new IOException("s3cret");
        });

        HttpSenderDriver sender = gets("/");
        sender.receivesHead();
        sender.receivesPiece();
        goOn.countDown();

        sender.isCutOff();
    }

    @Test
    void failureBehindTheAnswerChangesNothing() throws Exception {
        serves(exchange -> {
            answer(exchange, "fine");
            throw new IllegalStateException("s3cret");
        });

        gets("/").isAnsweredWith(200, "fine");
    }

    // Threads.

    @Test
    void withoutAnExecutorOneThreadDoesOneExchangeAfterTheOther() throws Exception {
        server = server();
        server.createContext("/", exchange -> {
            notes.add(exchange.getRequestURI().getPath());
            waits();
            answer(exchange, Thread.currentThread().threadId() + "");
        });
        assertThat(server.getExecutor()).isNull();
        server.start();
        assertThat(server.getExecutor()).isNotNull();

        HttpSenderDriver one = gets("/one");
        assertThat(told()).isEqualTo("/one");
        HttpSenderDriver two = gets("/two");
        two.isStillWaiting();
        assertThat(notes).isEmpty();
        goOn.countDown();

        assertThat(one.isAnswered().text()).isEqualTo(two.isAnswered().text());
        assertThat(told()).isEqualTo("/two");
    }

    @Test
    void executorThatIsGivenRunsTheHandlers() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        server = server();
        server.createContext("/", exchange -> {
            try {
                both.await(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IOException(e);
            }
            answer(exchange, Thread.currentThread().getName());
        });
        try (ExecutorService two = Executors.newFixedThreadPool(2, task -> new Thread(task, "mine"))) {
            server.setExecutor(two);
            assertThat(server.getExecutor()).isSameAs(two);
            server.start();

            HttpSenderDriver one = gets("/");
            gets("/").isAnsweredWith(200, "mine");
            one.isAnsweredWith(200, "mine");
            server.stop(0);
        }
    }

    @Test
    void exchangeMayBeEndedByAnotherThread() throws Exception {
        BlockingQueue<HttpExchange> waiting = new LinkedBlockingQueue<>();
        serves(waiting::add);

        HttpSenderDriver sender = gets("/");
        HttpExchange exchange = waiting.poll(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        sender.isStillWaiting();
        answer(exchange, "later");

        sender.isAnsweredWith(200, "later");
    }

    // The server's life.

    @Test
    void serverIsStartedOnceAndToldItsExecutorBefore() throws Exception {
        serves(saying("here"));

        assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> server.setExecutor(null)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> server.bind(server.getAddress(), 0)).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> server.stop(-1)).isInstanceOf(IllegalArgumentException.class);
        gets("/").isAnsweredWith(200, "here");
        server.stop(0);
        server.stop(0);
        assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void stopLeavesTimeToExchangesAndNoMoreThanTheyTake() throws Exception {
        serves(exchange -> {
            notes.add("begun");
            waits();
            answer(exchange, "the last one");
        });
        HttpSenderDriver sender = gets("/");
        assertThat(told()).isEqualTo("begun");

        long before = System.nanoTime();
        Thread stopping = Thread.ofVirtual().start(() -> {
            server.stop(30);
            notes.add("stopped");
        });
        sender.isStillWaiting();
        assertThat(notes).isEmpty();
        goOn.countDown();

        sender.isAnsweredWith(200, "the last one");
        assertThat(told()).isEqualTo("stopped");
        stopping.join();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void stopCutsOffWhatDoesNotEnd() throws Exception {
        serves(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(utf8("begun"));
            exchange.getResponseBody().flush();
            waits();
            try {
                exchange.getResponseBody().write(random(1_000_000));
                exchange.getResponseBody().flush();
            } catch (IOException e) {
                notes.add("cut off");
            }
        });
        HttpSenderDriver sender = gets("/");
        sender.receivesHead();
        sender.receives("begun");

        long before = System.nanoTime();
        server.stop(0);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));

        sender.isCutOff();
        goOn.countDown();
        assertThat(told()).isEqualTo("cut off");
    }
}
