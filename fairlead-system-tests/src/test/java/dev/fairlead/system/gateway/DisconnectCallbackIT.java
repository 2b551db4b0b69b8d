// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.interop.Programs;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RecordingBackend;
import dev.fairlead.testkit.RecordingBackend.Post;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import dev.fairlead.testkit.WireFrame;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That a client is gone is told to the backend, once, however it went: a hundred times of a hundred. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(RelayUnderTest.Extension.class)
class DisconnectCallbackIT {

    private static final int CLIENTS = 100;
    private static final int UNKNOWN_OPCODE = 3;

    private final RecordingBackend backend = new RecordingBackend();
    private RelayUnderTest gateway;
    private int before;

    /** How a session ends. */
    enum Ending {
        CLOSE_1000 {
            @Override
            void ends(RawWebSocket client, Post connect) {
                client.sends(WireFrame.close(1000, "done"));
            }
        },
        CLOSE_1001 {
            @Override
            void ends(RawWebSocket client, Post connect) {
                client.sends(WireFrame.close(1001, ""));
            }
        },
        CLOSE_3000 {
            @Override
            void ends(RawWebSocket client, Post connect) {
                client.sends(WireFrame.close(3000, ""));
            }
        },
        EMPTY_CLOSE {
            @Override
            void ends(RawWebSocket client, Post connect) {
                client.sends(WireFrame.emptyClose());
            }
        },
        END_OF_TCP {
            @Override
            void ends(RawWebSocket client, Post connect) {
                client.close();
            }
        },
        RESET_OF_TCP {
            @Override
            void ends(RawWebSocket client, Post connect) {
                client.aborts();
            }
        },
        BROKEN_RULE {
            @Override
            void ends(RawWebSocket client, Post connect) {
                client.sends(WireFrame.of(UNKNOWN_OPCODE, new byte[0]));
            }
        },
        LOST_IN_A_MESSAGE {
            @Override
            void ends(RawWebSocket client, Post connect) {
                client.writes((byte) 0x81, (byte) 0xFE, (byte) 1).aborts();
            }
        },
        SENT_AWAY_BY_THE_BACKEND {
            @Override
            void ends(RawWebSocket client, Post connect) {
                Callback.posts(Objects.requireNonNull(connect.member("meta", "disconnect")), "");
                assertThat(client.receivesButNoPings().closeCode()).isEqualTo(1000);
                client.sends(WireFrame.close(1000, ""));
            }
        },
        SILENCE {
            @Override
            void ends(RawWebSocket client, Post connect) {
                // it answers no ping
            }
        };

        abstract void ends(RawWebSocket client, Post connect);
    }

    @BeforeAll
    void begin(RelayUnderTest relay) {
        gateway = relay.with(
                "gateway.endpoints.0.path=/dock",
                "gateway.endpoints.0.pingInterval=1s",
                "gateway.endpoints.0.backend.type=http",
                "gateway.endpoints.0.backend.connectUri=" + backend.uri("/connect"),
                "gateway.endpoints.0.backend.messageUri=" + backend.uri("/message"),
                "gateway.endpoints.0.backend.disconnectUri=" + backend.uri("/disconnect"));
    }

    @BeforeEach
    void count() {
        before = backend.posts("/disconnect").size();
    }

    @AfterAll
    void end() {
        backend.close();
    }

    @ParameterizedTest
    @EnumSource
    void backendIsTold(Ending ending) {
        List<RawWebSocket> clients = new ArrayList<>();
        List<Post> connects = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Set<String> known = sessions(backend.posts("/connect"));
            RawWebSocket client = RawWebSocket.dial(gateway.uri()).upgrades(Handshake.to("/dock"));
            clients.add(client.sends(WireFrame.text("here")));
            connects.add(backend.awaits(1, post -> post.path().equals("/connect") && !known.contains(post.session()))
                    .getFirst());
        }

        for (int i = 0; i < CLIENTS; i++) {
            ending.ends(clients.get(i), connects.get(i));
        }

        List<Post> disconnects = backend.awaits(before + CLIENTS, "/disconnect");
        assertThat(disconnects.stream().skip(before).map(Post::session))
                .containsExactlyInAnyOrderElementsOf(
                        connects.stream().map(Post::session).toList());
        clients.forEach(RawWebSocket::close);
    }

    private static Set<String> sessions(List<Post> posts) {
        Set<String> ids = new HashSet<>();
        posts.forEach(post -> ids.add(post.session()));
        return ids;
    }

    @Test
    void backendIsToldOfAClientThatIsKilled(@TempDir Path home) {
        try (ForeignProgram client = Programs.python(new TestAuthority(home), Programs.file("python/sender.py"))
                .start()) {
            client.prints("ready");
            client.tells("{\"do\": \"open\", \"url\": \"" + gateway.uri() + "/dock\"}");
            client.prints("open");
            client.handle().destroyForcibly();

            assertThat(backend.awaits(before + 1, "/disconnect").getLast().session())
                    .isEqualTo(backend.posts("/connect").getLast().session());
        }
    }
}
