/** JSON (RFC 8259), just enough for control messages: not exported, since programs bring a library of their own. */
@NullMarked
package dev.fairlead.protocol.json;

import org.jspecify.annotations.NullMarked;
