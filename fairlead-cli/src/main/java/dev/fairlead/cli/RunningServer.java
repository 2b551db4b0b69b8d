// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.server.config.ConfigException;
import dev.fairlead.server.config.ServerConfig;
import java.net.URI;
import java.util.List;

/** What {@code serve} needs of a server that accepts connections. */
interface RunningServer {

    /** {@return where clients, listeners and senders connect, with the real ports} */
    List<URI> relayAddresses();

    /** {@return where operators ask, with the real port} */
    URI managementAddress();

    /** Takes over another configuration, as far as that goes while it runs. */
    void reload(ServerConfig next);

    /** Goes on with the configuration that it has, since the next one cannot be used, and tells why. */
    void refuse(ConfigException next);

    /** Lets what is in flight end within its time, and closes everything. */
    void drain();
}
