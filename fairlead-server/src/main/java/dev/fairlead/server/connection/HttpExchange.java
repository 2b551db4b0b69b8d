// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import io.netty.buffer.ByteBuf;
import java.util.OptionalLong;

/**
 * One HTTP request of a client, and its answer. Nothing here knows by which version of HTTP they are carried.
 *
 * <p>Lives on its connection's event loop, from {@link ExchangeService#onRequest} on; all methods are called there, but for
 * those that {@link Connection} lets be called from any thread. A connection may carry many exchanges, one after the other.
 * Its {@link #onGone} tells of the connection; that this exchange broke off is told by {@link ExchangeEvents#onBrokenOff()}.
 */
public interface HttpExchange extends Connection {

    /** {@return the request's head} */
    HttpQuestion question();

    /** {@return how long the request's body is: 0 for none, empty if its length shows only at its end} */
    OptionalLong bodyBytes();

    /**
     * Begins to read the request's body; a client that waits to be told so ({@code Expect: 100-continue}) is told. Nothing
     * of the body comes before. Without effect the second time, and where there is no body.
     */
    void readBody();

    /** Reads no more of the body, until {@link #resume()}. What was read already still comes. */
    void pause();

    /** Reads on; without effect if nothing is paused. */
    void resume();

    /**
     * Writes the head of the answer, once. An answer that has no body whatever is said ({@code HEAD}, 204, 304) gets none:
     * what is written to it is dropped.
     *
     * @param head without the lines that frame the body or belong to the connection, which are added here
     * @param bodyBytes how long the body will be; empty if that shows only at its end
     */
    void respond(HttpAnswer head, OptionalLong bodyBytes);

    /**
     * Writes a part of the answer's body; it leaves with the next {@link #flush()} at the latest.
     *
     * @param part the callee's to release; may be empty
     */
    void write(ByteBuf part);

    /**
     * Sends what was written.
     *
     * @return whether all has left; if not, {@link ExchangeEvents#onDrained()} follows, and until then nothing more is to
     *     be read for this client
     */
    boolean flush();

    /** {@return how many bytes wait to be taken by the client} */
    long unsentBytes();

    /**
     * Ends the answer, and sends what was written. The exchange is over; of a request whose body is not read to its end
     * the rest is not read, and the connection is closed.
     */
    void end();

    /**
     * Answers with an error of the server's own, instead of {@link #respond}. The exchange is over. The connection is
     * kept only if the request was read to its end.
     */
    void refuse(UpgradeAnswer.Refused refused);
}
