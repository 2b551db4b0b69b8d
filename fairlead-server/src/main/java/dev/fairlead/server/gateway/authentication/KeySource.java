// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Where a key set is written. */
public sealed interface KeySource {

    /** Bytes; a longer key set is not read. */
    int LONGEST = 512 * 1024;

    /**
     * {@return what is written there, now} Waits, so it is called on a virtual thread.
     *
     * @throws UnusableKeys if it cannot be read
     * @throws InterruptedException if nobody wants it any more
     */
    String read() throws UnusableKeys, InterruptedException;

    /**
     * A file.
     *
     * @param path a relative one is looked for from where the server was started
     */
    record InFile(Path path) implements KeySource {

        @Override
        public String read() throws UnusableKeys {
            try (InputStream in = Files.newInputStream(path)) {
                byte[] bytes = in.readNBytes(LONGEST + 1);
                if (bytes.length > LONGEST) {
                    throw tooLong();
                }
                return new String(bytes, StandardCharsets.UTF_8);
            } catch (UnusableKeys unusable) {
                throw unusable;
            } catch (NoSuchFileException e) {
                throw new UnusableKeys("not there (expected: a file with a key set)");
            } catch (AccessDeniedException e) {
                throw new UnusableKeys("may not be read (expected: a file that the server's user can read)");
            } catch (IOException e) {
                throw new UnusableKeys("cannot be read (expected: a file with a key set): " + e.getMessage());
            }
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * An address, whose answer is taken as it comes: redirects are not followed.
     *
     * @param uri of {@code http} or {@code https}; without a user
     * @param timeout of the whole answer
     */
    record AtUrl(URI uri, Duration timeout) implements KeySource {

        /** How long the whole answer may take unless a test says otherwise. */
        static final Duration PATIENCE = Duration.ofSeconds(10);

        private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

        @Override
        public String read() throws UnusableKeys, InterruptedException {
            HttpClient client = HttpClient.newBuilder() // a new one each time: it would hold a thread in between
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(timeout)
                    .executor(Thread::startVirtualThread)
                    .build();
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Accept", "application/jwk-set+json, application/json")
                    .build();
            CompletableFuture<HttpResponse<byte[]>> answer =
                    client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST));
            try {
                HttpResponse<byte[]> got = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
                if (got.statusCode() != 200) {
                    throw new UnusableKeys(
                            "answered " + got.statusCode() + " (expected: 200; redirects are not followed)");
                }
                return new String(got.body(), StandardCharsets.UTF_8);
            } catch (TimeoutException e) {
                throw new UnusableKeys("no whole answer in time (expected: within " + timeout.toSeconds() + "s)");
            } catch (ExecutionException e) {
                throw new UnusableKeys(why(e.getCause()));
            } finally {
                client.shutdownNow();
            }
        }

        private static String why(@Nullable Throwable cause) {
            return switch (cause) {
                case null -> "no usable answer (expected: a key set)";
                case ConnectException _ -> "cannot be reached (expected: a server that the gateway can dial)";
                case SSLException tls -> "TLS: " + tls.getMessage() + " (expected: a certificate that the JVM trusts)";
                default ->
                    "no usable answer of at most 512 KiB: "
                            + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
            };
        }

        /** {@return whether anybody on the way can put in keys of their own} */
        boolean isOpen() {
            return uri.getScheme().equals("http") && !LOOPBACK.contains(uri.getHost());
        }

        /** Leaves the query off: it may bear a secret. */
        @Override
        public String toString() {
            return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
        }
    }

    private static UnusableKeys tooLong() {
        return new UnusableKeys("too long (expected: a key set of at most 512 KiB)");
    }

    /** {@return the place of that name: an address if it begins with {@code http://} or {@code https://}, else a path} */
    static KeySource parse(String text) {
        if (!text.startsWith("http://") && !text.startsWith("https://")) {
            if (text.contains("://")) {
                throw new IllegalArgumentException(text);
            }
            return new InFile(Path.of(text));
        }
        URI uri = URI.create(text);
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(text);
        }
        return new AtUrl(uri, AtUrl.PATIENCE);
    }
}
