// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.cli.doctor.Detour;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that the environment names, as curl and others read it: {@code https_proxy} on the way to a relay that speaks TLS,
 * {@code http_proxy} to one that does not, {@code all_proxy} for both, and {@code no_proxy} for hosts that are reached without.
 * The loopback always is.
 */
final class EnvironmentProxies extends ProxySelector {

    private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);
    private static final int USUAL_PORT = 1080;

    private final @Nullable Named secure;
    private final @Nullable Named plain;
    private final List<String> exempt;

    /**
     * A proxy, and who named it.
     *
     * @param variable of the environment
     * @param credentials user name and password, parted by a colon; empty if there are none
     */
    private record Named(String variable, Proxy proxy, String credentials) {

        InetSocketAddress address() {
            return (InetSocketAddress) proxy.address();
        }
    }

    private EnvironmentProxies(@Nullable Named secure, @Nullable Named plain, List<String> exempt) {
        this.secure = secure;
        this.plain = plain;
        this.exempt = exempt;
    }

    /**
     * {@return what an environment names; empty if it names no proxy, which leaves the choice to the JVM}
     *
     * @throws CommandFailure if a variable names none that can be used
     */
    static Optional<EnvironmentProxies> of(Map<String, String> environment) {
        Named all = named(environment, "all_proxy", "ALL_PROXY");
        Named secure = named(environment, "https_proxy", "HTTPS_PROXY");
        // not in capitals: that is what a CGI script is told of a request's header
        Named plain = named(environment, "http_proxy");
        if (all == null && secure == null && plain == null) {
            return Optional.empty();
        }
        String exempt = environment.getOrDefault("no_proxy", environment.getOrDefault("NO_PROXY", ""));
        return Optional.of(new EnvironmentProxies(
                secure == null ? all : secure,
                plain == null ? all : plain,
                List.of(exempt.toLowerCase(Locale.ROOT).strip().split("[,\\s]+"))));
    }

    private static @Nullable Named named(Map<String, String> environment, String... variables) {
        for (String variable : variables) {
            String value = environment.getOrDefault(variable, "").strip();
            if (!value.isEmpty()) {
                return read(variable, value);
            }
        }
        return null;
    }

    private static Named read(String variable, String value) {
        URI uri;
        try {
            uri = URI.create(value.contains("://") ? value : "http://" + value);
        } catch (IllegalArgumentException _) {
            throw unusable(variable);
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        boolean socks = scheme.matches("socks(5h?)?");
        if (uri.getHost() == null || !(socks || scheme.equals("http"))) {
            throw unusable(variable);
        }
        String user = uri.getRawUserInfo();
        if (socks && user != null) {
            throw unusable(variable);
        }
        int port = uri.getPort() > 0 ? uri.getPort() : USUAL_PORT;
        return new Named(
                variable,
                new Proxy(
                        socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
                        InetSocketAddress.createUnresolved(uri.getHost().replaceAll("[\\[\\]]", ""), port)),
                user == null ? "" : URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8));
    }

    /** The value is not repeated: it can hold a password. */
    private static CommandFailure unusable(String variable) {
        return CommandFailure.misused(
                variable
                        + ": not a proxy that can be used (expected: http://[USER:PASSWORD@]HOST[:PORT], or socks5://HOST[:PORT])");
    }

    /** {@return the proxy on the way to a URL} */
    Optional<Detour> detour(URI uri) {
        return Optional.ofNullable(way(uri))
                .map(named -> new Detour(named.variable(), named.proxy(), named.credentials()));
    }

    @Override
    public List<Proxy> select(URI uri) {
        Named named = way(uri);
        return named == null ? DIRECT : List.of(named.proxy());
    }

    private @Nullable Named way(URI uri) {
        String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        if (isLoopback(host) || exempt.stream().anyMatch(entry -> exempts(entry, host, uri.getPort()))) {
            return null;
        }
        return uri.getScheme().matches("(?i)https|wss|sb") ? secure : plain;
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.endsWith(".localhost") || host.matches("127\\.[0-9.]+|\\[::1\\]");
    }

    private static boolean exempts(String entry, String host, int port) {
        int colon = entry.lastIndexOf(':');
        boolean hasPort = colon > 0 && entry.indexOf(':') == colon;
        if (hasPort && !entry.substring(colon + 1).equals(String.valueOf(port))) {
            return false;
        }
        String name = (hasPort ? entry.substring(0, colon) : entry).replaceFirst("^\\*?\\.", "");
        return name.equals("*")
                || (!name.isEmpty()
                        && (host.equals(name) || host.equals("[" + name + "]") || host.endsWith("." + name)));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // there is no other way, and whoever dials is told
    }

    /** {@return what the variables hold of user names and passwords} */
    Authenticator authenticator() {
        return new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                for (Named named : new Named[] {secure, plain}) {
                    if (named != null
                            && !named.credentials().isEmpty()
                            && named.address().getHostString().equals(getRequestingHost())
                            && named.address().getPort() == getRequestingPort()) {
                        int colon = named.credentials().indexOf(':');
                        return colon < 0
                                ? new PasswordAuthentication(named.credentials(), new char[0])
                                : new PasswordAuthentication(
                                        named.credentials().substring(0, colon),
                                        named.credentials().substring(colon + 1).toCharArray());
                    }
                }
                return null;
            }
        };
    }

    /** {@return what to look at when an endpoint cannot be reached; empty if no proxy is on the way to it} */
    Optional<String> advice(URI endpoint) {
        Named named = way(endpoint);
        return named == null
                ? Optional.empty()
                : Optional.of("; the way to " + endpoint.getHost() + " leads by a proxy: see that " + named.variable()
                        + " is right, or name the host in no_proxy");
    }
}
