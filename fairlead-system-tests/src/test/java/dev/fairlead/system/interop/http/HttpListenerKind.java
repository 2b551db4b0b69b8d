// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.http;

import dev.fairlead.system.interop.Programs;
import dev.fairlead.system.interop.Story;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;

/** The foreign listeners of plain HTTP. */
enum HttpListenerKind {
    /** Microsoft's package for Node, with its token in a header. */
    HYCO_HTTPS;

    /** {@return one that is online} */
    Story online(RelayUnderTest relay, String path) {
        ForeignProgram listener = start(relay, path);
        listener.prints("online");
        return Programs.line(listener);
    }

    /** {@return one that asks to listen} */
    ForeignProgram start(RelayUnderTest relay, String path) {
        return switch (this) {
            case HYCO_HTTPS ->
                Programs.node(relay.authority(), Programs.file("node/http-listener.js"))
                        .with("KIND", "hyco-https")
                        .with("LISTEN_URL", relay.uri() + "/$hc/" + path + "?sb-hc-action=listen")
                        .with("TOKEN", relay.token(path))
                        .start();
        };
    }
}
