// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import dev.fairlead.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Thousands of clients as a process of their own. Each says {@code SESSION NUMBER} a hundred times, in ten goes over some
 * seconds, then Close, and waits for its return.
 */
final class Crowd {

    private static final int MESSAGES = 100;
    private static final int AT_ONCE = 10;
    private static final int PAUSE_MILLIS = 1_500;

    private final Door door;
    private final Phaser allIn;
    private final CountDownLatch over;
    private final AtomicInteger returned = new AtomicInteger();
    private final AtomicInteger sentAway = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    private Crowd(int port, int sessions) {
        this.door = new Door(port, "/ws");
        this.allIn = new Phaser(sessions + 1);
        this.over = new CountDownLatch(sessions);
    }

    /** Takes port and number of sessions. */
    public static void main(String... arguments) throws InterruptedException {
        int sessions = Integer.parseInt(arguments[1]);
        Crowd crowd = new Crowd(Integer.parseInt(arguments[0]), sessions);
        for (int i = 0; i < sessions; i++) {
            int session = i;
            Thread.ofVirtual().start(() -> crowd.talk(session));
        }
        crowd.allIn.arriveAndAwaitAdvance();
        System.out.println("all in");
        crowd.over.await();
        System.out.println(
                "over: returned " + crowd.returned + ", sent away " + crowd.sentAway + ", lost " + crowd.lost);
    }

    private void talk(int session) {
        try (Socket socket = door.enter()) {
            allIn.arriveAndAwaitAdvance();
            for (int number = 0; number < MESSAGES; number += AT_ONCE) {
                ByteArrayOutputStream go = new ByteArrayOutputStream();
                for (int i = number; i < number + AT_ONCE; i++) {
                    go.writeBytes(WireFrame.text(session + " " + i).bytes());
                }
                socket.getOutputStream().write(go.toByteArray());
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(PAUSE_MILLIS) * 1_000_000L);
            }
            socket.getOutputStream().write(WireFrame.close(1000, "").bytes());
            heard(socket.getInputStream());
        } catch (IOException e) {
            lost.incrementAndGet();
        } finally {
            over.countDown();
        }
    }

    private void heard(InputStream in) throws IOException {
        for (int first = in.read(); first >= 0; first = in.read()) {
            byte[] payload = in.readNBytes(in.read());
            if (first == (0x80 | WireFrame.CLOSE)) {
                boolean mine =
                        payload.length >= 2 && (payload[0] & 0xFF) == 1000 >> 8 && (payload[1] & 0xFF) == (1000 & 0xFF);
                (mine ? returned : sentAway).incrementAndGet();
                return;
            }
        }
        lost.incrementAndGet();
    }
}
