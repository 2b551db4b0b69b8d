// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.control;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.http.RelayHeaders;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.json.MalformedJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes control messages as JSON and reads them back.
 *
 * <p>The order of the members is the one that Azure Relay uses. The reader takes whatever order, skips members it does not
 * know, and does without the ones that not every relay sends.
 */
public final class ControlMessages {

    /** The longest message, in bytes of UTF-8, that Azure Relay's .NET and Java listeners have room for. */
    public static final int MAX_ENCODED_BYTES = 65_536;

    private static final String SET_COOKIE = "Set-Cookie";

    private ControlMessages() {}

    /**
     * Writes a message on one line. Its length is not checked here: see {@link #fits}.
     *
     * @param message a command, or the answer to one
     * @return JSON, without the end of a line
     * @throws IllegalArgumentException if the message is {@link ControlMessage.Unknown}, which no peer may be sent
     */
    public static String encode(ControlMessage message) {
        if (message instanceof ControlMessage.Accept accept) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("address", accept.address());
            members.put("id", accept.id());
            members.put("connectHeaders", accept.connectHeaders());
            members.put("remoteEndpoint", written(accept.remoteEndpoint()));
            return Json.write(Map.of("accept", members));
        }
        if (message instanceof ControlMessage.Request request) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("address", request.address());
            members.put("id", request.id());
            members.put("requestTarget", request.requestTarget());
            members.put("method", request.method());
            members.put("remoteEndpoint", written(request.remoteEndpoint()));
            members.put("requestHeaders", request.requestHeaders());
            members.put("body", request.body());
            return Json.write(Map.of("request", members));
        }
        if (message instanceof ControlMessage.RequestAt request) {
            return Json.write(Map.of("request", Map.of("address", request.address())));
        }
        if (message instanceof ControlMessage.Response response) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("requestId", response.requestId());
            members.put("body", response.body());
            members.put("statusCode", response.statusCode());
            if (!response.statusDescription().isEmpty()) {
                members.put("statusDescription", response.statusDescription());
            }
            members.put("responseHeaders", written(response.responseHeaders()));
            return Json.write(Map.of("response", members));
        }
        if (message instanceof ControlMessage.RenewToken renewal) {
            return Json.write(Map.of("renewToken", Map.of("token", renewal.token())));
        }
        throw new IllegalArgumentException("message: " + message + " (expected: one that this version can write)");
    }

    private static Map<String, Object> written(RemoteEndpoint endpoint) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("address", endpoint.address());
        members.put("port", endpoint.port());
        return members;
    }

    /** Cookies cannot be joined (RFC 6265, section 3): several are an array, and all else is one text for each name. */
    private static Map<String, Object> written(List<Header> headers) {
        Map<String, Object> members = new LinkedHashMap<>(RelayHeaders.joined(headers));
        List<String> cookies = headers.stream()
                .filter(header -> header.is(SET_COOKIE))
                .map(Header::value)
                .toList();
        if (cookies.size() > 1) {
            members.replaceAll((name, value) -> name.equalsIgnoreCase(SET_COOKIE) ? cookies : value);
        }
        return members;
    }

    /**
     * {@return whether a message, as encoded, has at most {@value #MAX_ENCODED_BYTES} bytes of UTF-8}
     *
     * @param encoded what {@link #encode} has written
     */
    public static boolean fits(String encoded) {
        if (encoded.length() <= MAX_ENCODED_BYTES / 3) {
            return true; // whatever its characters are
        }
        int bytes = 0;
        for (int i = 0; i < encoded.length() && bytes <= MAX_ENCODED_BYTES; i++) {
            char c = encoded.charAt(i);
            // each half of a surrogate pair stands for two of the pair's four bytes
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes <= MAX_ENCODED_BYTES;
    }

    /**
     * Reads a message.
     *
     * @param text a whole text message of the control channel
     * @return the command; {@link ControlMessage.Unknown} for one that is not known here
     * @throws MalformedMessage if the text is no JSON object, or a command we know lacks what it cannot do without
     */
    public static ControlMessage decode(String text) {
        Object value;
        try {
            value = Json.parse(text);
        } catch (MalformedJson e) {
            throw new MalformedMessage("the message is not JSON: " + e.getMessage());
        }
        if (!(value instanceof Map<?, ?> message)) {
            throw new MalformedMessage("the message is not a JSON object");
        }
        if (message.containsKey("accept")) {
            return accept(command(message, "accept"));
        }
        if (message.containsKey("request")) {
            return request(command(message, "request"));
        }
        if (message.containsKey("response")) {
            return response(command(message, "response"));
        }
        if (message.containsKey("renewToken")) {
            return new ControlMessage.RenewToken(required(command(message, "renewToken"), "renewToken", "token"));
        }
        return new ControlMessage.Unknown(
                message.isEmpty()
                        ? ""
                        : String.valueOf(message.keySet().iterator().next()));
    }

    private static ControlMessage.Accept accept(Map<?, ?> members) {
        return new ControlMessage.Accept(
                required(members, "accept", "address"),
                members.get("id") instanceof String id ? id : "",
                headers(members.get("connectHeaders")),
                remoteEndpoint(members.get("remoteEndpoint")));
    }

    /** A request without a method, or without a word about its body, is one that is to be fetched: clients go by either. */
    private static ControlMessage request(Map<?, ?> members) {
        String address = members.get("address") instanceof String text ? text : "";
        if (!(members.get("method") instanceof String method) || !(members.get("body") instanceof Boolean body)) {
            return new ControlMessage.RequestAt(required(members, "request", "address"));
        }
        return new ControlMessage.Request(
                address,
                required(members, "request", "id"),
                members.get("requestTarget") instanceof String target ? target : "",
                method,
                remoteEndpoint(members.get("remoteEndpoint")),
                headers(members.get("requestHeaders")),
                body);
    }

    private static ControlMessage.Response response(Map<?, ?> members) {
        return new ControlMessage.Response(
                required(members, "response", "requestId"),
                statusCode(members.get("statusCode")),
                members.get("statusDescription") instanceof String text ? text : "",
                headerLines(members.get("responseHeaders")),
                Boolean.TRUE.equals(members.get("body")));
    }

    /** Some listeners write it as a text. */
    private static int statusCode(@Nullable Object value) {
        if (value instanceof Number number && number.doubleValue() == number.intValue()) {
            return number.intValue();
        }
        if (value instanceof String text) {
            try {
                return Integer.parseInt(text.trim());
            } catch (NumberFormatException e) {
                throw new MalformedMessage("response has a statusCode that is no number");
            }
        }
        throw new MalformedMessage("response has no statusCode that is one");
    }

    private static List<Header> headerLines(@Nullable Object value) {
        List<Header> lines = new ArrayList<>();
        if (value instanceof Map<?, ?> members) {
            members.forEach((name, content) -> {
                if (content instanceof List<?> list) {
                    for (Object one : list) {
                        if (one != null) {
                            lines.add(new Header(String.valueOf(name), headerValue(one)));
                        }
                    }
                } else if (content != null) {
                    lines.add(new Header(String.valueOf(name), headerValue(content)));
                }
            });
        }
        return lines;
    }

    private static Map<String, String> headers(@Nullable Object value) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> members) {
            members.forEach((name, content) -> {
                if (content != null) {
                    headers.put(String.valueOf(name), headerValue(content));
                }
            });
        }
        return headers;
    }

    private static String headerValue(Object content) {
        return content instanceof List<?> list
                ? list.stream()
                        .filter(Objects::nonNull)
                        .map(ControlMessages::headerValue)
                        .collect(Collectors.joining(", "))
                : content instanceof Map<?, ?> ? Json.write(content) : String.valueOf(content);
    }

    private static RemoteEndpoint remoteEndpoint(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> members)) {
            return RemoteEndpoint.UNKNOWN;
        }
        String address = members.get("address") instanceof String text ? text : "";
        long port = members.get("port") instanceof Number number ? number.longValue() : 0;
        return new RemoteEndpoint(address, port >= 0 && port <= 65_535 ? (int) port : 0);
    }

    private static Map<?, ?> command(Map<?, ?> message, String name) {
        if (message.get(name) instanceof Map<?, ?> members) {
            return members;
        }
        throw new MalformedMessage(name + " is not a JSON object");
    }

    private static String required(Map<?, ?> members, String command, String name) {
        if (members.get(name) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new MalformedMessage(command + " has no text named " + name);
    }
}
