// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

/** A part of the server that answers HTTP requests, be they long, late or endless. */
@FunctionalInterface
public interface ExchangeService {

    /**
     * Takes a request whose head was read and whose form was checked. Called on the exchange's event loop, and must not
     * wait; a method of the exchange may be called within. What is thrown is answered as a fault, or as the refusal that it
     * is.
     *
     * @return who is told what happens to it from now on
     */
    ExchangeEvents onRequest(HttpExchange exchange);
}
