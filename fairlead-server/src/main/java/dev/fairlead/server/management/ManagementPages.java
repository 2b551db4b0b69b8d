// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.management;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.HttpQuestion;
import dev.fairlead.server.connection.HttpReply;
import dev.fairlead.server.connection.HttpService;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.management.health.Health;
import dev.fairlead.server.management.metrics.Meters;
import dev.fairlead.server.security.Authorizer;
import dev.fairlead.server.security.Right;
import dev.fairlead.server.security.Verdict;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The pages of the management port: {@code /livez}, {@code /readyz}, {@code /metrics}.
 *
 * <p>No web page can drive them: the {@code Host} must be a loopback name or the configured address, an {@code Origin} must
 * be the same. Whoever asks from another host needs a token with the right to manage.
 */
public final class ManagementPages implements HttpService {

    private static final List<String> LOOPBACK_NAMES = List.of("localhost", "127.0.0.1", "[::1]");

    private final ManagementConfig config;
    private final Health health;
    private final Meters meters;
    private final Authorizer authorizer;

    /** Tells of one server. */
    public ManagementPages(ManagementConfig config, Health health, Meters meters, Authorizer authorizer) {
        this.config = config;
        this.health = health;
        this.meters = meters;
        this.authorizer = authorizer;
    }

    @Override
    public HttpReply answer(HttpQuestion question) {
        guard(question);
        return switch (question.path()) {
            case "/livez" -> page(question, HttpReply.text(200, "OK", "live\n"));
            case "/readyz" -> page(question, readiness(health.state()));
            case "/metrics" ->
                page(question, HttpReply.of(200, "OK", "text/plain; version=0.0.4; charset=utf-8", meters.scrape()));
            default -> throw new RefusedException(Refusal.PAGE_UNKNOWN, question.path());
        };
    }

    private static HttpReply readiness(String state) {
        return state.equals(Health.READY)
                ? HttpReply.text(200, "OK", state + "\n")
                : HttpReply.text(503, "Service Unavailable", state + "\n");
    }

    private static HttpReply page(HttpQuestion question, HttpReply reply) {
        if (!question.method().equals("GET") && !question.method().equals("HEAD")) {
            throw new RefusedException(Refusal.METHOD_NOT_ALLOWED, question.method() + " " + question.path());
        }
        return reply;
    }

    private void guard(HttpQuestion question) {
        Headers headers = question.headers();
        String host = headers.first("Host").orElse("");
        if (!isOwn(hostOf(host))) {
            throw new RefusedException(Refusal.HOST_FOREIGN, "Host " + host);
        }
        Optional<String> origin = headers.first("Origin");
        if (origin.isPresent() && !isSameOrigin(origin.get(), host)) {
            throw new RefusedException(Refusal.ORIGIN_FOREIGN, "Origin " + origin.get());
        }
        if (!question.remoteAddress().getAddress().isLoopbackAddress()) {
            String token = headers.first("Authorization").orElse(null);
            if (authorizer.judge(token, HybridPath.EMPTY, Right.MANAGE, List.of()) instanceof Verdict.Denied denied) {
                throw new RefusedException(denied.refusal(), denied.evidence());
            }
        }
    }

    private boolean isOwn(String host) {
        InetSocketAddress address = config.address();
        return LOOPBACK_NAMES.contains(host)
                || host.equals(address.getHostString().toLowerCase(Locale.ROOT))
                || (address.getAddress() != null
                        && host.equals(address.getAddress().getHostAddress()));
    }

    private static boolean isSameOrigin(String origin, String host) {
        try {
            URI uri = URI.create(origin);
            return uri.getRawAuthority() != null && uri.getRawAuthority().equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false; // "null", or nothing that a browser sends
        }
    }

    private static String hostOf(String authority) {
        int port = authority.lastIndexOf(':');
        boolean hasPort = port > authority.lastIndexOf(']');
        return (hasPort ? authority.substring(0, port) : authority).toLowerCase(Locale.ROOT);
    }
}
