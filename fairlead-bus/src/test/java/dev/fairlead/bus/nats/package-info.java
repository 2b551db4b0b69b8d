/** What NATS is told, without a server. */
@NullMarked
package dev.fairlead.bus.nats;

import org.jspecify.annotations.NullMarked;
