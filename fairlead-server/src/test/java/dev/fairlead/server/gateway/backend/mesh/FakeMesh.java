// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A mesh that keeps what is asked, and answers when the test says so. */
final class FakeMesh implements Mesh, Mesh.Source {

    private final List<Call> calls = new ArrayList<>();
    private final List<CompletableFuture<Outcome>> open = new ArrayList<>();
    private EventListener onEvent = event -> {};
    private @Nullable String trouble;
    private boolean closed;

    @Override
    public Mesh connect(EventListener listener) {
        onEvent = listener;
        return this;
    }

    @Override
    public CompletableFuture<Outcome> request(Call call) {
        calls.add(call);
        if (trouble != null) {
            return CompletableFuture.completedFuture(new Outcome.Away(MeshBackend.BROKER_AWAY));
        }
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        open.add(outcome);
        return outcome;
    }

    @Override
    public @Nullable String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** It cannot be asked from now on. */
    void isAway(String why) {
        trouble = why;
    }

    boolean isClosed() {
        return closed;
    }

    /** {@return what it was asked, in order} */
    List<Call> calls() {
        return List.copyOf(calls);
    }

    /** {@return how many requests wait for an answer} */
    int unanswered() {
        return (int) open.stream().filter(outcome -> !outcome.isDone()).count();
    }

    /** It answers the request that it was asked first of all that it has not answered, with such a body. */
    void answers(String body) {
        comes(new Outcome.Answered(Answer.read(body.getBytes(StandardCharsets.UTF_8))));
    }

    /** This comes of the request that it was asked first of all that it has not answered. */
    void comes(Outcome outcome) {
        open.removeFirst().complete(outcome);
    }

    /** An event is published, with such a body. */
    void publishes(String body) {
        onEvent.heard(MeshEvent.read(body.getBytes(StandardCharsets.UTF_8), false));
    }

    /** An event is published of a topic that closes, with such a body. */
    void closes(String body) {
        onEvent.heard(MeshEvent.read(body.getBytes(StandardCharsets.UTF_8), true));
    }
}
