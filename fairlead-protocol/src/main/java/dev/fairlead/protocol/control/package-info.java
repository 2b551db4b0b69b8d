/** The JSON messages of a listener's control channel, and their codec. */
@NullMarked
package dev.fairlead.protocol.control;

import org.jspecify.annotations.NullMarked;
