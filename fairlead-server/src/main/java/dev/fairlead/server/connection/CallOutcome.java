// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

/** How a call of another server ended. */
public sealed interface CallOutcome {

    /**
     * It answered, whatever it said.
     *
     * @param status the HTTP status, 200 to 599; answers below 200 are read over
     * @param headers every line of the answer's head
     * @param body the whole body
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Answered(int status, Headers headers, byte[] body) implements CallOutcome {}

    /**
     * There is no answer. Whether the request had an effect is not known, unless {@link Cause#NO_CONNECTION} says that it
     * had none.
     *
     * @param cause why
     * @param evidence what was found, for the log: it may name addresses
     */
    record Failed(Cause cause, String evidence) implements CallOutcome {}

    /** Why a call has no answer. */
    enum Cause {
        /** The name is not known, nobody listens, TLS failed, or no connection came to be or was free in time. */
        NO_CONNECTION,
        /** The request was sent, and the answer was not whole in time. */
        NO_ANSWER,
        /** The connection was lost before the answer was whole. */
        LOST,
        /** The answer is no HTTP, or longer than wanted. */
        UNUSABLE
    }
}
