// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SharedAccess;

/** The foreign listeners. */
public enum ListenerKind {
    /** Microsoft's package for Node, with its token in a header. */
    HYCO_WS,

    /** A control channel and a dial written with Node's {@code ws}, with its token in a header. */
    WS,

    /** The same, answering an offer of compression as the protocol's guide has it. */
    WS_DEFLATE,

    /** The flow as it is taught for Python, with its token in the query. */
    PYTHON;

    /** {@return one that is online} */
    public Story online(RelayUnderTest relay, String path) {
        ForeignProgram listener = start(relay, path, relay.token(path));
        listener.prints("online");
        return new ProgramLine(listener);
    }

    /** {@return one that asks to listen} */
    public ForeignProgram start(RelayUnderTest relay, String path, String token) {
        String address = relay.uri() + "/$hc/" + path + "?sb-hc-action=listen";
        return switch (this) {
            case HYCO_WS -> node(relay, address, token, "hyco-ws");
            case WS -> node(relay, address, token, "ws");
            case WS_DEFLATE -> node(relay, address, token, "ws-deflate");
            case PYTHON ->
                Programs.python(relay.authority(), Programs.file("python/listener.py"))
                        .with("LISTEN_URL", address + "&sb-hc-token=" + SharedAccess.encode(token))
                        .start();
        };
    }

    private static ForeignProgram node(RelayUnderTest relay, String address, String token, String kind) {
        return Programs.node(relay.authority(), Programs.file("node/listener.js"))
                .with("LISTEN_URL", address)
                .with("TOKEN", token)
                .with("KIND", kind)
                .start();
    }
}
