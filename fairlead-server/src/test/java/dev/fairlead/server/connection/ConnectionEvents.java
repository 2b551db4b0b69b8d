// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.util.ArrayList;
import java.util.List;

/** Keeps what happened to connections, in order. */
public final class ConnectionEvents implements ConnectionObserver {

    private final List<String> heard = new ArrayList<>();

    /** {@return what was told, in order, by the names of the methods; a refusal with its row, a violation with its code} */
    public List<String> heard() {
        return List.copyOf(heard);
    }

    @Override
    public void opened() {
        heard.add("opened");
    }

    @Override
    public void closed() {
        heard.add("closed");
    }

    @Override
    public void unproxied() {
        heard.add("unproxied");
    }

    @Override
    public void acceptFailed() {
        heard.add("acceptFailed");
    }

    @Override
    public void loopStalled() {
        heard.add("loopStalled");
    }

    @Override
    public void memoryShort() {
        heard.add("memoryShort");
    }

    @Override
    public void refused(Refusal refusal) {
        heard.add("refused " + refusal);
    }

    @Override
    public void joined() {
        heard.add("joined");
    }

    @Override
    public void parted() {
        heard.add("parted");
    }

    @Override
    public void violated(int closeCode) {
        heard.add("violated " + closeCode);
    }

    @Override
    public void handshakeFailed() {
        heard.add("handshakeFailed");
    }

    @Override
    public void fellSilent() {
        heard.add("fellSilent");
    }
}
