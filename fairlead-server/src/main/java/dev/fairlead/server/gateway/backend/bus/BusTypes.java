// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

/** The types of messages that the gateway itself hears or says. */
final class BusTypes {

    /** A client wants a name. */
    static final String LOGIN = "login-request";

    /** The answer to it. */
    static final String LOGIN_ANSWER = "login-response";

    /** A service wants to know who is there. */
    static final String CLIENT_LIST = "client-list-request";

    /** The answer to it. */
    static final String CLIENT_LIST_ANSWER = "client-list-response";

    /** A service has something for clients. */
    static final String NET_SEND = "net-send";

    /** A client is gone. */
    static final String CLIENT_DISCONNECT = "client-disconnect";

    /** A client said what nobody understands. */
    static final String ERROR = "error-response";

    private BusTypes() {}
}
