// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.http;

import dev.fairlead.system.interop.Line;
import dev.fairlead.system.interop.Programs;
import dev.fairlead.system.interop.browser.Chromium;
import dev.fairlead.testkit.TestAuthority;

/** The foreign senders of plain HTTP. */
enum HttpSenderKind {
    /** Node's {@code fetch}. */
    FETCH,

    /** Node's {@code http} and {@code https}, which keep connections alive. */
    NODE_HTTP,

    /** {@code curl}, a process and a connection for each request. */
    CURL,

    /** A browser's {@code fetch} from a page of another origin; the token is in the query. */
    CHROMIUM;

    /** {@return a running one, which trusts {@code authority}} */
    HttpSender start(TestAuthority authority) {
        return switch (this) {
            case FETCH -> new CommandedSender(node("fetch", authority), true);
            case NODE_HTTP -> new CommandedSender(node("http", authority), true);
            case CURL -> new Curl(authority);
            case CHROMIUM ->
                new CommandedSender(Chromium.open(Programs.file("browser/http-sender.html"), authority), false);
        };
    }

    private static Line node(String kind, TestAuthority authority) {
        return Programs.line(Programs.node(authority, Programs.file("node/http-sender.js"))
                .with("KIND", kind)
                .start());
    }
}
