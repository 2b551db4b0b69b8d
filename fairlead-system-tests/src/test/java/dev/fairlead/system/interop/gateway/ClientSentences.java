// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.ForeignSender;
import dev.fairlead.system.interop.SenderKind;
import dev.fairlead.system.interop.Transport;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every foreign client finds at an endpoint with the loopback behind it, on both transports. */
@ParameterizedClass
@EnumSource(Transport.class)
@ExtendWith(RelayUnderTest.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClientSentences {

    private static final int LONGEST = 4 << 20;

    @Parameter
    Transport transport;

    private final SenderKind kind;
    private TestAuthority authority;
    private ForeignSender client;
    private RelayUnderTest relay;

    ClientSentences(SenderKind kind) {
        this.kind = kind;
    }

    @BeforeAll
    void startClient(@TempDir Path folder) {
        authority = new TestAuthority(folder);
        client = kind.start(authority);
    }

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        String all = "allowedOrigins: [\"*\"]";
        relay = transport
                .of(prepared, authority)
                .offers("path: /ws, subprotocols: [chat.v1], " + all)
                .offers("path: /deflate, compression: true, " + all)
                .offers("path: /short, maxMessageSize: 1KiB, " + all)
                .offers("path: /own");
    }

    @AfterAll
    void endClient() {
        client.close();
    }

    /** {@return the client of the class} */
    ForeignSender client() {
        return client;
    }

    /** {@return the address of an endpoint} */
    URI at(String path) {
        return relay.uri().resolve(path);
    }

    @Test
    void textsComeBack() {
        client.connects(at("/ws"));

        client.echoes("Grüße, 👋 ", 1).echoes("much ", 50_000);

        client.closes(4000, "enough");
        assertThat(client.seesClose()).isEqualTo("closed 4000 enough");
    }

    @Test
    void bytesComeBackUpToTheLongestMessage() {
        client.connects(at("/ws"));

        client.echoesBytes(0).echoesBytes(1).echoesBytes(70_000).echoesBytes(LONGEST);

        client.closes();
        assertThat(client.seesClose()).startsWith("closed 1005");
    }

    @Test
    void compressedMessagesComeBack() {
        client.connects(at("/deflate"), ",\"deflate\":true");

        client.echoes("again and ", 10_000).echoes("short", 1).echoesBytes(300_000);

        client.closes(1000, "done");
        assertThat(client.seesClose()).isEqualTo("closed 1000 done");
    }

    @Test
    void offeredSubprotocolIsChosen() {
        assertThat(client.connects(at("/ws"), ",\"protocols\":[\"soap\",\"chat.v1\"]"))
                .startsWith("open chat.v1");

        client.echoes("in chat", 1);
    }
}
