// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import dev.fairlead.protocol.address.PercentEncoding;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.UpgradeRequest;
import dev.fairlead.server.settings.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where in an upgrade request a token may stand. */
public sealed interface Place {

    /** Characters; a longer token is refused. */
    int LONGEST_TOKEN = 16 * 1024;

    /** How a place is written: {@code authorization}, {@code nuropb}, {@code cookie:NAME}, {@code query:NAME} or {@code subprotocol}. */
    Kind<Place> KIND = Kind.of(
            "authorization, nuropb, cookie:NAME, query:NAME or subprotocol",
            "authorization",
            Place::parse,
            Place::toString);

    /** The {@code Authorization} header, of the scheme {@code Bearer} (RFC 6750, section 2.1). */
    record Authorization() implements Place {

        private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +([^ ]+)");

        @Override
        public List<String> texts(UpgradeRequest request) {
            return values(request.headers(), "Authorization").toList();
        }

        @Override
        public String token(String text) {
            Matcher bearer = BEARER.matcher(text);
            if (!bearer.matches()) {
                throw malformed(this, "another scheme than Bearer, or no token behind it");
            }
            return bearer.group(1);
        }

        @Override
        public String toString() {
            return "authorization";
        }
    }

    /**
     * The {@code Authorization} header in any of the spellings that NuroPb's gateway takes: {@code Bearer :TOKEN}, {@code
     * Bearer:TOKEN}, {@code Bearer TOKEN}, {@code BearerTOKEN}, or the token alone.
     */
    record Nuropb() implements Place {

        private static final Pattern SPELLING = Pattern.compile("(?:Bearer *:? *|(?i:Bearer) +:? *)?+([^ :]+)");

        @Override
        public List<String> texts(UpgradeRequest request) {
            return values(request.headers(), "Authorization").toList();
        }

        @Override
        public String token(String text) {
            Matcher spelling = SPELLING.matcher(text);
            if (!spelling.matches()) {
                throw malformed(this, "no token");
            }
            return spelling.group(1);
        }

        @Override
        public String toString() {
            return "nuropb";
        }
    }

    /**
     * A cookie (RFC 6265, section 4.2). Browsers send it along for every page, so the endpoint's origins guard it.
     *
     * @param name in the case of the client
     */
    record Cookie(String name) implements Place {

        @Override
        public List<String> texts(UpgradeRequest request) {
            return named(values(request.headers(), "Cookie").flatMap(line -> Arrays.stream(line.split(";", -1))), name);
        }

        @Override
        public String token(String text) {
            boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
            return quoted ? text.substring(1, text.length() - 1) : text;
        }

        @Override
        public String toString() {
            return "cookie:" + name;
        }
    }

    /**
     * A parameter of the query. It stands in the logs of whoever passes the request on.
     *
     * @param name decoded
     */
    record Query(String name) implements Place {

        @Override
        public List<String> texts(UpgradeRequest request) {
            int query = request.target().indexOf('?');
            return query < 0
                    ? List.of()
                    : named(
                            Arrays.stream(request.target().substring(query + 1).split("&", -1))
                                    .map(Query::decoded),
                            name);
        }

        private static String decoded(String pair) {
            int is = pair.indexOf('=');
            return is < 0
                    ? PercentEncoding.decodeForm(pair) + "="
                    : PercentEncoding.decodeForm(pair.substring(0, is)) + "="
                            + PercentEncoding.decodeForm(pair.substring(is + 1));
        }

        @Override
        public String token(String text) {
            return text;
        }

        @Override
        public String toString() {
            return "query:" + name;
        }
    }

    /** The first subprotocol that the client offers: what a page can set beside the address. */
    record Subprotocol() implements Place {

        @Override
        public List<String> texts(UpgradeRequest request) {
            return request
                    .headers()
                    .joined("Sec-WebSocket-Protocol")
                    .map(offered -> offered.split(",", -1)[0].strip())
                    .filter(Predicate.not(String::isEmpty))
                    .stream()
                    .toList();
        }

        @Override
        public String token(String text) {
            return text;
        }

        @Override
        public String toString() {
            return "subprotocol";
        }
    }

    /** {@return what stands there; several where it stands twice} */
    List<String> texts(UpgradeRequest request);

    /** {@return the token in what stands there} Throws {@link RefusedException} if there is none. */
    String token(String text);

    /**
     * What a client shows.
     *
     * @param token not judged yet
     * @param subprotocol the offered subprotocol that it is; empty for a token that came another way
     */
    record Shown(String token, String subprotocol) {

        /** Names no part of the token. */
        @Override
        public String toString() {
            return "Shown[***]";
        }
    }

    /**
     * {@return what stands in the first of the places where something does} Throws {@link RefusedException} if nothing stands
     * anywhere, and if what stands there is no token: later places do not make up for it.
     */
    static Shown find(List<Place> places, UpgradeRequest request) {
        for (Place place : places) {
            List<String> texts = place.texts(request);
            if (texts.size() > 1) {
                throw malformed(place, texts.size() + " of them");
            }
            if (!texts.isEmpty()) {
                String token = place.token(texts.getFirst());
                if (!isToken(token)) {
                    throw malformed(place, "no token");
                }
                return new Shown(token, place instanceof Subprotocol ? token : "");
            }
        }
        throw new RefusedException(Refusal.CREDENTIALS_MISSING, "nothing (expected: a token in one of " + places + ")");
    }

    /** {@return whether a text can be a token: {@code token68} of RFC 9110, section 11.2, of at most 16 KiB} */
    static boolean isToken(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && "-._~+/".indexOf(c) < 0) {
                return false;
            }
        }
        return end > 0 && text.length() <= LONGEST_TOKEN;
    }

    private static Stream<String> values(Headers headers, String name) {
        return headers.lines().stream()
                .filter(line -> line.is(name) && !line.value().isBlank())
                .map(line -> line.value().strip());
    }

    private static List<String> named(Stream<String> pairs, String name) {
        List<String> values = new ArrayList<>(1);
        pairs.forEach(pair -> {
            int is = pair.indexOf('=');
            if (is >= 0 && pair.substring(0, is).strip().equals(name)) {
                String value = pair.substring(is + 1).strip();
                if (!value.isEmpty()) { // how a cookie is taken back
                    values.add(value);
                }
            }
        });
        return values;
    }

    private static RefusedException malformed(Place place, String evidence) {
        return new RefusedException(
                Refusal.CREDENTIALS_INVALID, place + ": " + evidence + " (expected: one token of at most 16 KiB)");
    }

    private static Place parse(String text) {
        int colon = text.indexOf(':');
        String name = text.substring(colon + 1);
        return switch (colon < 0 ? text : text.substring(0, colon + 1)) {
            case "authorization" -> new Authorization();
            case "nuropb" -> new Nuropb();
            case "subprotocol" -> new Subprotocol();
            case "cookie:" -> new Cookie(checked(name));
            case "query:" -> new Query(checked(name));
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static String checked(String name) {
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw new IllegalArgumentException(name);
        }
        return name;
    }
}
