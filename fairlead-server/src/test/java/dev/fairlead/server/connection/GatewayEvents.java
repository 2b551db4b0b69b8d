// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what happened in the gateway, in order. */
public final class GatewayEvents implements GatewayObserver {

    private final List<String> heard = new CopyOnWriteArrayList<>();

    /** {@return what was told, in order, by the names of the methods} */
    public List<String> heard() {
        return List.copyOf(heard);
    }

    @Override
    public void sessionOpened(String endpoint) {
        heard.add("sessionOpened");
    }

    @Override
    public void sessionClosed(String endpoint) {
        heard.add("sessionClosed");
    }

    @Override
    public void delivered(String endpoint, Duration took) {
        heard.add("delivered");
    }

    @Override
    public void objected(String endpoint) {
        heard.add("objected");
    }

    @Override
    public void retried(String endpoint) {
        heard.add("retried");
    }

    @Override
    public void undelivered(String endpoint) {
        heard.add("undelivered");
    }

    @Override
    public void sent(String endpoint) {
        heard.add("sent");
    }

    @Override
    public void backendSetAside(String endpoint) {
        heard.add("backendSetAside");
    }

    @Override
    public void backendTakenBack(String endpoint) {
        heard.add("backendTakenBack");
    }
}
