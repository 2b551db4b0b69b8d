// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import dev.fairlead.server.gateway.backend.json.JsonFault;
import dev.fairlead.server.gateway.backend.json.JsonReader;
import dev.fairlead.server.gateway.backend.json.SniffedText;
import dev.fairlead.server.gateway.backend.json.Value;
import org.jspecify.annotations.Nullable;

/**
 * An event of the mesh.
 *
 * @param topic what it is about
 * @param event what happened
 * @param target whom it concerns
 * @param closes whether it ends the connections of those whom it concerns, who are not told of it
 */
record MeshEvent(Value topic, Value event, Target target, boolean closes) {

    /**
     * {@return the event in a body}
     *
     * @param body borrowed
     * @param closes what its topic means here
     * @throws JsonFault if it is none
     */
    static MeshEvent read(byte[] body, boolean closes) {
        JsonReader in = new JsonReader(SniffedText.of(body));
        if (!in.isObject()) {
            throw new JsonFault("TypeError", "no object");
        }
        Members members = new Members();
        in.object(members);
        in.end();
        if (members.topic == null) {
            throw JsonFault.missing("topic");
        }
        if (members.event == null) {
            throw JsonFault.missing("event");
        }
        return new MeshEvent(members.topic, members.event, members.target, closes);
    }

    private static final class Members implements JsonReader.Members {

        private @Nullable Value topic;
        private @Nullable Value event;
        private Target target = Target.EVERYBODY;

        @Override
        public void member(String name, JsonReader in) {
            switch (name) {
                case "topic" -> topic = in.value();
                case "event" -> event = in.value();
                case "target" -> target = Target.read(in);
                default -> in.skip();
            }
        }
    }

    /** {@return what clients are told} */
    String message() {
        return "{\"type\": \"event\", \"payload\": {\"topic\": " + topic.json() + ", \"event\": " + event.json() + "}}";
    }
}
