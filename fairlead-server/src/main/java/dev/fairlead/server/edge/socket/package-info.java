/**
 * What everything that speaks over a socket needs to know of it, whatever it speaks: what is still to be written.
 *
 * <p>Everything here is confined to the event loop of its connection.
 */
@NullMarked
package dev.fairlead.server.edge.socket;

import org.jspecify.annotations.NullMarked;
