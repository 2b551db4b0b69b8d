// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/** Whether the relay's port answers, at each of its addresses. */
final class PortStep {

    static final String NAME = "port";

    private static final List<String> PROXY_VARIABLES =
            List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy");

    private PortStep() {}

    /** How an address answered an attempt to connect. */
    enum Knock {
        /** It was taken. */
        OPEN,
        /** Somebody said no. */
        REFUSED,
        /** Nobody said anything. */
        SILENT,
        /** The network has no way there. */
        UNREACHABLE
    }

    /**
     * What came of an attempt.
     *
     * @param took until then
     */
    record Attempt(InetSocketAddress address, Knock knock, Duration took) {
        private String shown() {
            String where = NameStep.shown(address.getAddress()) + ":" + address.getPort();
            return switch (knock) {
                case OPEN -> where + " answers (" + took.toMillis() + " ms)";
                case REFUSED -> where + " refuses";
                case SILENT -> where + " does not answer";
                case UNREACHABLE -> where + " cannot be reached";
            };
        }
    }

    /** Knocks at all addresses at once. */
    static Insight<InetSocketAddress> examine(
            List<InetAddress> addresses, int port, Duration limit, Map<String, String> environment)
            throws InterruptedException {
        List<FutureTask<Attempt>> tasks = addresses.stream()
                .map(address -> new FutureTask<>(() -> attempt(new InetSocketAddress(address, port), limit)))
                .toList();
        tasks.forEach(task -> Thread.ofVirtual().name("fairlead-knock").start(task));
        List<Attempt> attempts = new ArrayList<>();
        for (FutureTask<Attempt> task : tasks) {
            try {
                attempts.add(task.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        return judge(attempts, proxies(environment));
    }

    private static Attempt attempt(InetSocketAddress address, Duration limit) {
        long start = System.nanoTime();
        Knock knock;
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) Math.min(Math.max(1, limit.toMillis()), Integer.MAX_VALUE));
            knock = Knock.OPEN;
        } catch (SocketTimeoutException _) {
            knock = Knock.SILENT;
        } catch (ConnectException e) {
            knock = String.valueOf(e.getMessage()).contains("timed out") ? Knock.SILENT : Knock.REFUSED;
        } catch (IOException _) {
            knock = Knock.UNREACHABLE;
        }
        return new Attempt(address, knock, Duration.ofNanos(System.nanoTime() - start));
    }

    /** {@return the variables that are set; what they say may hold a password} */
    static List<String> proxies(Map<String, String> environment) {
        return PROXY_VARIABLES.stream()
                .filter(name -> !environment.getOrDefault(name, "").isBlank())
                .toList();
    }

    /** {@return what attempts mean, and the first address that answers} */
    static Insight<InetSocketAddress> judge(List<Attempt> attempts, List<String> proxies) {
        String found =
                String.join(", ", attempts.stream().limit(8).map(Attempt::shown).toList());
        List<Attempt> open =
                attempts.stream().filter(one -> one.knock() == Knock.OPEN).toList();
        List<String> details = proxies.isEmpty()
                ? List.of()
                : List.of(String.join(", ", proxies)
                        + " is set: clients that heed it go through that proxy; this went straight");
        if (open.isEmpty()) {
            return Insight.end(
                    Finding.fail(NAME, found, remedies(attempts, proxies)).with(details));
        }
        boolean hangs = attempts.stream().anyMatch(one -> one.knock() == Knock.SILENT);
        Finding finding = hangs
                ? Finding.warn(
                        NAME,
                        found,
                        "a client that tries a silent address first waits for it: see that the relay listens at every address "
                                + "of its name, or take the others out of DNS")
                : Finding.ok(NAME, found);
        return Insight.of(finding.with(details), open.getFirst().address());
    }

    private static String[] remedies(List<Attempt> attempts, List<String> proxies) {
        boolean refused = attempts.stream().anyMatch(one -> one.knock() == Knock.REFUSED);
        String remedy = refused
                ? "see that the relay runs, and that the port in Endpoint is the one it listens on (its `fairlead ready` line "
                        + "names it; without one, 443 is meant, or 80 for http)"
                : "see whether a firewall lets connections out to this port, and whether the address is the relay's";
        return proxies.isEmpty()
                ? new String[] {remedy}
                : Stream.of(remedy, "if the network is left through a proxy only, the client has to be told of it")
                        .toArray(String[]::new);
    }
}
