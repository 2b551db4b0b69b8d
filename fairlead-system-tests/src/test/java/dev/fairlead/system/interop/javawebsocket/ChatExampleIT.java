// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.javawebsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.Programs;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example of the README: run by the launcher of the JDK, as it is told there. */
@ExtendWith(RelayUnderTest.Extension.class)
class ChatExampleIT {

    private static final Path FOLDER = Path.of("../examples/java-websocket").toAbsolutePath();

    @Test
    void everybodyInTheChatHearsEverybody(RelayUnderTest relay) {
        try (ForeignProgram chat = Programs.java(FOLDER.resolve("Chat.java"))
                .in(FOLDER)
                .with("FAIRLEAD_CONNECTION_STRING", relay.connectionString())
                .start()) {
            assertThat(chat.prints("chat on ")).endsWith(relay.uri() + "/$hc/chat");

            SenderDriver ada =
                    relay.sender("chat").withSuffix("/ada").connects().isConnected();
            ada.receives("welcome to the chat").receives("ada has come");
            SenderDriver bob =
                    relay.sender("chat").withSuffix("/bob").connects().isConnected();
            bob.receives("welcome to the chat").receives("bob has come");
            bob.sends("hallo");

            ada.receives("bob has come").receives("bob: hallo");
        }
    }
}
