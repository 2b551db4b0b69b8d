// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** What a sender may be up to. The listener reads off the sender's query what part it is to play. */
enum Visit {
    /** Sends odd sizes, whole and in fragments, compares every byte that comes back, and says Close. */
    TALK {
        @Override
        void go(URI relay, String path, Random random) {
            try (RawWebSocket sender = RawWebSocket.dial(relay)) {
                if (joins(sender, path)) {
                    for (int messages = random.nextInt(6); messages >= 0; messages--) {
                        byte[] message = message(random);
                        sender.writes(inFragments(random, message));
                        comesBack(sender, message);
                    }
                    saysClose(sender);
                }
            }
        }
    },
    /** Sends much and reads it through a small window. */
    SLOW {
        @Override
        void go(URI relay, String path, Random random) {
            try (RawWebSocket sender = RawWebSocket.dial(relay, 2048)) {
                if (joins(sender, path)) {
                    List<byte[]> messages = new ArrayList<>();
                    ByteArrayOutputStream wire = new ByteArrayOutputStream();
                    for (int i = 0; i < 8; i++) {
                        byte[] message = new byte[64 * 1024 + random.nextInt(1000)];
                        random.nextBytes(message);
                        messages.add(message);
                        wire.writeBytes(WireFrame.binary(message).bytes());
                    }
                    CompletableFuture<Void> written = sender.writesInBackground(wire.toByteArray());
                    messages.forEach(message -> comesBack(sender, message));
                    written.join();
                    saysClose(sender);
                }
            }
        }
    },
    /** Ends its half of the connection, and reads the rest. */
    HALF_CLOSE {
        @Override
        void go(URI relay, String path, Random random) {
            try (RawWebSocket sender = RawWebSocket.dial(relay)) {
                if (joins(sender, path)) {
                    byte[] message = message(random);
                    sender.sends(WireFrame.binary(message));
                    comesBack(sender, message);
                    sender.hangsUp().readsToTheEnd();
                }
            }
        }
    },
    /** Is gone at any moment, by force. */
    ABORT {
        @Override
        void go(URI relay, String path, Random random) {
            try (RawWebSocket sender = RawWebSocket.dial(relay)) {
                if (random.nextBoolean()) {
                    asks(sender, path);
                } else if (joins(sender, path) && random.nextBoolean()) {
                    sender.sends(WireFrame.binary(message(random)));
                }
                sender.aborts();
            }
        }
    },
    /** Falls silent within a frame, answers no ping, and is cut off. */
    VANISH {
        @Override
        void go(URI relay, String path, Random random) {
            try (RawWebSocket sender = RawWebSocket.dial(relay)) {
                if (joins(sender, path)) {
                    byte[] frame = WireFrame.binary(message(random)).bytes();
                    sender.writes(Arrays.copyOf(frame, 1 + random.nextInt(frame.length - 1)));
                    sender.readsToTheEnd();
                }
            }
        }
    },
    /** Is turned away by the listener. */
    REJECT {
        @Override
        void go(URI relay, String path, Random random) {
            try (RawWebSocket sender = RawWebSocket.dial(relay)) {
                assertThat(asks(sender, path).readsHead().status()).isIn(418, 404, 502, 503, 504);
            }
        }
    },
    /** Waits for a listener that never dials. */
    SILENCE {
        @Override
        void go(URI relay, String path, Random random) {
            try (RawWebSocket sender = RawWebSocket.dial(relay)) {
                assertThat(asks(sender, path).readsHead().status()).isIn(404, 502, 503, 504);
            }
        }
    },
    /** Shows a token that is none. */
    FORGERY {
        @Override
        void go(URI relay, String path, Random random) {
            try (RawWebSocket sender = RawWebSocket.dial(relay)) {
                String token =
                        random.nextBoolean() ? SoakedServer.forgedToken() : SoakedServer.token(Duration.ofDays(-1));
                ResponseHead head = sender.asks(Handshake.to("/$hc/" + path).with("ServiceBusAuthorization", token));
                assertThat(head.status()).as("%s", head).isEqualTo(401);
            }
        }
    },
    /** Sends what is no request, or never ends it. */
    NONSENSE {
        @Override
        void go(URI relay, String path, Random random) {
            try (RawWebSocket sender = RawWebSocket.dial(relay)) {
                boolean ends = random.nextBoolean();
                sender.writes(ends ? "nonsense\r\n\r\n" : "GET /$hc/" + path + " HTTP/1.1\r\nHost: h\r\n");
                ResponseHead head = sender.readsHead();
                assertThat(head.status()).as("%s", head).isEqualTo(ends ? 400 : 408);
            }
        }
    };

    /** Pays a visit, and fails if it goes otherwise than it may. */
    abstract void go(URI relay, String path, Random random);

    RawWebSocket asks(RawWebSocket sender, String path) {
        String query = "?visit=" + name().toLowerCase(Locale.ROOT);
        return sender.starts(Handshake.to("/$hc/" + path + query)
                .with("ServiceBusAuthorization", SoakedServer.token(Duration.ofMinutes(1))));
    }

    /** {@return whether there was a listener who dialled} */
    boolean joins(RawWebSocket sender, String path) {
        ResponseHead head = asks(sender, path).readsHead();
        assertThat(head.status()).as("%s", head).isIn(101, 404, 502, 503, 504);
        return head.status() == 101;
    }

    static byte[] message(Random random) {
        int size =
                switch (random.nextInt(6)) {
                    case 0 -> random.nextInt(3);
                    case 1 -> 124 + random.nextInt(4);
                    case 2 -> 32 * 1024 - 2 + random.nextInt(5);
                    case 3 -> 64 * 1024 - 2 + random.nextInt(5);
                    case 4 -> random.nextInt(300_000);
                    default -> random.nextInt(5_000);
                };
        byte[] message = new byte[size];
        random.nextBytes(message);
        return message;
    }

    static byte[] inFragments(Random random, byte[] message) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        int opcode = WireFrame.BINARY;
        int at = 0;
        while (random.nextBoolean()) {
            int to = at + random.nextInt(message.length - at + 1);
            wire.writeBytes(WireFrame.of(opcode, Arrays.copyOfRange(message, at, to))
                    .notFinal()
                    .bytes());
            at = to;
            opcode = WireFrame.CONTINUATION;
        }
        wire.writeBytes(WireFrame.of(opcode, Arrays.copyOfRange(message, at, message.length))
                .bytes());
        return wire.toByteArray();
    }

    static void comesBack(RawWebSocket sender, byte[] message) {
        byte[] echo = sender.receivesMessage().payload();
        assertThat(Arrays.equals(echo, message))
                .as(
                        "%d of %d bytes came back, at %d not the same",
                        echo.length, message.length, Arrays.mismatch(echo, message))
                .isTrue();
    }

    static void saysClose(RawWebSocket sender) {
        sender.sends(WireFrame.close(1000, "done"));
        assertThat(sender.receivesButNoPings().opcode()).isEqualTo(WireFrame.CLOSE);
        sender.readsEnd();
    }
}
