// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a call shows to prove that it comes from this gateway, and when: {@code Fairlead-Signature: t=SECONDS,v1=HEX}, where
 * {@code HEX} is the HMAC-SHA256 of {@code SECONDS}, a full stop, and the body's bytes. Safe from any thread.
 */
final class Signature {

    /** The header's name. */
    static final String HEADER = "Fairlead-Signature";

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final InstantSource clock;

    Signature(Secret secret, InstantSource clock) {
        this.key = new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM);
        this.clock = clock;
    }

    /** {@return the header for a body that is sent now} */
    Header of(byte[] body) {
        long seconds = clock.instant().getEpochSecond();
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
            return new Header(HEADER, "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
