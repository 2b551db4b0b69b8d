// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fairlead.system.interop.Line;
import dev.fairlead.system.interop.Told;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Headless Chromium with one page, which fetches its commands from a server of the test and posts what came of them. */
public final class Chromium implements Line {

    private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
    private final Told results = new Told();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer pages;
    private final Path profile;
    private final ForeignProgram browser;

    private Chromium(Path page, TestAuthority authority) throws IOException {
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] html = Files.readAllBytes(page);
        pages.createContext("/", exchange -> answer(exchange, 200, html));
        pages.createContext("/command", this::giveCommand);
        pages.createContext("/result", this::takeResult);
        pages.setExecutor(workers);
        pages.start();
        profile = Files.createTempDirectory("fairlead-chromium");
        browser = running(
                "http://127.0.0.1:" + pages.getAddress().getPort() + "/",
                profile,
                // Its trust store is the machine's; a key can be trusted for one run.
                "--ignore-certificate-errors-spki-list=" + authority.pin());
    }

    private static ForeignProgram running(String address, Path profile, String... more) {
        List<String> options = new ArrayList<>(List.of(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile));
        options.addAll(List.of(more));
        options.add(address);
        return ForeignProgram.running(
                        ForeignProgram.find("chromium", "chromium-browser", "google-chrome"),
                        options.toArray(String[]::new))
                .start();
    }

    /** {@return a browser that shows what is at {@code address}} */
    static ForeignProgram showing(String address, Path profile) {
        return running(address, profile);
    }

    /** {@return a browser that shows {@code page}, and trusts {@code authority}} */
    public static Chromium open(Path page, TestAuthority authority) {
        try {
            return new Chromium(page, authority);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void tells(String command) {
        commands.add(command);
    }

    @Override
    public String prints(String beginning) {
        return results.next(beginning, () -> "; the browser printed: " + String.join("\n", browser.log()));
    }

    @Override
    public void close() {
        browser.close();
        pages.stop(0);
        workers.shutdownNow();
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void giveCommand(HttpExchange exchange) throws IOException {
        try {
            String command = commands.poll(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (command == null) {
                answer(exchange, 204, new byte[0]);
            } else {
                answer(exchange, 200, command.getBytes(StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.close();
        }
    }

    private void takeResult(HttpExchange exchange) throws IOException {
        results.tell(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        answer(exchange, 204, new byte[0]);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", status == 200 ? "text/html; charset=utf-8" : "text/plain");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
