// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * An {@code accept} as a listener reads it.
 *
 * @param address where to dial, as it came
 * @param id of the meeting
 * @param connectHeaders the sender's headers, in order and case
 * @param remoteAddress the sender's address
 * @param remotePort the sender's port
 */
public record Offer(
        String address, String id, Map<String, String> connectHeaders, String remoteAddress, int remotePort) {

    private static final Set<String> MEMBERS = Set.of("address", "id", "connectHeaders", "remoteEndpoint");

    static Offer parse(String text) {
        Json.Members message = Json.object(text);
        if (!message.names().equals(Set.of("accept"))) {
            throw new AssertionError("one accept was expected, but this came: " + text);
        }
        Json.Members accept = message.object("accept");
        if (!accept.names().equals(MEMBERS)) {
            throw new AssertionError("an accept with " + MEMBERS + " was expected, but this came: " + text);
        }
        Json.Members sent = accept.object("connectHeaders");
        Map<String, String> headers = new LinkedHashMap<>();
        sent.names().forEach(name -> headers.put(name, sent.text(name)));
        Json.Members remote = accept.object("remoteEndpoint");
        return new Offer(
                accept.text("address"), accept.text("id"), headers, remote.text("address"), remote.number("port"));
    }

    /** {@return the value of a header of the sender; empty if it sent none of that name} */
    public String header(String name) {
        return connectHeaders.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    /** {@return scheme, host and port of the address} */
    public URI server() {
        return URI.create(address.substring(0, startOfTarget()));
    }

    /** {@return path and query of the address, as they came} */
    public String target() {
        return address.substring(startOfTarget());
    }

    private int startOfTarget() {
        return address.indexOf('/', address.indexOf("://") + 3);
    }
}
