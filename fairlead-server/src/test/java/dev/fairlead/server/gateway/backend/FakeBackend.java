// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend;

import dev.fairlead.server.gateway.session.Message;
import dev.fairlead.server.gateway.session.Session;
import dev.fairlead.server.gateway.session.SessionEnd;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A backend that keeps what it is told, and answers when the test says so, in whatever order. */
public final class FakeBackend implements Backend {

    private final List<String> told = new ArrayList<>();
    private final Deque<CompletableFuture<Receipt>> open = new ArrayDeque<>();
    private boolean askedFirst;
    private boolean refusesLate;
    private boolean patient = true;

    /** It is told of a client before the client is answered. */
    public FakeBackend isToBeAskedFirst() {
        askedFirst = true;
        return this;
    }

    /** It takes everything at once from now on. */
    public FakeBackend takesAll() {
        patient = false;
        return this;
    }

    /** It answers only when the test says so from now on. */
    public void takesItsTime() {
        patient = true;
    }

    /** Clients without credentials are to be upgraded, and then sent away. */
    public void refusesLate() {
        refusesLate = true;
    }

    @Override
    public boolean refusesAfterUpgrade() {
        return refusesLate;
    }

    @Override
    public boolean isAskedFirst() {
        return askedFirst;
    }

    @Override
    public CompletionStage<Receipt> connected(Session session) {
        return tell("connected");
    }

    @Override
    public CompletionStage<Receipt> message(Session session, Message message) {
        return tell(
                switch (message) {
                    case Message.Text(long number, String text) -> number + " " + text;
                    case Message.Binary(long number, byte[] bytes) -> number + " of " + bytes.length + " bytes";
                });
    }

    @Override
    public CompletionStage<Receipt> disconnected(Session session, SessionEnd end) {
        return tell(
                end.status() == null ? "lost" : "disconnected " + end.status().code());
    }

    private CompletionStage<Receipt> tell(String what) {
        told.add(what);
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        if (patient) {
            open.add(receipt);
        } else {
            receipt.complete(new Receipt.Taken());
        }
        return receipt;
    }

    /** {@return what it was told, in order, as often as it was told} */
    public List<String> told() {
        return List.copyOf(told);
    }

    /** It takes what it was told first of all that it has not answered. */
    public void takes() {
        answers(new Receipt.Taken());
    }

    /** It takes what it was told last. */
    public void takesLast() {
        open.removeLast().complete(new Receipt.Taken());
    }

    /** It does not take what it was told first of all that it has not answered. */
    public void fails() {
        answers(new Receipt.NotTaken("planned"));
    }

    /** It answers what it was told first of all that it has not answered. */
    public void answers(Receipt receipt) {
        open.remove().complete(receipt);
    }

    /** It breaks down over what it was told first of all that it has not answered. */
    public void breaks(RuntimeException fault) {
        open.remove().completeExceptionally(fault);
    }

    /** {@return how many of those that it was told of wait for an answer} */
    public int unanswered() {
        return open.size();
    }
}
