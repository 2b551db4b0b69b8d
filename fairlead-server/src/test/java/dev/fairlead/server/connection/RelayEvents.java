// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps what happened in the relay, in order. */
public final class RelayEvents implements RelayObserver {

    private final List<String> heard = new ArrayList<>();

    /** {@return what was told, in order, by the names of the methods} */
    public List<String> heard() {
        return List.copyOf(heard);
    }

    @Override
    public void listenerOnline() {
        heard.add("listenerOnline");
    }

    @Override
    public void listenerOffline() {
        heard.add("listenerOffline");
    }

    @Override
    public void listenerSetAside() {
        heard.add("listenerSetAside");
    }

    @Override
    public void listenerTakenBack() {
        heard.add("listenerTakenBack");
    }

    @Override
    public void senderWaiting() {
        heard.add("senderWaiting");
    }

    @Override
    public void senderServed() {
        heard.add("senderServed");
    }

    @Override
    public void met(Duration waited) {
        heard.add("met");
    }

    @Override
    public void rejected() {
        heard.add("rejected");
    }

    @Override
    public void requestBegun() {
        heard.add("requestBegun");
    }

    @Override
    public void requestEnded() {
        heard.add("requestEnded");
    }

    @Override
    public void requestAnswered(Duration waited) {
        heard.add("requestAnswered");
    }

    @Override
    public void strayResponse() {
        heard.add("strayResponse");
    }

    @Override
    public void tokenEnded() {
        heard.add("tokenEnded");
    }
}
