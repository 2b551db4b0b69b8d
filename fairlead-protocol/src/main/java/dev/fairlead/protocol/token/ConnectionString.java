// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.token;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.InvalidAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a relay is, and what opens it: {@code Endpoint=sb://host/;SharedAccessKeyName=…;SharedAccessKey=…;EntityPath=…}.
 *
 * <p>As strict as Azure Relay's clients: a key that they do not know is refused. Beside their scheme {@code sb}, which means
 * TLS, an endpoint may be {@code https}, {@code wss}, {@code http} or {@code ws}. Its {@code toString} tells no secret.
 */
public final class ConnectionString {

    private static final String ENDPOINT = "Endpoint";
    private static final String ENTITY_PATH = "EntityPath";
    private static final String KEY_NAME = "SharedAccessKeyName";
    private static final String KEY = "SharedAccessKey";
    private static final String SIGNATURE = "SharedAccessSignature";
    private static final String OPERATION_TIMEOUT = "OperationTimeout";
    private static final List<String> KNOWN =
            List.of(ENDPOINT, ENTITY_PATH, KEY_NAME, KEY, SIGNATURE, OPERATION_TIMEOUT);
    private static final Set<String> SCHEMES = Set.of("sb", "https", "wss", "http", "ws");

    private final URI endpoint;
    private final @Nullable String keyName;
    private final @Nullable String key;
    private final @Nullable String signature;
    private final @Nullable HybridPath entityPath;
    private final @Nullable String operationTimeout;

    private ConnectionString(Map<String, String> parts) {
        this.endpoint = endpoint(parts.get(ENDPOINT));
        this.keyName = parts.get(KEY_NAME);
        this.key = parts.get(KEY);
        this.signature = parts.get(SIGNATURE);
        this.entityPath = entityPath(parts.get(ENTITY_PATH));
        this.operationTimeout = parts.get(OPERATION_TIMEOUT);
        if ((keyName == null) != (key == null)) {
            throw new MalformedConnectionString("connection string: " + (key == null ? KEY_NAME : KEY) + " without "
                    + (key == null ? KEY : KEY_NAME) + " (expected: both or neither)");
        }
        if (signature != null && key != null) {
            throw new MalformedConnectionString(
                    "connection string: " + SIGNATURE + " beside " + KEY + " (expected: one of them)");
        }
    }

    /**
     * Reads a connection string. Keys may be in any letter case and order; a key with nothing behind it counts as absent.
     *
     * @param text {@code Endpoint=sb://host/;SharedAccessKeyName=…;SharedAccessKey=…}, or what else a relay's owner gives out
     * @return what it says
     * @throws MalformedConnectionString if the text is none
     */
    public static ConnectionString parse(String text) {
        Map<String, String> parts = new TreeMap<>();
        for (String part : text.strip().split(";", -1)) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new MalformedConnectionString(
                        "connection string: a part without '=' (expected: key=value;key=value)");
            }
            String name = known(part.substring(0, equals).strip());
            String value = part.substring(equals + 1).strip();
            if (parts.containsKey(name)) {
                throw new MalformedConnectionString("connection string: " + name + " twice (expected: once)");
            }
            if (!value.isEmpty()) {
                parts.put(name, value);
            }
        }
        return new ConnectionString(parts);
    }

    /**
     * Makes a connection string for a key.
     *
     * @param endpoint scheme, host and port of the relay
     * @param keyName the authorization rule that the key belongs to
     * @param key its secret, as text
     * @return a connection string without an entity path
     * @throws MalformedConnectionString if the endpoint cannot be one, or a text holds a semicolon or is empty
     */
    public static ConnectionString of(URI endpoint, String keyName, String key) {
        if (keyName.isBlank() || key.isBlank() || keyName.indexOf(';') >= 0 || key.indexOf(';') >= 0) {
            throw new MalformedConnectionString(
                    "connection string: a key name or key that is empty or holds ';' (expected: neither)");
        }
        return new ConnectionString(Map.of(ENDPOINT, endpoint.toString(), KEY_NAME, keyName, KEY, key));
    }

    private static String known(String name) {
        for (String known : KNOWN) {
            if (known.equalsIgnoreCase(name)) {
                return known;
            }
        }
        // a part of a broken secret can stand where a name is looked for
        String shown = name.matches("[A-Za-z]{1,32}") ? name : "a key that is not shown";
        throw new MalformedConnectionString(
                "connection string: " + shown + " is unknown (expected: one of " + String.join(", ", KNOWN) + ")");
    }

    private static URI endpoint(@Nullable String text) {
        if (text == null) {
            throw new MalformedConnectionString(
                    "connection string: no " + ENDPOINT + " (expected: " + ENDPOINT + "=sb://host/ at its beginning)");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new MalformedConnectionString("connection string: " + ENDPOINT + " is not a URI: " + e.getReason()
                    + " (expected: sb://host/ or sb://host:port/)");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        if (!SCHEMES.contains(scheme)
                || uri.getHost() == null
                || uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || !path.chars().allMatch(c -> c == '/')
                || uri.getPort() > 65_535) {
            throw new MalformedConnectionString(
                    "connection string: " + ENDPOINT
                            + " is no relay's (expected: sb://host/ or sb://host:port/; https, wss, http and ws are taken, too)");
        }
        return URI.create(scheme + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + "/");
    }

    private static @Nullable HybridPath entityPath(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            HybridPath path = HybridPath.of(text);
            return path.isEmpty() ? null : path;
        } catch (InvalidAddress e) {
            throw new MalformedConnectionString(
                    "connection string: " + ENTITY_PATH + " cannot be one: " + e.getMessage());
        }
    }

    /**
     * {@return this connection string for one hybrid connection}
     *
     * @param path takes the place of the entity path, if there is one
     */
    public ConnectionString withEntityPath(HybridPath path) {
        Map<String, String> parts = parts();
        parts.put(ENTITY_PATH, path.spelled());
        return new ConnectionString(parts);
    }

    /** {@return scheme, host and, if given, port of the relay, with a slash at its end} */
    public URI endpoint() {
        return endpoint;
    }

    /** {@return whether the relay speaks TLS there: it does not if the scheme is {@code http} or {@code ws}} */
    public boolean isSecure() {
        return !endpoint.getScheme().equals("http") && !endpoint.getScheme().equals("ws");
    }

    /** {@return the port: the endpoint's, or else the one usual for its scheme, 443 or 80} */
    public int port() {
        return endpoint.getPort() >= 0 ? endpoint.getPort() : isSecure() ? 443 : 80;
    }

    /** {@return the hybrid connection, if the string names one} */
    public Optional<HybridPath> entityPath() {
        return Optional.ofNullable(entityPath);
    }

    /** {@return the key that signs tokens, if the string has one} */
    public Optional<SasKey> key() {
        return keyName == null || key == null ? Optional.empty() : Optional.of(SasKey.of(keyName, key));
    }

    /** {@return the ready token, if the string has one: a secret} */
    public Optional<String> sharedAccessSignature() {
        return Optional.ofNullable(signature);
    }

    /** {@return the operation timeout as it stands: .NET and Java write it in different ways} */
    public Optional<String> operationTimeout() {
        return Optional.ofNullable(operationTimeout);
    }

    /**
     * {@return the connection string itself, with its secret; the endpoint ends in a slash, which Azure's Java client needs}
     *
     * @throws MalformedConnectionString if the hybrid connection's name holds a semicolon, which no connection string can
     */
    public String text() {
        Map<String, String> parts = parts();
        if (entityPath != null) {
            parts.put(ENTITY_PATH, kept(entityPath.spelled()));
        }
        return written(parts);
    }

    /** Whoever reads the string drops the blanks at a value's ends, and the slashes at a path's ends after that. */
    private static String kept(String path) {
        if (path.indexOf(';') >= 0) {
            throw new MalformedConnectionString(
                    "connection string: " + ENTITY_PATH + " with a ';' (expected: a name without one)");
        }
        return path.equals(path.strip()) ? path : "/" + path + "/";
    }

    @Override
    public String toString() {
        Map<String, String> parts = parts();
        parts.replaceAll((name, value) -> name.equals(KEY) || name.equals(SIGNATURE) ? "***" : value);
        return written(parts);
    }

    private Map<String, String> parts() {
        Map<String, String> parts = new TreeMap<>();
        parts.put(ENDPOINT, endpoint.toString());
        put(parts, KEY_NAME, keyName);
        put(parts, KEY, key);
        put(parts, SIGNATURE, signature);
        put(parts, ENTITY_PATH, entityPath == null ? null : entityPath.spelled());
        put(parts, OPERATION_TIMEOUT, operationTimeout);
        return parts;
    }

    private static void put(Map<String, String> parts, String name, @Nullable String value) {
        if (value != null) {
            parts.put(name, value);
        }
    }

    private static String written(Map<String, String> parts) {
        return List.of(ENDPOINT, KEY_NAME, KEY, SIGNATURE, ENTITY_PATH, OPERATION_TIMEOUT).stream()
                .filter(parts::containsKey)
                .map(name -> name + "=" + parts.get(name))
                .collect(Collectors.joining(";"));
    }
}
