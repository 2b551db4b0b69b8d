// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.protocol.json.Json;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An issuer with a key of its own, that signs whatever a test wants, with nothing but the JDK. */
final class TokenIssuer {

    private final String keyId;
    private final String algorithm;
    private final KeyPair pair;

    private TokenIssuer(String keyId, String algorithm, KeyPair pair) {
        this.keyId = keyId;
        this.algorithm = algorithm;
        this.pair = pair;
    }

    static TokenIssuer of(String keyId, String algorithm) {
        return of(keyId, algorithm, 2048);
    }

    static TokenIssuer of(String keyId, String algorithm, int rsaBits) {
        try {
            KeyPairGenerator generator;
            switch (algorithm) {
                case "ES256", "ES384", "ES512" -> {
                    generator = KeyPairGenerator.getInstance("EC");
                    generator.initialize(new ECGenParameterSpec(
                            Map.of("ES256", "secp256r1", "ES384", "secp384r1", "ES512", "secp521r1")
                                    .get(algorithm)));
                }
                case "EdDSA", "Ed25519" -> generator = KeyPairGenerator.getInstance("Ed25519");
                default -> {
                    generator = KeyPairGenerator.getInstance("RSA");
                    generator.initialize(rsaBits);
                }
            }
            return new TokenIssuer(keyId, algorithm, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    KeyPair pair() {
        return pair;
    }

    /** The key as it stands in a key set, to be changed. */
    Map<String, Object> publicKey() {
        Map<String, Object> jwk = new LinkedHashMap<>();
        jwk.put("kid", keyId);
        if (pair.getPublic() instanceof RSAPublicKey rsa) {
            jwk.put("kty", "RSA");
            jwk.put("n", base64(unsigned(rsa.getModulus(), 0)));
            jwk.put("e", base64(unsigned(rsa.getPublicExponent(), 0)));
        } else if (pair.getPublic() instanceof ECPublicKey ec) {
            int size = (ec.getParams().getCurve().getField().getFieldSize() + 7) / 8;
            jwk.put("kty", "EC");
            jwk.put(
                    "crv",
                    Map.of("ES256", "P-256", "ES384", "P-384", "ES512", "P-521").get(algorithm));
            jwk.put("x", base64(unsigned(ec.getW().getAffineX(), size)));
            jwk.put("y", base64(unsigned(ec.getW().getAffineY(), size)));
        } else {
            byte[] encoded = pair.getPublic().getEncoded();
            jwk.put("kty", "OKP");
            jwk.put("crv", "Ed25519");
            jwk.put("x", base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
        }
        return jwk;
    }

    static String keySet(List<Map<String, Object>> keys) {
        return Json.write(Map.of("keys", keys));
    }

    static String keySet(TokenIssuer... issuers) {
        return keySet(Arrays.stream(issuers).map(TokenIssuer::publicKey).toList());
    }

    /** The usual header, to be changed. */
    Map<String, Object> header() {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", algorithm);
        header.put("kid", keyId);
        return header;
    }

    String sign(Map<String, ?> claims) {
        return sign(header(), claims);
    }

    /** Signs as this issuer does, whatever the header says of it. */
    String sign(Map<String, ?> header, Map<String, ?> claims) {
        return signText(Json.write(header), Json.write(claims));
    }

    String signText(String header, String claims) {
        String input = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
        return input + "." + base64(signature(input.getBytes(US_ASCII)));
    }

    private byte[] signature(byte[] input) {
        try {
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case "EdDSA", "Ed25519" -> "Ed25519";
                        case "ES256", "ES384", "ES512" -> "SHA" + algorithm.substring(2) + "withECDSAinP1363Format";
                        case "PS256" -> "RSASSA-PSS";
                        default -> "SHA" + algorithm.substring(2) + "withRSA";
                    });
            if (algorithm.equals("PS256")) {
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            }
            signature.initSign(pair.getPrivate());
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String signWithSecret(byte[] secret, Map<String, ?> header, Map<String, ?> claims) {
        String input = base64(Json.write(header).getBytes(UTF_8)) + "."
                + base64(Json.write(claims).getBytes(UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return input + "." + base64(mac.doFinal(input.getBytes(US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] unsigned(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        int from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        byte[] whole = new byte[Math.max(size, bytes.length - from)];
        System.arraycopy(bytes, from, whole, whole.length - (bytes.length - from), bytes.length - from);
        return whole;
    }
}
