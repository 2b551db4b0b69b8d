// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.ResponseHead;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the same questions are answered again and again, asked in turn, so that a busy machine slows all of them alike. */
final class Answers {

    private static final int WARM_UP = 30;

    private final Set<String> words = new TreeSet<>();
    private final long[][] nanos;

    private Answers(int questions, int rounds) {
        this.nanos = new long[questions][rounds];
    }

    /** Asks each question so often, each time on a connection of its own. */
    static Answers of(RelayUnderTest relay, int rounds, List<Handshake> questions) {
        Answers answers = new Answers(questions.size(), rounds);
        for (int round = -WARM_UP; round < rounds; round++) {
            for (int i = 0; i < questions.size(); i++) {
                try (RawWebSocket socket = RawWebSocket.dial(relay.uri())) {
                    long start = System.nanoTime();
                    ResponseHead head = socket.asks(questions.get(i));
                    if (round >= 0) {
                        answers.nanos[i][round] = System.nanoTime() - start;
                        answers.words.add(sentence(head));
                    }
                }
            }
        }
        return answers;
    }

    /** {@return status and sentence of an answer, without what names the request} */
    static String sentence(ResponseHead head) {
        return head.status() + " " + head.reason().replaceFirst("\\. TrackingId:.*", "");
    }

    /** {@return every different answer} */
    Set<String> words() {
        return words;
    }

    /** Fails unless the usual time of the slowest is less than twice that of the fastest. */
    void takeAsLong() {
        List<Duration> medians =
                Arrays.stream(nanos).map(Answers::median).sorted().toList();
        assertThat(medians.getLast())
                .as("the slowest of the usual times %s", medians)
                .isLessThan(medians.getFirst().multipliedBy(2));
    }

    private static Duration median(long[] times) {
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        return Duration.ofNanos(sorted[sorted.length / 2]);
    }
}
