// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend;

import dev.fairlead.protocol.websocket.CloseStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What became of something that a backend was told. */
public sealed interface Receipt {

    /** The backend has it. */
    record Taken() implements Receipt {}

    /**
     * The backend has it, and said that something is wrong with it: that is an answer, logged and counted, and never told
     * again.
     *
     * @param evidence what it said, for the log
     */
    record Objected(String evidence) implements Receipt {}

    /**
     * The backend may not have it.
     *
     * @param evidence why, for the log
     */
    record NotTaken(String evidence) implements Receipt {}

    /**
     * The backend has it, and wants the client sent away.
     *
     * @param httpStatus what the client is answered if its upgrade is not answered yet; 400 to 599
     * @param status what it is told otherwise
     * @param evidence what the backend said, for the log
     */
    record Refused(int httpStatus, CloseStatus status, String evidence) implements Receipt {}

    /** A receipt of a backend that needs no time, or that is not to be told: it says nothing of whether the backend is well. */
    CompletionStage<Receipt> AT_ONCE = CompletableFuture.completedStage(new Taken());
}
