// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import dev.fairlead.server.gateway.backend.json.JsonFault;
import dev.fairlead.server.gateway.backend.json.JsonReader;
import dev.fairlead.server.gateway.backend.json.SniffedText;
import dev.fairlead.server.gateway.backend.json.Value;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response, as far as the gateway looks at it.
 *
 * @param tag what the body says that it is; null if it says nothing
 * @param result null if it has none
 * @param error null if it has none, which is not the same as an error that is {@code null}
 */
record Answer(
        @Nullable Value tag,
        @Nullable Value result,
        @Nullable Value error) {

    /**
     * {@return the body of a response}
     *
     * @param body borrowed
     * @throws JsonFault if it is no object of JSON
     */
    static Answer read(byte[] body) {
        JsonReader in = new JsonReader(SniffedText.of(body));
        if (!in.isObject()) {
            throw new JsonFault("TypeError", "no object");
        }
        Members members = new Members();
        in.object(members);
        in.end();
        return new Answer(members.tag, members.result, members.error);
    }

    private static final class Members implements JsonReader.Members {

        private @Nullable Value tag;
        private @Nullable Value result;
        private @Nullable Value error;

        @Override
        public void member(String name, JsonReader in) {
            switch (name) {
                case "tag" -> tag = in.value();
                case "result" -> result = in.value();
                case "error" -> error = in.value();
                default -> in.skip();
            }
        }
    }
}
