// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens as the clients do, apart from the code that the server and the SDK share. */
public final class SharedAccess {

    private SharedAccess() {}

    /**
     * {@return a shared access signature token}
     *
     * @param resource what the token is for, not yet encoded
     * @param keyName the name of the rule
     * @param key the key as text; it is not decoded
     * @param expiry when the token ends, cut to whole seconds
     */
    public static String token(String resource, String keyName, String key, Instant expiry) {
        return tokenOfEncoded(encode(resource), keyName, key, expiry);
    }

    /** {@return a token whose {@code sr} is {@code encodedResource} exactly as given} */
    public static String tokenOfEncoded(String encodedResource, String keyName, String key, Instant expiry) {
        return tokenEnding(encodedResource, keyName, key, String.valueOf(expiry.getEpochSecond()));
    }

    /** {@return a token that ends, by its properly signed word, at {@code end}, which may be no time at all} */
    public static String tokenEnding(String encodedResource, String keyName, String key, String end) {
        String signature = sign(encodedResource + "\n" + end, key);
        return "SharedAccessSignature sr=" + encodedResource + "&sig=" + encode(signature) + "&se=" + end + "&skn="
                + encode(keyName);
    }

    /** {@return {@code text} as it stands in a query} */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String sign(String text, String key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
