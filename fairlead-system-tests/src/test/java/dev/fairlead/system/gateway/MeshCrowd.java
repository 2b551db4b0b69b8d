// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import dev.fairlead.testkit.WireFrame;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Thousands of clients of a gateway before a mesh, as a process of their own: ada, bob and cyd by turns. Each hears what it is
 * told until the topic {@value #LAST}, with which it leaves.
 */
final class MeshCrowd {

    static final String TO_ALL = "orders.all";
    static final String TO_BOB = "orders.bob";
    static final String LAST = "orders.last";

    static final String[] USERS = {"ada", "bob", "cyd"};

    private final Door door;
    private final Phaser allIn;
    private final CountDownLatch over;
    private final AtomicInteger right = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    private MeshCrowd(int port, int clients) {
        this.door = new Door(port, "/websocket");
        this.allIn = new Phaser(clients + 1);
        this.over = new CountDownLatch(clients);
    }

    /** Takes port and number of clients. */
    public static void main(String... arguments) throws InterruptedException {
        int clients = Integer.parseInt(arguments[1]);
        MeshCrowd crowd = new MeshCrowd(Integer.parseInt(arguments[0]), clients);
        for (int i = 0; i < clients; i++) {
            String user = USERS[i % USERS.length];
            Thread.ofVirtual().start(() -> crowd.listen(user));
        }
        crowd.allIn.arriveAndAwaitAdvance();
        System.out.println("all in");
        crowd.over.await();
        System.out.println("over: right " + crowd.right + ", wrong " + crowd.wrong + ", lost " + crowd.lost);
    }

    private void listen(String user) {
        try (Socket socket = door.enter("Authorization: Bearer " + MeshUser.tokenOf(user))) {
            String hello = hears(socket);
            allIn.arriveAndAwaitAdvance();
            int toAll = 0;
            int toBob = 0;
            for (String heard = hears(socket); !heard.contains(LAST); heard = hears(socket)) {
                toAll += heard.contains(TO_ALL) ? 1 : 0;
                toBob += heard.contains(TO_BOB) ? 1 : 0;
            }
            boolean asItShould = hello.contains("\"user_id\": \"" + user + "\"")
                    && toAll == 1
                    && toBob == (user.equals("bob") ? 1 : 0);
            (asItShould ? right : wrong).incrementAndGet();
        } catch (IOException e) {
            lost.incrementAndGet();
        } finally {
            over.countDown();
        }
    }

    private static String hears(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        while (true) {
            int first = in.read();
            int length = in.read();
            if (length == 126) {
                length = in.read() << 8 | in.read();
            }
            if (first < 0 || length < 0) {
                throw new IOException("sent away");
            }
            byte[] payload = in.readNBytes(length);
            if (first == (0x80 | WireFrame.TEXT)) {
                return new String(payload, StandardCharsets.UTF_8);
            }
            socket.getOutputStream().write(WireFrame.of(WireFrame.PONG, payload).bytes());
        }
    }
}
