// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.http;

import java.io.IOException;
import java.io.OutputStream;

/**
 * What a listener answers to a sender's plain HTTP request. Implemented by the SDK alone; later versions may add methods.
 *
 * <p>The head leaves with the first of the body, so it is told before. An answer that is complete soon and small (64 KiB at
 * most) goes over the listener's control channel; all others, and whatever is flushed, over a WebSocket of its own.
 */
public interface RelayedHttpResponse {

    /**
     * Sets the status, with its usual reason phrase. 200 unless told.
     *
     * @param status 200 to 999
     * @return this response
     * @throws IllegalArgumentException if it is none
     * @throws IllegalStateException if the head has left
     */
    RelayedHttpResponse status(int status);

    /**
     * Sets the status and the reason phrase, which the sender reads verbatim.
     *
     * @param status 200 to 999
     * @param reason without control characters; empty stands for the usual one
     * @return this response
     * @throws IllegalArgumentException if either cannot be sent
     * @throws IllegalStateException if the head has left
     */
    RelayedHttpResponse status(int status, String reason);

    /** {@return the status as told so far} */
    int status();

    /**
     * Sets a header to one value. Those that frame the body or belong to a connection ({@code Content-Length},
     * {@code Transfer-Encoding}, {@code Connection} and the like) are left out: the relay has its own. The {@code
     * Content-Length} of an answer to {@code HEAD}, and of a 304, is passed on: it tells of a body that is not sent.
     *
     * @param name in any letter case; it goes on as it is spelled
     * @param value takes the place of those that were set before
     * @return this response
     * @throws IllegalArgumentException if the name is no token, or the value has a control character
     * @throws IllegalStateException if the head has left
     */
    RelayedHttpResponse header(String name, String value);

    /**
     * Adds a value to a header. Several are joined by a comma on their way; several {@code Set-Cookie} go as a JSON array,
     * which Fairlead makes lines of again, while a single one goes as a text to whatever relay.
     *
     * @param name in any letter case; it goes on as it is spelled
     * @param value goes behind those that were set before
     * @return this response
     * @throws IllegalArgumentException if the name is no token, or the value has a control character
     * @throws IllegalStateException if the head has left
     */
    RelayedHttpResponse addHeader(String name, String value);

    /**
     * {@return the body; the same stream each time} Writing blocks while the sender does not read. What is written leaves when
     * it is flushed, when 32 KiB (64 KiB for the first time) have come together, and two seconds after it was written at the
     * latest. Closing it completes the answer. An answer that has no body (to {@code HEAD}, 204, 205, 304) drops what is
     * written. It throws once the exchange is cancelled.
     */
    OutputStream body();

    /**
     * Sends a text as the whole body, in UTF-8, and completes the answer. {@code Content-Type} is {@code text/plain;
     * charset=utf-8} unless it was set.
     *
     * @param text may be empty
     * @throws IOException if the sender or the relay is gone
     */
    void send(String text) throws IOException;

    /**
     * Sends bytes as the whole body, and completes the answer.
     *
     * @param body may be empty
     * @throws IOException if the sender or the relay is gone
     */
    void send(byte[] body) throws IOException;

    /** {@return whether the head has left, or the answer is complete: nothing of the head can be changed any more} */
    boolean isCommitted();
}
