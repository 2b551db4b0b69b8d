// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import dev.fairlead.client.spi.TokenSource;
import dev.fairlead.protocol.token.SasKey;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A program that has a listener and nothing else: prints the threads that it has beside the JVM's own, and ends. */
final class RestingListener {

    private RestingListener() {}

    public static void main(String... arguments) throws InterruptedException {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        RelayListener.builder(
                        URI.create("ws://" + arguments[0] + "/hyco"),
                        TokenSource.sharedAccess(SasKey.of("k", "secret")))
                .onConnection(new ConnectionHandler() {})
                .build()
                .open()
                .join();
        List<String> more = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().matches("fairlead-(deadlines|connection-.*)")) {
                // what dialling needed, and who was told of its end
                thread.join(10_000);
            }
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            boolean ofTheJvm = thread.getName().matches("(ForkJoinPool|VirtualThread|CommonPool|process reaper).*");
            if (!before.contains(thread) && !ofTheJvm) {
                more.add(thread.getName());
            }
        }
        System.out.println(more);
    }
}
