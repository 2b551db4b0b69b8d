// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.server.connection.Peer;
import dev.fairlead.server.connection.RelayObserver;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What is asked over one control channel, and who waits for which answer.
 *
 * <p>A listener that is slow to read is not sent more than it takes: questions wait here, in order, and go out as it reads.
 * One that waits was not asked yet, so that it can be asked of another listener if this one is lost.
 *
 * <p>Answers come in whatever order. One that belongs to no question (answered before, given up, or somebody else's) is
 * counted and dropped, with its body. Confined to the channel's event loop.
 */
final class Correspondence {

    /** Some listeners repeat only so much of an id. */
    private static final int UUID_CHARS = 36;

    private final Peer peer;
    private final RelayObserver observer;
    private final Queue<Asked> unsent = new ArrayDeque<>();
    private final Map<String, Question> unanswered = new HashMap<>();

    /** Whose body the next binary message is; null if none is awaited. */
    private @Nullable Answer awaited;

    private record Asked(Question question, Question.Words words) {}

    private record Answer(@Nullable Question question, ControlMessage.Response response) {}

    Correspondence(Peer peer, RelayObserver observer) {
        this.peer = peer;
        this.observer = observer;
    }

    /** Asks, now or as soon as the listener takes more. */
    void ask(Question question, Question.Words words) {
        if (unsent.isEmpty() && peer.isWritable()) {
            send(question, words);
        } else {
            unsent.add(new Asked(question, words));
        }
    }

    /** The listener takes more. */
    void onWritable() {
        while (!unsent.isEmpty() && peer.isWritable()) {
            Asked next = unsent.remove();
            send(next.question(), next.words());
        }
    }

    private void send(Question question, Question.Words words) {
        unanswered.put(bare(question.id()), question);
        ByteBuf body = words.body();
        if (body == null) {
            peer.send(words.text());
        } else {
            peer.send(words.text(), body);
        }
        if (words.whole()) {
            question.onSent();
        }
    }

    /** Nobody waits for the answer any more. */
    void forget(Question question) {
        if (!unsent.removeIf(one -> one.question().equals(question))) {
            unanswered.remove(bare(question.id()), question);
        }
        Answer waiting = awaited;
        if (waiting != null && question.equals(waiting.question())) {
            awaited = new Answer(null, waiting.response()); // its body may still come
        }
    }

    /** The listener answers something. */
    void onResponse(ControlMessage.Response response) {
        onText();
        Question question = unanswered.get(bare(response.requestId()));
        boolean meant = question != null
                && (question.id().equals(response.requestId())
                        || response.requestId().length() == UUID_CHARS);
        if (meant) {
            unanswered.remove(bare(response.requestId()));
        } else {
            question = null;
            observer.strayResponse();
        }
        if (response.body()) {
            awaited = new Answer(question, response);
        } else if (question != null) {
            question.onAnswer(response, new byte[0]);
        }
    }

    /**
     * A text came. Where a body was awaited there will be none: one known listener announces bodies that it never sends.
     */
    void onText() {
        onBinary(new byte[0]);
    }

    /**
     * A binary message came, or is not awaited any more.
     *
     * @return whether it was awaited; one known listener sends an empty one behind answers without a body
     */
    boolean onBinary(byte[] body) {
        Answer whole = awaited;
        awaited = null;
        if (whole != null && whole.question() != null) {
            whole.question().onAnswer(whole.response(), body);
        }
        return whole != null;
    }

    /** The channel is lost. */
    void lose() {
        List<Question> left = new ArrayList<>(unanswered.values());
        unsent.forEach(one -> left.add(one.question()));
        if (awaited != null && awaited.question() != null) {
            left.add(awaited.question());
        }
        unanswered.clear();
        unsent.clear();
        awaited = null;
        left.forEach(Question::onChannelBroke);
    }

    private static String bare(String id) {
        return id.length() > UUID_CHARS ? id.substring(0, UUID_CHARS) : id;
    }
}
