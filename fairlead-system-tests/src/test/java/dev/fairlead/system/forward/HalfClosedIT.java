// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GiB before one end of TCP is closed, and a GiB after it: {@code nc -N} says when it has said all, and reads on. */
class HalfClosedIT {

    private static final long LENGTH = 1L << 30;
    private static final int BLOCK = 1 << 20;

    /** For a slow machine; at the usual speed it takes seconds. */
    private static final long BOUND_SECONDS = 180;

    @TempDir
    private static Path folder;

    private static Path file;
    private static String digest;

    @BeforeAll
    static void makeFile() throws IOException {
        file = folder.resolve("gigabyte");
        byte[] block = new byte[BLOCK];
        new Random(1).nextBytes(block);
        MessageDigest sum = sha256();
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < LENGTH; written += BLOCK) {
                block[0]++;
                block[(int) (written / BLOCK)]++;
                out.write(block);
                sum.update(block);
            }
        }
        digest = HexFormat.of().formatHex(sum.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs {@code nc -N} with this input. {@return what it printed} */
    private static List<String> netcat(int port, String input, String output) throws Exception {
        try (ForeignProgram netcat = ForeignProgram.running(
                        ForeignProgram.find("sh"),
                        "-c",
                        "\"$0\" -N 127.0.0.1 " + port + " <'" + input + "' " + output,
                        ForeignProgram.find("nc").toString())
                .start()) {
            netcat.handle().onExit().get(BOUND_SECONDS, TimeUnit.SECONDS);
            assertThat(netcat.exits()).as("%s", netcat.log()).isZero();
            return netcat.wholeLog();
        }
    }

    /** What the server does with its only client. */
    private interface Talk {
        void with(Socket client) throws IOException;
    }

    private static CompletableFuture<Void> serves(ServerSocket server, Talk talk) {
        return CompletableFuture.runAsync(
                () -> {
                    try (Socket client = server.accept()) {
                        talk.with(client);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    @Test
    void answerToAGigabyteComesAfterItsEnd() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RelayUnderTest relay = new RelayUnderTest();
                Forward remote = Forward.with(relay, "-T", "half:x/127.0.0.1:" + server.getLocalPort());
                Forward local = Forward.with(relay, "-L", "0/x:half")) {
            remote.listens("half");
            CompletableFuture<Void> served = serves(server, client -> {
                MessageDigest sum = sha256();
                InputStream in = client.getInputStream();
                byte[] buffer = new byte[BLOCK];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    sum.update(buffer, 0, count);
                }
                client.getOutputStream()
                        .write((HexFormat.of().formatHex(sum.digest()) + "\n").getBytes(StandardCharsets.UTF_8));
            });

            assertThat(netcat(local.port(), file.toString(), "")).containsExactly(digest);
            served.get(BOUND_SECONDS, TimeUnit.SECONDS);
            local.tells(": closed, 1.00 GiB to the relay, 65 B from it");
            remote.tells(": closed, 65 B to the relay, 1.00 GiB from it");
        }
    }

    @Test
    void gigabyteComesAfterTheClientsEnd() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RelayUnderTest relay = new RelayUnderTest();
                Forward remote = Forward.with(relay, "-T", "half:x/127.0.0.1:" + server.getLocalPort());
                Forward local = Forward.with(relay, "-L", "0/x:half")) {
            remote.listens("half");
            CompletableFuture<Void> served = serves(server, client -> {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
                Files.copy(file, client.getOutputStream());
            });

            assertThat(netcat(local.port(), "/dev/null", "| sha256sum")).containsExactly(digest + "  -");
            served.get(BOUND_SECONDS, TimeUnit.SECONDS);
            local.tells(": closed, 0 B to the relay, 1.00 GiB from it");
        }
    }
}
