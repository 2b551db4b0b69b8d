// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.httpclient;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one host, in the order in which the system tells them. A look-up waits, and holds its thread meanwhile,
 * so it has one of its own; whoever asks while one is under way shares it. Safe from any thread.
 */
final class Addresses {

    /** How long an answer counts: many connections are opened at once, and the JVM remembers for itself, too. */
    static final Duration REMEMBERED = Duration.ofSeconds(5);

    /** Asks the system; it may wait. */
    @FunctionalInterface
    interface Directory {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    /**
     * One look-up.
     *
     * @param found fails with what the directory threw
     */
    private record Asked(CompletableFuture<List<InetAddress>> found, long askedNanos) {

        /** One that is under way is shared, however long it takes; one that failed is not remembered. */
        boolean counts() {
            return !found.isDone()
                    || (!found.isCompletedExceptionally() && System.nanoTime() - askedNanos < REMEMBERED.toNanos());
        }
    }

    private final String host;
    private final Directory directory;
    private final @Nullable CompletableFuture<List<InetAddress>> literal;
    private final AtomicReference<@Nullable Asked> last = new AtomicReference<>();

    /**
     * Asks nobody yet.
     *
     * @param host a name, or an address, of version 6 in brackets or not
     */
    Addresses(String host, Directory directory) {
        this.host = host;
        this.directory = directory;
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        this.literal = address == null ? null : CompletableFuture.completedFuture(List.of(address));
    }

    /** {@return at least one address; fails with {@link UnknownHostException}} */
    CompletionStage<List<InetAddress>> find() {
        if (literal != null) {
            return literal;
        }
        while (true) {
            Asked before = last.get();
            if (before != null && before.counts()) {
                return before.found();
            }
            Asked now = new Asked(new CompletableFuture<>(), System.nanoTime());
            if (last.compareAndSet(before, now)) {
                Thread.ofPlatform().daemon().name("fairlead-lookup").start(() -> lookUp(now));
                return now.found();
            }
        }
    }

    /** Asks anew next time: nobody was to be reached there. */
    void forget() {
        Asked before = last.get();
        if (before != null && before.found().isDone()) {
            last.compareAndSet(before, null);
        }
    }

    private void lookUp(Asked asked) {
        try {
            asked.found().complete(List.of(directory.lookUp(host)));
        } catch (UnknownHostException | RuntimeException | Error e) {
            asked.found().completeExceptionally(e);
        }
    }
}
