// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fairlead.protocol.token.SasToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The relay of these tests is a web server that remembers what it was asked. */
class RequestVerbTest {

    private final CommandLineDriver user = new CommandLineDriver();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private HttpServer relay;
    private String string;
    private int status = 200;
    private boolean relaysOwn;
    private byte[] answer = "hello\n".getBytes(StandardCharsets.UTF_8);

    @BeforeEach
    void start() throws IOException {
        relay = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        relay.setExecutor(Executors.newCachedThreadPool());
        relay.createContext("/", this::answers);
        relay.start();
        string = "Endpoint=http://127.0.0.1:" + relay.getAddress().getPort()
                + "/;SharedAccessKeyName=k;SharedAccessKey=c2VjcmV0";
    }

    @AfterEach
    void stop() {
        never.countDown();
        relay.stop(0);
    }

    private void answers(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        exchange.getRequestHeaders().forEach((name, values) -> asked.add(name + ": " + String.join(", ", values)));
        asked.add("body " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        if (!relaysOwn) {
            exchange.getResponseHeaders().add("Via", "1.1 relay.test");
        }
        exchange.getResponseHeaders().add("X-Odd", "1");
        boolean bodiless = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, bodiless ? -1 : answer.length);
        if (!bodiless) {
            exchange.getResponseBody().write(answer);
        }
        exchange.close();
    }

    private void types(ExitCode exitCode, String... args) {
        String[] all = new String[args.length + 2];
        all[0] = "request";
        all[1] = string;
        System.arraycopy(args, 0, all, 2, args.length);
        user.types(all).exitsWith(exitCode);
    }

    @Test
    void bodyOfTheAnswerIsPrintedAsItIs() {
        answer = new byte[200_000];
        new Random(1).nextBytes(answer);

        types(ExitCode.DONE, "hello");

        assertThat(user.bytes()).isEqualTo(answer);
        assertThat(user.err()).isEmpty();
        assertThat(asked).contains("GET /hello", "User-agent: fairlead", "body ");
        String token = asked.stream()
                .filter(line -> line.startsWith("Servicebusauthorization: "))
                .findFirst()
                .orElseThrow();
        assertThat(SasToken.parse(token.replaceFirst(".*?: ", "")).resource()).isEqualTo("http://127.0.0.1/hello/");
    }

    @ParameterizedTest
    @CsvSource({
        "hello, /hello",
        "/hello/, /hello/",
        "hello/a b/%2F?c=d e&f, /hello/a%20b/%2F?c=d%20e&f",
        "hello?endpoint=x, /hello?endpoint=x",
        "a%20b/c, /a%20b/c",
    })
    void pathMayGoOnBelowAndHaveAQuery(String path, String target) {
        types(ExitCode.DONE, path);

        assertThat(asked).contains("GET " + target);
    }

    @Test
    void entityPathNamesTheHybridConnectionOfItsOwn() {
        string += ";EntityPath=Sales/Orders";

        types(ExitCode.DONE);
        assertThat(asked).contains("GET /Sales/Orders");
        types(ExitCode.DONE, "sales/orders/7?x");
        assertThat(asked).contains("GET /Sales/Orders/7?x");
        types(ExitCode.DONE, "?x=y");
        assertThat(asked).contains("GET /Sales/Orders?x=y");
        types(ExitCode.USAGE, "sales");
        assertThat(user.err())
                .startsWith(
                        "fairlead: PATH: sales (expected: Sales/Orders or what lies below it, as the connection string's"
                                + " EntityPath says)");
    }

    @Test
    void headIsPrintedWhereItIsAskedFor() {
        status = 404;

        types(ExitCode.DONE, "hello", "-i");
        assertThat(user.out())
                .startsWith("HTTP/1.1 404 Not Found\n")
                .contains("Via: 1.1 relay.test\n")
                .endsWith("\n\nhello\n");
        types(ExitCode.DONE, "hello", "-I");
        assertThat(user.out()).startsWith("HTTP/1.1 404 Not Found\n").endsWith("\n\n");
        assertThat(asked).contains("HEAD /hello");
    }

    @Test
    void dataIsPostedAsAFormUnlessTold(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("data"), "b=2\r\n&c=3\n");

        types(ExitCode.DONE, "hello", "-d", "a=ü", "-d", "@" + file);
        assertThat(asked)
                .contains("POST /hello", "Content-type: application/x-www-form-urlencoded", "body a=ü&b=2&c=3");
        asked.clear();
        types(
                ExitCode.DONE,
                "hello",
                "--data-binary",
                "@" + file,
                "-X",
                "PATCH",
                "-H",
                "content-type: text/csv",
                "-H",
                "X-A:1");
        assertThat(asked)
                .contains("PATCH /hello", "Content-type: text/csv", "X-a: 1", "body b=2\r\n&c=3\n")
                .doesNotContain("Content-type: application/x-www-form-urlencoded");
    }

    @Test
    void fileOfWhateverLengthIsUploaded(@TempDir Path folder) throws IOException {
        Path small = Files.writeString(folder.resolve("small"), "x");
        Path large = Files.writeString(folder.resolve("large"), "y".repeat(100_000));

        types(ExitCode.DONE, "hello", "-T", small.toString());
        assertThat(asked).contains("PUT /hello", "Content-length: 1", "body x");
        types(ExitCode.DONE, "hello", "-T", large.toString());
        assertThat(asked).contains("Transfer-encoding: chunked", "body " + "y".repeat(100_000));
        user.feeds(new ByteArrayInputStream("from the keyboard".getBytes(StandardCharsets.UTF_8)));
        types(ExitCode.DONE, "hello", "-T", "-", "-X", "POST");
        assertThat(asked).contains("POST /hello", "body from the keyboard");
    }

    @Test
    void bodyGoesToAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("out");

        types(ExitCode.DONE, "hello", "-o", file.toString());

        assertThat(Files.readString(file)).isEqualTo("hello\n");
        assertThat(user.out()).isEmpty();
    }

    @Test
    void statusOfTheListenerIsAFailureOnlyIfAsked() {
        status = 500;

        types(ExitCode.DONE, "hello");
        assertThat(user.out()).isEqualTo("hello\n");
        types(ExitCode.FAILED, "hello", "-f");
        assertThat(user.out()).isEmpty();
        assertThat(user.err().strip()).isEqualTo("fairlead: the listener answered 500 Internal Server Error");
        types(ExitCode.FAILED, "hello", "-sf");
        assertThat(user.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | hello: 401 Unauthorized; see that the key is the relay's, and that its rule has the right Send",
                "404 | nobody listens on hello: start a listener first, with `fairlead listen hello --echo` for one (hello: 404 Not Found)",
                "504 | hello: 504 Gateway Timeout",
            })
    void refusalOfTheRelayIsAFailureInWords(int refusal, String words) {
        relaysOwn = true;
        status = refusal;

        types(ExitCode.FAILED, "hello/x");

        assertThat(user.out()).isEmpty();
        assertThat(user.err().strip()).isEqualTo("fairlead: " + words);
    }

    @Test
    void relayThatIsNotThereIsToldByItsAddress() {
        string = "Endpoint=http://127.0.0.1:1/";

        types(ExitCode.FAILED, "hello");

        assertThat(user.err().strip())
                .isEqualTo(
                        "fairlead: hello: Connection refused; see that the relay runs, and that http://127.0.0.1:1/ is its"
                                + " address");
    }

    @Test
    void patienceEndsWhenTold() {
        relay.removeContext("/");
        relay.createContext("/", exchange -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        types(ExitCode.FAILED, "hello", "--max-time", "0.2");

        assertThat(user.err().strip()).isEqualTo("fairlead: no whole answer within 0.2 s (--max-time)");
    }

    @Test
    void answerThatIsCutOffIsAFailure() {
        relay.removeContext("/");
        relay.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Via", "1.1 relay.test");
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            exchange.close();
        });

        types(ExitCode.FAILED, "hello");

        assertThat(user.bytes()).hasSize(10);
        assertThat(user.err().strip()).isEqualTo("fairlead: the answer was cut off before its end");
    }

    @Test
    void outputThatNobodyReadsEndsTheCommand(@TempDir Path folder) {
        types(ExitCode.USAGE, "hello", "-o", folder.toString());

        assertThat(user.err()).startsWith("fairlead: -o: " + folder + " (expected: a file that you may write)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a -H Oops | -H: Oops (expected: 'Name: value')",
                "a -H Host:x | header: Host (expected: a header name, and none of the connection's own)",
                "a -X CON(NECT | method: CON(NECT (expected: a token, such as GET, but CONNECT)",
                "a -d x -I | -d, -T and -I: several (expected: one of them)",
                "a -d @/not/there | -d: @/not/there (expected: @ and a file that you may read)",
                "a -T /not/there | -T: /not/there (expected: a file that you may read, or -)",
                "a --max-time soon | --max-time: soon (expected: seconds, such as 30 or 0.5)",
                "a/%zz | PATH: The path has a broken percent escape (expected: ",
                "a/../b | PATH: The path has a dot segment (expected: ",
            })
    void wrongUseIsNamed(String typed, String words) {
        types(ExitCode.USAGE, typed.split(" "));

        assertThat(user.err()).startsWith("fairlead: " + words).contains("Try 'fairlead request --help'.");
        assertThat(asked).isEmpty();
    }

    @Test
    void pathIsNeeded() {
        types(ExitCode.USAGE);

        assertThat(user.err()).startsWith("fairlead: PATH: none (expected: a hybrid connection's name");
    }

    @Test
    void inputIsReadWhileTheAnswerIsPrinted() {
        relay.removeContext("/");
        relay.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Via", "1.1 relay.test");
            exchange.sendResponseHeaders(200, 0);
            exchange.getRequestBody().transferTo(exchange.getResponseBody());
            exchange.close();
        });
        user.feeds(new InputStream() {
            private int left = 8_000_000;

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
        });

        types(ExitCode.DONE, "hello", "-T", "-");

        assertThat(user.bytes()).hasSize(8_000_000);
    }
}
