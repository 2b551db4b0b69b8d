// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.system.resilience.ServerProcess;
import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.SenderDriver;
import dev.fairlead.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pair that talks while others of the same event loop do their worst: the server has one loop, so that all of them are
 * its neighbours.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NeighboursIT {

    private static final int ROUNDS = 400;

    /** What it may add to the time that 99 of 100 questions are answered in; in peace a few milliseconds, if that. */
    private static final Duration BOUND = Duration.ofMillis(250);

    private static final int MANY = 4;
    private static final byte[] HUGE = WireFrame.binary(new byte[32 << 20]).bytes();
    private static final Street.Reading NOT_AT_ALL =
            reader -> LockSupport.parkNanos(Duration.ofMillis(10).toNanos());

    private ServerProcess server;
    private ListenerDriver listener;
    private SenderDriver sender;
    private Duration quiet;

    @BeforeAll
    void joinAndMeasureInPeace(@TempDir Path home) {
        server =
                new ServerProcess(home, List.of("-XX:ActiveProcessorCount=1", "-XX:TieredStopAtLevel=4"), plan -> plan);
        listener = server.listener("orders").online();
        sender = joined(listener, server.sender("orders"));
        p99();
        quiet = p99();
    }

    @AfterAll
    void end() {
        sender.close();
        listener.close();
        server.close();
    }

    /** What a neighbour does, over and over, until it is cut off or the test is over. */
    enum Neighbour {
        TALKS_IN_HUGE_FRAMES_TO_ONE_WHO_DOES_NOT_READ {
            @Override
            void begin(Street street) {
                street.pair(HUGE, NOT_AT_ALL);
            }
        },
        TALKS_IN_HUGE_FRAMES_TO_ONE_WHO_READS_SLOWLY {
            @Override
            void begin(Street street) {
                street.pair(HUGE, reader -> {
                    reader.skips(4096);
                    LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
                });
            }
        },
        TALKS_IN_HUGE_FRAMES_TO_ONE_WHO_READS_ALL {
            @Override
            void begin(Street street) {
                street.pair(HUGE, reader -> reader.skips(1 << 20));
            }
        },
        TALKS_IN_EMPTY_FRAMES {
            @Override
            void begin(Street street) {
                street.pair(repeated(WireFrame.text(""), 10_000), reader -> reader.skips(1 << 16));
            }
        },
        PINGS_IN_A_PAIR_AND_READS_NO_ANSWER {
            @Override
            void begin(Street street) {
                street.pair(repeated(WireFrame.ping("p".repeat(125)), 1_000), NOT_AT_ALL);
            }
        },
        PINGS_AS_A_LISTENER_AND_READS_NO_ANSWER {
            @Override
            void begin(Street street) {
                street.control(repeated(WireFrame.ping("p".repeat(125)), 1_000));
            }
        },
        LISTENS_AND_SAYS_WHAT_IS_NESTED_TOO_DEEP {
            @Override
            void begin(Street street) {
                street.control(WireFrame.text("{\"a\":".repeat(12_000)).bytes());
            }
        },
        LISTENS_AND_SAYS_LONG_NONSENSE {
            @Override
            void begin(Street street) {
                street.control(WireFrame.text("{\"a\":[" + "{\"b\":\"\\u0000\"},".repeat(4_000) + "1]}")
                        .bytes());
            }
        },
        LISTENS_AND_GIVES_UNKNOWN_COMMANDS {
            @Override
            void begin(Street street) {
                street.control(repeated(WireFrame.text("{\"request\":{\"id\":\"1\"},\"more\":[null]}"), 1_000));
            }
        },
        LISTENS_AND_SPEAKS_IN_SINGLE_BYTES {
            @Override
            void begin(Street street) {
                WireFrame part = WireFrame.of(WireFrame.CONTINUATION, new byte[] {' '});
                ByteArrayOutputStream message = new ByteArrayOutputStream();
                message.writeBytes(WireFrame.text("{").notFinal().bytes());
                message.writeBytes(repeated(part.notFinal(), 50_000));
                message.writeBytes(
                        WireFrame.of(WireFrame.CONTINUATION, new byte[] {'}'}).bytes());
                street.control(message.toByteArray());
            }
        },
        LISTENS_AND_SPEAKS_IN_EMPTY_FRAGMENTS {
            @Override
            void begin(Street street) {
                street.control(WireFrame.text("{").notFinal().bytes());
                street.control(repeated(
                        WireFrame.of(WireFrame.CONTINUATION, new byte[0]).notFinal(), 10_000));
            }
        },
        LISTENS_AND_SAYS_WHAT_IS_TOO_LONG {
            @Override
            void begin(Street street) {
                street.control(WireFrame.binary(new byte[8 << 20]).bytes());
            }
        },
        RENEWS_AND_RENEWS {
            @Override
            void begin(Street street) {
                String token = street.server.token();
                street.control(repeated(WireFrame.text("{\"renewToken\":{\"token\":\"" + token + "\"}}"), 100));
            }
        },
        GUESSES_ADDRESSES {
            @Override
            void begin(Street street) {
                street.asks(Handshake.to("/$hc/orders?sb-hc-action=accept&sb-hc-id=00000000"));
            }
        },
        FORGES_TOKENS {
            @Override
            void begin(Street street) {
                street.asks(Handshake.to("/$hc/orders")
                        .with("ServiceBusAuthorization", street.server.token().replace("&se=", "&se=1")));
            }
        },
        SENDS_HEADS_THAT_ARE_NONE {
            @Override
            void begin(Street street) {
                street.asks(Handshake.plain("/").with("X", "x".repeat(30_000)).withLine("\u0000"));
            }
        };

        abstract void begin(Street street);
    }

    @ParameterizedTest
    @EnumSource
    void neighbourIsNotFelt(Neighbour neighbour) throws InterruptedException {
        try (Street street = new Street(server)) {
            for (int i = 0; i < MANY; i++) {
                neighbour.begin(street);
            }

            street.isAtIt();
            Duration disturbed = p99();

            assertThat(disturbed).as("in peace it is %s", quiet).isLessThan(quiet.plus(BOUND));
        }
        assertThat(server.meter("fairlead_loops_stalled_total")).isZero();
        assertThat(server.log()).noneMatch(line -> line.contains("ERROR") || line.contains("\tat "));
    }

    private Duration p99() {
        long[] nanos = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            sender.sends("question");
            listener.receives("question").sends("answer");
            sender.receives("answer");
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return Duration.ofNanos(nanos[ROUNDS * 99 / 100]);
    }

    private static SenderDriver joined(ListenerDriver listener, SenderDriver sender) {
        sender.startsConnecting();
        listener.isOffered(sender);
        listener.dials();
        return sender.isConnected();
    }

    private static byte[] repeated(WireFrame frame, int times) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        IntStream.range(0, times).forEach(i -> all.writeBytes(frame.bytes()));
        return all.toByteArray();
    }

    /** The neighbours of one test, each on threads of its own. */
    static final class Street implements AutoCloseable {

        private final ServerProcess server;
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<CountDownLatch> begun = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();
        private final List<AutoCloseable> sockets = new ArrayList<>();

        Street(ServerProcess server) {
            this.server = server;
        }

        /** How a neighbour reads. */
        @FunctionalInterface
        interface Reading {
            void from(RawWebSocket socket);
        }

        void pair(byte[] said, Reading reading) {
            ListenerDriver behind =
                    remember(server.listener("street/" + sockets.size())).online();
            SenderDriver talker = remember(server.sender("street/" + (sockets.size() - 1)));
            joined(behind, talker);
            again(() -> talker.socket().writes(said));
            again(() -> reading.from(behind.socket()));
        }

        void control(byte[] said) {
            ListenerDriver talker =
                    remember(server.listener("street/" + sockets.size())).online();
            again(() -> talker.control().writes(said));
        }

        void asks(Handshake request) {
            again(() -> {
                try (RawWebSocket socket = RawWebSocket.dial(server.uri())) {
                    assertThat(socket.asks(request).status()).isGreaterThanOrEqualTo(400);
                }
            });
        }

        /** Waits until all of them have begun. */
        void isAtIt() throws InterruptedException {
            for (CountDownLatch each : begun) {
                assertThat(each.await(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            }
        }

        private void again(Runnable deed) {
            CountDownLatch first = new CountDownLatch(1);
            begun.add(first);
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    while (!over.get()) {
                        first.countDown();
                        deed.run();
                    }
                } catch (AssertionError cutOff) {
                    // others are still there
                }
            }));
        }

        private <T extends AutoCloseable> T remember(T driver) {
            sockets.add(driver);
            return driver;
        }

        @Override
        public void close() {
            over.set(true);
            try {
                for (AutoCloseable socket : sockets) {
                    socket.close();
                }
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (Exception e) {
                throw new AssertionError("a neighbour does not leave", e);
            }
        }
    }
}
