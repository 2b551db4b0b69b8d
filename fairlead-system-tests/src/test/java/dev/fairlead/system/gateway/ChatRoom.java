// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import dev.fairlead.bus.Address;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Sender;
import dev.fairlead.bus.service.BusService;
import dev.fairlead.bus.service.MessageType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A service that passes on what clients say: to a name, to an address, or, without either, to all; and tells all who has left.
 */
public final class ChatRoom extends BusService {

    /** {@code {"to": …, "text": …}} of a client. */
    @MessageType("chat-say")
    public void say(BusMessage said) {
        Sender.Client speaker = (Sender.Client) said.sender();
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("from", Objects.requireNonNull(speaker.username()));
        told.put("text", Objects.requireNonNull(said.content().object().get("text")));
        Object to = said.content().object().get("to");
        if (to == null) {
            sendToAll("chat-said", told);
        } else if (to instanceof String name) {
            sendToUsers(List.of(name), "chat-said", told);
        } else {
            sendToClients(List.of(Address.read(to).orElseThrow()), "chat-said", told);
        }
    }

    /** {@code {"address": …, "username": …}} of the gateway. */
    @MessageType("client-disconnect")
    public void left(BusMessage gone) {
        if (gone.content().object().get("username") instanceof String name) {
            sendToAll("chat-left", Map.of("name", name));
        }
    }
}
