// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** All contexts of a server. Safe from any thread. */
final class Contexts {

    private final RelayedHttpServer server;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<RelayedContext> all = new CopyOnWriteArrayList<>();

    Contexts(RelayedHttpServer server) {
        this.server = server;
    }

    RelayedContext add(String path, @Nullable HttpHandler handler) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path: " + path + " (expected: one that begins with a slash)");
        }
        RelayedContext context = new RelayedContext(server, path, handler);
        lock.lock();
        try {
            if (at(path) != null) {
                throw new IllegalArgumentException("path: " + path + " has a context (expected: one each)");
            }
            all.add(context);
            return context;
        } finally {
            lock.unlock();
        }
    }

    void remove(String path) {
        Objects.requireNonNull(path, "path");
        lock.lock();
        try {
            RelayedContext context = at(path);
            if (context == null) {
                throw new IllegalArgumentException("path: " + path + " has no context (expected: one that has)");
            }
            all.remove(context);
        } finally {
            lock.unlock();
        }
    }

    void remove(HttpContext context) {
        Objects.requireNonNull(context, "context");
        if (!(context instanceof RelayedContext) || !all.remove(context)) {
            throw new IllegalArgumentException("context: not of this server (expected: one that it created)");
        }
    }

    private @Nullable RelayedContext at(String path) {
        return all.stream()
                .filter(context -> context.getPath().equals(path))
                .findFirst()
                .orElse(null);
    }

    /** {@return the context whose path is the longest that this one begins with, letter by letter} */
    @Nullable
    RelayedContext find(String path) {
        RelayedContext longest = null;
        for (RelayedContext context : all) {
            boolean longer = longest == null
                    || context.getPath().length() > longest.getPath().length();
            if (longer && path.startsWith(context.getPath())) {
                longest = context;
            }
        }
        return longest;
    }
}
