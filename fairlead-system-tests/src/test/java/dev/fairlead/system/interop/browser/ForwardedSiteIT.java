// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.RelayForwarder;
import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.system.interop.Programs;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A site that knows nothing of a relay, seen through one by a browser: page, fetches, server-sent events, a WebSocket. */
class ForwardedSiteIT {

    @Test
    void siteWorksBelowItsHybridConnection(@TempDir Path profile) {
        try (RelayUnderTest relay = new RelayUnderTest().knows("path: site, senderAuthorization: anonymous");
                ForeignProgram site =
                        Programs.node(Programs.file("node/site.js")).start()) {
            String port = site.prints("online").split(" ", -1)[1];
            try (RelayListener listener = RelayListener.builder(ConnectionString.parse(relay.connectionString()))
                    .path("site")
                    .forwardTo(RelayForwarder.to(URI.create("http://127.0.0.1:" + port)))
                    .build()) {
                listener.open().join();

                try (ForeignProgram browser = Chromium.showing(relay.httpUri() + "/site/", profile)) {
                    assertThat(browser.handle().isAlive()).isTrue();
                    assertThat(new String[] {told(site), told(site), told(site)})
                            .containsExactlyInAnyOrder("fetched 42", "heard 1,2,3", "said site.v1 you said: ahoy");
                }
            }
        }
    }

    private static String told(ForeignProgram site) {
        String line;
        do {
            line = site.prints("");
        } while (line.startsWith("closed") || line.startsWith("listening"));
        return line;
    }
}
