// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.token;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.InvalidAddress;
import dev.fairlead.protocol.address.PercentEncoding;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A shared access signature: which resource its bearer may use, until when, and which key says so.
 *
 * <p>What is signed is the resource exactly as it stands in the token, a line feed, and the expiry: clients encode the
 * resource in different ways, so it is never encoded anew. Parsing proves nothing: ask {@link #signedBy}.
 */
public final class SasToken {

    /** What {@link #expiresAt()} says at most, whatever the token claims: the last second of the year 9999. */
    public static final Instant LATEST_EXPIRY = Instant.ofEpochSecond(253_402_300_799L);

    private static final String PREFIX = "SharedAccessSignature";
    private static final Set<String> FIELDS = Set.of("sr", "sig", "se", "skn");

    private final String text;
    private final String signedText;
    private final String signature;
    private final String resource;
    private final HybridPath resourcePath;
    private final String keyName;
    private final Instant expiresAt;

    private SasToken(String text, Map<String, String> fields) {
        this.text = text;
        String rawResource = required(fields, "sr");
        String expiry = PercentEncoding.decodeForm(required(fields, "se")).strip();
        this.signedText = rawResource + "\n" + expiry;
        // a plus sign that was not escaped has become a blank on the way
        this.signature = PercentEncoding.decodeForm(required(fields, "sig")).replace(' ', '+');
        this.resource = PercentEncoding.decodeForm(rawResource);
        this.resourcePath = pathOf(resource);
        this.keyName = PercentEncoding.decodeForm(required(fields, "skn"));
        this.expiresAt = instant(expiry);
    }

    /**
     * Reads a token, in whatever order and letter case its parts come. A token out of a query is to be decoded once before.
     *
     * @param text begins with {@code SharedAccessSignature}
     * @return what it says; whether its signature holds is for {@link #signedBy} to find out
     * @throws MalformedToken if the text is no shared access signature, lacks a field, or has one twice
     */
    public static SasToken parse(String text) {
        String trimmed = text.strip();
        if (!trimmed.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
                || trimmed.length() == PREFIX.length()
                || !Character.isWhitespace(trimmed.charAt(PREFIX.length()))) {
            throw new MalformedToken("The token does not begin with " + PREFIX);
        }
        Map<String, String> fields = new HashMap<>();
        for (String field : trimmed.substring(PREFIX.length()).strip().split("&", -1)) {
            int equals = field.indexOf('=');
            String name =
                    (equals < 0 ? field : field.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
            if (FIELDS.contains(name) && fields.put(name, equals < 0 ? "" : field.substring(equals + 1)) != null) {
                throw new MalformedToken("The token has the field " + name + " twice");
            }
        }
        return new SasToken(trimmed, fields);
    }

    /**
     * Signs a token.
     *
     * @param resourceUri an absolute URI of the namespace or of a path in it; Azure's clients write {@code http://host/path/}
     * @param key signs it; its name stands in the token
     * @param expiresAt rounded down to the second
     * @return a token that its {@link #toString()} writes
     * @throws MalformedToken if the resource is no absolute URI
     */
    public static SasToken sign(String resourceUri, SasKey key, Instant expiresAt) {
        String resource = PercentEncoding.encodeForm(resourceUri);
        long expiry = expiresAt.getEpochSecond();
        return parse(PREFIX
                + " sr="
                + resource
                + "&sig="
                + PercentEncoding.encodeForm(key.sign(resource + "\n" + expiry))
                + "&se="
                + expiry
                + "&skn="
                + PercentEncoding.encodeForm(key.name()));
    }

    private static String required(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw new MalformedToken("The token lacks the field " + name);
        }
        return value;
    }

    private static Instant instant(String expiry) {
        if (expiry.isEmpty() || !expiry.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new MalformedToken("The token's expiry is not a number of seconds");
        }
        String digits = expiry.replaceFirst("^0+", "");
        if (digits.length() > 12) {
            return LATEST_EXPIRY;
        }
        long seconds = digits.isEmpty() ? 0 : Long.parseLong(digits);
        return Instant.ofEpochSecond(Math.min(seconds, LATEST_EXPIRY.getEpochSecond()));
    }

    /** {@return the path of a URI that need not be one by the book: blanks and braces occur} */
    private static HybridPath pathOf(String resource) {
        int authority = resource.indexOf("://");
        if (authority <= 0 || !resource.substring(0, authority).matches("[A-Za-z][A-Za-z0-9+.-]*")) {
            // without a scheme, a lone name could as well be the host, and the token good for the whole namespace
            throw new MalformedToken("The token's resource is not an absolute URI");
        }
        String rest = resource.substring(authority + 3);
        int end = firstOf(rest, "?#");
        int slash = rest.indexOf('/');
        try {
            return slash < 0 || slash > end ? HybridPath.EMPTY : HybridPath.ofUrlPath(rest.substring(slash, end));
        } catch (InvalidAddress e) {
            throw new MalformedToken("The token's resource has a path that cannot be one");
        }
    }

    private static int firstOf(String text, String marks) {
        for (int i = 0; i < text.length(); i++) {
            if (marks.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    /** {@return the resource, decoded: a URI, for logs} */
    public String resource() {
        return resource;
    }

    /**
     * {@return the path of the resource; empty for the whole namespace} Scheme, host, port, query and fragment do not
     * count, nor does {@code $hc} in front.
     */
    public HybridPath resourcePath() {
        return resourcePath;
    }

    /**
     * {@return whether a request's path, with all that stands below the hybrid connection, lies within the resource}
     *
     * @param requestPath the path that was asked for
     */
    public boolean covers(HybridPath requestPath) {
        return resourcePath.isWholeSegmentPrefixOf(requestPath);
    }

    /** {@return the authorization rule whose key is said to have signed; rules are compared in any letter case} */
    public String keyName() {
        return keyName;
    }

    /** {@return when the token ends, from 1970 to {@link #LATEST_EXPIRY}} */
    public Instant expiresAt() {
        return expiresAt;
    }

    /**
     * {@return whether a key has signed this token} The key's name is not compared; takes the same time either way.
     *
     * @param key the one that is tried
     */
    public boolean signedBy(SasKey key) {
        return key.signed(signedText, signature);
    }

    /** {@return the token as it goes over the wire: a secret} */
    public String text() {
        return text;
    }

    @Override
    public String toString() {
        return "SasToken[sr=" + resource + ", sig=***, se=" + expiresAt + ", skn=" + keyName + "]";
    }
}
