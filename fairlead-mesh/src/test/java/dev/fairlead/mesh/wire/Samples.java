// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** What was recorded between the original's peers. */
final class Samples {

    /** A message as it was published. */
    record Publish(Map<?, ?> sample) {

        Envelope envelope() {
            return Envelope.read(headers(), text("correlation_id"), text("reply_to"), text("expiration"));
        }

        @SuppressWarnings("unchecked")
        Map<String, Object> headers() {
            return (Map<String, Object>) properties().get("headers");
        }

        String text(String property) {
            return (String) properties().get(property);
        }

        Map<?, ?> properties() {
            return (Map<?, ?>) sample.get("properties");
        }

        String body() {
            return (String) sample.get("body");
        }

        @Override
        public String toString() {
            return sample.get("flow") + " " + headers().get("nuropb_type");
        }
    }

    private Samples() {}

    static List<Publish> publishes() {
        return ((List<?>) read("publishes.json"))
                .stream().map(sample -> new Publish((Map<?, ?>) sample)).toList();
    }

    static Object read(String name) {
        try (InputStream in = Samples.class.getResourceAsStream(name)) {
            return PythonJson.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
