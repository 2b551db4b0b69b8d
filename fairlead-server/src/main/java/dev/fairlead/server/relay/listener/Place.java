// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A sender's place among those who wait for one listener. Taken by {@link HybridConnection#find}, given back once, by the
 * word that says what came of it; a second word changes nothing but that a dial always counts. Any thread.
 */
public final class Place {

    private final HybridConnection connection;
    private final ControlChannel listener;
    private final String meetingId;
    private final boolean probe;
    private final AtomicBoolean givenBack = new AtomicBoolean();

    Place(HybridConnection connection, ControlChannel listener, String meetingId, boolean probe) {
        this.connection = connection;
        this.listener = listener;
        this.meetingId = meetingId;
        this.probe = probe;
    }

    /** {@return for whom the sender waits} */
    public ControlChannel listener() {
        return listener;
    }

    /** The listener dialled, to meet or to reject; also too late. */
    public void dialled() {
        if (givenBack.compareAndSet(false, true)) {
            listener.makeRoom();
        }
        listener.learns(new Trust.Event.Dialled());
    }

    /** The sender has waited as long as it may. */
    public void metSilence() {
        giveBack(new Trust.Event.Silent(probe));
    }

    /** The sender waits no more, for a reason that says nothing of the listener. */
    public void left() {
        giveBack(new Trust.Event.Left(probe));
    }

    private void giveBack(Trust.Event event) {
        if (givenBack.compareAndSet(false, true)) {
            connection.mayStillDial(meetingId, listener);
            listener.makeRoom();
            listener.learns(event);
        }
    }
}
