// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many connections at once over one forward, each with what is its own. */
class CrowdIT {

    private static final int CROWD = 100;
    private static final int LENGTH = 300_000;

    @Test
    void hundredConnectionsAtOnceGetTheirOwnBack() throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
                ServerSocket server = new ServerSocket(0, CROWD, InetAddress.getLoopbackAddress());
                RelayUnderTest relay = new RelayUnderTest();
                Forward forward = Forward.with(
                        relay, "-L", "0/echo:crowd", "-T", "crowd:echo/127.0.0.1:" + server.getLocalPort())) {
            Future<?> accepting = executor.submit(() -> {
                for (int i = 0; i < CROWD; i++) {
                    Socket client = server.accept();
                    executor.submit(() -> {
                        try (client) {
                            return client.getInputStream().transferTo(client.getOutputStream());
                        }
                    });
                }
                return null;
            });
            int port = forward.port();
            forward.listens("crowd");

            CountDownLatch all = new CountDownLatch(CROWD);
            List<Future<byte[]>> heard = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                int number = i;
                heard.add(executor.submit(() -> talks(port, number, all, executor)));
            }

            for (int i = 0; i < CROWD; i++) {
                assertThat(heard.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(words(i));
            }
            accepting.get(1, TimeUnit.SECONDS);
        }
    }

    private static byte[] words(int number) {
        byte[] words = new byte[LENGTH];
        new Random(number).nextBytes(words);
        return words;
    }

    /** Says half, waits until all have, says the rest. {@return what came back} */
    private static byte[] talks(int port, int number, CountDownLatch all, ExecutorService executor) throws Exception {
        byte[] words = words(number);
        try (Socket socket = Forward.dials(port)) {
            Future<?> saying = executor.submit(() -> {
                socket.getOutputStream().write(words, 0, LENGTH / 2);
                all.countDown();
                assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
                socket.getOutputStream().write(words, LENGTH / 2, LENGTH - LENGTH / 2);
                socket.shutdownOutput();
                return null;
            });
            byte[] heard = socket.getInputStream().readAllBytes();
            saying.get(1, TimeUnit.SECONDS);
            return heard;
        } catch (IOException e) {
            throw new AssertionError("connection " + number + " broke", e);
        }
    }
}
