// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import dev.fairlead.testkit.Patience;
import dev.fairlead.testkit.RecordingBackend;
import dev.fairlead.testkit.RecordingBackend.Manner;
import dev.fairlead.testkit.RecordingBackend.Post;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What a backend has of each session: what it took, each once by its message id, however often it was told. Safe from any
 * thread.
 */
final class Ledger implements Function<Post, Manner> {

    private final Object lock = new Object();
    private final Set<String> ids = new HashSet<>();
    private final Map<String, List<String>> stories = new LinkedHashMap<>();
    private volatile Function<Post, Manner> mood = post -> RecordingBackend.TAKING;

    /** From now on that becomes of each post; what is answered, but with 502 to 504, is taken. */
    Ledger feels(Function<Post, Manner> how) {
        mood = how;
        return this;
    }

    /** Takes everything from now on. */
    Ledger takesAll() {
        return feels(post -> RecordingBackend.TAKING);
    }

    /** Answers everything with this status from now on. */
    Ledger answers(int status) {
        return feels(post -> new Manner.Answering(status, "", ""));
    }

    @Override
    public Manner apply(Post post) {
        Manner manner = mood.apply(post);
        boolean taken =
                switch (manner) {
                    case Manner.Answering(int status, String _, String _) -> status < 502 || status > 504;
                    case Manner.Redirecting _ -> true;
                    case Manner.Hanging _, Manner.Resetting _ -> false;
                };
        if (taken) {
            enter(post);
        }
        return manner;
    }

    private void enter(Post post) {
        synchronized (lock) {
            if (ids.add(post.headers().getOrDefault("fairlead-message-id", ""))) {
                String what = post.path().equals("/message")
                        ? String.valueOf(post.member("message"))
                        : post.path().substring(1);
                stories.computeIfAbsent(post.session(), id -> new ArrayList<>()).add(what);
                lock.notifyAll();
            }
        }
    }

    /** {@return what it has, by session: {@code connect}, what the client said, {@code disconnect}} */
    Map<String, List<String>> stories() {
        synchronized (lock) {
            Map<String, List<String>> copy = new LinkedHashMap<>();
            stories.forEach((session, story) -> copy.put(session, List.copyOf(story)));
            return copy;
        }
    }

    /** {@return what it has of the one session that it knows} */
    List<String> story() {
        Map<String, List<String>> all = stories();
        if (all.size() != 1) {
            throw new AssertionError("one session was expected: " + all);
        }
        return all.values().iterator().next();
    }

    /** Waits until it has so much. */
    Ledger untilTaken(int count) {
        return untilTaken(count, Patience.LIMIT);
    }

    /** Waits until it has so much. */
    Ledger untilTaken(int count, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (lock) {
            while (ids.size() < count) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError(
                            "the backend has " + ids.size() + " of " + count + " within " + limit.toSeconds() + "s");
                }
                try {
                    lock.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted", e);
                }
            }
        }
        return this;
    }
}
