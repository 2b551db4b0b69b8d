/** JSON (RFC 8259), just enough for control messages: exported to the house alone, since programs bring a library of their own. */
@NullMarked
package dev.fairlead.protocol.json;

import org.jspecify.annotations.NullMarked;
