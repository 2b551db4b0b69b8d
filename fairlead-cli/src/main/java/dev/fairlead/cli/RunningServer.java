// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import java.net.URI;
import java.util.List;

/** What {@code serve} needs of a server that accepts connections. */
interface RunningServer {

    /** {@return where clients, listeners and senders connect, with the real ports} */
    List<URI> relayAddresses();

    /** {@return where operators ask, with the real port} */
    URI managementAddress();

    /** Lets what is in flight end within its time, and closes everything. */
    void drain();
}
