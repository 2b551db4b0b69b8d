// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

/** A part of the server that answers plain HTTP requests, each with a whole small page. */
@FunctionalInterface
public interface HttpService {

    /** {@return the answer; on the connection's event loop, so it must not wait} */
    HttpReply answer(HttpQuestion question);
}
