// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import dev.fairlead.protocol.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What was recorded of the original. */
final class Recorded {

    private Recorded() {}

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> cases(String file) {
        try (InputStream in = Objects.requireNonNull(Recorded.class.getResourceAsStream(file), file)) {
            return (List<Map<String, Object>>)
                    Objects.requireNonNull(Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the bytes of a text, or of {@code {"hex": …}}} */
    static byte[] bytes(Object written) {
        return written instanceof Map<?, ?> map
                ? HexFormat.of().parseHex(String.valueOf(map.get("hex")))
                : String.valueOf(written).getBytes(StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked")
    static List<List<Object>> rows(Object written) {
        return (List<List<Object>>) written;
    }
}
