// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/** Whether the relay's port answers, at each of its addresses or by a proxy. */
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
    static Insight<Approach> examine(
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

    /** Has a proxy open a way. */
    static Insight<Approach> examine(Detour detour, Relay relay, Duration limit) {
        Approach approach = Approach.by(detour, relay);
        long start = System.nanoTime();
        try (Line _ = Line.open(approach, limit)) {
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            return Insight.of(
                    Finding.ok(NAME, relay.authority() + " is reached by " + detour.shown() + " (" + millis + " ms)"),
                    approach);
        } catch (ProxyRefusal refusal) {
            return Insight.end(judge(refusal.answer(), detour, relay));
        } catch (IOException e) {
            return Insight.end(Finding.fail(NAME, detour.shown() + " " + trouble(e), otherwise(detour, relay)));
        }
    }

    private static String trouble(IOException failure) {
        return switch (failure) {
            case NotHttp _ -> "is no HTTP proxy";
            case SocketTimeoutException _ -> "does not answer";
            case UnknownHostException _ -> "is unknown: neither DNS nor the hosts file has it";
            case ConnectException _ -> "cannot be reached";
            default -> "opens no way: " + Objects.requireNonNullElse(failure.getMessage(), "the connection broke");
        };
    }

    private static String otherwise(Detour detour, Relay relay) {
        return "see that " + detour.variable() + " is right, or name " + relay.host() + " in no_proxy";
    }

    /** {@return what it means that a proxy opens no tunnel} */
    static Finding judge(Answer answer, Detour detour, Relay relay) {
        return switch (answer.status()) {
            case 407 ->
                detour.credentials().isEmpty()
                        ? Finding.fail(
                                NAME,
                                detour.shown() + " wants a user name and a password",
                                "write them into " + detour.variable() + ": http://USER:PASSWORD@HOST:PORT")
                        : Finding.fail(
                                NAME,
                                detour.shown() + " does not take the user name and password in it",
                                "correct them; signs such as @ are written percent-encoded");
            case 502, 503, 504 ->
                Finding.fail(
                        NAME,
                        detour.shown() + " has no way to " + relay.authority() + ": it answers " + answer.words(),
                        "see that the relay runs, and that host and port in Endpoint are right",
                        otherwise(detour, relay));
            default ->
                Finding.fail(
                        NAME,
                        detour.shown() + " opens no way to " + relay.authority() + ": it answers " + answer.words(),
                        "have whoever runs it allow CONNECT to " + relay.authority(),
                        otherwise(detour, relay));
        };
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
    static Insight<Approach> judge(List<Attempt> attempts, List<String> proxies) {
        String found =
                String.join(", ", attempts.stream().limit(8).map(Attempt::shown).toList());
        List<Attempt> open =
                attempts.stream().filter(one -> one.knock() == Knock.OPEN).toList();
        List<String> details = proxies.isEmpty()
                ? List.of()
                : List.of(
                        String.join(", ", proxies)
                                + " is set, and nothing in it is for this relay: this went straight, and other clients may not");
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
        return Insight.of(finding.with(details), new Approach(open.getFirst().address(), null));
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
