/** The bus on NATS, for many nodes. */
@NullMarked
package dev.fairlead.bus.nats;

import org.jspecify.annotations.NullMarked;
