// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.List;

/** What is said on a message bus, and what it is answered with, as {@code docs/protocol/wsserver.md} has it. */
final class BusTalk {

    private static final String ANY_UUID = "?".repeat(36);

    private BusTalk() {}

    /** {@return what a client says to have a text of a size echoed} */
    static String request(int size) {
        return """
                {"type": "%s", "content": {"text": "%s"}}\
                """.formatted(BusEcho.REQUEST, MeshTalk.text(size));
    }

    /**
     * {@return what the client of a gateway hears, a question mark for each character that is another each time} It is the same JSON,
     * which Fairlead spaces as Python does and Node does not.
     */
    static String response(Candidate candidate, int size) {
        String spaced = """
                {"type": "%s", "uuid": "%s", "response_uuid": null, "sender": "service.%s", "pref_dest": null, \
                "content": {"text": "%s"}}\
                """.formatted(BusEcho.ANSWER, ANY_UUID, BusEcho.class.getSimpleName(), MeshTalk.text(size));
        return candidate == Candidate.NODE_BUS_GATEWAY ? spaced.replace(" ", "") : spaced;
    }

    /** {@return the load generator's options for a candidate; the reference, which knows no bus, has the message itself echoed} */
    static List<String> options(Candidate candidate, int size) {
        String request = request(size);
        return candidate == Candidate.GATEWAY_REFERENCE
                ? List.of("-q", request)
                : List.of("-q", request, "-a", response(candidate, size));
    }
}
