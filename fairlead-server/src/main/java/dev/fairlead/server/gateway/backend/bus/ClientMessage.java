// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.server.gateway.backend.json.JsonFault;
import dev.fairlead.server.gateway.backend.json.JsonReader;
import dev.fairlead.server.gateway.backend.json.Value;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client said: an object with {@code type} and {@code content}, or something else. Other members are not read. */
sealed interface ClientMessage {

    /** A message for the bus. */
    record Said(String type, Content content) implements ClientMessage {}

    /** Nothing comes of it, as in the original. */
    record PassedOver() implements ClientMessage {}

    /** The client is sent away over it, as in the original. */
    record Unbearable() implements ClientMessage {}

    /**
     * The client is answered an error.
     *
     * @param why in words for the client
     */
    record Refused(String why) implements ClientMessage {}

    /**
     * {@return what the text is}
     *
     * @throws JsonFault if it is no JSON
     */
    static ClientMessage read(String text) {
        JsonReader in = new JsonReader(text);
        if (in.isObject()) {
            Members members = new Members();
            in.object(members);
            in.end();
            return members.message();
        }
        boolean named;
        if (in.isList()) {
            Set<String> texts = new HashSet<>();
            in.list(() -> {
                String element = in.value().text();
                if (element != null) {
                    texts.add(element);
                }
            });
            named = texts.contains(Members.TYPE) && texts.contains(Members.CONTENT);
        } else {
            Value value = in.value();
            String said = value.text();
            named = said == null || (said.contains(Members.TYPE) && said.contains(Members.CONTENT));
        }
        in.end();
        return named ? new Unbearable() : new PassedOver();
    }

    /** The two members that count; of two with one name the last. */
    final class Members implements JsonReader.Members {

        private static final String TYPE = "type";
        private static final String CONTENT = "content";

        private @Nullable Value type;
        private @Nullable Value content;

        @Override
        public void member(String name, JsonReader in) {
            switch (name) {
                case TYPE -> type = in.value();
                case CONTENT -> content = in.value();
                default -> in.skip();
            }
        }

        ClientMessage message() {
            if (type == null || content == null) {
                return new PassedOver();
            }
            String word = type.text();
            if (word == null || word.equals(BusTypes.NET_SEND)) {
                return new Unbearable();
            }
            if (word.equals(BusTypes.CLIENT_DISCONNECT)) {
                return new Refused("type: " + word + " is the gateway's to say");
            }
            if (word.isEmpty() || word.length() > BusMessage.LONGEST_TYPE) {
                return new Refused(
                        "type: " + word.length() + " characters (expected: 1 to " + BusMessage.LONGEST_TYPE + ")");
            }
            String unfit = Fitness.fault(content.json());
            return unfit == null ? new Said(word, Content.ofJson(content.json())) : new Refused("content: " + unfit);
        }
    }
}
