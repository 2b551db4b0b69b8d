// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Lets an exchange pass to its handler if an authenticator does. Stands behind the program's own filters. */
final class Authentication extends Filter {

    private final RelayedHttpExchange exchange;
    private final Authenticator authenticator;

    Authentication(RelayedHttpExchange exchange, Authenticator authenticator) {
        this.exchange = exchange;
        this.authenticator = authenticator;
    }

    /**
     * Asks the authenticator.
     *
     * @param adapted the exchange, as the filters in front have changed it
     */
    @Override
    public void doFilter(HttpExchange adapted, Chain chain) throws IOException {
        Authenticator.Result result = authenticator.authenticate(adapted);
        if (result instanceof Authenticator.Success success) {
            exchange.isOf(success.getPrincipal());
            chain.doFilter(adapted);
        } else if (result instanceof Authenticator.Retry retry) {
            adapted.sendResponseHeaders(retry.getResponseCode(), -1);
        } else if (result instanceof Authenticator.Failure failure) {
            adapted.sendResponseHeaders(failure.getResponseCode(), -1);
        } else {
            throw new IllegalStateException("authenticator: no result (expected: Success, Retry or Failure)");
        }
    }

    @Override
    public String description() {
        return "Asks the context's authenticator";
    }
}
