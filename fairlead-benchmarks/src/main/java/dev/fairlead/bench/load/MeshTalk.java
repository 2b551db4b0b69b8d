// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

/** What is said in a mesh, and what it is answered with, as {@code docs/protocol/mesh.md} has it. */
final class MeshTalk {

    private static final String TRACE = "t";

    private MeshTalk() {}

    /** {@return what a client of a gateway says to have a text of a size echoed} */
    static String request(int size) {
        return """
                {"type": "request", "payload": {"service": "%s", "method": "%s", "params": {"text": "%s"}, "trace_id": "%s"}}\
                """.formatted(MeshEcho.SERVICE, MeshEcho.METHOD, text(size), TRACE);
    }

    /** {@return what the client of a candidate hears: the same JSON, which Fairlead spaces as Python does and Node does not} */
    static String response(Candidate candidate, int size) {
        String spaced = """
                {"type": "response", "payload": {"trace_id": "%s", "result": "%s", "error": null}}\
                """.formatted(TRACE, text(size));
        return candidate == Candidate.MESH_GATEWAY ? spaced : spaced.replace(" ", "");
    }

    /** {@return the body of such a request on its way to the service} */
    static String body(int size, String correlationId) {
        return """
                {"tag": "request", "service": "%s", "method": "%s", "params": {"text": "%s"}, "correlation_id": "%s", \
                "context": {"user_id": null, "Authorisation": null, "trace_id": "%s"}, "trace_id": "%s"}\
                """.formatted(MeshEcho.SERVICE, MeshEcho.METHOD, text(size), correlationId, TRACE, TRACE);
    }

    /** {@return what the header of such a request says of it} */
    static String traceId() {
        return TRACE;
    }

    /** {@return a text that JSON holds as it is} */
    static String text(int size) {
        StringBuilder text = new StringBuilder(size);
        for (int i = 0; i < size; i++) {
            text.append((char) ('a' + (i * 7 + i / 251) % 26));
        }
        return text.toString();
    }
}
