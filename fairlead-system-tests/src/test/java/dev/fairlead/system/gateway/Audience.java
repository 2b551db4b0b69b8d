// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import dev.fairlead.testkit.WireFrame;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Thousands of clients as a process of their own, which listen: each hears one message, and then whatever comes until it is sent away
 * with a Close. Says when all are in, when all have heard one, and at the end how many heard more.
 */
final class Audience {

    private final Door door;
    private final CountDownLatch in;
    private final CountDownLatch heard;
    private final CountDownLatch over;
    private final AtomicInteger more = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    private Audience(int port, int clients) {
        this.door = new Door(port, "/ws");
        this.in = new CountDownLatch(clients);
        this.heard = new CountDownLatch(clients);
        this.over = new CountDownLatch(clients);
    }

    /** Takes port and number of clients. */
    public static void main(String... arguments) throws InterruptedException {
        int clients = Integer.parseInt(arguments[1]);
        Audience audience = new Audience(Integer.parseInt(arguments[0]), clients);
        for (int i = 0; i < clients; i++) {
            Thread.ofVirtual().start(audience::listen);
        }
        audience.in.await();
        System.out.println("all in");
        audience.heard.await();
        System.out.println("all heard");
        audience.over.await();
        System.out.println("over: more " + audience.more + ", lost " + audience.lost);
    }

    private void listen() {
        try (Socket socket = door.enter()) {
            in.countDown();
            int texts = 0;
            InputStream frames = socket.getInputStream();
            for (int first = frames.read(); first >= 0; first = frames.read()) {
                byte[] payload = frames.readNBytes(length(frames));
                if (first == (0x80 | WireFrame.TEXT) && ++texts == 1) {
                    heard.countDown();
                } else if (first == (0x80 | WireFrame.TEXT)) {
                    more.incrementAndGet();
                } else if (first == (0x80 | WireFrame.PING)) {
                    socket.getOutputStream()
                            .write(WireFrame.of(WireFrame.PONG, payload).bytes());
                } else if (first == (0x80 | WireFrame.CLOSE)) {
                    return;
                }
            }
            lost.incrementAndGet();
        } catch (IOException e) {
            lost.incrementAndGet();
        } finally {
            over.countDown();
        }
    }

    private static int length(InputStream frames) throws IOException {
        int length = frames.read();
        return length < 126 ? length : (frames.read() << 8) | frames.read();
    }
}
