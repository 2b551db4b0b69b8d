// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

import dev.fairlead.system.interop.browser.Chromium;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.TestAuthority;

/** The foreign senders. */
public enum SenderKind {
    /** Microsoft's package for Node, on top of {@code ws} 1. */
    HYCO_WS,

    /** The WebSocket package of most Node programs, version 8. */
    WS,

    /** Debian's {@code python3-websocket}. */
    PYTHON,

    /** A browser; it cannot send headers, so that the token is in the query, and it offers compression always. */
    CHROMIUM;

    /** {@return a running one, which trusts {@code authority}} */
    public ForeignSender start(TestAuthority authority) {
        return new ForeignSender(
                this,
                switch (this) {
                    case HYCO_WS -> node("hyco-ws", authority);
                    case WS -> node("ws", authority);
                    case PYTHON ->
                        new ProgramLine(Programs.python(authority, Programs.file("python/sender.py"))
                                .start());
                    case CHROMIUM -> Chromium.open(Programs.file("browser/sender.html"), authority);
                });
    }

    /** {@return whether it can put the token into a header} */
    boolean sendsHeaders() {
        return this != CHROMIUM;
    }

    private static Line node(String kind, TestAuthority authority) {
        ForeignProgram program = Programs.node(authority, Programs.file("node/sender.js"))
                .with("KIND", kind)
                .start();
        return new ProgramLine(program);
    }
}
