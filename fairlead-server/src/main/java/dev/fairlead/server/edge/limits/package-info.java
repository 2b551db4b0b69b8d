/**
 * How many connections there may be, and whose they are: counted from their acceptance to their end, told apart by the
 * client's address, refused before anything else is done for them.
 *
 * <p>What many loops share here is a map or an atomic; a handler is confined to its connection's loop.
 */
@NullMarked
package dev.fairlead.server.edge.limits;

import org.jspecify.annotations.NullMarked;
