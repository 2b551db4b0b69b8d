// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.http;

/** What a program does with the plain HTTP requests that come through a relay. Called from several threads at once. */
@FunctionalInterface
public interface RequestHandler {

    /**
     * Answers a request, on the request's own thread; it may block. When it returns, the answer is complete: what was not told
     * is 200 without a body.
     *
     * @param exchange the request, and what becomes its answer
     * @throws Exception if there is no answer: the sender is told 500 without a word of it, or, if the answer has begun
     *     already, is cut off, so that it takes no half for a whole
     */
    void handle(RelayedExchange exchange) throws Exception;
}
