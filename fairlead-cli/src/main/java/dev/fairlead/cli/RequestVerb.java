// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.client.http.HttpCall;
import dev.fairlead.client.http.HttpReply;
import dev.fairlead.client.http.HttpSender;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One relayed HTTP request, with the options that users of curl know. */
@Command(
        name = "request",
        description = {
            "Sends an HTTP request to the listener of a hybrid connection, and prints the answer's body as it arrives.",
            "PATH may go on below the hybrid connection, and have a query: hello/greetings?lang=en."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading =
                "%nExit code 1 tells that the relay refused, or was not reached, or with -f that the listener did.%n"
                        + "%nExamples:%n",
        footer = {
            "  fairlead request @data/connection-string hello/greetings?lang=en",
            "  fairlead request @data/connection-string hello -d name=World -H 'Accept: text/plain' -i",
            "  FAIRLEAD_CONNECTION_STRING=@data/connection-string fairlead request hello/files/a -T a.bin -f"
        })
final class RequestVerb implements Callable<Integer> {

    /** What is sent with its length instead of in chunks, so that a relay can pass it on in one message. */
    private static final int SHORT_BYTES = 64 * 1024;

    private static final int PART_BYTES = 32 * 1024;

    private final Surroundings surroundings;

    @Mixin
    private Destination destination = new Destination();

    @Mixin
    private Trust trust = new Trust();

    @Option(
            names = {"-X", "--request"},
            paramLabel = "METHOD",
            description = "The method. GET, or POST with -d, PUT with -T, HEAD with -I, unless told.")
    private @Nullable String method;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "A header; may be given several times.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = {"-d", "--data"},
            paramLabel = "DATA",
            description =
                    "The body, or @FILE with it, whose line ends are left out. Several are joined by '&'. A form unless "
                            + "-H 'Content-Type: …' tells.")
    private List<String> data = new ArrayList<>();

    @Option(names = "--data-binary", paramLabel = "DATA", description = "The body, or @FILE with it, exactly as it is.")
    private @Nullable String binary;

    @Option(
            names = {"-T", "--upload-file"},
            paramLabel = "FILE",
            description = "Send a file, of whatever length, as the body; '-' is standard input.")
    private @Nullable String upload;

    @Option(
            names = {"-i", "--include"},
            description = "Print the answer's head before its body.")
    private boolean include;

    @Option(
            names = {"-I", "--head"},
            description = "Ask for the head alone, and print it.")
    private boolean headOnly;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the body to a file.")
    private @Nullable Path output;

    @Option(
            names = {"-f", "--fail"},
            description = "Fail, and print no body, if the status is 400 or more.")
    private boolean fail;

    @Option(
            names = {"-s", "--silent"},
            description = "Tell no errors.")
    private boolean silent;

    @Option(names = "--max-time", paramLabel = "SECONDS", description = "Give up after so long. Never unless told.")
    private @Nullable String maxTime;

    private volatile @Nullable HttpReply open;

    RequestVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            limited(() -> {
                exchange();
                return null;
            });
            return ExitCode.DONE.code();
        } catch (CommandFailure e) {
            if (silent && e.exitCode() == ExitCode.FAILED) {
                return ExitCode.FAILED.code();
            }
            throw e;
        }
    }

    private void limited(Callable<Void> exchange) throws InterruptedException {
        Duration limit = limit();
        FutureTask<Void> task = new FutureTask<>(exchange);
        Thread.ofVirtual().name("fairlead-request").start(task);
        try {
            if (limit == null) {
                task.get();
            } else {
                task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (TimeoutException _) {
            HttpReply reply = open;
            if (reply != null) {
                reply.close();
            }
            throw CommandFailure.failed("no whole answer within " + maxTime + " s (--max-time)");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    private @Nullable Duration limit() {
        String seconds = maxTime;
        if (seconds == null) {
            return null;
        }
        if (!seconds.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") || Double.parseDouble(seconds) == 0) {
            throw CommandFailure.misused("--max-time: " + seconds + " (expected: seconds, such as 30 or 0.5)");
        }
        return Duration.ofNanos((long) (Double.parseDouble(seconds) * 1e9));
    }

    private void exchange() {
        Destination.Asked asked = destination.asked(surroundings.environment());
        try (InputStream uploaded = uploaded();
                HttpReply reply = call(asked, uploaded).send()) {
            open = reply;
            if (reply.status() >= 400 && !reply.isOfListener()) {
                throw Destination.refusal(reply, asked.string());
            }
            if (fail && reply.status() >= 400) {
                throw CommandFailure.failed("the listener answered " + (reply.status() + " " + reply.reason()).strip());
            }
            if (include || headOnly) {
                surroundings.output().text(head(reply));
            }
            print(reply);
        } catch (IOException e) {
            throw Destination.failure(e, asked.string(), surroundings.environment());
        }
    }

    private HttpCall call(Destination.Asked asked, InputStream uploaded) throws IOException {
        HttpCall call;
        boolean agent = false;
        boolean type = false;
        try {
            call = HttpSender.of(asked.string()).call(method(), asked.below());
            for (String line : headers) {
                int colon = line.indexOf(':');
                if (colon < 1) {
                    throw CommandFailure.misused("-H: " + line + " (expected: 'Name: value')");
                }
                String name = line.substring(0, colon).strip();
                call.header(name, line.substring(colon + 1));
                agent |= name.equalsIgnoreCase("User-Agent");
                type |= name.equalsIgnoreCase("Content-Type");
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw CommandFailure.misused(Objects.requireNonNullElse(e.getMessage(), "the request cannot be sent"));
        }
        if (!agent) {
            call.header("User-Agent", "fairlead");
        }
        SSLContext trusted = trust.context();
        if (trusted != null) {
            call.sslContext(trusted);
        }
        HttpCall sent = call;
        EnvironmentProxies.of(surroundings.environment())
                .ifPresent(proxies -> sent.proxy(proxies, proxies.authenticator()));
        if ("-".equals(upload)) {
            return call.body(uploaded);
        }
        if (upload != null) {
            byte[] first = uploaded.readNBytes(SHORT_BYTES + 1);
            return first.length <= SHORT_BYTES ? call.body(first) : call.body(behind(first, uploaded));
        }
        if (binary != null || !data.isEmpty()) {
            if (!type) {
                call.header("Content-Type", "application/x-www-form-urlencoded");
            }
            call.body(body());
        }
        return call;
    }

    private static InputStream behind(byte[] first, InputStream rest) {
        return new SequenceInputStream(new ByteArrayInputStream(first), rest);
    }

    private String method() {
        int bodies = (upload != null ? 1 : 0) + (binary != null || !data.isEmpty() ? 1 : 0) + (headOnly ? 1 : 0);
        if (bodies > 1) {
            throw CommandFailure.misused("-d, -T and -I: several (expected: one of them)");
        }
        if (method != null) {
            return method;
        }
        return headOnly ? "HEAD" : upload != null ? "PUT" : binary != null || !data.isEmpty() ? "POST" : "GET";
    }

    private byte[] body() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String one : data) {
            if (body.size() > 0) {
                body.write('&');
            }
            String text = one.startsWith("@")
                    ? new String(contents("-d", one), StandardCharsets.ISO_8859_1).replaceAll("[\r\n]", "")
                    : one;
            body.writeBytes(text.getBytes(one.startsWith("@") ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
        }
        if (binary != null) {
            if (body.size() > 0) {
                body.write('&');
            }
            body.writeBytes(
                    binary.startsWith("@")
                            ? contents("--data-binary", binary)
                            : binary.getBytes(StandardCharsets.UTF_8));
        }
        return body.toByteArray();
    }

    private byte[] contents(String option, String named) {
        try {
            return named.equals("@-")
                    ? surroundings.input().readAllBytes()
                    : Files.readAllBytes(Path.of(named.substring(1)));
        } catch (IOException | InvalidPathException _) {
            throw CommandFailure.misused(option + ": " + named + " (expected: @ and a file that you may read)");
        }
    }

    private InputStream uploaded() {
        if (upload == null) {
            return InputStream.nullInputStream();
        }
        if (upload.equals("-")) {
            return surroundings.input();
        }
        try {
            return Files.newInputStream(Path.of(upload));
        } catch (IOException | InvalidPathException _) {
            throw CommandFailure.misused("-T: " + upload + " (expected: a file that you may read, or -)");
        }
    }

    private static String head(HttpReply reply) {
        StringBuilder head =
                new StringBuilder(String.format(Locale.ROOT, "HTTP/1.1 %d %s", reply.status(), reply.reason())
                                .strip() + "\n");
        reply.headers()
                .forEach(header -> head.append(header.name())
                        .append(": ")
                        .append(header.value())
                        .append('\n'));
        return head.append('\n').toString();
    }

    private void print(HttpReply reply) {
        byte[] part = new byte[PART_BYTES];
        try (OutputStream file = opened()) {
            for (int count = next(reply, part); count >= 0; count = next(reply, part)) {
                if (file == null) {
                    surroundings.output().bytes(part, 0, count);
                } else {
                    file.write(part, 0, count);
                }
            }
        } catch (IOException _) {
            throw CommandFailure.failed(
                    (output == null ? "standard output" : "-o: " + output) + " cannot be written to its end");
        }
    }

    private static int next(HttpReply reply, byte[] part) {
        try {
            return reply.body().read(part);
        } catch (IOException _) {
            throw CommandFailure.failed("the answer was cut off before its end");
        }
    }

    private @Nullable OutputStream opened() {
        Path file = output;
        if (file == null) {
            return null;
        }
        try {
            return Files.newOutputStream(file);
        } catch (IOException _) {
            throw CommandFailure.misused("-o: " + file + " (expected: a file that you may write)");
        }
    }
}
